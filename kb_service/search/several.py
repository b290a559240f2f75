"""One text of several ranked: a letter as a whole, a question of it, a sentence of it.

Nothing is kept and nothing is noted in the journal. Whoever ranks several texts has one budget of
time for the encoder; what it does not allow is encoded in the background for the next time.
Ranking is the snapshot's alone: what its reader may see is asked by the caller.
"""

import time

import msgspec

from kb_service.base.ids import Uid
from kb_service.search.arrays import Floats
from kb_service.search.live import Engine
from kb_service.search.ranking import Ranking
from kb_service.search.rules import confidence
from kb_service.search.schemas import Leg
from kb_service.search.snapshot import Snapshot


class Ranked(msgspec.Struct):
    """The best documents of a text with their fused scores, and how sure the best one is.

    `is_whole` where meaning was looked at too, or there is no encoder at all.
    """

    scores: dict[Uid, float]
    confidence: float
    is_whole: bool


class Several:
    """Ranks texts over one snapshot; all together wait for the encoder at most so many seconds."""

    def __init__(self, engine: Engine, snapshot: Snapshot, wait_s: float) -> None:
        self._engine = engine
        self._snapshot = snapshot
        self._until = time.monotonic() + wait_s
        self._missed: list[str] = []

    def rank(self, text: str, meaning: str = "") -> Ranked:
        """Rank a text by all legs. `meaning` is what is encoded where the text is too long."""
        query = self._snapshot.understand(text)
        vector: Floats | None = None
        if query.terms and self._engine.encoder is not None:
            left = max(self._until - time.monotonic(), 0.0)
            vector = self._engine.query_vector(meaning or query.text, left)
            if vector is None:
                self._missed.append(meaning or query.text)
        ranking = self._snapshot.rank(query, vector)
        is_whole = not query.terms or self._engine.encoder is None or vector is not None
        return self._ranked(ranking, is_whole=is_whole)

    def words_of(self, text: str) -> Ranked:
        """Rank a text by its words and letters alone, which costs little."""
        query = self._snapshot.understand(text, as_written=True)
        legs = frozenset({Leg.LEXICAL, Leg.CHARACTERS})
        return self._ranked(self._snapshot.rank(query, None, legs), is_whole=True)

    def finish(self) -> None:
        """Have what was not waited for encoded in the background."""
        if self._missed:
            self._engine.begin_vectors(self._missed)

    def _ranked(self, ranking: Ranking, *, is_whole: bool) -> Ranked:
        entries = self._snapshot.entries
        scores = {
            entries[place].uid: score
            for place, score in zip(ranking.order, ranking.scores, strict=True)
        }
        calibration = self._snapshot.calibrations.of(ranking.legs)
        sure = confidence(ranking.features, calibration) if scores else 0.0
        return Ranked(scores, sure, is_whole)
