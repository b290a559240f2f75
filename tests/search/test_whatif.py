"""What would be found if something were published is what is found once it really is."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kb_service.base.errors import KbError, Kind
from kb_service.handbook.schemas import IndexEntry
from kb_service.search.index import Index
from kb_service.search.live import Engine
from kb_service.search.schemas import SynonymGroup
from kb_service.search.semantic import VectorFile
from kb_service.search.snapshot import Snapshot
from kb_service.search.state import Words
from kb_service.search.vectors import encode_pending
from kb_service.search.whatif import Supposed, imagine
from tests.search import bench, make
from tests.search.make import NOW, ToyEncoder, entry

QUESTIONS = [one.text for one in bench.questions("questions_open.jsonl")][:60]
QUESTIONS += [one.text for one in bench.questions("search_robust_open.jsonl")][:20]
QUESTIONS += ["светобокс мигает", "бурбулятор", "перекур счётчика"]
SHIPPED = make.shipped()
WORDS = Words(make.synonyms(), ["мигает"])


def one(code: str, **values: object) -> IndexEntry:
    """Give a shipped entry with other values."""
    found = next(entry for entry in SHIPPED if entry.code == code)
    return msgspec.structs.replace(found, **values)


def uid(code: str) -> str:
    return one(code).uid


def with_synonym(*words: str, means: tuple[str, ...] = ()) -> list[SynonymGroup]:
    return [*WORDS.synonyms, SynonymGroup(words=list(words), means=list(means), weight=0.6)]


CHANGES = {
    "nothing": Supposed(),
    "a wording more": Supposed(
        entries=[one("M01", wordings=[*one("M01").wordings, "светобокс мигает"])]
    ),
    "a wording less": Supposed(entries=[one("M02", wordings=one("M02").wordings[1:])]),
    "another title": Supposed(entries=[one("O01", title="Когда дадут электричество?")]),
    "another answer": Supposed(entries=[one("R01", answer="Передайте бурбулятор до 25-го числа.")]),
    "another description": Supposed(entries=[one("P01", description="Счётчик и свет за долги")]),
    "staff words alone": Supposed(entries=[one("P02", staff="Тайный перекур счётчика")]),
    "an entry less": Supposed(removed=frozenset({uid("M01")})),
    "two entries less": Supposed(removed=frozenset({uid("O01"), uid("O02")})),
    "an entry that is not there less": Supposed(removed=frozenset({"f" * 32})),
    "a new entry": Supposed(
        entries=[entry("Почему мигает светобокс?", code="X01", answer="Бурбулятор сломан.")]
    ),
    "a new entry for staff alone": Supposed(
        entries=[entry("Бурбулятор", code="X02", public=False)]
    ),
    "an entry taken from visitors": Supposed(
        entries=[one("P03", public=False, state="private")]
    ),
    "several at once": Supposed(
        entries=[
            one("M01", title="Замена прибора"),
            entry("Бурбулятор", code="X03", wordings=["свет мигает ночью"]),
        ],
        removed=frozenset({uid("R02")}),
    ),
    "a synonym more": Supposed(synonyms=with_synonym("бурбулятор", "счётчик")),
    "a synonym that leads one way": Supposed(
        synonyms=with_synonym("светобокс", means=("счётчик",))
    ),
    "no synonyms": Supposed(synonyms=[]),
    "a synonym and a wording": Supposed(
        entries=[one("M03", wordings=[*one("M03").wordings, "бурбулятор"])],
        synonyms=with_synonym("перекур", "замена"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped handbook's index with vectors."""
    folder = tmp_path_factory.mktemp("whatif") / "index"
    make.engine(folder, SHIPPED, encoder=ToyEncoder(), words=WORDS).close()
    return folder


def opened(folder: Path) -> Engine:
    return Engine(folder, ToyEncoder(), make.SetClock(NOW))


def ranked(engine: Engine, snapshot: Snapshot) -> dict[str, list[tuple[str, float]]]:
    """Give for each question what is found and its score."""
    found = {}
    for text in QUESTIONS:
        query = snapshot.understand(text)
        ranking = snapshot.rank(query, engine.query_vector(query.text, 30))
        pairs = zip(ranking.order, ranking.scores, strict=True)
        found[text] = [(snapshot.entries[place].uid, score) for place, score in pairs]
    return found


def published(folder: Path, supposed: Supposed) -> Engine:
    """Make the change in an index as the worker does, and give its engine."""
    index = Index(folder)
    assert index.update(supposed.entries, supposed.removed, seq=2) is not None
    if supposed.synonyms is not None:
        index.set_words(Words(list(supposed.synonyms), WORDS.never_correct))
    encoder = ToyEncoder()
    while encode_pending(index, encoder, VectorFile(folder / "vectors", encoder)):
        pass
    return opened(folder)


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_foretold_comes_true(built: Path, tmp_path: Path, name: str) -> None:
    before = opened(built)
    foretold = imagine(before, before.snapshot(), CHANGES[name])
    shutil.copytree(built, tmp_path / "index")
    after = published(tmp_path / "index", CHANGES[name])
    wanted, given = ranked(after, after.snapshot()), ranked(before, foretold.snapshot)
    assert foretold.has_vectors
    for text in QUESTIONS:
        assert [uid for uid, _ in given[text]] == [uid for uid, _ in wanted[text]], text
        for mine, theirs in zip(given[text], wanted[text], strict=True):
            assert mine[1] == pytest.approx(theirs[1], abs=2e-4)


@pytest.mark.parametrize("name", ["a wording more", "a new entry", "an entry less"])
def test_the_present_stays_as_it_is(built: Path, name: str) -> None:
    engine = opened(built)
    before = ranked(engine, engine.snapshot())
    stamp = engine.index.generation
    changed = ranked(engine, imagine(engine, engine.snapshot(), CHANGES[name]).snapshot)
    assert changed != before
    assert ranked(engine, engine.snapshot()) == before
    assert engine.index.generation == stamp
    assert not engine.refresh()


class Away(ToyEncoder):
    """An encoder that does not answer."""

    def encode(self, texts: object, kind: make.Kind = "query") -> make.Floats:
        raise KbError("encoder.away", Kind.UNAVAILABLE)


def test_without_the_encoder_it_is_said_that_meaning_is_not_known(built: Path) -> None:
    engine = Engine(built, Away(), make.SetClock(NOW))
    assert not imagine(engine, engine.snapshot(), CHANGES["a new entry"]).has_vectors
    assert imagine(engine, engine.snapshot(), CHANGES["an entry less"]).has_vectors


def test_without_an_index_nothing_is_foretold(tmp_path: Path) -> None:
    engine = Engine(tmp_path, None, make.SetClock(NOW))
    given = imagine(engine, engine.snapshot(), CHANGES["a new entry"])
    assert given.snapshot is engine.snapshot()


def timed(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def test_forty_questions_take_no_second(built: Path) -> None:
    engine = opened(built)
    questions = QUESTIONS[:40]

    def asked() -> None:
        change = CHANGES["another answer"]
        for snapshot in (engine.snapshot(), imagine(engine, engine.snapshot(), change).snapshot):
            for text in questions:
                query = snapshot.understand(text)
                snapshot.rank(query, engine.query_vector(query.text, 30))

    assert min(timed(asked) for _ in range(3)) < 1.0
