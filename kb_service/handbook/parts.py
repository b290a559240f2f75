"""The faces of one body: public answer, `::: staff` notes, `::: letter` text.

A line `::: staff` or `::: letter` opens a part, a line `:::` closes it, all else is public. Nothing
is guessed: whatever looks like a fence and is not one to the letter is an error, wherever it stands
(also in a code block), so that a slip in the markup can never show a staff part to a visitor. To
write about fences, put them into backticks.

Line k of a part is line k of the body: lines that belong to other parts are left empty.
"""

import re
import unicodedata
from collections.abc import Iterator

from kb_service.base.errors import invalid
from kb_service.handbook.schemas import Parts, Problem

NAMES = ("staff", "letter")
_OPENING = re.compile(r":::[ \t]+(\S(?:.*\S)?)[ \t]*")
_CLOSING = re.compile(r":::[ \t]*")
# What editors, readers and browsers may show as the end of a line, besides the one that counts.
_OTHER_BREAKS = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Letters that look like one colon (Unicode's confusables), and like two.
_LIKE_ONE = (
    "\u02d0\u02f8\u0589\u05c3\u0703\u0704\u0903\u0a83\u1361\u16ec\u1803\u1804\u1809\u205a"
    "\u205d\u2236\u2806\ua4fd\ua789\ufe13\ufe30\ufe55\uff1a"
)
_LIKE_TWO = "\u2237\u2a74"
_COLONS = {ord(letter): ":" for letter in _LIKE_ONE} | {ord(letter): "::" for letter in _LIKE_TWO}
_COLON = re.compile(f"[:{_LIKE_ONE}]|[{_LIKE_TWO}]")
_NAME = re.compile("staff|letter", re.IGNORECASE)
_RUN = re.compile(r":\s*:\s*:")
_TIGHT_RUN = ":::"
_TICKS = re.compile("`+")
# Quote, list and heading marks that may stand before what somebody meant as a fence.
_LEADING = re.compile(r"(?:[>*+#\\\-–—•·|\s]|\d{1,9}[.)])*")
# Too few colons, or what the keys give in another keyboard layout.
_NEAR_MISS = re.compile(r"[:;.,^=~'\"/Жж]+\s*(?:staff|letter)\W*", re.IGNORECASE)
# So much of a wrong line is shown in the message.
_SHOWN = 80
# Fewer look-alike colons than this make no fence (∷ counts as two).
_FEW = 2
_INVISIBLE = frozenset({"Cf", "Cc", "Mn", "Me", "Cn", "Co"})


def split(body: str, *, offset: int = 0) -> Parts:
    """Cut a body into its parts. `offset` is the number of lines before the body in its file.

    Raises: part.unknown, part.unclosed, part.nested, part.stray, part.twice, part.suspicious; each
    with its line.
    """
    found = problems(body, offset=offset)
    if found:
        first = found[0]
        raise invalid(first.code, line=first.line, **first.params)
    lines: dict[str, list[str]] = {name: [] for name in ("public", *NAMES)}
    for line, owner in _owners(body):
        for name, text in lines.items():
            text.append(line if name == owner else "")
    return Parts(**{name: _trimmed(text) for name, text in lines.items()})


def public_only(parts: Parts) -> Parts:
    """Give the parts that a visitor may see."""
    return Parts(public=parts.public)


def problems(body: str, *, offset: int = 0) -> list[Problem]:
    """Give every mistake of the fences in order; an empty list means that `split` will do."""
    reader = _Reader()
    for number, line in enumerate(body.split("\n"), start=1 + offset):
        reader.read(line, number)
    return reader.finished()


def fence_of(line: str) -> str | None:
    """Give the name of the part that a line opens, "" if it closes one, None if it is no fence."""
    opening = _OPENING.fullmatch(line)
    if opening is not None:
        return opening[1]
    return "" if _CLOSING.fullmatch(line) else None


class _Reader:
    """Goes over the lines of one body and keeps the mistakes."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.opened: tuple[str, int] | None = None
        self.seen: set[str] = set()

    def read(self, line: str, number: int) -> None:
        opening = _OPENING.fullmatch(line)
        if opening is not None:
            self._open(opening[1], number)
        elif _CLOSING.fullmatch(line):
            if self.opened is None:
                self.found.append(Problem(number, "part.stray"))
            self.opened = None
        elif _is_suspicious(line):
            self.found.append(Problem(number, "part.suspicious", {"text": line.strip()[:_SHOWN]}))

    def finished(self) -> list[Problem]:
        if self.opened is not None:
            name, number = self.opened
            self.found.append(Problem(number, "part.unclosed", {"name": name[:_SHOWN]}))
        return sorted(self.found, key=lambda one: one.line)

    def _open(self, name: str, number: int) -> None:
        if self.opened is not None:
            code = "part.nested"
        elif name not in NAMES:
            code = "part.unknown"
        else:
            code = "part.twice" if name in self.seen else ""
        if code:
            self.found.append(Problem(number, code, {"name": name[:_SHOWN]}))
        if self.opened is None:
            self.opened = (name, number)
        self.seen.add(name)


def _owners(body: str) -> Iterator[tuple[str, str]]:
    """Give each line with the part to which it belongs; the fences belong to none."""
    owner = "public"
    for line in body.split("\n"):
        opening = _OPENING.fullmatch(line)
        if opening is not None:
            owner = opening[1]
            yield "", ""
        elif _CLOSING.fullmatch(line):
            owner = "public"
            yield "", ""
        else:
            yield line, owner


def _trimmed(lines: list[str]) -> str:
    text = "\n".join(lines).rstrip("\n")
    return text + "\n" if text.strip() else ""


def _is_suspicious(line: str) -> bool:
    """Say whether somebody may have meant this line, which is no fence, as one."""
    if _OTHER_BREAKS.search(line):
        pieces = _OTHER_BREAKS.split(line)
        return any(
            _CLOSING.fullmatch(one) or _OPENING.fullmatch(one) or _is_suspicious(one)
            for one in pieces
        )
    if len(_COLON.findall(line)) < _FEW and not _NAME.search(line):
        return False
    clean = _folded(line)
    start = _LEADING.match(clean)
    bare = clean[start.end() if start else 0 :]
    if _RUN.match(bare) or _NEAR_MISS.fullmatch(bare):
        return True
    return _TIGHT_RUN in clean and _TIGHT_RUN in _outside_code(clean)


def _folded(line: str) -> str:
    """Give the line as the eye sees it: look-alike colons as colons, no invisible letters."""
    wide = unicodedata.normalize("NFKC", line.translate(_COLONS)).translate(_COLONS)
    return "".join(
        " " if letter.isspace() else letter
        for letter in wide
        if letter.isspace() or unicodedata.category(letter) not in _INVISIBLE
    ).strip()


def _outside_code(line: str) -> str:
    """Give the line without its code spans: a run of backticks up to the next run as long."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(line)]
    later: dict[int, list[int]] = {}
    for place in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[place][1] - runs[place][0], []).append(place)
    kept: list[str] = []
    position = place = 0
    while place < len(runs):
        start, end = runs[place]
        same = later[end - start]
        while same and same[-1] <= place:
            same.pop()
        if same:
            kept.append(line[position:start])
            position = runs[same[-1]][1]
            place = same[-1]
        place += 1
    kept.append(line[position:])
    return " ".join(kept)
