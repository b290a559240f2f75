"""Addresses in texts: which may stand in a page, and telephone numbers as a phone dials them.

Pure and without imports of the room: the process that renders Markdown loads this module too.
"""

import re
import unicodedata

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


def _is_clean(url: str) -> bool:
    # Browsers drop tabs and line ends inside an address, and read right-to-left marks for show.
    return not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in url)
