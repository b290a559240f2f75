"""Short names and paths: made of titles, checked, free among neighbours.

Names are Plone's: lower-case Latin letters, digits, dashes; «Как передать показания» gives
`kak-peredat-pokazaniia`. Some first segments belong to the service itself, and nothing may begin
with `@` or `_` (Plone's endpoints, data sheets).
"""

import re
from collections.abc import Collection, Sized
from pathlib import PurePosixPath

from slugify import slugify

from kb_service.base.errors import FieldError, invalid

RESERVED = frozenset(
    {
        "api", "desk", "edit", "admin", "research", "reports", "files", "static", "en", "widget",
        "resolveuid", "search", "topics", "ask", "helped", "welcome", "mcp", "rss.xml",
        "sitemap.xml", "robots.txt", "opensearch.xml",
    }
)  # fmt: skip
# `index.md` is a topic's own text, so no item can have this name; `++api++` is Plone's.
NEVER = frozenset({"index", "++api++"})
MAX_NAME = 80
MAX_SEGMENT = 120
MAX_PATH = 500
MAX_DEPTH = 8
MAX_AT_ONCE = 100
_UNNAMED = "item"
_SEGMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?")
_ENDINGS = (".md", ".conflict")
_FILE_ENDING = re.compile(r"\.[a-z0-9]{1,8}")
_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
        "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
        "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip


def slug(title: str, *, limit: int = MAX_NAME) -> str:
    """Give a short name for a title, whole words up to the limit; never empty, never reserved."""
    text = title[: limit * 8].lower().replace("и\u0306", "й").replace("е\u0308", "ё")
    name = slugify(text.translate(_LETTERS), max_length=limit, word_boundary=True)
    name = name or _UNNAMED
    return f"{name}-1" if name in RESERVED | NEVER else name


def slug_of_file(filename: str) -> str:
    """Give a short name for a file, its ending kept: «Бланк заявления.PDF», blank-zaiavleniia.pdf.

    An ending that is none of a file's (`.md`, letters of other alphabets) goes.
    """
    path = PurePosixPath(filename)
    ending = path.suffix.lower()
    if not _FILE_ENDING.fullmatch(ending) or ending in _ENDINGS:
        return slug(filename)
    return slug(path.stem) + ending


def unique(name: str, taken: Collection[str]) -> str:
    """Give the name if it is free, else with the first free of -1, -2 and so on behind it.

    A file keeps its ending behind the number. Names that differ only in case count as the same:
    some file systems see no difference.
    """
    known = {one.casefold() for one in taken}
    if name.casefold() not in known:
        return name
    path = PurePosixPath(name)
    number = 1
    while f"{path.stem}-{number}{path.suffix}".casefold() in known:
        number += 1
    return f"{path.stem}-{number}{path.suffix}"


def join(parent: str, name: str) -> str:
    """Give the path of a name under a parent's path; the root is `/`."""
    return f"{parent.rstrip('/')}/{name}" if name else parent


def check(path: str) -> None:
    """Refuse a path at which nothing can be. Raises: path.wrong with the reason, path.reserved."""
    if path == "/":
        return
    if not path.startswith("/") or len(path) > MAX_PATH:
        raise invalid("path.wrong", path=path[:MAX_PATH], reason="form")
    segments = path[1:].split("/")
    if len(segments) > MAX_DEPTH:
        raise invalid("path.wrong", path=path, reason="depth")
    if segments[0].lower() in RESERVED:
        raise invalid("path.reserved", path=path, name=segments[0])
    _check_names(path, segments)


def check_count(wanted: Sized) -> None:
    """Refuse none and too many addresses at once. Raises: address.too_many."""
    if not 0 < len(wanted) <= MAX_AT_ONCE:
        fault = FieldError("items", "address.too_many", {"max": MAX_AT_ONCE})
        raise invalid("address.too_many", fault, max=MAX_AT_ONCE)


def _check_names(path: str, segments: list[str]) -> None:
    for segment in segments:
        if len(segment) > MAX_SEGMENT or not _SEGMENT.fullmatch(segment):
            raise invalid("path.wrong", path=path, reason="name", name=segment[:MAX_SEGMENT])
        if segment.lower().endswith(_ENDINGS):
            raise invalid("path.wrong", path=path, reason="ending", name=segment)
        if segment.lower() in NEVER:
            raise invalid("path.reserved", path=path, name=segment)
