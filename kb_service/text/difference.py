"""What changed between two texts, word by word, and the short form of it for a page.

Nothing is lost: equal and deleted pieces together are the old text, equal and inserted ones the
new. The work grows with the pairs of equal words, so texts with very many are first compared by
lines, and only the lines that differ by words; what is still too large is shown as replaced whole.
"""

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# A sum is one word, though its thousands stand apart: nobody reads «5 of 6 000».
_TOKEN = re.compile("\\d{1,3}(?:[\u00a0\u202f]\\d{3})+(?!\\w)|\\w+|\\s+|[^\\w\\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Pairs of equal words that one comparison may hold; a letter of five pages has about this many.
_MAX_PAIRS = 50_000


class Change(NamedTuple):
    """A piece of text that stayed, came or went; `skip` stands for equal text left out."""

    op: Literal["equal", "insert", "delete", "skip"]
    text: str


def difference(old: str, new: str) -> list[Change]:
    """Give the pieces in reading order; of one place the deleted piece comes first.

    >>> [tuple(change) for change in difference("до 10 числа", "до 15 числа")]
    [('equal', 'до '), ('delete', '10'), ('insert', '15'), ('equal', ' числа')]
    """
    return _joined(_compare(_TOKEN.findall(old), _TOKEN.findall(new)))


def short(changes: list[Change], lines: int = 2) -> list[Change]:
    """Give the changes with their own lines and so many lines around them, `skip` for the rest."""
    if all(change.op == "equal" for change in changes):
        return []
    given: list[Change] = []
    last = len(changes) - 1
    for number, change in enumerate(changes):
        if change.op != "equal":
            given.append(change)
            continue
        head = lines + 1 if number > 0 else 0
        tail = lines + 1 if number < last else 0
        given += _cut(change.text, head, tail)
    return given


def _cut(text: str, head: int, tail: int) -> list[Change]:
    """Leave the first and the last lines of an equal piece; both may be parts of lines."""
    pieces = text.split("\n")
    if head + tail >= len(pieces):
        return [Change("equal", text)]
    before = "".join(f"{line}\n" for line in pieces[:head])
    after = "\n".join(pieces[len(pieces) - tail :]) if tail else ""
    cut = [Change("equal", before), Change("skip", ""), Change("equal", after)]
    return [change for change in cut if change.text or change.op == "skip"]


def _compare(old: list[str], new: list[str]) -> Iterable[Change]:
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    yield Change("equal", "".join(old[:start]))
    yield from _middle(old[start : len(old) - end], new[start : len(new) - end])
    yield Change("equal", "".join(old[len(old) - end :]))


def _common(old: list[str], new: list[str]) -> int:
    shorter = min(len(old), len(new))
    return next((place for place in range(shorter) if old[place] != new[place]), shorter)


def _middle(old: list[str], new: list[str]) -> Iterable[Change]:
    if _is_small(old, new):
        return _by_words(old, new)
    old_lines, new_lines = _LINE.findall("".join(old)), _LINE.findall("".join(new))
    if _is_small(old_lines, new_lines):
        return _by_lines(old_lines, new_lines)
    return _replaced("".join(old), "".join(new))


def _by_lines(old: list[str], new: list[str]) -> Iterable[Change]:
    for op, a1, a2, b1, b2 in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[a1:a2]), "".join(new[b1:b2])
        if op == "equal":
            yield Change("equal", before)
            continue
        old_words, new_words = _TOKEN.findall(before), _TOKEN.findall(after)
        whole = not _is_small(old_words, new_words)
        yield from _replaced(before, after) if whole else _by_words(old_words, new_words)


def _is_small(old: list[str], new: list[str]) -> bool:
    counts = Counter(new)
    return sum(counts[piece] for piece in old if not piece.isspace()) <= _MAX_PAIRS


def _by_words(old: list[str], new: list[str]) -> Iterable[Change]:
    # White space is no anchor: every text is full of it, and it would make the work square.
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if op == "equal":
            yield Change("equal", "".join(old[a1:a2]))
        else:
            yield from _replaced("".join(old[a1:a2]), "".join(new[b1:b2]))


def _replaced(old: str, new: str) -> Iterable[Change]:
    return [Change("delete", old), Change("insert", new)]


def _joined(changes: Iterable[Change]) -> list[Change]:
    """Join neighbours, and changes that only a space keeps apart: words read better together."""
    given: list[Change] = []
    stayed = gone = came = ""
    for op, text in changes:
        if op == "equal":
            stayed += text
            continue
        if text and stayed and not ((gone or came) and _is_space(stayed)):
            given += _pieces("", gone, came) + _pieces(stayed, "", "")
            gone = came = stayed = ""
        elif text and stayed:
            gone, came, stayed = gone + stayed, came + stayed, ""
        if op == "delete":
            gone += text
        else:
            came += text
    return given + _pieces("", gone, came) + _pieces(stayed, "", "")


def _is_space(text: str) -> bool:
    return text.isspace() and "\n" not in text


def _pieces(stayed: str, gone: str, came: str) -> list[Change]:
    pieces = [Change("equal", stayed), Change("delete", gone), Change("insert", came)]
    return [piece for piece in pieces if piece.text]
