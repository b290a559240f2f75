"""Speed of the search in process, as ratios against others on the same documents in one run.

`python -m tests.search.speed 2000` prints the table of docs/search.md.
"""

import random
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from whoosh import index as whoosh_index
from whoosh import qparser

from kb_service.handbook.schemas import IndexEntry
from kb_service.search.analysis import terms
from kb_service.search.index import Index
from kb_service.search.live import Engine
from kb_service.search.schemas import Leg
from kb_service.search.state import Words
from kb_service.search.suggest import suggest
from tests.search import make

_SENTENCE = 4


def synthetic(count: int, seed: int = 3) -> list[IndexEntry]:
    """Mix the shipped handbook's sentences into as many entries of its own lengths."""
    shipped = [entry for entry in make.shipped() if entry.type == "StandardQuestion"]
    lot = random.Random(seed)
    answers = _sentences(entry.answer for entry in shipped)
    notes = _sentences(f"{entry.staff} {entry.letter}" for entry in shipped)
    wordings = [text for entry in shipped for text in entry.wordings]
    return [
        make.entry(
            lot.choice(shipped).title,
            uid=f"{number:032x}",
            code=f"S{number:05}",
            path=f"/t/{number}",
            wordings=lot.sample(wordings, 4),
            answer=" ".join(lot.sample(answers, 12)),
            staff=" ".join(lot.sample(notes, 5)),
            letter=" ".join(lot.sample(notes, 6)),
        )
        for number in range(count)
    ]


def _sentences(texts: object) -> list[str]:
    found = []
    for text in texts:  # type: ignore[attr-defined]
        found += [f"{part.strip()}." for part in text.replace("\n", " ").split(".")]
    return [text for text in found if len(text.split()) > _SENTENCE]


def median_ms(function: Callable[[str], object], asked: list[str], rounds: int = 3) -> float:
    """Give the median time of one question in milliseconds, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        times = []
        for text in asked:
            start = time.perf_counter()
            function(text)
            times.append(time.perf_counter() - start)
        best = min(best, sorted(times)[len(times) // 2])
    return best * 1000


class Rivals:
    """The same documents in Whoosh's own collector and in SQLite's full-text index."""

    def __init__(self, folder: Path, entries: list[IndexEntry]) -> None:
        state = Index(folder).state()
        assert state is not None
        self.opened = whoosh_index.open_dir(str(folder / state.folder))
        self.searcher = self.opened.searcher()
        self.parser = qparser.MultifieldParser(
            ["title", "wordings", "description", "answer"],
            self.opened.schema,
            plugins=[qparser.WhitespacePlugin()],
            group=qparser.OrGroup,
        )
        self.sqlite = sqlite3.connect(":memory:")
        self.sqlite.execute("CREATE VIRTUAL TABLE t USING fts5(title, wordings, answer)")
        self.sqlite.executemany(
            "INSERT INTO t VALUES (?, ?, ?)",
            [
                tuple(" ".join(terms(text)) for text in (e.title, " ".join(e.wordings), e.answer))
                for e in entries
            ],
        )

    def whoosh(self, text: str) -> object:
        """Ask Whoosh for ten."""
        return list(self.searcher.search(self.parser.parse(text), limit=10))

    def fts5(self, text: str) -> object:
        """Ask SQLite for ten, by its BM25."""
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms(text)))
        statement = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 2, 1.5, 1) LIMIT 10"
        return self.sqlite.execute(statement, (query,)).fetchall()

    def close(self) -> None:
        """Let both go."""
        self.searcher.close()
        self.opened.close()
        self.sqlite.close()


class Speeds(msgspec.Struct):
    """Medians in milliseconds, and seconds for the index."""

    build_s: float
    ready_s: float
    update_s: float
    lexical: float
    answer: float
    suggest: float
    whoosh: float
    fts5: float


def measure(folder: Path, count: int) -> Speeds:
    """Build an index of synthetic entries and ask it and its rivals the same questions."""
    entries = synthetic(count)
    asked = [text for entry in make.shipped() for text in entry.wordings][::4]
    index = Index(folder)
    start = time.perf_counter()
    index.rebuild(entries, seq=1)
    built = time.perf_counter()
    index.set_words(Words(make.synonyms()))
    opened = time.perf_counter()
    engine = Engine(folder)
    ready = time.perf_counter()
    index.update([msgspec.structs.replace(entries[0], title="Совсем другой")], [], seq=2)
    engine.refresh()
    updated = time.perf_counter()
    snapshot = engine.snapshot()
    lexical = frozenset({Leg.LEXICAL})
    rivals = Rivals(folder, entries)
    try:
        return Speeds(
            build_s=built - start,
            ready_s=ready - opened,
            update_s=updated - ready,
            lexical=median_ms(
                lambda text: snapshot.rank(snapshot.understand(text), None, lexical), asked
            ),
            answer=median_ms(lambda text: snapshot.rank(snapshot.understand(text), None), asked),
            suggest=median_ms(lambda text: suggest(engine, text[:14]), asked),
            whoosh=median_ms(rivals.whoosh, asked),
            fts5=median_ms(rivals.fts5, asked),
        )
    finally:
        rivals.close()


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or ["2000"]):
        with TemporaryDirectory() as place:
            print(size, measure(Path(place), size))
