"""What one audience may find, as of one generation of the index; it never changes.

Everything that ranks, spells or completes exists once for visitors and once for staff: staff words
never reach a visitor. `Loaded` is what both share: the documents and arrays of all segments.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from kb_service.handbook.schemas import IndexEntry
from kb_service.search.arrays import Floats, Ints, Postings, term_key
from kb_service.search.calibration import Calibrations
from kb_service.search.changes import NOTHING_WITHDRAWN, Since, Withdrawn, withdrawn
from kb_service.search.excerpts import Passage
from kb_service.search.matrix import Counted, Matrix, Part
from kb_service.search.ranking import Ranking, Space, rank
from kb_service.search.schemas import Leg
from kb_service.search.segments import Flags, Segment
from kb_service.search.semantic import VectorIndex
from kb_service.search.state import IndexState, Words
from kb_service.search.understand import Synonyms, Understood, understand
from kb_service.search.vocabulary import Lines, Vocabulary
from kb_service.text.lemmas import lemma
from kb_service.text.normalise import clean, fold

_MAX_PASSAGES = 500
_MAX_MATCHED = 20


class Snapshot:
    """What one audience may find, as of one generation of the index."""

    def __init__(
        self,
        loaded: "Loaded",
        now: datetime,
        *,
        staff: bool,
        withdrawn: Withdrawn = NOTHING_WITHDRAWN,
    ) -> None:
        self.staff = staff
        self.seq = loaded.state.seq if loaded.state else 0
        self.stamp = loaded.state.stamp if loaded.state else 0
        self.entries = loaded.entries
        self.calibrations = loaded.calibrations
        self.never_correct = frozenset(loaded.words.never_correct)
        self.synonyms = loaded.synonyms
        self.loaded = loaded
        self.withdrawn = withdrawn
        self._passages: dict[int, Passage] = {}
        flags = loaded.flags
        self.visible = ~loaded.gone
        if not staff:
            moment = now.timestamp()
            self.visible &= flags.public & (flags.effective <= moment) & (flags.expires > moment)
        self.visible[withdrawn.hidden] = False
        is_candidate = self.visible & flags.published & flags.answers
        is_candidate[withdrawn.closed] = False
        # What is called otherwise by now is found, but not offered by its old name.
        self.named = is_candidate.copy()
        self.named[withdrawn.renamed] = False
        candidates = np.flatnonzero(is_candidate)
        words = self._parts("staff" if staff else "public")
        self.space = Space(
            lexical=Matrix(words, self.visible),
            grams=Matrix(self._parts("grams"), self.visible),
            vectors=loaded.vectors,
            candidates=candidates,
            ties=loaded.places[candidates],
        )
        self.vocabulary = Vocabulary(
            (segment.staff_words if staff else segment.public_words, part.counts)
            for segment, part in zip(loaded.segments, words, strict=True)
        )
        lines = [
            (segment.lines, offset)
            for segment, offset in zip(loaded.segments, loaded.offsets, strict=True)
        ]
        self.lines = Lines(lines, self.named)

    def _parts(self, name: str) -> list[Part]:
        parts = []
        for segment, offset in zip(self.loaded.segments, self.loaded.offsets, strict=True):
            postings: Postings = getattr(segment, name)
            counted = segment.counted.setdefault(f"{name} {self.staff}", Counted())
            own = self.visible[offset : offset + len(segment.entries)]
            parts.append(Part(postings, offset, counted.counts(postings, own)))
        return parts

    def prepare(self) -> None:
        """Put in order now what the first suggestion would else wait for."""
        self.vocabulary.prepare()
        self.lines.prepare()

    def passage(self, place: int) -> Passage:
        """Give the public answer of a document, cut into sentences; the last ones remembered."""
        found = self._passages.get(place)
        if found is None:
            if len(self._passages) >= _MAX_PASSAGES:
                self._passages.clear()
            found = self._passages[place] = Passage(self.loaded.answer_text(place))
        return found

    def match(self, text: str) -> Floats:
        """Give the lexical score of what holds every word of a text, or else any of them.

        A word followed by a star stands for all words that begin so.
        """
        query = self.understand(text.replace("*", " "))
        alternatives = [self._alternatives(query, term) for term in query.terms[:_MAX_MATCHED]]
        for word in (folded[:-1] for folded in fold(clean(text)).split() if folded[-1] == "*"):
            alternatives.append(dict.fromkeys(self.vocabulary.beginning(word), 1.0))
            alternatives = [one for one in alternatives if lemma(word) not in one]
        each = [self._scores(weighted) for weighted in alternatives if weighted]
        if not each:
            return np.zeros(len(self.entries), dtype=np.float32)
        table = np.stack(each)
        total: Floats = table.sum(axis=0)
        has_all = (table > 0).all(axis=0)
        if has_all.any():
            total[~has_all] = 0
        return total

    def _alternatives(self, query: Understood, term: str) -> dict[str, float]:
        also = {
            added: query.added[added]
            for added in query.added
            if term in query.synonyms.get(added, ()) or added in query.guesses.get(term, ())
        }
        return {**also, term: 1.0}

    def _scores(self, weighted: dict[str, float]) -> Floats:
        matrix = self.space.lexical
        found = matrix.find(np.array([term_key(term) for term in weighted], dtype=np.int64))
        weights = np.array(list(weighted.values()), dtype=np.float32)
        return matrix.scores(found, found.idf * weights)

    def understand(self, text: str, *, as_written: bool = False) -> Understood:
        """Read a typed text with this audience's words."""
        return understand(
            text, self.vocabulary, self.synonyms, self.never_correct, as_written=as_written
        )

    def rank(
        self, query: Understood, vector: Floats | None, legs: frozenset[Leg] = frozenset(Leg)
    ) -> Ranking:
        """Rank this audience's documents for a query."""
        return rank(self.space, query, vector, legs)

    def next_turn(self, now: datetime) -> float:
        """Give the next moment at which an item comes or goes by itself, in seconds."""
        flags = self.loaded.flags
        moments = np.concatenate((flags.effective, flags.expires))
        return float(moments[moments > now.timestamp()].min(initial=np.inf))


