"""HTML of other programs to the handbook's Markdown: first made safe, then told in our own marks.

What nh3 takes away (scripts, styles, forms, frames, addresses of other kinds) never reaches the
text. Liquid is left as it stands: `{{ fact.key }}` typed into a Word file is a fact, and a name
that there is not is refused when the document is checked.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import nh3

from kb_service.base.errors import invalid
from kb_service.base.optional import need
from kb_service.handbook.codec import MAX_BYTES
from kb_service.handbook.links import is_link, is_picture

MAX_HTML = 4 * 1024 * 1024
# What is left when it is safe becomes one document, which is much smaller.
_MAX_SAFE = 4 * MAX_BYTES
_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s",
    "section", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan"},
    "th": {"colspan"},
}
# Characters that begin something in Markdown wherever they stand, and at the start of a line alone.
_ANYWHERE = re.compile(r"([\\`*\[\]])")
_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
# Blanks of the one line: over many empty lines each start would look at all that follow.
_LINE_START = re.compile(r"^([^\S\n]*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|-{3,}|!!!)", re.MULTILINE)
_NUMBERED = re.compile(r"^([^\S\n]*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_OPENING = re.compile(r"\{[{%]")
_CLOSINGS = {"{{": "}}", "{%": "%}"}
_FEW_COLUMNS = re.compile(r"[0-9]{1,2}")
_FEW_DIGITS = re.compile(r"[0-9]{1,6}")
_BREAKS = re.compile(r"[ \t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_GAPS = re.compile(r"\n{3,}")
Address = Callable[[str], str]


def markdown_of(html: str, *, address: Address | None = None, shift: int = 0) -> str:
    """Give the Markdown of an HTML text; headings go down by `shift`, none is above the second.

    `address` turns the address of each link and picture into ours; an empty one leaves the words.
    Raises: html.too_large, html.too_deep, package.missing.
    """
    if len(html) > MAX_HTML:
        raise invalid("html.too_large", limit=MAX_HTML)
    safe = _safe(html)
    if len(safe) > _MAX_SAFE:
        raise invalid("html.too_large", limit=_MAX_SAFE)
    try:
        text = _written(safe, address or _as_it_is, shift)
    except RecursionError as error:
        raise invalid("html.too_deep") from error
    text = _GAPS.sub("\n\n", "\n".join(_without_trailing(text.split("\n")))).strip("\n")
    return f"{text}\n" if text else ""


def one_line(text: str) -> str:
    """Give a text as one line; blanks that must not break stay as they are."""
    return _BREAKS.sub(" ", text).strip(" ")


def escaped(text: str) -> str:
    """Give plain text as Markdown that shows it as it is, Liquid apart."""
    return "".join(piece if is_liquid else _escaped(piece) for piece, is_liquid in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into Liquid and what stands between, in one pass however many begin and never end.

    Where one beginning has no end behind it, no later one of its kind has.
    """
    closings = dict(_CLOSINGS)
    start = place = 0
    while closings and (found := _OPENING.search(text, place)):
        closing = closings.get(found[0], "")
        end = text.find(closing, found.end()) if closing else -1
        if end < 0:
            closings.pop(found[0], None)
            place = found.start() + 1
            continue
        yield text[start : found.start()], False
        start = place = end + len(closing)
        yield text[found.start() : place], True
    yield text[start:], False


def _escaped(text: str) -> str:
    text = _ANYWHERE.sub(r"\\\1", text)
    return _UNDERSCORE.sub(r"\\_", text)


def _without_trailing(lines: list[str]) -> Iterator[str]:
    """Give lines without blanks behind them, but for the two that break a line inside a text."""
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        bare = line.rstrip()
        yield f"{bare}  " if bare and line.endswith("  ") and after.strip() else bare


def _as_it_is(url: str) -> str:
    return url


def _safe(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "svg"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )


class _Handbook:
    """What we write otherwise than the package: `-`, four blanks in a list, our addresses."""

    options: dict[str, Any]

    def convert_soup(self, soup: Any) -> str:
        for head in soup.find_all("thead"):
            # The package takes such rows for no head either, and counts them anew at each.
            if len(head.find_all("tr", limit=2)) > 1:
                head.name = "tbody"
        base: Any = super()
        return str(base.convert_soup(soup))

    def escape(self, text: str, parent_tags: Any) -> str:
        return escaped(text).replace("|", "\\|") if _in_table(parent_tags) else escaped(text)

    def convert_hN(self, n: int, el: Any, text: str, parent_tags: Any) -> str:  # noqa: N802
        base: Any = super()
        level = max(2, min(6, n + self.options["shift"]))
        return str(base.convert_hN(level, el, text, parent_tags))

    def convert_p(self, el: Any, text: str, parent_tags: Any) -> str:
        base: Any = super()
        return str(base.convert_p(el, _line_starts(text), parent_tags))

    def convert_br(self, el: Any, text: str, parent_tags: Any) -> str:
        return " " if "_inline" in parent_tags else "  \n"

    def convert_a(self, el: Any, text: str, parent_tags: Any) -> str:
        url = self.options["address"](str(el.get("href") or ""))
        words = text.strip()
        if not words or not is_link(url) or "_noformat" in parent_tags:
            return text
        before = " " if text[:1].isspace() else ""
        after = " " if text[-1:].isspace() else ""
        return f"{before}[{words}]({_in_brackets(url)}){after}"

    def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
        url = self.options["address"](str(el.get("src") or ""))
        words = escaped(one_line(str(el.get("alt") or "")))
        return f"![{words}]({_in_brackets(url)})" if is_picture(url) else words

    def convert_li(self, el: Any, text: str, parent_tags: Any) -> str:
        text, number = (text or "").strip(), self._number(el.parent)
        if not text:
            return "\n"
        mark = "-" if number is None else f"{number}."
        first_line, *rest = text.split("\n")
        lines = [f"    {line}" if line.strip() else "" for line in rest]
        return "\n".join([f"{mark} {first_line}", *lines]) + "\n"

    def _number(self, parent: Any) -> int | None:
        """Count on in a numbered list: its items come one after the other, each once."""
        if parent is None or parent.name != "ol":
            return None
        numbers: dict[int, int] = self.options["numbers"]
        start = str(parent.get("start") or "")
        first = int(start) if _FEW_DIGITS.fullmatch(start) else 1
        numbers[id(parent)] = numbers.get(id(parent), first - 1) + 1
        return numbers[id(parent)]

    def convert_td(self, el: Any, text: str, parent_tags: Any) -> str:
        base: Any = super()
        if not _FEW_COLUMNS.fullmatch(str(el.get("colspan") or "1")):
            del el["colspan"]
        return str(base.convert_td(el, " ".join(text.split()), parent_tags))

    convert_th = convert_td


@lru_cache(maxsize=1)
def _writer() -> Any:
    """Give the class that writes Markdown: the package's, with what we do otherwise."""
    markdownify = need("markdownify", extra="docs")
    return type("Writer", (_Handbook, markdownify.MarkdownConverter), {})


def _written(html: str, address: Address, shift: int) -> str:
    writer = _writer()(
        address=address,
        shift=shift,
        numbers={},
        heading_style="atx",
        autolinks=False,
        table_infer_header=True,
        sub_symbol="<sub>",
        sup_symbol="<sup>",
    )
    return str(writer.convert(html))


def _in_table(parent_tags: Any) -> bool:
    return bool({"td", "th"} & set(parent_tags or ()))


def _line_starts(text: str) -> str:
    text = _LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}", text)
    return _NUMBERED.sub(r"\1\\\2", text)


def _in_brackets(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
