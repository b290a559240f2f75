"""Canonical YAML for front matter: the form in which the handbook's own files are written.

Blocks and one line for each value, quotes only where needed, dates as dates, links and tags in one
line, buttons as maps in one line. Reading is front.py's; the two agree because both know only plain
YAML 1.2.
"""

import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

# Letters that break lines or cannot be seen; between quotes they are written by number.
_ODD = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


class _Representer(RoundTripRepresenter):
    """Dates and moments as in the documents: 2026-11-20, 2026-12-01T09:00:00+03:00."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value anew wherever it stands: two equal moments must not share an anchor."""
        return True

    def day(self, value: date) -> ScalarNode:
        """Give a date or a moment in ISO form, with T between day and time."""
        return self.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


_Representer.add_representer(date, _Representer.day)
_Representer.add_representer(datetime, _Representer.day)


def written(pairs: Iterable[tuple[str, Any]]) -> str:
    """Give canonical YAML of the pairs: blocks, quotes only where needed, no wrapped lines.

    What is plainly plain is written here at once, many times as fast; all else by the library.
    """
    return "".join(_plainly(key, value) or _otherwise(key, value) for key, value in pairs)


def _otherwise(key: str, value: Any) -> str:
    """Let the library write a key; the same words, such as tags, once for all documents."""
    if isinstance(value, str) and len(value) <= _SHORT:
        return _written_once(key, value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _written_once(key, tuple(value))
    return by_library([(key, value)])


@lru_cache(maxsize=1024)
def _written_once(key: str, value: str | tuple[str, ...]) -> str:
    return by_library([(key, value if isinstance(value, str) else list(value))])


# A line that no reader of YAML takes for anything else: begins with a letter, holds no sign that
# means something anywhere, and has two words, six letters, or one that no word of YAML has.
_WORD = "A-Za-zА-Яа-яЁё0-9.()/«»"
_LINE = re.compile(rf"(?=[^\n]*[А-Яа-яЁё ]|[A-Za-z]{{6}})[A-Za-zА-Яа-яЁё][{_WORD} №_–—-]*[{_WORD}]")
# Outside of lists in one line these mean nothing either.
_SIGNS = str.maketrans(dict.fromkeys(",?!;", "."))
_SHORT = 200
_KEY = re.compile(r"[a-z][a-z_]*")


def _plainly(key: str, value: Any) -> str:
    """Give the lines of a key whose value is plain, or nothing."""
    if not _KEY.fullmatch(key):
        return ""
    if type(value) is date:
        return f"{key}: {value.isoformat()}\n"
    if isinstance(value, str):
        return _plain_text(key, value)
    if isinstance(value, list) and value and key not in _FLOW_MAPS:
        return _plain_list(key, value)
    return ""


def _plain_text(key: str, value: str) -> str:
    if ": " in value:
        return f"{key}: '{value}'\n" if _is_plain(value.replace(":", ".")) else ""
    return f"{key}: {value}\n" if _is_plain(value) else ""


def _plain_list(key: str, items: list[Any]) -> str:
    texts = [one for one in items if isinstance(one, str)]
    if len(texts) < len(items):
        return ""
    if key in _FLOW_LISTS:
        are_plain = all(_LINE.fullmatch(one) for one in texts)
        return f"{key}: [{', '.join(texts)}]\n" if are_plain else ""
    return (
        f"{key}:\n" + "".join(f"  - {one}\n" for one in texts) if all(map(_is_plain, texts)) else ""
    )


def _is_plain(text: str) -> bool:
    return _LINE.fullmatch(text.translate(_SIGNS)) is not None


def by_library(pairs: Iterable[tuple[str, Any]]) -> str:
    """Give canonical YAML of the pairs as the library writes it."""
    tree = CommentedMap((key, _styled(key, value)) for key, value in pairs)
    writer = YAML(typ="rt", pure=True)
    writer.Representer = _Representer
    writer.width = 1_000_000
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(tree, stream)
    return stream.getvalue()


_FLOW_LISTS = frozenset({"related", "tags"})
_FLOW_MAPS = frozenset({"actions"})


def _styled(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        items = CommentedSeq(_styled("", item) for item in value)
        if key in _FLOW_LISTS:
            items.fa.set_flow_style()
        if key in _FLOW_MAPS:
            for item in items:
                item.fa.set_flow_style()
        return items
    if isinstance(value, dict):
        return CommentedMap((name, _styled("", item)) for name, item in value.items())
    return value


def _text(value: str) -> Any:
    is_block = "\n" in value
    # A block that ends in empty lines would be closed by `...`, which ends the whole front matter.
    if _ODD.search(value) or (is_block and (value[0] in " \n" or value.endswith("\n\n"))):
        return DoubleQuotedScalarString(value)
    if value[:1] in (":", "?"):
        # Plain for YAML 1.2, not for the parser that reads it back.
        return SingleQuotedScalarString(value)
    return LiteralScalarString(value) if is_block else value
