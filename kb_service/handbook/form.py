"""A document's front matter as the fields of a form: values to texts and back.

A field whose text was not touched changes nothing, so what a form cannot say to the letter (seconds
of a moment, an odd line) stays as it is. Which fields a type has is read from its struct; what a
file says of its binary is not an editor's to write.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import inspect

from kb_service.base.errors import FieldError, invalid
from kb_service.handbook.links import is_link
from kb_service.handbook.schemas import Action, Audience, Content, File, Source

# How a field is shown: one line, several, a list of lines or words, rows of `a | b`, a day ...
_SORTS = MappingProxyType(
    {
        "description": "area",
        "wordings": "lines",
        "related": "lines",
        "sources": "lines",
        "actions": "lines",
        "tags": "words",
        "audience": "choice",
        "language": "choice",
    }
)
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"audience": tuple(Audience), "language": ("ru", "en")}
)
_OF_BINARIES = frozenset(File.__struct_fields__) - frozenset(Content.__struct_fields__)
_OF_BINARIES |= {"width", "height"}
# Where an item stands among its neighbours is arranged in the tree, not typed as a number.
_ELSEWHERE = _OF_BINARIES | {"order"}
_SOURCE = ("act", "clause", "url", "note")
_ACTION = ("label", "url")
_MAX_LENGTH = 20_000
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"(?:\\.|[^|\\])*", re.DOTALL)
_LIQUID = "{{"


class _WrongField(Exception):  # noqa: N818 - carries a code to the field
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def fields_of(kind: type[Content]) -> dict[str, str]:
    """Give the fields of a type in order, each with its sort.

    A sort is line, area, lines, words, choice, day, moment, number or check.
    """
    return {
        one.name: _SORTS.get(one.name) or _sort(inspect.type_info(one.type))
        for one in msgspec.structs.fields(kind)
        if one.name not in _ELSEWHERE
    }


def values_of(content: Content, zone: tzinfo) -> dict[str, str]:
    """Give the content as texts of a form; moments are company time."""
    return {name: _shown(name, getattr(content, name), zone) for name in fields_of(type(content))}


def changes_of(content: Content, typed: Mapping[str, str], zone: tzinfo) -> dict[str, Any]:
    """Give the values that somebody changed in a form, ready for `codec.edited`.

    Fields that were not sent stay. Raises: document.form_wrong with an error at each field.
    """
    before = values_of(content, zone)
    changes: dict[str, Any] = {}
    faults: list[FieldError] = []
    for name, sort in fields_of(type(content)).items():
        text = typed.get(name)
        if text is None or _plain(text) == _plain(before[name]):
            continue
        try:
            changes[name] = _read(name, sort, _plain(text), zone)
        except _WrongField as wrong:
            faults.append(FieldError(name, wrong.code, wrong.params))
    if faults:
        raise invalid("document.form_wrong", *faults)
    return changes


def _sort(shape: inspect.Type) -> str:
    shapes = shape.types if isinstance(shape, inspect.UnionType) else (shape,)
    for kind, sort in (
        (inspect.DateTimeType, "moment"),
        (inspect.DateType, "day"),
        (inspect.FloatType | inspect.IntType, "number"),
        (inspect.ListType, "lines"),
        (inspect.BoolType, "check"),
    ):
        if any(isinstance(one, kind) for one in shapes):
            return sort
    return "line"


def _shown(name: str, value: Any, zone: tzinfo) -> str:  # noqa: PLR0911 - one kind after another
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, datetime):
        # As a field of the browser holds it; seconds stand only where there are some.
        local = value.astimezone(zone).replace(tzinfo=None)
        return local.isoformat(timespec="minutes" if not local.second else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}" if value.is_integer() else repr(value)
    if isinstance(value, list):
        rows = [_row(one) for one in value]
        return ", ".join(rows) if _SORTS.get(name) == "words" else "\n".join(rows)
    return str(value)


def _row(value: Any) -> str:
    if not isinstance(value, msgspec.Struct):
        return str(value).replace("\n", " ")
    cells = [_cell(str(getattr(value, name))) for name in value.__struct_fields__]
    while cells and not cells[-1]:
        cells.pop()
    return " | ".join(cells)


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _plain(text: str) -> str:
    """Give what was typed as the codec takes it: line ends of one kind, nothing at the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def _read(name: str, sort: str, text: str, zone: tzinfo) -> Any:
    if len(text) > _MAX_LENGTH:
        raise _WrongField("field.too_long")
    if name == "checked" and not text:
        return False
    if sort in _READERS:
        return _READERS[sort](text)
    if sort == "moment":
        return _moment(text, zone)
    if sort == "choice":
        return _choice(name, text)
    if sort == "lines":
        return _lines(name, text)
    return text


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _WrongField("date.wrong") from error


def _moment(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _WrongField("moment.wrong") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text.replace(",", ".").replace(" ", ""))
    except ValueError as error:
        raise _WrongField("number.wrong") from error
    if not math.isfinite(number):
        raise _WrongField("number.wrong")
    return number


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word for one in text.split(",") if (word := " ".join(one.split()))))


_READERS: Mapping[str, Callable[[str], Any]] = {
    "day": _day,
    "number": _number,
    "words": _words,
    "check": bool,
}


def _choice(name: str, text: str) -> str:
    if text not in CHOICES[name]:
        raise _WrongField("field.not_one_of", allowed=", ".join(CHOICES[name]))
    return Audience(text) if name == "audience" else text


def _lines(name: str, text: str) -> list[Any]:
    rows = [(n, row.strip()) for n, row in enumerate(text.split("\n"), 1) if row.strip()]
    if name == "sources":
        return [_source(n, row) for n, row in rows]
    if name == "actions":
        return [_action(n, row) for n, row in rows]
    return [row for _n, row in rows]


def _cells(row: str, names: tuple[str, ...], line: int) -> dict[str, str]:
    cells, rest = [], row
    while True:
        piece = _PIECE.match(rest)
        end = piece.end() if piece else 0
        cells.append(_ESCAPED.sub(_unescaped, rest[:end].strip()))
        if end >= len(rest):
            break
        rest = rest[end + 1 :]
    if len(cells) > len(names):
        raise _WrongField("row.too_many", line=line, count=len(names))
    return dict(zip(names, [*cells, *[""] * len(names)], strict=False))


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


def _source(line: int, row: str) -> Source:
    cells = _cells(row, _SOURCE, line)
    if not cells["act"]:
        raise _WrongField("row.first_empty", line=line)
    _check_address(cells["url"], line)
    return Source(**cells)


def _action(line: int, row: str) -> Action:
    cells = _cells(row, _ACTION, line)
    if not cells["label"] or not cells["url"]:
        raise _WrongField("row.incomplete", line=line)
    _check_address(cells["url"], line)
    return Action(**cells)


def _check_address(url: str, line: int) -> None:
    if url and _LIQUID not in url and not is_link(url):
        raise _WrongField("row.address_wrong", line=line)
