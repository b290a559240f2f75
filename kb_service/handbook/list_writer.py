"""Changes of a sheet that is a list, as text: one row is added, replaced or removed.

Comments, order and the author's way of writing the other rows are kept: places come from the YAML
parser's marks, and what was written is read again and compared before it is given out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from kb_service.base.errors import conflict
from kb_service.handbook import sheets
from kb_service.handbook.fact_writer import scalar

Row = Mapping[str, Any]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FOLDED = ("|", ">")


def with_row(text: str, row: Row, place: int | None = None) -> str:
    """Give the sheet with a row in the place of another one, or behind all where none is named.

    Raises: sheet.odd where the sheet is written in a way that cannot be changed row by row; the
    file itself can. sheet.row_missing.
    """
    rows = _rows(text)
    if place is None:
        lead = "" if not text or text.endswith("\n") else "\n"
        return _checked(f"{text}{lead}- {_flow(row)}\n", [*rows, dict(row)])
    _refuse_absent(rows, place)
    start, end = _span(text, place)
    written = text[:start] + _flow(row) + text[end:]
    return _checked(written, [*rows[:place], dict(row), *rows[place + 1 :]])


def without_row(text: str, place: int) -> str:
    """Give the sheet without a row, its lines and what stands behind it on the last one.

    Raises: sheet.odd, sheet.row_missing.
    """
    rows = _rows(text)
    _refuse_absent(rows, place)
    start, end = _span(text, place)
    begin = text.rfind("\n", 0, start) + 1
    if text[begin:start].strip() != "-":
        raise conflict("sheet.odd")
    newline = text.find("\n", end)
    written = text[:begin] + ("" if newline < 0 else text[newline + 1 :])
    return _checked(written, [*rows[:place], *rows[place + 1 :]])


def _rows(text: str) -> list[Any]:
    rows = sheets.read(text) or []
    if not isinstance(rows, list):
        raise conflict("sheet.odd")
    return rows


def _refuse_absent(rows: Sequence[Any], place: int) -> None:
    if not 0 <= place < len(rows):
        raise conflict("sheet.row_missing")


def _checked(written: str, wanted: list[Any]) -> str:
    """Give what was written where it reads as wanted, and only then."""
    try:
        is_right = (sheets.read(written) or []) == wanted
    except Exception as error:
        raise conflict("sheet.odd") from error
    if not is_right:
        raise conflict("sheet.odd")
    return written


def _span(text: str, place: int) -> tuple[int, int]:
    """Give where a row's own text begins and ends."""
    sheet = yaml.compose(text, Loader=_LOADER)
    if not isinstance(sheet, SequenceNode):
        raise conflict("sheet.odd")
    node = sheet.value[place]
    return node.start_mark.index, _end(text, node)


def _end(text: str, node: Node) -> int:
    """Give where a node's own text ends; a block's mark stands at whatever comes next."""
    if isinstance(node, ScalarNode):
        if node.style in _FOLDED or "\n" in text[node.start_mark.index : node.end_mark.index]:
            raise conflict("sheet.odd")
        return int(node.end_mark.index)
    if not isinstance(node, MappingNode | SequenceNode):
        raise conflict("sheet.odd")
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    below = [pair[1] for pair in node.value] if isinstance(node, MappingNode) else node.value
    return max(_end(text, value) for value in below)


def _flow(row: Row) -> str:
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in row.items()) + "}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(scalar(str(one)) for one in value) + "]"
    return scalar(value) if isinstance(value, str) else f"{value}"
