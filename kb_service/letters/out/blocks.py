"""Safe HTML to the paragraphs of a letter: what stands on paper and in plain text alike.

A letter has paragraphs, lists, bold and slanted words and nothing else: headings become bold lines,
rows of tables become items, a link says its address. Whatever looks like markup of another
language is a text here and stays one.
"""

import re
from enum import StrEnum
from html.parser import HTMLParser

import msgspec

_BLANKS = re.compile(r"[ \t\r\n\f]+")
# What neither XML nor paper can hold.
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PARTS = frozenset({"p", "div", "blockquote", "pre", "dt", "dd", "hr", "tr", "table", *_HEADINGS})
_BOLD = frozenset({"strong", "b", "dt", *_HEADINGS})
_ITALIC = frozenset({"em", "i"})
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})
_VOID = frozenset({"br", "wbr", "hr", "img"})


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """Words that look the same. `is_gap`: a variable that has no value yet."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_gap: bool = False


class Kind(StrEnum):
    """What a block is; the further lines of an item are items without a marker."""

    TEXT = "text"
    ITEM = "item"


class Block(msgspec.Struct):
    """A paragraph. `depth` is how many lists it lies in, `marker` what stands before an item."""

    kind: Kind
    runs: list[Run]
    marker: str = ""
    depth: int = 0

    @property
    def words(self) -> str:
        """The words without the marker."""
        return "".join(one.text for one in self.runs)


def blocks(html: str, site_url: str) -> list[Block]:
    """Give the paragraphs of safe HTML; addresses inside the site become whole ones."""
    reader = _Reader(site_url)
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.made


def clean(text: str) -> str:
    """Give a text without what no paper can hold."""
    return _NO_LETTERS.sub("", text)


def absolute(address: str, site_url: str) -> str:
    """Give an address as paper says it; nothing for what leads nowhere from paper.

    >>> absolute("/meters", "https://a.example/"), absolute("mailto:a@b.example", ""), absolute("#n", "")
    ('https://a.example/meters', 'a@b.example', '')
    """  # noqa: E501 - a doctest
    if address.startswith("/"):
        is_known = site_url.startswith(("https://", "http://"))
        return site_url.rstrip("/") + address if is_known else ""
    if address.lower().startswith("mailto:"):
        return address[len("mailto:") :].partition("?")[0]
    return address if address.lower().startswith(("https://", "http://")) else ""


class _Reader(HTMLParser):
    """Walks through the HTML once; every tag is known, nothing in it is trusted."""

    def __init__(self, site_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[Block] = []
        self._site_url = site_url
        self._open: list[tuple[str, str]] = []
        self._counts: list[int] = []
        self._marker = ""
        self._runs: list[Run] = []
        self._link_words = ""
        self._heads: list[str] = []
        self._cell = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an opening tag."""
        given = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._void(tag, given)
            return
        if tag in _PARTS or tag in _LISTS or tag == "li":
            self.end_block()
        self._begin(tag, given)
        role = given.get("class", "") if tag in ("a", "span") else ""
        self._open.append((tag, given.get("href", "") if "backref" not in role else "\x00"))
        if "var" in role.split():
            self._open[-1] = (tag, "gap")
            self._say("[")

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._add("\n")
        elif tag == "hr":
            self.end_block()
        elif tag == "img":
            self._say(given.get("alt", ""))

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag in _LISTS:
            start = given.get("start", "")
            first = int(start) if start.isdecimal() and len(start) < 9 else 1  # noqa: PLR2004
            self._counts.append(first if tag == "ol" else 0)
        elif tag == "li":
            self._marker = "–"
            if self._counts and self._counts[-1]:
                self._marker = f"{self._counts[-1]}."
                self._counts[-1] += 1
        elif tag == "table":
            self._heads = []
        elif tag == "tr":
            self._cell = 0
        elif tag in _CELLS:
            self._begin_cell(tag)
        elif tag == "a":
            self._link_words = ""

    def _begin_cell(self, tag: str) -> None:
        if tag == "td":
            if self._cell == 0:
                self._marker = "–"
            elif self._runs:
                self._say("; ")
            if self._cell < len(self._heads) and self._heads[self._cell]:
                self._say(self._heads[self._cell] + ": ")
        else:
            self._heads.append("")
        self._cell += 1

    def handle_endtag(self, tag: str) -> None:
        """Take a closing tag."""
        if tag in _VOID or not any(name == tag for name, _ in self._open):
            return
        told = ""
        while self._open and (last := self._open[-1])[0] != tag:
            self._open.pop()
        told = last[1]
        if told == "gap":
            self._say("]")
        self._open.pop()
        if tag == "a" and told != "\x00":
            self._end_link(told)
        if tag in _PARTS or tag in _LISTS or tag == "li":
            self.end_block()
        if tag in _LISTS and self._counts:
            self._counts.pop()

    def _end_link(self, href: str) -> None:
        address = absolute(href, self._site_url)
        words = self._link_words.strip()
        if address and words not in (address, address.partition("://")[2].rstrip("/")):
            self._say(f" ({address})")

    def handle_data(self, data: str) -> None:
        """Take words."""
        names = {name for name, _ in self._open}
        if "th" in names and self._heads:
            self._heads[-1] += _BLANKS.sub(" ", clean(data))
            return
        is_between_cells = bool(self._open) and self._open[-1][0] in ("table", "tbody", "tr")
        if ("a", "\x00") not in self._open and not is_between_cells:
            self._link_words += data
            self._say(data if "pre" in names else _BLANKS.sub(" ", data))

    def _say(self, words: str) -> None:
        if words:
            self._add(clean(words))

    def _add(self, words: str) -> None:
        before = self._runs[-1].text if self._runs else "\n"
        if before.endswith(("\n", " ")) and words != "\n":
            words = words.lstrip(" ")
        if not words:
            return
        names = {name for name, _ in self._open}
        is_gap = ("span", "gap") in self._open
        run = Run(words, bool(names & _BOLD), bool(names & _ITALIC), is_gap)
        last = self._runs[-1] if self._runs else None
        if last is not None and msgspec.structs.replace(last, text=words) == run:
            self._runs[-1] = msgspec.structs.replace(last, text=last.text + words)
        else:
            self._runs.append(run)

    def end_block(self) -> None:
        """End the paragraph that is being read, if there are words in it."""
        runs = self._runs
        while runs and not runs[-1].text.strip():
            runs.pop()
        if not runs:
            self._runs = []
            return
        runs[-1] = msgspec.structs.replace(runs[-1], text=runs[-1].text.rstrip())
        is_row = any(name == "table" for name, _ in self._open)
        depth = len(self._counts) + is_row
        kind = Kind.ITEM if depth else Kind.TEXT
        self.made.append(Block(kind, runs, self._marker, depth))
        self._runs, self._marker = [], ""
