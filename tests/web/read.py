"""Reading a page as a browser and a screen reader do: what is wrong with its HTML."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
    ]
)
_NAMES = ("aria-labelledby", "aria-describedby", "for", "aria-controls")


class Page(HTMLParser):
    """The elements of a page, and remarks on them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.remarks: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        doubled = [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]
        self.remarks += [f"<{tag}> has {name} twice" for name in doubled]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open[-1] != tag:
            self.remarks.append(f"</{tag}> closes <{self._open[-1] if self._open else 'nothing'}>")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def all(self, tag: str) -> list[dict[str, str]]:
        """Give the attributes of all elements with a name."""
        return [given for name, given in self.elements if name == tag]


def remarks(html: str) -> list[str]:
    """Give all that is wrong with a page; an empty list is a good page."""
    page = Page(html)
    return [*page.remarks, *_doubtful(page), *_broken_names(page), *_forbidden(page)]


def _doubtful(page: Page) -> Iterator[str]:
    ids = Counter(given["id"] for _, given in page.elements if "id" in given)
    yield from (f"id {name} twice" for name, count in ids.items() if count > 1)
    if page.all("html"):
        if len(page.all("h1")) != 1:
            yield f"{len(page.all('h1'))} h1"
        if not page.all("html")[0].get("lang"):
            yield "no language"
    yield from ("an image without words" for given in page.all("img") if not given.get("alt"))


def _broken_names(page: Page) -> Iterator[str]:
    ids = {given["id"] for _, given in page.elements if "id" in given}
    for tag, given in page.elements:
        for name in _NAMES:
            for one in given.get(name, "").split():
                if one not in ids:
                    yield f"<{tag} {name}={one}> points nowhere"


def _forbidden(page: Page) -> Iterator[str]:
    for tag, given in page.elements:
        if tag == "style" or "style" in given:
            yield f"inline style in <{tag}>"
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            yield "inline script"
        for name, value in given.items():
            if re.fullmatch(r"on[a-z]+", name):
                yield f"{name} in <{tag}>"
            if value.strip().lower().startswith(("javascript:", "data:")):
                yield f"{value[:20]} in <{tag}>"
