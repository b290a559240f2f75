"""Markdown to safe HTML: what the rendering process does with one text.

This module and what it imports are all that the process loads: Python-Markdown with a fixed list of
extensions and nh3. There is no raw HTML: a few bare tags without attributes are taken, comments go,
every other `<` is shown as typed. Nothing here writes attributes or reads files.
"""

import html
import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString

from kb_service.handbook.links import tel
from kb_service.handbook.markup_tree import FinishedTree, OpenedTree, headings, slugs
from kb_service.handbook.plain import PENDING, without_comments
from kb_service.handbook.safe_html import safe

Heading = tuple[int, str, str]

# The letter before every anchor, by part: three parts can stand on one page.
PREFIXES = {"public": "h-", "staff": "s-", "letter": "l-"}
_BACK = {"ru": "К тексту, сноска %d", "en": "Back to the text, note %d"}
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OPENS_CODE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*[\w.+#-]*[ \t]*")
_BARE_TAG = r"<(/?)(br|wbr|b|i|u|s|em|strong|sub|sup|kbd|small|del|ins)[ ]?/?>"
_MARK = "\u27e6([^\u27e6\u27e7\n]{1,80})\u27e7"
_PENDING = f"\u27e6({'|'.join(PENDING.values())})\u27e7"
_PHONE = r"(?<![\w+/-])(?:\+7|[078])[ \u00a0]\(?\d{3}\)?[ \u00a0]\d{3}[- ]\d{2}[- ]\d{2}(?![\w-])"
_ITEM = re.compile(r" {0,3}(?:[-*+]|1\.) +\S")
_ANY_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}\.) ")
_machines: dict[tuple[str, str], Markdown] = {}


def to_html(text: str, part: str, language: str) -> tuple[str, list[Heading]]:
    """Give the safe HTML of a Markdown text and its headings: level, anchor, words."""
    key = (part, language)
    machine = _machines.pop(key, None) or _machine(part, language)
    made = machine.convert(_DIRECTION.sub("", text))
    found = headings(machine)
    machine.reset()
    # Only a machine that came through whole is used again.
    _machines[key] = machine
    return safe(made), found


def _machine(part: str, language: str) -> Markdown:
    prefix = PREFIXES[part]
    machine = Markdown(
        output_format="html",
        extensions=[
            AbbrExtension(),
            AdmonitionExtension(),
            DefListExtension(),
            FootnoteExtension(BACKLINK_TITLE=_BACK.get(language, _BACK["en"])),
            SaneListExtension(),
            TableExtension(use_align_attribute=True),
            TocExtension(marker="", slugify=slugs(prefix)),
        ],
    )
    machine.preprocessors.deregister("html_block")
    machine.inlinePatterns.deregister("html")
    machine.preprocessors.register(_CodeFences(machine), "kb_code", 25)
    machine.preprocessors.register(_Comments(machine), "kb_comments", 24)
    machine.preprocessors.register(_Lists(machine), "kb_lists", 23)
    machine.inlinePatterns.register(_BareTag(_BARE_TAG, machine), "kb_bare_tag", 90)
    machine.inlinePatterns.register(
        SimpleTagInlineProcessor(r"(~~)(?=\S)([^~\n]+)(?<=\S)~~", "del"), "kb_deleted", 50
    )
    if part != "letter":
        machine.inlinePatterns.register(_Phone(_PHONE, machine), "kb_phone", 45)
    # Outside letters only the word for a value that nobody knows today is a mark.
    mark = _MARK if part == "letter" else _PENDING
    machine.inlinePatterns.register(_Mark(mark, machine), "kb_mark", 185)
    machine.treeprocessors.register(OpenedTree(machine), "kb_opened", 30)
    machine.treeprocessors.register(
        FinishedTree(machine, prefix=prefix, language=language, has_steps=part == "public"),
        "kb_finished",
        -10,
    )
    return machine


class _CodeFences(Preprocessor):
    """Code between ``` or ~~~ lines, as typed."""

    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        fence = ""
        code: list[str] = []
        for line in lines:
            if fence:
                if line.strip() and not line.strip(fence[0] + " ") and fence in line:
                    kept += ["", self._stored(code), ""]
                    fence = ""
                else:
                    code.append(line)
                continue
            opening = _OPENS_CODE.fullmatch(line)
            if opening is not None:
                fence, code, opened = opening[1], [], line
            else:
                kept.append(line)
        # A fence that is not closed is text.
        return [*kept, opened, *code] if fence else kept

    def _stored(self, code: list[str]) -> str:
        text = html.escape("\n".join(code), quote=False)
        return str(self.md.htmlStash.store(f"<pre><code>{text}\n</code></pre>"))


class _Comments(Preprocessor):
    """Comments are an editor's notes and never reach a page."""

    def run(self, lines: list[str]) -> list[str]:
        return without_comments("\n".join(lines)).split("\n")


class _Lists(Preprocessor):
    """A list may follow a paragraph without an empty line, as everywhere else."""

    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        before = ""
        is_in_list = False
        for line in lines:
            if not before.strip():
                is_in_list = is_in_list and line[:1] in ("", " ")
            if _ITEM.match(line):
                if before.strip() and not is_in_list and not before.startswith("    "):
                    kept.append("")
                is_in_list = True
            elif _ANY_ITEM.match(line):
                is_in_list = True
            kept.append(line)
            before = line
        return kept


class _BareTag(InlineProcessor):
    """`<br>`, `<sub>` and their like, without attributes."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's own form
        self, m: re.Match[str], data: str
    ) -> tuple[Any, int, int]:
        return self.md.htmlStash.store(f"<{m[1]}{m[2]}>"), m.start(), m.end()


class _Phone(InlineProcessor):
    """A Russian telephone number of eleven digits: one touch calls it."""

    ANCESTOR_EXCLUDES = ("a", "code")

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's own form
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", {"href": tel(f"tel:{m[0]}")})
        link.text = AtomicString(m[0])
        return link, m.start(0), m.end(0)


class _Mark(InlineProcessor):
    """A letter variable that is not filled in yet, or a fact without a value on the day."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's own form
        self, m: re.Match[str], data: str
    ) -> tuple[Any, int, int]:
        mark = Element("span", {"class": "var warn"})
        mark.text = m[1]
        return mark, m.start(), m.end()