class Loaded:
    """What both audiences of one generation share."""

    def __init__(
        self,
        state: IndexState | None,
        loaded: Sequence[Segment],
        words: Words,
        calibrations: Calibrations,
    ) -> None:
        self.state = state
        self.segments = list(loaded)
        self.words = words
        self.synonyms = Synonyms(words.synonyms)
        self.calibrations = calibrations
        sizes = [len(segment.entries) for segment in self.segments]
        self.offsets = [sum(sizes[:number]) for number in range(len(sizes))]
        self.entries: list[IndexEntry] = [
            entry for segment in self.segments for entry in segment.entries
        ]
        self.gone = np.zeros(len(self.entries), dtype=bool)
        states = state.segments if state else []
        for one, offset in zip(states, self.offsets, strict=True):
            self.gone[[offset + number for number in one.deleted]] = True
        self.flags = _together([segment.flags for segment in self.segments])
        by_code = sorted(range(len(self.entries)), key=self._place)
        self.places = np.empty(len(self.entries), dtype=np.int64)
        self.places[by_code] = np.arange(len(self.entries))
        self.vectors: VectorIndex | None = None

    def _place(self, number: int) -> tuple[str, str, str]:
        entry = self.entries[number]
        return entry.code or "\uffff", entry.path, entry.uid

    def withdrawn(self, since: Since, *, staff: bool) -> Withdrawn:
        """Say which documents are no longer what they were; nothing where nothing has changed."""
        if not since.changed:
            return NOTHING_WITHDRAWN
        chosen = [
            place
            for place, entry in enumerate(self.entries)
            if entry.uid in since.changed and not self.gone[place]
        ]
        return withdrawn(since, self.entries, chosen, staff=staff)

    def answer_text(self, place: int) -> str:
        number = int(np.searchsorted(self.offsets, place, side="right")) - 1
        return self.segments[number].answer(place - self.offsets[number])

    def take_vectors(self, keys: Ints, vectors: Any) -> None:
        """Find the vectors of every document among these, row by row with their keys."""
        wanted = [segment.vector_keys for segment in self.segments]
        owners = [
            np.repeat(np.arange(len(segment.entries)) + offset, np.diff(segment.vector_starts))
            for segment, offset in zip(self.segments, self.offsets, strict=True)
        ]
        nothing = [np.empty(0, dtype=np.int64)]
        self.vectors = VectorIndex.of(
            keys,
            vectors,
            np.concatenate(wanted or nothing),
            np.concatenate(owners or nothing),
            len(self.entries),
        )


def _together(parts: Sequence[Flags]) -> Flags:
    """Give the flags of all segments in a row."""
    whole = [Flags.of([]), *parts]
    return Flags(
        public=np.concatenate([one.public for one in whole]),
        published=np.concatenate([one.published for one in whole]),
        answers=np.concatenate([one.answers for one in whole]),
        effective=np.concatenate([one.effective for one in whole]),
        expires=np.concatenate([one.expires for one in whole]),
    )
