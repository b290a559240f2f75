"""Small changes of text that pages need: HTML to plain text, telephone links, marked excerpts.

Nothing here makes HTML out of what somebody typed; `marked` only takes away.
"""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from markupsafe import Markup, escape

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    (*_HEADINGS, "p", "ul", "ol", "table", "tr", "div", "section", "blockquote", "pre", "hr")
)
_BUT_MARKS = re.compile(r"<(?!/?mark>)")
_RUSSIAN_NUMBER = 11
# Emergency numbers such as 112 stand in every second text and are left as they are.
_SHORT = 4
_BREAKS = re.compile(r"\n{3,}")


def telephone(number: str) -> str:
    """Give the `tel:` link of a number as people write it; short numbers such as 112 stay."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+"):
        return f"tel:+{digits}"
    if len(digits) == _RUSSIAN_NUMBER and digits[0] in "078":
        return f"tel:+7{digits[1:]}"
    return f"tel:{digits}"


def marked(excerpt: str) -> Markup:
    """Let an excerpt's `<mark>` through and nothing else, whatever the search gave."""
    return Markup(_BUT_MARKS.sub("&lt;", excerpt))  # noqa: S704 - every other tag is taken away


def calls(text: str, numbers: Iterable[str]) -> Markup:
    """Make telephone links of the company's own numbers in a plain text, each kept on one line."""
    html = str(escape(text))
    for number in sorted({one for one in numbers if len(one) > _SHORT}, key=len, reverse=True):
        known = str(escape(number))
        link = f'<a class="nowrap" href="{telephone(number)}">{known}</a>'
        html = html.replace(known, link)
    return Markup(html)  # noqa: S704 - escaped first, our own links after


class _Reader(HTMLParser):
    """Writes down the words of our own rendered HTML, with the numbers of numbered steps."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
            self.parts.append("\n" if len(self._lists) > 1 else "\n\n")
        elif tag == "li":
            self.parts.append("\n" + self._bullet())
        elif tag == "br":
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" \t")
        elif tag in _BLOCKS and not self._lists:
            self.parts.append("\n" if tag == "tr" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self.parts.append("\n" if self._lists else "\n\n")
        elif tag in _BLOCKS and not self._lists:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "– "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "


def plain(html: str) -> str:
    """Give the words of safe HTML as text that can be pasted into a letter or a chat."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip(" \t") for line in "".join(reader.parts).split("\n")]
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str, limit: int = 300) -> str:
    """Give text on one line, cut at a word; for descriptions in the head of a page."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:—–-") + "…"
