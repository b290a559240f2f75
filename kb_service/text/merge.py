"""Two texts that grew from one, put together line by line: what only one of them changed is taken.

Where both changed the same lines nobody can decide but a person: such a place keeps all three
versions. The work is bounded like that of `difference`: texts with too many equal lines are one
place as a whole.
"""

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_MAX_PAIRS = 200_000


class Place(NamedTuple):
    """Some lines: as they are in the merged text or, where both changed them, in each version."""

    text: str
    base: str = ""
    mine: str = ""
    theirs: str = ""
    is_disputed: bool = False


def merged(base: str, mine: str, theirs: str) -> list[Place]:
    r"""Give the places of the merged text in order; every line of both versions is in one of them.

    >>> "".join(place.text for place in merged("1\n2\n3\n", "А\n2\n3\n", "1\n2\nБ\n"))
    'А\n2\nБ\n'
    """
    old, ours, others = _lines(base), _lines(mine), _lines(theirs)
    if _is_large(old, ours) or _is_large(old, others):
        return [_decided(base, mine, theirs)]
    places: list[Place] = []
    a = b = c = 0
    for start, in_ours, in_others, length in _common(old, ours, others):
        changed = ("".join(old[a:start]), "".join(ours[b:in_ours]), "".join(others[c:in_others]))
        if any(changed):
            places.append(_decided(*changed))
        if length:
            places.append(Place("".join(old[start : start + length])))
        a, b, c = start + length, in_ours + length, in_others + length
    return _joined(places)


def _decided(base: str, mine: str, theirs: str) -> Place:
    if mine in (theirs, base):
        return Place(theirs)
    if theirs == base:
        return Place(mine)
    return Place("", base, mine, theirs, is_disputed=True)


def _lines(text: str) -> list[str]:
    """Give the lines, each with its end; a last one without gets it, so that lines compare."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [f"{line}\n" for line in lines]


def _is_large(old: list[str], new: list[str]) -> bool:
    counts = Counter(new)
    return sum(counts[line] for line in old) > _MAX_PAIRS


def _common(
    old: list[str], ours: list[str], others: list[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Give the stretches that stand in all three (old, ours, others, length), and the end."""
    left = SequenceMatcher(None, old, ours, autojunk=False).get_matching_blocks()
    right = SequenceMatcher(None, old, others, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(left) and j < len(right):
        one, two = left[i], right[j]
        start = max(one.a, two.a)
        end = min(one.a + one.size, two.a + two.size)
        if start < end:
            yield start, one.b + start - one.a, two.b + start - two.a, end - start
        if one.a + one.size < two.a + two.size:
            i += 1
        else:
            j += 1
    yield len(old), len(ours), len(others), 0


def _joined(places: list[Place]) -> list[Place]:
    """Join neighbours that nobody disputes."""
    given: list[Place] = []
    for place in places:
        if given and not place.is_disputed and not given[-1].is_disputed:
            given[-1] = Place(given[-1].text + place.text)
        elif place.is_disputed or place.text:
            given.append(place)
    return given
