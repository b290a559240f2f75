"""What is done to Markdown's tree: steps, callouts, tables that scroll, safe addresses.

Done in the tree, before nh3, so that nothing touches the HTML afterwards. Anchors and notes carry a
prefix by part; headings begin at the second level, since the page's own title is the first.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString
from pymdownx import slugs as pymdownx_slugs

from kb_service.handbook.links import is_external, is_link, is_picture, rooted, tel
from kb_service.handbook.safe_html import REL

_TONES = {
    "note": "info",
    "info": "info",
    "tip": "ok",
    "ok": "ok",
    "warning": "warn",
    "attention": "warn",
    "warn": "warn",
    "danger": "danger",
}
_WORDS = {
    "ru": {
        "table": "Таблица",
        "note": "Обратите внимание.",
        "info": "К сведению.",
        "tip": "Совет.",
        "ok": "Готово.",
        "warning": "Внимание.",
        "attention": "Внимание.",
        "warn": "Внимание.",
        "danger": "Опасно.",
    },
    "en": {
        "table": "Table",
        "note": "Please note.",
        "info": "For information.",
        "tip": "Tip.",
        "ok": "Done.",
        "warning": "Attention.",
        "attention": "Attention.",
        "warn": "Attention.",
        "danger": "Danger.",
    },
}
# A paragraph that begins so says that something is not certain yet.
_UNCERTAIN = frozenset({"Уточняется.", "Being checked."})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TASKS = {"[ ] ": "\u2610 ", "[x] ": "\u2611 ", "[X] ": "\u2611 "}
_NOTE_ID = re.compile(r"fn(?:ref\d*)?:.*", re.DOTALL)
_ODD = re.compile(r"[^\w.:\-]")
_DASHES = re.compile("-{2,}")
_MAX_ANCHOR = 80


def slugs(prefix: str) -> Callable[[str, str], str]:
    """Give the function that makes anchors, in the letters of the heading: `h-когда-включат`."""
    slug = pymdownx_slugs.slugify(case="lower")

    def anchor(text: str, separator: str) -> str:
        name = _ODD.sub("", str(slug(text, separator)))
        name = _DASHES.sub("-", name)[:_MAX_ANCHOR].strip("-")
        return prefix + (name or "1")

    return anchor


def headings(machine: Markdown) -> list[tuple[int, str, str]]:
    """Give the headings of the text converted last: level, anchor, words."""
    found: list[tuple[int, str, str]] = []
    waiting: list[dict[str, Any]] = list(reversed(getattr(machine, "toc_tokens", [])))
    while waiting:
        token = waiting.pop()
        found.append((token["level"], token["id"], html.unescape(token["name"])))
        waiting.extend(reversed(token["children"]))
    return found


class OpenedTree(Treeprocessor):
    """Before words are read: first-level headings step down, task boxes become letters."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "h1":
                element.tag = "h2"
            elif element.tag == "li":
                _tick(element)
                if element.text is None and len(element) and element[0].tag == "p":
                    _tick(element[0])


def _tick(element: Element) -> None:
    text = (element.text or "").lstrip("\n")
    if text[:4] in _TASKS:
        element.text = _TASKS[text[:4]] + text[4:]


