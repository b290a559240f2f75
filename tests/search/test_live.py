"""Snapshots: each audience by itself, changes and time taken in, many threads at once."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kb_service.base.clock import SetClock
from kb_service.search.index import Index
from kb_service.search.live import Engine
from kb_service.search.suggest import suggest
from tests.search import make
from tests.search.make import NOW, entry

SECRET = "мракобес"
DRAFT = "черновичок"
PUBLIC = entry(
    "Как передать показания?",
    code="R02",
    wordings=["куда отправить цифры"],
    answer="Передайте показания счётчика до 25-го числа.",
    staff=f"Внутреннее слово: {SECRET}. Спросите лицевой счёт.",
    letter="Сообщаем Вам о порядке передачи показаний.",
    grounds="Правила № 354",
)
INSIDE = entry(f"Порядок для своих: {SECRET}", code="Z01", public=False)
PRIVATE = entry(f"Новый вопрос {DRAFT}", code="Z02", public=False, state="private")
ENTRIES = [PUBLIC, INSIDE, PRIVATE, entry("Когда включат свет?", code="O01")]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make.engine(tmp_path_factory.mktemp("index"), ENTRIES, encoder=make.ToyEncoder())


def codes(engine: Engine, text: str, *, staff: bool = False) -> list[str]:
    snapshot = engine.snapshot(staff)
    query = snapshot.understand(text)
    ranking = snapshot.rank(query, engine.query_vector(query.text, 5))
    return [snapshot.entries[place].code for place in ranking.order]


@pytest.mark.parametrize("word", [SECRET, DRAFT])
def test_visitor_meets_nothing_of_what_is_inside(engine: Engine, word: str) -> None:
    snapshot = engine.snapshot()
    assert set(codes(engine, word)) <= {"R02", "O01"}
    assert word not in snapshot.vocabulary
    assert snapshot.understand(word[:-1] + "о").guesses == {}
    assert suggest(engine, word[:5]).completions == []
    assert not snapshot.match(word).any()


def test_staff_words_do_not_move_a_visitors_ranking(engine: Engine, tmp_path: Path) -> None:
    clean = [
        entry(e.title, code=e.code, wordings=e.wordings, answer=e.answer) for e in ENTRIES[::3]
    ]
    other = make.engine(tmp_path, clean).snapshot()
    here = engine.snapshot()
    for text in (SECRET, "лицевой счет", "как передать показания", "порядок передачи"):
        ours = here.rank(here.understand(text), None)
        theirs = other.rank(other.understand(text), None)
        assert ours.scores == theirs.scores
        assert ours.features == pytest.approx(theirs.features)


def test_staff_find_by_staff_words(engine: Engine) -> None:
    assert codes(engine, SECRET, staff=True)[:2] == ["Z01", "R02"]


def test_staff_find_an_item_by_its_code(engine: Engine) -> None:
    assert codes(engine, "r02", staff=True)[0] == "R02"


def test_draft_is_no_answer_even_for_staff(engine: Engine) -> None:
    assert "Z02" not in codes(engine, DRAFT, staff=True)


def test_editors_find_drafts_in_the_catalogue(engine: Engine) -> None:
    snapshot = engine.snapshot(staff=True)
    scores = snapshot.match(DRAFT)
    assert [snapshot.entries[place].code for place in scores.nonzero()[0]] == ["Z02"]


def test_change_is_served_after_refresh_and_nothing_is_done_without_one(tmp_path: Path) -> None:
    engine = make.engine(tmp_path, ENTRIES)
    assert engine.refresh() is False
    Index(tmp_path).update([entry("Искрит розетка", code="B01")], [], seq=2)
    assert engine.seq == 1
    assert engine.refresh() is True
    assert engine.seq == 2
    assert codes(engine, "искрит")[0] == "B01"


def test_item_comes_and_goes_at_its_time(tmp_path: Path) -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    timed = entry("Плановое отключение", code="A01", effective=soon, expires=later)
    clock = SetClock(NOW)
    make.engine(tmp_path, [*ENTRIES, timed])
    engine = Engine(tmp_path, clock=clock)
    seen = []
    for moment in (NOW, soon, later):
        clock.moment = moment
        engine.refresh()
        seen.append("A01" in codes(engine, "плановое отключение"))
    assert seen == [False, True, False]


def test_expired_words_leave_the_vocabulary(tmp_path: Path) -> None:
    past = entry("Плановое отключение", expires=NOW - timedelta(seconds=1))
    engine = make.engine(tmp_path, [*ENTRIES, past])
    assert "плановый" not in engine.snapshot().vocabulary


def test_watcher_takes_changes_in_by_itself(tmp_path: Path) -> None:
    engine = make.engine(tmp_path, ENTRIES)
    engine.watch(every_s=0.01)
    Index(tmp_path).update([], [], seq=7)
    for _ in range(300):
        if engine.seq == 7:
            break
        threading.Event().wait(0.01)
    engine.close()
    assert engine.seq == 7


def test_many_readers_while_the_index_changes(tmp_path: Path) -> None:
    engine = make.engine(tmp_path, ENTRIES)
    index = Index(tmp_path)
    stop = threading.Event()
    errors: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                engine.refresh()
                assert codes(engine, "показания")[0] == "R02"
                suggest(engine, "пок")
        except BaseException as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(12):
        index.update([entry("Меняется", answer=f"Раз {number}")], [], seq=number + 2)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []


def test_results_are_the_same_from_run_to_run(engine: Engine) -> None:
    first = [codes(engine, text) for text in ("показания", "свет", "как когда")]
    assert first == [codes(engine, text) for text in ("показания", "свет", "как когда")]


def test_equal_scores_go_by_code(tmp_path: Path) -> None:
    same = [entry("Одинаковый вопрос", uid=f"{n:032}", code=code) for n, code in enumerate("CAB")]
    engine = make.engine(tmp_path, [*same, entry("Другое", code="X")])
    assert codes(engine, "одинаковый вопрос")[:3] == ["A", "B", "C"]
