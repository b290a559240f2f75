"""Measuring the search with the real encoder: sets of questions, variants of the pipeline, tables.

Vectors are kept on disk under var/, so that a second run encodes nothing.
`python -m tests.search.bench` prints the tables of docs/search.md.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from whoosh import fields, index, qparser, scoring
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StandardAnalyzer, StemFilter

from kb_service.handbook.schemas import IndexEntry
from kb_service.search.evaluate import Question, Report, evaluate, read_questions
from kb_service.search.live import Engine
from kb_service.search.rules import confidence, is_confident
from kb_service.search.schemas import Leg
from kb_service.search.semantic import encoder_named
from kb_service.search.state import Words
from kb_service.text.normalise import words
from tests.search import make

DATA = Path(__file__).parents[1] / "data" / "domain"
VECTORS = make.ROOT / "var" / "test-vectors"
ALL = frozenset(Leg)
NO_MODEL = frozenset({Leg.LEXICAL, Leg.CHARACTERS})
_PATIENCE_S = 60.0

Asked = Callable[[str], tuple[list[str], bool]]


def questions(name: str) -> list[Question]:
    """Read one of the open sets."""
    return read_questions((DATA / name).read_text(encoding="utf-8").splitlines())


def acceptable() -> dict[str, list[str]]:
    """Read which codes are right as well."""
    read: dict[str, list[str]] = json.loads((DATA / "acceptable.json").read_text(encoding="utf-8"))
    return read


def encoder() -> make.Remembering | None:
    """Give the real encoder with its memory on disk; none where it has no wheel."""
    real = encoder_named("on")
    return make.Remembering(real, VECTORS) if real is not None else None


def asker(engine: Engine, legs: frozenset[Leg] = ALL, *, as_written: bool = False) -> Asked:
    """Ask an engine as a visitor would, with some of the legs."""
    snapshot = engine.snapshot()

    def ask(text: str) -> tuple[list[str], bool]:
        query = snapshot.understand(text, as_written=as_written)
        vector = engine.query_vector(query.text, _PATIENCE_S) if Leg.SEMANTIC in legs else None
        ranking = snapshot.rank(query, vector, legs)
        calibration = snapshot.calibrations.of(ranking.legs)
        sureness = confidence(ranking.features, calibration)
        codes = [snapshot.entries[place].code for place in ranking.order[:10]]
        return codes, is_confident(sureness, calibration)

    return ask


def left_out(
    folder: Path, entries: list[IndexEntry], words: Words
) -> Iterator[tuple[Engine, list[Question]]]:
    """Give indexes without the first, second … wording of every entry, and those as questions."""
    for number in range(max(len(entry.wordings) for entry in entries)):
        kept = [
            msgspec.structs.replace(
                entry, wordings=[w for place, w in enumerate(entry.wordings) if place != number]
            )
            for entry in entries
        ]
        asked = [
            Question(entry.wordings[number], [entry.code])
            for entry in entries
            if len(entry.wordings) > number
        ]
        yield make.engine(folder, kept, encoder=encoder(), words=words), asked


def row(name: str, *reports: Report) -> str:
    """Write one line of a table: top1, top5, MRR for each set."""
    cells = [f"{one.top1:.3f} / {one.top5:.3f} / {one.mrr:.3f}" for one in reports]
    return f"| {name} | " + " | ".join(cells) + " |"


def together(reports: Iterable[Report]) -> Report:
    """Give the figures of several sets as if they were one."""
    parts = list(reports)
    total = sum(one.questions for one in parts)

    def mean(name: str) -> float:
        return sum(getattr(one, name) * one.questions for one in parts) / total

    return Report(
        questions=total,
        unanswerable=0,
        top1=mean("top1"),
        top5=mean("top5"),
        mrr=mean("mrr"),
        refused=0.0,
        wrongly_refused=mean("wrongly_refused"),
        misses=[],
    )


class Variant(msgspec.Struct, frozen=True):
    """The pipeline with something taken away."""

    name: str
    legs: frozenset[Leg] = ALL
    wordings: int = 99
    synonyms: bool = True
    as_written: bool = False
    guesses: bool = True


VARIANTS = (
    Variant("everything"),
    Variant("without the semantic leg", legs=NO_MODEL),
    Variant("without the character leg", legs=frozenset({Leg.LEXICAL, Leg.SEMANTIC})),
    Variant("without the lexical leg", legs=frozenset({Leg.SEMANTIC, Leg.CHARACTERS})),
    Variant("lexical leg alone", legs=frozenset({Leg.LEXICAL})),
    Variant("character leg alone", legs=frozenset({Leg.CHARACTERS})),
    Variant("semantic leg alone", legs=frozenset({Leg.SEMANTIC})),
    Variant("without synonyms", synonyms=False),
    Variant("without synonyms and semantic leg", synonyms=False, legs=NO_MODEL),
    Variant("without repair of layout and Latin letters", as_written=True),
    Variant("without guesses at misspelt words", guesses=False),
    Variant("without guesses and semantic leg", guesses=False, legs=NO_MODEL),
    Variant("two wordings an entry", wordings=2),
    Variant("no wordings", wordings=0),
    Variant("no wordings, without the semantic leg", wordings=0, legs=NO_MODEL),
)


def ablation() -> list[str]:
    """Give the table of what each part is worth: open questions, robust ones, wordings left out."""
    entries = make.shipped()
    lines = []
    with TemporaryDirectory() as folder:
        for variant in VARIANTS:
            place = Path(folder)
            words = Words(make.synonyms() if variant.synonyms else [])
            some = [_with_wordings(entry, variant.wordings) for entry in entries]
            engine = make.engine(place / "whole", some, encoder=encoder(), words=words)
            reports = [
                evaluate(_ask(engine, variant), questions(name), acceptable())
                for name in ("questions_open.jsonl", "search_robust_open.jsonl")
            ]
            if variant.wordings > 2:
                reports.append(
                    together(
                        evaluate(_ask(one, variant), asked)
                        for one, asked in left_out(place / "folds", entries, words)
                    )
                )
            lines.append(row(variant.name, *reports))
    return lines


def _ask(engine: Engine, variant: Variant) -> Asked:
    if not variant.guesses:
        engine.snapshot().vocabulary.similar = lambda word: []  # type: ignore[method-assign]
    return asker(engine, variant.legs, as_written=variant.as_written)


def _with_wordings(entry: IndexEntry, count: int) -> IndexEntry:
    return msgspec.structs.replace(entry, wordings=entry.wordings[:count])


def foreign() -> list[str]:
    """Give the table for another company's set, in the folder named by KB_TEST_FAQ.

    It holds entries.jsonl (id, title, body) and questions.jsonl (text, ids).
    """
    folder = Path(os.environ["KB_TEST_FAQ"])
    rows = [json.loads(line) for line in (folder / "entries.jsonl").open(encoding="utf-8")]
    asked = read_questions((folder / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    entries = [
        make.entry(one["title"], uid=f"{number:032x}", code=one["id"], answer=one["body"])
        for number, one in enumerate(rows)
    ]
    lines = [
        row("Whoosh BM25F, default analyser", evaluate(_whoosh(rows, StandardAnalyzer()), asked)),
        row("Whoosh BM25F, Russian stems", evaluate(_whoosh(rows, _stems()), asked)),
    ]
    with TemporaryDirectory() as place:
        engine = make.engine(Path(place), entries, encoder=encoder())
        for name, legs in (
            ("lexical leg", frozenset({Leg.LEXICAL})),
            ("character leg", frozenset({Leg.CHARACTERS})),
            ("semantic leg", frozenset({Leg.SEMANTIC})),
            ("without the semantic leg", NO_MODEL),
            ("everything", ALL),
        ):
            lines.append(row(name, evaluate(asker(engine, legs), asked)))
    return lines


def _stems() -> Any:
    """Give Whoosh's Russian stems; its stop words left in, which is better here."""
    return RegexTokenizer() | LowercaseFilter() | StemFilter(lang="ru")


def _whoosh(rows: list[dict[str, Any]], analyzer: Any) -> Asked:
    """Ask Whoosh itself: two fields, any of the words, BM25F.

    Signs taken off and the title counted twice, as in ours: the best of 15 ways that were tried.
    """
    schema = fields.Schema(
        id=fields.STORED, title=fields.TEXT(analyzer, field_boost=2.0), body=fields.TEXT(analyzer)
    )
    store = TemporaryDirectory()
    made = index.create_in(store.name, schema)
    writer = made.writer()
    for one in rows:
        writer.add_document(id=one["id"], title=one["title"], body=one["body"])
    writer.commit()
    searcher = made.searcher(weighting=scoring.BM25F())
    plugins = [qparser.WhitespacePlugin()]
    parser = qparser.MultifieldParser(
        ["title", "body"], schema, plugins=plugins, group=qparser.OrGroup
    )

    def ask(text: str) -> tuple[list[str], bool]:
        _ = store
        found = searcher.search(parser.parse(" ".join(words(text))), limit=10)
        return [hit["id"] for hit in found], True

    return ask


if __name__ == "__main__":
    for line in chain(ablation(), foreign() if os.environ.get("KB_TEST_FAQ") else []):
        print(line)
