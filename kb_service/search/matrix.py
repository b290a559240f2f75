"""A query against all documents: a sum of a few rows of impacts, for one audience.

The matrix stands on one or two blocks of mapped postings (the largest segment, and the others
merged), so that a changed document costs as much as it weighs. Document frequencies count only
what this audience may see; documents it may not see score nothing.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kb_service.search.arrays import Floats, Ints, Postings, grouped

Mask = npt.NDArray[np.bool_]
# Up to so many documents that came or went, frequencies are corrected rather than counted anew.
_FEW = 32
_NOTHING = np.empty(0, dtype=np.int64)


class Counted:
    """The visible document frequencies of one segment's postings, kept between snapshots."""

    def __init__(self) -> None:
        self._visible: Mask | None = None
        self._counts: Ints = _NOTHING

    def counts(self, postings: Postings, visible: Mask) -> Ints:
        """Give, row by row, how many visible documents of the segment have the key."""
        if self._visible is None:
            self._visible = np.ones(len(visible), dtype=bool)
            self._counts = np.diff(postings.starts)
        changed = np.flatnonzero(self._visible != visible)
        if len(changed) > _FEW:
            self._counts = frequencies(postings, visible)
        elif len(changed):
            counts = self._counts.copy()
            for doc in changed:
                places = np.flatnonzero(postings.docs == doc)
                rows = np.searchsorted(postings.starts, places, side="right") - 1
                counts[rows] += 1 if visible[doc] else -1
            self._counts = counts
        self._visible = visible.copy()
        return self._counts


class Part(msgspec.Struct, frozen=True):
    """Postings of one segment, the number of its first document, and its frequencies."""

    postings: Postings
    offset: int
    counts: Ints


class Found(msgspec.Struct, frozen=True):
    """Where the keys of a query stand: idf of each, whether it is known, and rows by block."""

    idf: Floats
    is_known: Mask
    rows: list[tuple[Part, Ints, Ints]]


class Matrix:
    """Impacts of all documents under a mask of those that this audience may see."""

    def __init__(self, parts: Sequence[Part], visible: Mask) -> None:
        self.size = len(visible)
        self.visible = visible
        self.count = int(visible.sum())
        self._blocks = _two(parts, visible)

    def find(self, keys: Ints) -> Found:
        """Look keys up. One that no visible document has is the most telling."""
        counts = np.zeros(len(keys), dtype=np.float32)
        rows = []
        for block in self._blocks:
            asked, own = _places(block.postings.keys, keys)
            if len(own):
                counts[asked] += block.counts[own]
                rows.append((block, asked, own))
        idf = np.log1p((self.count - counts + 0.5) / (counts + 0.5)).astype(np.float32)
        return Found(idf, counts > 0, rows)

    def scores(self, found: Found, weights: Floats) -> Floats:
        """Give the BM25 score of every document; weights already hold the idf."""
        total = np.zeros(self.size, dtype=np.float64)
        for block, asked, rows in found.rows:
            postings = block.postings
            begins = postings.starts[rows]
            sizes = postings.starts[rows + 1] - begins
            ends = np.cumsum(sizes)
            places = np.arange(ends[-1]) + np.repeat(begins - (ends - sizes), sizes)
            docs = postings.docs[places] + block.offset
            each = np.repeat(weights[asked] * np.float32(postings.step), sizes)
            total += np.bincount(docs, postings.impacts[places] * each, self.size)
        total[~self.visible] = 0.0
        return total.astype(np.float32)


def _places(own: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """Give the places of the asked keys that stand in a sorted array, and where."""
    if not len(own):
        return _NOTHING, _NOTHING
    rows = np.minimum(np.searchsorted(own, keys), len(own) - 1)
    asked = np.flatnonzero(own[rows] == keys)
    return asked, rows[asked]


def frequencies(postings: Postings, visible: Mask) -> Ints:
    """Count, row by row, the visible documents of a segment that have the key."""
    sizes = np.diff(postings.starts)
    if visible.all() or not len(postings.docs):
        return sizes
    seen = np.concatenate(([0], np.cumsum(visible[postings.docs], dtype=np.int64)))
    counts: Ints = seen[postings.starts[1:]] - seen[postings.starts[:-1]]
    return counts


def _two(parts: Sequence[Part], visible: Mask) -> list[Part]:
    """Leave the largest part as it is and merge the others into one."""
    if len(parts) <= 1:
        return list(parts)
    largest = max(range(len(parts)), key=lambda place: len(parts[place].postings.docs))
    rest = [part for place, part in enumerate(parts) if place != largest]
    keys = np.concatenate([np.repeat(p.postings.keys, np.diff(p.postings.starts)) for p in rest])
    docs = np.concatenate([p.postings.docs + np.int32(p.offset) for p in rest])
    impacts = np.concatenate([p.postings.impacts for p in rest])
    order = np.lexsort((docs, keys))
    own, starts = grouped(keys[order])
    merged = Postings(own, starts, docs[order], impacts[order])
    return [parts[largest], Part(merged, 0, frequencies(merged, visible))]
