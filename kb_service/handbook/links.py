"""Addresses in texts: which may stand in a page, which lead to items of this site, telephones.

Pure, and of the room it imports `plain` alone: the process that renders Markdown loads this too.
"""

import re
import unicodedata
from urllib.parse import unquote

from kb_service.handbook.plain import without_comments

# No name before the host: `https://bank.example@evil.example` leads to the second one.
_EXTERNAL = re.compile(r"https?://[^\s/\\@?#]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)
_MAIL = re.compile(
    r"mailto:[^\s?@:/\\<>\"]+@[^\s?@:/\\<>\"]+(?:\?subject=[^\s&<>\"]*)?", re.IGNORECASE
)
_PHONE = re.compile(r"tel:\+?[0-9*#]+", re.IGNORECASE)
# One slash and no second one: `//host` and `/\host` lead away.
_PATH = re.compile(r"/(?![/\\])[^\s\\]*")
_ANCHOR = re.compile(r"#[^\s\\]*")
_TEL_SCHEME = re.compile(r"\s*tel:", re.IGNORECASE)
_NUMBER = re.compile(r"[+0-9*#\s()./\-\u2010-\u2015\u00a0\u202f]*")
_RUSSIAN_LENGTH = 11
# Plone's way of naming an item by its uid, from wherever it is written.
_BY_UID = re.compile(r"(?:/|(?:\.\.?/)*)resolveuid/(?=[0-9a-f]{32}(?:[/?#]|$))")
_UID_LENGTH = 32
_MAX_TARGET = 1000
_CODE_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*")
_CODE = re.compile(r"`[^`\n]*`")
# Every repetition is short, so that no text makes this slow.
_INLINE = re.compile(r"(?<!\\)\]\([ \t\n]{0,4}<?([^\s<>()\\]{1,1000})")
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]{0,8}<?([^\s<>\\]{1,1000})", re.MULTILINE
)
_LABEL = re.compile(r"\[([^\[\]\n]{1,200})\](?![:(])")


def tel(url: str) -> str:
    """Give a `tel:` address that telephones dial; every other address comes back as it is.

    Blanks, brackets and dashes go, so does what follows the number. Eleven digits that begin with 8
    (or with the 0 of the example company) get +7. Without a digit the answer is empty.
    """
    scheme = _TEL_SCHEME.match(url)
    if scheme is None:
        return url
    number = _NUMBER.match(url, scheme.end())
    typed = number[0] if number else ""
    digits = "".join(letter for letter in typed if letter in "0123456789*#")
    if not digits:
        return ""
    if typed.lstrip().startswith("+"):
        return f"tel:+{digits}"
    if len(digits) == _RUSSIAN_LENGTH and digits[0] in "08" and digits.isdigit():
        return f"tel:+7{digits[1:]}"
    return f"tel:{digits}"


def is_external(url: str) -> bool:
    """Say whether the address leads to another host."""
    return _EXTERNAL.fullmatch(url) is not None


def is_link(url: str) -> bool:
    """Say whether the address may stand in a link: http(s), mail, telephone, site path, anchor."""
    return _is_clean(url) and any(
        form.fullmatch(url) for form in (_PATH, _ANCHOR, _EXTERNAL, _MAIL, _PHONE)
    )


def is_picture(url: str) -> bool:
    """Say whether the address may be that of a picture: a path of this site, never another host."""
    return _is_clean(url) and _PATH.fullmatch(url) is not None


def rooted(url: str) -> str:
    """Give Plone's `../resolveuid/UID` as an address from the root; every other as it is."""
    return _BY_UID.sub("/resolveuid/", url, count=1) if _BY_UID.match(url) else url


def internal(url: str) -> str:
    """Give the path or the uid to which an address inside this site leads; else nothing.

    Anchor, query, the language of the page and the name of a service (`/@@download`) are left out.
    """
    bare = rooted(unquote(re.split("[?#]", url.strip(), maxsplit=1)[0]))
    if len(bare) > _MAX_TARGET or "{" in bare or not is_picture(bare.replace(" ", "%20")):
        return ""
    if bare.startswith("/resolveuid/"):
        return bare.removeprefix("/resolveuid/")[:_UID_LENGTH]
    path = bare.split("/@", 1)[0]
    if path == "/en" or path.startswith("/en/"):
        path = path.removeprefix("/en")
    return path.rstrip("/") or "/"


def targets(markdown: str) -> set[str]:
    """Give the paths and uids to which the links and pictures of a Markdown text lead.

    What stands in code or in a comment leads nowhere, nor does a definition that nothing uses.
    """
    text = _CODE.sub("", _without_code(without_comments(markdown)))
    used = {_label(label) for label in _LABEL.findall(text)}
    urls = set(_INLINE.findall(text))
    urls |= {url for label, url in _DEFINITION.findall(text) if _label(label) in used}
    return {internal(url) for url in urls} - {""}


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


def _without_code(text: str) -> str:
    """Give the text without its fenced code; a fence that is not closed is text."""
    kept: list[str] = []
    code: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            code.append(line)
            if line.strip().startswith(fence) and not line.strip(fence[0] + " "):
                fence, code = "", []
            continue
        opening = _CODE_FENCE.fullmatch(line)
        if opening is not None:
            fence, code = opening[1], [line]
        else:
            kept.append(line)
    return "\n".join([*kept, *code])


def _is_clean(url: str) -> bool:
    # Browsers drop tabs and line ends inside an address, and read right-to-left marks for show.
    return not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in url)
