"""Blocks of Plone's editor Volto as HTML: texts, headings, lists, quotes, pictures, tables.

A block of another kind (listing, video, form) has no words of its own; its kind is told.
"""

import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_ELEMENTS = {
    "p": "p", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6", "ul": "ul", "ol": "ol",
    "li": "li", "lic": "p", "blockquote": "blockquote", "strong": "strong", "b": "strong",
    "em": "em", "i": "em", "del": "del", "s": "del", "sub": "sub", "sup": "sup", "code": "code",
}  # fmt: skip
_SILENT = frozenset({"title", "description", "separator"})
_MAX_DEPTH = 40


def html_of(blocks: Mapping[str, Any], layout: Any, unknown: set[str]) -> str:
    """Give the HTML of an item's blocks in their order; kinds without words go to `unknown`."""
    names = layout.get("items", []) if isinstance(layout, dict) else []
    order = names if isinstance(names, list) and names else list(blocks)
    return "".join(
        _block(blocks[name], unknown)
        for name in order
        if isinstance(name, str) and isinstance(blocks.get(name), dict)
    )


def _block(block: Mapping[str, Any], unknown: set[str]) -> str:
    kind = str(block.get("@type") or "")
    known = _BLOCKS.get(kind)
    if known is not None:
        return known(block)
    if kind not in _SILENT:
        unknown.add(kind or "?")
    return ""


def _old_text(block: Mapping[str, Any]) -> str:
    text = block.get("text")
    lines = text.get("blocks", []) if isinstance(text, dict) else []
    return "".join(f"<p>{_words(one, 'text')}</p>" for one in lines if isinstance(one, dict))


def _picture(block: Mapping[str, Any]) -> str:
    return f'<p><img src="{_words(block, "url")}" alt="{_words(block, "alt")}"></p>'


def _words(node: Mapping[str, Any], key: str) -> str:
    value = node.get(key)
    return html.escape(value) if isinstance(value, str) else ""


def _nodes(nodes: Any, depth: int) -> Iterator[str]:
    if not isinstance(nodes, list) or depth > _MAX_DEPTH:
        return
    for node in nodes:
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("text"), str):
            yield html.escape(node["text"]).replace("\n", "<br>")
            continue
        inner = "".join(_nodes(node.get("children"), depth + 1))
        kind = str(node.get("type") or "")
        if kind == "link":
            yield f'<a href="{_target(node)}">{inner}</a>'
        elif kind in _ELEMENTS:
            yield f"<{_ELEMENTS[kind]}>{inner}</{_ELEMENTS[kind]}>"
        else:
            yield inner


def _target(node: Mapping[str, Any]) -> str:
    data = node.get("data")
    if not isinstance(data, dict):
        return ""
    url = data.get("url")
    if not isinstance(url, str):
        inner = data.get("link")
        found = inner.get("internal", {}) if isinstance(inner, dict) else {}
        links = found.get("internal_link") if isinstance(found, dict) else None
        url = links[0].get("@id") if isinstance(links, list) and links else ""
    return html.escape(url) if isinstance(url, str) else ""


def _table(table: Any) -> str:
    rows = table.get("rows", []) if isinstance(table, dict) else []
    lines = []
    for row in rows if isinstance(rows, list) else []:
        cells = row.get("cells", []) if isinstance(row, dict) else []
        lines.append(
            "".join(
                f"<td>{''.join(_nodes(cell.get('value'), 1))}</td>"
                for cell in cells
                if isinstance(cell, dict)
            )
        )
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>" if lines else ""


_BLOCKS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "slate": lambda block: "".join(_nodes(block.get("value"), 0)),
    "text": _old_text,
    "heading": lambda block: f"<h2>{_words(block, 'heading')}</h2>",
    "image": _picture,
    "html": lambda block: str(block.get("html") or ""),
    "slateTable": lambda block: _table(block.get("table")),
}
