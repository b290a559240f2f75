"""The front matter as text: which keys it has, on which lines each stands, what each holds.

Built on the events of the YAML parser, so that limits, doubled keys and line numbers cost nothing
extra: no aliases, no tags, few levels. Nothing here knows a content type; the codec does. The
invariant: the spans of the keys cut the text at line ends, so what is not touched stays as typed.
Only plain YAML 1.2 scalars are values (`no`, `on` and `10:30` are text).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import yaml

from kb_service.base.errors import KbError, invalid

MAX_DEPTH = 6
MAX_NODES = 5_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}")
# What YAML does not take even between quotes.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r" ?(?:Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)


class Plain(str):
    """A scalar typed without quotes: text where text is wanted, else what it looks like."""

    __slots__ = ()


class Entry(msgspec.Struct, frozen=True):
    """A top-level key: its value as a tree of text, its line (1 is the first) and its span."""

    key: str
    value: Any
    line: int
    start: int
    end: int


def natural(value: Any) -> Any:
    """Give unquoted scalars their YAML 1.2 meaning: null, boolean, number, day, moment, text."""
    if isinstance(value, Plain):
        return _scalar(str(value))
    if isinstance(value, list):
        return [natural(item) for item in value]
    if isinstance(value, dict):
        return {key: natural(item) for key, item in value.items()}
    return value


def is_null(value: Any) -> bool:
    """Say whether the value was left out: nothing, `~` or `null` without quotes."""
    return isinstance(value, Plain) and str(value) in _NULLS


def _scalar(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if not (text[0].isascii() and (text[0].isdigit() or text[0] in "+-")):
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return _day(text)


def _day(text: str) -> date | datetime | str:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper().replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return text
    return text


def read(front: str) -> list[Entry]:
    """Give the top-level keys in their order.

    Raises: document.yaml, document.yaml_alias, document.yaml_tag, document.yaml_deep,
    document.key_twice, document.front_style, document.not_text; each with the line in `front`.
    """
    try:
        return _Reader(front).entries()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = front.count("\n", 0, mark.index) + 1 if mark else 1
        raise invalid("document.yaml", line=line, reason=error.problem or "") from error
    except yaml.YAMLError as error:
        odd = _UNREADABLE.search(front)
        line = front.count("\n", 0, odd.start()) + 1 if odd else 1
        raise invalid("document.yaml", line=line, reason="unreadable letter") from error


class _Reader:
    """One pass over the events of one front matter."""

    def __init__(self, front: str) -> None:
        self.front = front
        self.loader: Any = _LOADER(front)
        self.nodes = 0
        self.end = 0

    def entries(self) -> list[Entry]:
        try:
            self.loader.get_event()  # stream start
            if isinstance(self.loader.get_event(), yaml.StreamEndEvent):
                return []
            found = self._top()
            self.loader.get_event()  # document end
            last = self.loader.get_event()
        finally:
            self.loader.dispose()
        if not isinstance(last, yaml.StreamEndEvent):
            raise self._fault("document.yaml", last, reason="more than one document")
        return found

    def _fault(self, code: str, event: Any, **params: Any) -> KbError:
        line = self.front.count("\n", 0, event.start_mark.index) + 1
        return invalid(code, line=line, **params)

    def _top(self) -> list[Entry]:
        start = self.loader.get_event()
        if isinstance(start, yaml.ScalarEvent) and start.value == "":
            return []
        if not isinstance(start, yaml.MappingStartEvent) or start.flow_style:
            raise self._fault("document.front_style", start)
        self._plain_node(start)
        found: list[Entry] = []
        seen: set[str] = set()
        while not isinstance(event := self.loader.get_event(), yaml.MappingEndEvent):
            key = self._key(event, seen)
            if event.start_mark.column != 0:
                raise self._fault("document.front_style", event)
            begin = _start_of(event)
            self.end = _end_of(event)
            value = self._value(self.loader.get_event(), 1)
            line = self.front.count("\n", 0, begin) + 1
            found.append(Entry(key, value, line, begin, self._line_end()))
        return found

    def _line_end(self) -> int:
        """The end of the line on which the last value ends; a block text ends at a line's start."""
        if self.end and self.front[self.end - 1 : self.end] == "\n":
            return self.end
        newline = self.front.find("\n", self.end)
        return len(self.front) if newline < 0 else newline + 1

    def _plain_node(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._fault("document.yaml_deep", event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._fault("document.yaml_alias", event)
        if event.tag is not None:
            raise self._fault("document.yaml_tag", event, tag=event.tag)
        if isinstance(event, yaml.ScalarEvent) and _NO_TEXT.search(event.value):
            # An escape of YAML (`"\0"`) can say what the document's own letters may not.
            raise self._fault("document.not_text", event)

    def _key(self, event: Any, seen: set[str]) -> str:
        self._plain_node(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._fault("document.yaml", event, reason="a key is not a word")
        if event.value in seen:
            raise self._fault("document.key_twice", event, key=event.value)
        seen.add(event.value)
        return str(event.value)

    def _value(self, event: Any, depth: int) -> Any:
        self._plain_node(event)
        if isinstance(event, yaml.ScalarEvent):
            self.end = max(self.end, _end_of(event))
            return Plain(event.value) if event.implicit[0] else event.value
        if depth >= MAX_DEPTH:
            raise self._fault("document.yaml_deep", event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _sequence(self, start: Any, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self.loader.get_event(), yaml.SequenceEndEvent):
            items.append(self._value(event, depth + 1))
        if start.flow_style:
            self.end = _end_of(event)
        return items

    def _mapping(self, start: Any, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        seen: set[str] = set()
        while not isinstance(event := self.loader.get_event(), yaml.MappingEndEvent):
            key = self._key(event, seen)
            self.end = max(self.end, _end_of(event))
            items[key] = self._value(self.loader.get_event(), depth + 1)
        if start.flow_style:
            self.end = _end_of(event)
        return items


def _start_of(event: Any) -> int:
    return int(event.start_mark.index)


def _end_of(event: Any) -> int:
    return int(event.end_mark.index)


def replaced(front: str, lines: Mapping[str, str], order: Sequence[str]) -> str:
    """Put the given keys' lines (`""` takes the key out) into the text; all else stays as typed.

    A key that is there is replaced on its place. A new one goes after the nearest key that stands
    before it in `order`, else to the top.
    """
    present: dict[str, Entry] | None = None
    for key, text in lines.items():
        if present is None:
            present = {entry.key: entry for entry in read(front)}
        if key in present:
            start, end = present[key].start, present[key].end
        elif text:
            start = end = _place(key, present, order)
        else:
            continue
        before, after = front[:start], front[end:]
        if text and before and not before.endswith("\n"):
            before += "\n"
        front, present = before + text + after, None
    return front


def _place(key: str, present: Mapping[str, Entry], order: Sequence[str]) -> int:
    if key not in order:
        return max((entry.end for entry in present.values()), default=0)
    for other in reversed(order[: order.index(key)]):
        if other in present:
            return present[other].end
    return min((entry.start for entry in present.values()), default=0)
