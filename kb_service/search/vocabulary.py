"""The words and lines that an audience may meet in the index: for spelling and for completing.

Candidates come only from the index's own words and their inflections, and only from what this
audience may read, so that a draft or a staff note never shows through a correction. What a segment
holds is put in order once; what is hidden is passed over when it is asked for.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb_service.search.arrays import Ints
from kb_service.search.matrix import Mask
from kb_service.text.normalise import WORD, clean, fold

_SHORT = 6
_SHORTEST = 4
_MAX_CANDIDATES = 3
_MAX_EXPANSION = 24
# Of so many forms that begin alike the most frequent words are chosen.
_MAX_FORMS = 2000


class SegmentWords:
    """The terms of a segment, row by row, with all forms in order."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Take lines «term form form …»."""
        self._lines = lines
        self.terms = [line.partition(" ")[0] for line in lines]
        self.rows = {term: row for row, term in enumerate(self.terms)}

    @cached_property
    def ordered(self) -> list[tuple[str, int]]:
        """All forms with the rows of their terms, in order."""
        return sorted(
            (form, row) for row, line in enumerate(self._lines) for form in line.split(" ")
        )

    @cached_property
    def by_length(self) -> dict[int, tuple[list[str], list[int]]]:
        """All forms of a length, and the rows of their terms."""
        by_length: dict[int, tuple[list[str], list[int]]] = {}
        for form, row in self.ordered:
            forms, rows = by_length.setdefault(len(form), ([], []))
            forms.append(form)
            rows.append(row)
        return by_length


class Vocabulary:
    """What an audience may meet of the words of all segments."""

    def __init__(self, parts: Iterable[tuple[SegmentWords, Ints]]) -> None:
        """Take the words of segments with their visible document frequencies."""
        self._parts = [(words, counts.tolist()) for words, counts in parts]

    def __contains__(self, term: str) -> bool:
        return self.frequency(term) > 0

    def frequency(self, term: str) -> int:
        """Give how many documents have the term."""
        return sum(counts[words.rows[term]] for words, counts in self._parts if term in words.rows)

    def prepare(self) -> None:
        """Put in order now what the first completion or misspelt word would else wait for."""
        for words, _ in self._parts:
            _ = words.by_length

    def similar(self, word: str) -> list[tuple[str, int]]:
        """Give terms that a misspelt word may stand for, with their distance, best first."""
        if len(word) < _SHORTEST:
            return []
        reach = 1 if len(word) <= _SHORT else 2
        nearest: dict[str, int] = {}
        for term, distance in self._near(word, reach):
            nearest[term] = min(distance, nearest.get(term, reach))
        ranked = sorted(nearest.items(), key=lambda one: (one[1], -self.frequency(one[0]), one[0]))
        # A farther word says nothing where a nearer one is there.
        return [one for one in ranked if one[1] == ranked[0][1]][:_MAX_CANDIDATES]

    def _near(self, word: str, reach: int) -> Iterator[tuple[str, int]]:
        for words, counts in self._parts:
            for length in range(len(word) - reach, len(word) + reach + 1):
                forms, rows = words.by_length.get(length, ([], []))
                for _, distance, place in process.extract(
                    word, forms, scorer=OSA.distance, processor=None, score_cutoff=reach, limit=None
                ):
                    if counts[rows[place]]:
                        yield words.terms[rows[place]], int(distance)

    def beginning(self, prefix: str) -> list[str]:
        """Give terms with a form that begins so, the most frequent first."""
        found: set[str] = set()
        for words, counts in self._parts:
            start = bisect_left(words.ordered, (prefix, 0))
            for form, row in words.ordered[start : start + _MAX_FORMS]:
                if not form.startswith(prefix):
                    break
                if counts[row]:
                    found.add(words.terms[row])
        ranked = sorted(found, key=lambda term: (-self.frequency(term), term))
        return ranked[:_MAX_EXPANSION]


class SegmentLines:
    """Titles and wordings of a segment's documents, folded and as they are shown.

    Both forms of a line have the same length, so that a place in one is the place in the other.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        """Take the texts of each document."""
        self.of_document = [[_line(text) for text in own] for own in texts]

    @cached_property
    def ordered(self) -> list[tuple[str, str, int]]:
        """All lines with the numbers of their documents, in order."""
        return sorted(
            (folded, shown, number)
            for number, own in enumerate(self.of_document)
            for folded, shown in own
        )


class Lines:
    """What an audience may be offered of the lines of all segments."""

    def __init__(self, parts: Sequence[tuple[SegmentLines, int]], visible: Mask) -> None:
        """Take the lines of segments, each with the number of its first document."""
        self._parts = parts
        self._visible = visible

    def prepare(self) -> None:
        """Put in order now what the first completion would else wait for."""
        for lines, _ in self._parts:
            _ = lines.ordered

    def of_place(self, place: int) -> list[tuple[str, str]]:
        """Give the lines of a document."""
        for lines, offset in reversed(self._parts):
            if place >= offset:
                return lines.of_document[place - offset]
        return []

    def beginning(self, typed: str, limit: int) -> list[str]:
        """Give lines that begin with the typed text and go on."""
        found: dict[str, str] = {}
        for lines, offset in self._parts:
            start = bisect_left(lines.ordered, (typed, "", 0))
            for folded, shown, number in lines.ordered[start : start + _MAX_FORMS]:
                if not folded.startswith(typed):
                    break
                if folded != typed and self._visible[number + offset]:
                    found.setdefault(folded, shown)
        return [found[folded] for folded in sorted(found)[:limit]]


def _line(text: str) -> tuple[str, str]:
    shown = " ".join(WORD.findall(clean(text).lower()))
    return fold(shown), shown
