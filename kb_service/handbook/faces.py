"""One body as three texts and back: what an editor writes side by side, and where it stands.

A body that comes back unchanged is the same to the letter. A changed text goes to its own place:
the fences, their order and the blank lines around them stay as somebody typed them. Public text
that stands between two fences stays there; where it was changed, a comparison by lines says on
which side of the fence each new line belongs. No line that was written is ever dropped.
"""

from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher

import msgspec

from kb_service.base.errors import FieldError, invalid
from kb_service.handbook import parts

FACES = ("public", *parts.NAMES)
# Pairs of equal lines that one comparison may hold; beyond it new public text stands in front.
_MAX_PAIRS = 200_000


class _Run(msgspec.Struct):
    """Lines of one owner: a part with its fences, or public text up to the next fence."""

    owner: str
    lines: list[str]
    opening: str = ""
    closing: str = ""

    @property
    def core(self) -> list[str]:
        """The lines without blank ones at the ends."""
        first, last = _edges(self.lines)
        return self.lines[first:last]

    def fill(self, core: list[str]) -> None:
        """Put other lines between the blank ones."""
        first, last = _edges(self.lines)
        self.lines = [*self.lines[:first], *core, *self.lines[last:]] if last else core


def texts(body: str) -> dict[str, str]:
    """Give each part as one text, without blank lines at its ends."""
    runs = _runs(body)
    found = dict.fromkeys(FACES, "")
    for run in runs:
        if run.owner != "public":
            found[run.owner] = "\n".join(run.core)
    found["public"] = "\n".join(_public(runs))
    return found


def rejoined(body: str, wanted: Mapping[str, str]) -> str:
    """Give the body with these texts in the place of its own; a part without text leaves it.

    Raises: part.fence_inside for the text in which a line would end or begin a part.
    """
    given = {name: _core(wanted.get(name, "").split("\n")) for name in FACES}
    _refuse_fences(given)
    before = texts(body)
    runs = _runs(body)
    if "\n".join(given["public"]) != before["public"]:
        _spread(runs, given["public"])
    for name in parts.NAMES:
        if "\n".join(given[name]) != before[name]:
            runs = _with_part(runs, name, given[name])
    return _joined(runs)


def place_of(body: str, line: int) -> tuple[str, int]:
    """Give the part in which a line of the body stands, and its line in that part's text.

    Lines begin at 1; a fence is in no part and has the name "".
    """
    runs = _runs(body)
    seen = shown = 0
    for run in runs:
        seen += 1 if run.opening else 0
        first, last = _edges(run.lines)
        within = line - seen - 1
        if 0 <= within < len(run.lines):
            before = shown if run.owner == "public" else 0
            return run.owner, before + min(max(within - first, 0), max(last - first - 1, 0)) + 1
        if run.owner == "public" and last:
            shown += last - first + 1
        seen += len(run.lines) + (1 if run.closing else 0)
    return "", line


def _runs(body: str) -> list[_Run]:
    runs = [_Run("public", [])]
    for line in body.split("\n"):
        name = parts.fence_of(line)
        if name is None:
            runs[-1].lines.append(line)
        elif name:
            runs.append(_Run(name, [], opening=line))
        else:
            runs[-1].closing = line
            runs.append(_Run("public", []))
    return runs


def _joined(runs: list[_Run]) -> str:
    lines: list[str] = []
    for run in runs:
        lines += [run.opening] if run.opening else []
        lines += run.lines
        lines += [run.closing] if run.closing else []
    return "\n".join(lines)


def _edges(lines: list[str]) -> tuple[int, int]:
    """Give where the first written line stands and where the last one ends; (0, 0) if none is."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    return (written[0], written[-1] + 1) if written else (0, 0)


def _core(lines: list[str]) -> list[str]:
    first, last = _edges(lines)
    return lines[first:last]


def _public(runs: list[_Run]) -> list[str]:
    lines: list[str] = []
    for run in runs:
        core = run.core if run.owner == "public" else []
        if core:
            lines += ["", *core] if lines else core
    return lines


def _refuse_fences(given: Mapping[str, list[str]]) -> None:
    for name, lines in given.items():
        wrong = [n for n, line in enumerate(lines, 1) if parts.fence_of(line) is not None]
        if wrong:
            problem = FieldError(name, "part.fence_inside", {"line": wrong[0]})
            raise invalid("part.fence_inside", problem, line=wrong[0])


def _spread(runs: list[_Run], lines: list[str]) -> None:
    """Put new public text where the old one stood, each piece on its side of the fences."""
    held = [run for run in runs if run.owner == "public" and run.core]
    if not held:
        # The first run alone holds public text now; the end of the body stays the end of a line.
        runs[0].lines = [*lines, ""] if lines else runs[0].lines
        return
    ends: list[int] = []
    for run in held:
        ends.append((ends[-1] + 1 if ends else 0) + len(run.core))
    cuts = [*_moved(_public(runs), lines, ends[:-1]), len(lines)]
    start = 0
    for run, end in zip(held, cuts, strict=True):
        run.fill(_core(lines[start:end]))
        start = max(start, end)


def _moved(old: list[str], new: list[str], places: list[int]) -> list[int]:
    """Give where places between old lines are among the new ones, in the same order."""
    counts = Counter(new)
    if not places or sum(counts[line] for line in old) > _MAX_PAIRS:
        return [len(new)] * len(places)
    codes = SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes()
    found: list[int] = []
    for place in places:
        there = len(new)
        for op, a1, a2, b1, b2 in codes:
            if a1 <= place < a2:
                there = b1 + place - a1 if op == "equal" else b2
                break
        found.append(max(there, found[-1] if found else 0))
    return found


def _with_part(runs: list[_Run], name: str, lines: list[str]) -> list[_Run]:
    known = next((run for run in runs if run.owner == name), None)
    if known is not None and lines:
        known.fill(lines)
        return runs
    if known is not None:
        return _without(runs, known)
    last = runs[-1]
    last.lines = [*last.lines[: _edges(last.lines)[1]], ""]
    if len(runs) > 1 or len(last.lines) > 1:
        part = _Run(name, lines, opening=f"::: {name}", closing=":::")
        return [*runs, part, _Run("public", [""])]
    return [_Run(name, lines, opening=f"::: {name}", closing=":::"), _Run("public", [""])]


def _without(runs: list[_Run], gone: _Run) -> list[_Run]:
    """Take a part out with its fences; one blank line keeps its neighbours apart."""
    place = runs.index(gone)
    before, after = runs[place - 1], runs[place + 1]
    head, tail = before.lines[: _edges(before.lines)[1]], after.lines[_edges(after.lines)[0] :]
    is_written = bool(_core(tail))
    joined = _Run("public", [*head, "", *tail] if is_written else [*head, ""])
    return [*runs[: place - 1], joined, *runs[place + 2 :]]
