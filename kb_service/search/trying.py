"""Asking a snapshot for its own sake: ranks and numbers, no cards, no journal, no reader's rights.

A snapshot of visitors holds what the public may find. Two snapshots are compared with the same
legs: where the vector of a question cannot be had in time, meaning is left out of both.
"""

import time
from collections.abc import Collection, Sequence

import msgspec

from kb_service.handbook.schemas import IndexEntry
from kb_service.search.arrays import Floats
from kb_service.search.live import Engine
from kb_service.search.ranking import Ranking
from kb_service.search.rules import (
    confidence,
    is_confident,
    kept_hits,
    share_of_best,
    verdict,
)
from kb_service.search.schemas import FoundItem, Outcome, StoredQuestion, Trial, TryHit
from kb_service.search.snapshot import Snapshot
from kb_service.search.understand import Understood
from kb_service.text.lemmas import lemma
from kb_service.text.normalise import words

_SHOWN = 10


class Patience:
    """How long new vectors of questions may be waited for, in all; then only known ones are had."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self._engine = engine
        self._end = time.monotonic() + seconds

    def vectors(self, queries: Sequence[Understood]) -> tuple[list[Floats | None], bool]:
        """Give the vectors of queries, of all or of none; and whether meaning can speak."""
        silent: list[Floats | None] = [None] * len(queries)
        if self._engine.encoder is None:
            # Then it never does: what is found is all that can be found.
            return silent, True
        found: list[Floats | None] = []
        for query in queries:
            left = max(self._end - time.monotonic(), 0.0)
            vector = self._engine.query_vector(query.text, left) if query.terms else None
            if vector is None and query.terms:
                return silent, False
            found.append(vector)
        return found, True


class _Found(msgspec.Struct, frozen=True):
    """What a snapshot gives: items in order, their scores, how sure the best one is."""

    entries: list[IndexEntry]
    scores: list[float]
    sureness: float
    is_sure: bool
    ranking: Ranking

    def rank(self, wanted: Collection[str]) -> int:
        """Give the best place of wanted items; where nothing is wanted, 1 if it is refused."""
        if not wanted:
            return int(not self.is_sure)
        places = (place for place, entry in enumerate(self.entries, 1) if entry.uid in wanted)
        return next(places, 0)


def _found(snapshot: Snapshot, query: Understood, vector: Floats | None) -> _Found:
    ranking = snapshot.rank(query, vector)
    kept = kept_hits(ranking.order, ranking.scores)
    calibration = snapshot.calibrations.of(ranking.legs)
    sureness = confidence(ranking.features, calibration) if kept else 0.0
    return _Found(
        [snapshot.entries[place] for place in kept],
        ranking.scores[: len(kept)],
        sureness,
        bool(kept) and is_confident(sureness, calibration),
        ranking,
    )


def compare(
    patience: Patience, before: Snapshot, after: Snapshot, question: StoredQuestion
) -> Outcome:
    """Ask a question of two snapshots, of which the second may be the first one."""
    (one, _), (two, is_whole) = _pair(patience, before, after, question.text)
    wanted = {item.uid for item in question.wanted}
    ranks = one.rank(wanted), two.rank(wanted)
    if question.lost and not wanted:
        # What should answer is gone: nothing that stands first is right.
        ranks = 0, 0
    first = two.entries[0] if two.entries else None
    return Outcome(
        question=question,
        before=ranks[0],
        after=ranks[1],
        verdict=verdict(*ranks),
        first=item_of(first) if first else None,
        is_sure=two.is_sure,
        is_whole=is_whole,
    )


def present(patience: Patience, snapshot: Snapshot, question: StoredQuestion) -> Outcome:
    """Ask a question of a snapshot, against the rank that was kept of it."""
    outcome = compare(patience, snapshot, snapshot, question)
    return msgspec.structs.replace(
        outcome, before=question.rank, verdict=verdict(question.rank, outcome.after)
    )


def trial(patience: Patience, before: Snapshot | None, after: Snapshot, text: str) -> Trial:
    """Give what a snapshot finds for a text; with another one, where each item stood in that."""
    query = after.understand(text)
    (one, _), (found, _) = _pair(patience, before or after, after, text)
    old = {entry.uid: place for place, entry in enumerate(one.entries, 1)}
    typed = list(dict.fromkeys(words(query.text)))
    best = found.scores[0] if found.scores else 0.0
    hits = [
        TryHit(
            item=item_of(entry),
            rank=rank,
            score=score,
            sureness=found.sureness * share_of_best(score, best),
            before=old.get(entry.uid, 0) if before is not None else None,
        )
        for rank, (entry, score) in enumerate(zip(found.entries, found.scores, strict=True), 1)
    ]
    return Trial(
        text=text,
        corrected=query.corrected,
        words=query.words,
        unknown=[word for word in typed if lemma(word) not in after.vocabulary],
        legs=found.ranking.legs,
        hits=hits[:_SHOWN],
        sureness=found.sureness,
        is_sure=found.is_sure,
    )


def _pair(
    patience: Patience, before: Snapshot, after: Snapshot, text: str
) -> tuple[tuple[_Found, bool], tuple[_Found, bool]]:
    """Give what two snapshots find, and whether meaning spoke where it could have."""
    snapshots = (before,) if before is after else (before, after)
    queries = [snapshot.understand(text) for snapshot in snapshots]
    vectors, is_whole = patience.vectors(queries)
    found = [
        (_found(snapshot, query, vector), is_whole)
        for snapshot, query, vector in zip(snapshots, queries, vectors, strict=True)
    ]
    return found[0], found[-1]


def item_of(entry: IndexEntry) -> FoundItem:
    """Give an entry as an item of a list."""
    return FoundItem(entry.uid, entry.code, entry.title, entry.path)
