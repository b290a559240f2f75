"""A judge of HTML that knows nothing of our own lists: parses it, says what must not be there."""

import html
import re
from html.parser import HTMLParser

TAGS = frozenset(
    ("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3",
     "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "s", "small", "span",
     "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul", "wbr")
)  # fmt: skip
ATTRIBUTES = frozenset(
    ("alt", "aria-label", "class", "href", "id", "loading", "rel", "role", "scope", "src", "start",
     "tabindex", "title")
)  # fmt: skip
CLASSES = frozenset(
    ("callout", "info", "ok", "warn", "danger", "scroll", "footnote", "steps", "var", "num")
)
VOID = frozenset({"br", "hr", "img", "wbr"})
# As a browser reads an address: blanks and control letters go first.
DROPPED = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff]")


class Judge(HTMLParser):
    """Collects complaints and the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []
        self.text: list[str] = []
        self.opened: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.complaints.append(f"tag {tag}")
        if tag not in VOID:
            self.opened.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.complaints.append(f"unbalanced {tag}")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.complaints.append(f"attribute {name} of {tag}")
        if name == "class" and not set(value.split()) <= CLASSES:
            self.complaints.append(f"class {value}")
        if name == "id":
            if value in self.ids or not value.startswith(("h-", "s-", "l-")):
                self.complaints.append(f"id {value}")
            self.ids.add(value)
        if name in ("href", "src"):
            self._address(tag, name, DROPPED.sub("", html.unescape(value)).lower())

    def _address(self, tag: str, name: str, url: str) -> None:
        is_local = url.startswith(("/", "#")) and not url.startswith(("//", "/\\"))
        is_abroad = url.startswith(("http://", "https://", "mailto:", "tel:"))
        if name == "src" or tag == "img":
            is_abroad = False
        if not is_local and not is_abroad:
            self.complaints.append(f"address {url}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if re.search("[\u202a-\u202e\u2066-\u2069]", data):
            self.complaints.append("turned text")

    def handle_comment(self, data: str) -> None:
        self.complaints.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.complaints.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.complaints.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.complaints.append(f"declaration {data}")


def verdict(text: str) -> list[str]:
    """Give what must not be in a page; nothing if it is harmless."""
    judge = Judge()
    judge.feed(text)
    judge.close()
    left = [f"open {tag}" for tag in judge.opened]
    return judge.complaints + left


def text_of(text: str) -> str:
    """Give the text of a page as a reader sees it, lines joined."""
    judge = Judge()
    judge.feed(text)
    judge.close()
    return " ".join("".join(judge.text).split())
