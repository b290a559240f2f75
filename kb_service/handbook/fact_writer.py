"""Changes of the sheet of facts as text: only the lines of one value change, all else stays.

Comments, order and the author's way of writing are kept: places come from the YAML parser's marks,
and what was written is read again and compared before it is given out.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from kb_service.base.errors import conflict
from kb_service.handbook import sheets
from kb_service.handbook.rules.facts import Plan
from kb_service.handbook.schemas import Fact

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[А-ЯЁа-яё₽](?:[\w .()/№«»–-]*[\w)»])?")
# Words that YAML takes for something else than text.
_NO_TEXT = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_FOLDED = ("|", ">")

Splice = tuple[int, int, str]


def changed(text: str, plan: Plan) -> str:
    """Give the sheet with the plan carried out.

    Raises: fact.sheet_odd where the fact is written in a way that cannot be changed line by line
    (aliases, folded texts); the file itself can.
    """
    key = plan.row.key
    rows = [fact for fact in sheets.read_facts(text) if fact.key == key]
    try:
        written = _with(text, plan) if rows else _with_fact(text, plan.row)
        after = sheets.read_facts(written)
    except (LookupError, ValueError, TypeError, yaml.YAMLError) as error:
        raise conflict("fact.sheet_odd", key=key) from error
    others = [fact for fact in sheets.read_facts(text) if fact.key != key]
    own = [fact for fact in after if fact.key == key]
    if own != plan.applied(rows) or [fact for fact in after if fact.key != key] != others:
        raise conflict("fact.sheet_odd", key=key)
    return written


def _with(text: str, plan: Plan) -> str:
    nodes = _rows(text, plan.row.key)
    splices: list[Splice] = []
    if plan.replaced is not None:
        splices += _replaced(text, nodes[plan.replaced], plan.row)
    else:
        if plan.closed is not None and plan.last_day is not None:
            splices.append(_closed(text, nodes[plan.closed], plan.last_day))
        behind = plan.behind if plan.behind is not None else len(nodes) - 1
        splices.append(_added(text, nodes, behind, plan.row))
    for start, end, piece in sorted(splices, key=lambda one: one[0], reverse=True):
        text = text[:start] + piece + text[end:]
    return text


def _with_fact(text: str, row: Fact) -> str:
    lead = "" if not text or text.endswith("\n") else "\n"
    title = f"  title: {scalar(row.title)}\n"
    return f"{text}{lead}{row.key}:\n{title}  values:\n    - {_flow(row)}\n"


def _rows(text: str, key: str) -> list[MappingNode]:
    """Give the nodes of a fact's values, in the order of the sheet."""
    entry = _pairs(yaml.compose(text, Loader=_LOADER))[key]
    values = _pairs(entry)["values"]
    if not isinstance(values, SequenceNode):
        raise TypeError(key)
    return [node for node in values.value if isinstance(node, MappingNode)]


def _pairs(node: Node | None) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        raise TypeError("no mapping")
    return {key.value: value for key, value in node.value}


def _closed(text: str, node: MappingNode, last_day: date) -> Splice:
    """Give the last day of a value: in the place of the one it has, or as a key of its own."""
    pairs = _pairs(node)
    if "to" in pairs:
        return _span(text, pairs["to"], last_day.isoformat())
    return _beside(text, node, _last(pairs, ("from", "unit", "value")), f"to: {last_day}")


def _replaced(text: str, node: MappingNode, row: Fact) -> Iterable[Splice]:
    pairs = _pairs(node)
    wanted = {"value": row.value, "unit": row.unit, "source": row.source}
    for name, value in wanted.items():
        if name in pairs:
            yield _span(text, pairs[name], scalar(value))
        elif value:
            yield _beside(text, node, _last(pairs, ("value",)), f"{name}: {scalar(value)}")
    checked = f"{row.checked}"
    if "checked" in pairs:
        yield _span(text, pairs["checked"], checked)
    else:
        yield _beside(text, node, list(pairs.values())[-1], f"checked: {checked}")


def _added(text: str, nodes: Sequence[MappingNode], behind: int, row: Fact) -> Splice:
    """Give a value as an item of its own, written as its neighbour is."""
    near = nodes[behind]
    end = _end(text, near)
    dash = _dash(text, near)
    if dash is None:
        return end, end, f", {_flow(row)}"
    place = _line_end(text, end)
    if near.flow_style:
        return place, place, f"\n{' ' * dash}- {_flow(row)}"
    inner = "\n" + " " * near.start_mark.column
    return place, place, f"\n{' ' * dash}- " + inner.join(_keys(row))


def _beside(text: str, node: MappingNode, near: Node, pair: str) -> Splice:
    """Give a key behind another one of the same value, on its line or on one of its own."""
    end = _end(text, near)
    if node.flow_style:
        return end, end, f", {pair}"
    place = _line_end(text, end)
    return place, place, f"\n{' ' * node.start_mark.column}{pair}"


def _span(text: str, node: Node, piece: str) -> Splice:
    return node.start_mark.index, _end(text, node), piece


def _last(pairs: dict[str, Node], names: Sequence[str]) -> Node:
    return next(pairs[name] for name in names if name in pairs)


def _end(text: str, node: Node) -> int:
    """Give where a node's own text ends; a block's mark stands at whatever comes next."""
    if isinstance(node, ScalarNode):
        if node.style in _FOLDED or "\n" in text[node.start_mark.index : node.end_mark.index]:
            raise ValueError("a text of several lines")
        return int(node.end_mark.index)
    if not isinstance(node, MappingNode) or node.flow_style:
        return int(node.end_mark.index)
    return max(_end(text, value) for value in _pairs(node).values())


def _dash(text: str, node: MappingNode) -> int | None:
    """Give the column of the dash before an item; none in a list between brackets."""
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    lead = text[start : node.start_mark.index]
    return lead.index("-") if lead.strip() == "-" else None


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found


def _flow(row: Fact) -> str:
    return "{" + ", ".join(_keys(row)) + "}"


def _keys(row: Fact) -> list[str]:
    keys = [f"value: {scalar(row.value)}"]
    if row.unit:
        keys.append(f"unit: {scalar(row.unit)}")
    keys += [
        f"{name}: {day}" for name, day in (("from", row.valid_from), ("to", row.valid_to)) if day
    ]
    if row.source:
        keys.append(f"source: {scalar(row.source)}")
    return [*keys, f"checked: {row.checked}" if row.checked else "checked: false"]


def scalar(value: str) -> str:
    """Give a text of one line as YAML; between quotes wherever it might be read as more."""
    if _PLAIN.fullmatch(value) and value.lower() not in _NO_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)
