"""Fitting confidence on the handbook's own questions, with nothing that measures us.

Each wording is asked of an index that does not have it: it is answerable, and a question that the
index has never seen. Each wording is asked of an index without its whole entry: nothing answers it.
Questions from elsewhere (other trades, other companies) are asked as they are. What the search did
not find although it was there teaches nothing about confidence and is left out.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from kb_service.base.clock import Clock
from kb_service.handbook.schemas import IndexEntry
from kb_service.search.calibration import FULL, PLAIN, Calibrations, Example, Origin, fit
from kb_service.search.live import Engine
from kb_service.search.schemas import Leg
from kb_service.search.semantic import Encoder
from kb_service.search.state import Words
from kb_service.search.vectors import encode_pending

_FOLDS = 10
_FOUND = 5
_PATIENCE_S = 60.0
Source = Literal["shipped", "bench"]


def calibrate(
    entries: Sequence[IndexEntry],
    words: Words,
    encoder: Encoder | None,
    off_topic: Sequence[str],
    *,
    now: datetime | None = None,
    source: Source = "bench",
) -> Calibrations:
    """Fit confidence for a handbook, with and without the semantic leg. Takes minutes."""
    plain = frozenset({Leg.LEXICAL, Leg.CHARACTERS})
    both: list[list[Example]] = [[], []]
    with TemporaryDirectory() as folder:
        bench = _Bench(Path(folder), words, encoder)
        for engine, asked in _asked(bench, entries, off_topic):
            for legs, examples in zip((frozenset(Leg), plain), both, strict=True):
                example = _example(engine, asked, legs)
                if example is not None:
                    examples.append(example)
    return Calibrations(
        full=fit(both[0], FULL if encoder else PLAIN, now=now, source=source),
        plain=fit(both[1], PLAIN, now=now, source=source),
    )


class _Asked(msgspec.Struct, frozen=True):
    text: str
    origin: Origin
    group: str
    wanted: str = ""


class _Bench:
    """One index folder, built anew for each set of entries; vectors are made once."""

    def __init__(self, folder: Path, words: Words, encoder: Encoder | None) -> None:
        self.engine = Engine(folder, encoder, Clock())
        self.engine.index.set_words(words)

    def with_entries(self, entries: Sequence[IndexEntry]) -> Engine:
        engine = self.engine
        engine.index.rebuild(entries)
        if engine.encoder is not None and engine.vectors is not None:
            while encode_pending(engine.index, engine.encoder, engine.vectors):
                pass
        engine.refresh()
        return engine


def _asked(
    bench: _Bench, entries: Sequence[IndexEntry], off_topic: Sequence[str]
) -> Iterator[tuple[Engine, _Asked]]:
    """Give the questions, each with the engine that it is asked of."""
    live = [entry for entry in entries if entry.public]
    for number in range(max((len(entry.wordings) for entry in live), default=0)):
        engine = bench.with_entries([_without(entry, number) for entry in live])
        for entry in live:
            if number < len(entry.wordings):
                yield engine, _Asked(entry.wordings[number], Origin.KEPT, entry.topic, entry.uid)
    for fold in range(_FOLDS):
        engine = bench.with_entries([e for place, e in enumerate(live) if place % _FOLDS != fold])
        for entry in live[fold::_FOLDS]:
            for text in entry.wordings:
                yield engine, _Asked(text, Origin.LEFT_OUT, entry.topic)
    engine = bench.with_entries(live)
    for place, text in enumerate(off_topic):
        yield engine, _Asked(text, Origin.ELSEWHERE, f"elsewhere {place % _FOLDS}")


def _without(entry: IndexEntry, number: int) -> IndexEntry:
    kept = [text for place, text in enumerate(entry.wordings) if place != number]
    return msgspec.structs.replace(entry, wordings=kept)


def _example(engine: Engine, asked: _Asked, legs: frozenset[Leg]) -> Example | None:
    snapshot = engine.snapshot()
    query = snapshot.understand(asked.text)
    vector = engine.query_vector(query.text, _PATIENCE_S) if Leg.SEMANTIC in legs else None
    ranking = snapshot.rank(query, vector, legs)
    found = [snapshot.entries[place].uid for place in ranking.order[:_FOUND]]
    if asked.wanted and asked.wanted not in found:
        return None
    return Example(ranking.features, asked.origin, asked.group)