class FinishedTree(Treeprocessor):
    """After everything else: classes, addresses, anchors, frames for tables."""

    def __init__(self, md: Markdown, *, prefix: str, language: str, has_steps: bool) -> None:
        super().__init__(md)
        self.prefix = prefix
        self.words = _WORDS.get(language, _WORDS["en"])
        self.has_steps = has_steps

    def run(self, root: Element) -> None:
        titles = {anchor: words for _, anchor, words in headings(self.md)}
        for element in root.iter():
            self._visit(element)
        anchors = {element.get("id", "") for element in root.iter()}
        for link in root.iter("a"):
            self._lead(link, anchors)
        self._frame(root, titles)
        if self.has_steps:
            for child in root:
                if child.tag == "ol":
                    child.set("class", "steps")

    def _visit(self, element: Element) -> None:
        if element.tag == "a":
            self._link(element)
        elif element.tag == "img":
            _picture(element)
        elif element.tag == "p":
            _uncertain(element)
        elif element.tag == "div":
            self._callout(element)
        elif element.tag in ("th", "td"):
            _cell(element)
        identity = element.get("id", "")
        if _NOTE_ID.fullmatch(identity):
            element.set("id", self._note(identity))

    def _note(self, identity: str) -> str:
        return self.prefix + _ODD.sub("-", identity)[:_MAX_ANCHOR]

    def _link(self, link: Element) -> None:
        url = _address(link.get("href", ""))
        title = link.get("title")
        is_back = link.get("class") == "footnote-backref"
        link.attrib.clear()
        if url.startswith("#") and _NOTE_ID.fullmatch(url[1:]):
            url = f"#{self._note(url[1:])}"
        if not is_link(url):
            # The words stay; an address that may not stand here does not.
            link.tag = "span"
            return
        link.set("href", url)
        if title:
            link.set("aria-label" if is_back else "title", title)
        if is_external(url):
            link.set("rel", REL)

    def _lead(self, link: Element, anchors: set[str]) -> None:
        """Let `#когда-включат` find the heading, whose anchor has a prefix."""
        name = link.get("href", "")[1:]
        is_short = link.get("href", "").startswith("#") and name not in anchors
        if is_short and self.prefix + name in anchors:
            link.set("href", f"#{self.prefix}{name}")

    def _callout(self, box: Element) -> None:
        kinds = box.get("class", "").split()
        if not kinds or kinds[0] != "admonition":
            return
        kind = kinds[1] if len(kinds) > 1 else "note"
        box.set("class", f"callout {_TONES.get(kind, 'info')}")
        if not len(box) or box[0].get("class") != "admonition-title":
            return
        title = box[0]
        del title.attrib["class"]
        strong = Element("strong")
        strong.text = title.text
        if strong.text == kind.capitalize():
            strong.text = AtomicString(self.words.get(kind, strong.text))
        strong.extend(list(title))
        for child in list(title):
            title.remove(child)
        title.text = None
        title.append(strong)

    def _frame(self, root: Element, titles: dict[str, str]) -> None:
        """Put every table into a frame of its own that scrolls and says what it is."""
        label = self.words["table"]
        for parent, place, child in list(_with_parents(root)):
            if child.tag in _HEADINGS:
                label = titles.get(child.get("id", ""), label) or label
            elif child.tag == "table":
                frame = Element("div", {"class": "scroll", "role": "region", "tabindex": "0"})
                frame.set("aria-label", label)
                frame.tail, child.tail = child.tail, None
                parent[place] = frame
                frame.append(child)


def _with_parents(root: Element) -> Iterator[tuple[Element, int, Element]]:
    for parent in root.iter():
        for place, child in enumerate(parent):
            yield parent, place, child


def _address(url: str) -> str:
    plain = html.unescape(url.replace(AMP_SUBSTITUTE, "&")).strip()
    return rooted(tel(plain).replace(" ", "%20"))


def _picture(picture: Element) -> None:
    url, alt, title = _address(picture.get("src", "")), picture.get("alt", ""), picture.get("title")
    picture.attrib.clear()
    if not is_picture(url):
        picture.tag = "span"
        picture.text = AtomicString(alt)
        return
    picture.attrib |= {"src": url, "alt": alt, "loading": "lazy"}
    if title:
        picture.set("title", title)


def _uncertain(paragraph: Element) -> None:
    if not len(paragraph) or (paragraph.text or "").strip() or paragraph[0].tag != "strong":
        return
    if "".join(paragraph[0].itertext()).strip() in _UNCERTAIN:
        paragraph.set("class", "callout warn")


def _cell(cell: Element) -> None:
    side = cell.attrib.pop("align", "")
    if side == "right":
        cell.set("class", "num")
    if cell.tag == "th":
        cell.set("scope", "col")
