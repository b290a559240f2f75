"""Markdown to plain text for the index and for excerpts: quick, safe, linear in its length.

No Markdown library: marks are taken off by patterns that never look at a letter more than a few
times, whatever the text. The words of links, tables, notes and code stay, addresses go.
"""

import html
import re

# What stands where a fact has no value on the day, by language.
PENDING = {"ru": "уточняется", "en": "being verified"}
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()<>#+\-.!|~\"':])")
# Escaped signs wait here, in letters for private use, until the marks are off.
_SHELTER = 0xE000
_SHELTERED = re.compile("[\ue021-\ue07e]")
_LINE_START = re.compile(
    r"(?:(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t]|$)|:(?=[ \t])|\[[ xX]\](?=[ \t]))"
    r"[ \t]*)*"
)
_RULES = (frozenset("-*_= \t"), frozenset("|:- \t"))
_CODE_FENCE = re.compile(r"(?:```|~~~)[^`]*")
_DEFINITION = re.compile(r"\[(?!\^)[^\[\]]*\]:[ \t]*\S.*")
# A definition that nothing can refer to, or that leads nowhere: Markdown's way of a comment.
_REMARK = re.compile(r"[ ]{0,3}\[(?:[^\w\[\]^]*\]:|[^\[\]^]*\]:[ \t]*(?:#|<>)(?:[ \t]|$))")
_NOTE = re.compile(r"\[\^[^\[\]]*\]:[ \t]*")
_SHORT = re.compile(r"\*\[[^\[\]]*\]:.*")
_BOX = re.compile(r"!!! ?[\w-][^\"]*(?:\"([^\"]*)\")?.*")
_INLINE = re.compile(
    r"(?P<note>\[\^[^\[\]]*\])"
    r"|!?\[(?P<text>[^\[\]]*)\](?:\([^()\s]*(?:[ \t][^()]*)?\)|\[[^\[\]]*\])?"
    r"|</?(?:b|i|u|s|em|strong|sub|sup|kbd|mark|small|br|wbr|del|ins|code)[ \t]*/?>"
    r"|<(?P<auto>[^\s<>/!][^\s<>]*)>"
    r"|(?P<mark>\u27e6[^\u27e6\u27e7\n]*\u27e7)"
    r"|~~|`+|\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_BLANKS = re.compile(r"[^\S\n\u00a0\u202f]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def plain(markdown: str) -> str:
    """Give the words of a Markdown text, paragraphs apart; unfilled variables are left out."""
    lines = [_line(line.strip(" \t")) for line in without_comments(markdown).split("\n")]
    text = _ESCAPED.sub(lambda found: chr(_SHELTER + ord(found[1])), "\n".join(lines))
    # Twice: a link may hold a picture or bold words.
    text = _INLINE.sub(_words, _INLINE.sub(_words, text))
    text = _SHELTERED.sub(lambda found: chr(ord(found[0]) - _SHELTER), text)
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text = "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def without_comments(text: str) -> str:
    """Give the text without `<!-- … -->`: an editor's note to self is for nobody else.

    One that is not closed goes to the end; `check` refuses such a text before it is saved.
    """
    start = text.find("<!--")
    if start < 0:
        return text
    kept: list[str] = []
    position = 0
    while start >= 0:
        kept.append(text[position:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        position = end + 3
        start = text.find("<!--", position)
    kept.append(text[position:])
    return "".join(kept)


def open_comment(text: str) -> int:
    """Give the line of a comment that is not closed; 0 where there is none."""
    start = text.rfind("<!--")
    if start < 0 or text.find("-->", start + 4) >= 0:
        return 0
    return text.count("\n", 0, start) + 1


def without_remarks(text: str) -> str:
    """Give the Markdown without what no page shows: comments, also open ones, and `[//]: # (…)`."""
    clean = without_comments(text)
    start = clean.find("<!--")
    if start >= 0:
        clean = clean[:start]
    return "\n".join(line for line in clean.split("\n") if not _REMARK.match(line))


def _line(line: str) -> str:
    """Take off what stands at the start of a line; lines without words of their own are emptied."""
    if any(rule.issuperset(line) for rule in _RULES) or _CODE_FENCE.fullmatch(line):
        return ""
    if _DEFINITION.fullmatch(line) or _SHORT.fullmatch(line):
        return ""
    box = _BOX.fullmatch(line)
    if box is not None:
        return box[1] or ""
    note = _NOTE.match(line)
    marks = _LINE_START.match(line, note.end() if note is not None else 0)
    rest = line[marks.end() if marks is not None else 0 :]
    if line.startswith("#"):
        rest = rest.rstrip("#")
    return rest.replace("\\|", "\x00").replace("|", " ").replace("\x00", "|")


def _words(found: re.Match[str]) -> str:
    if found["note"] or found["mark"]:
        return ""
    if found["text"] is not None:
        return found["text"]
    if found["auto"]:
        address = found["auto"]
        return address.removeprefix("mailto:") if "@" in address or "://" in address else found[0]
    return " " if found[0].startswith("<br") else ""
