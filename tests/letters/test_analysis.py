"""A letter taken apart over the database: who may, what is shown, how long the model is given."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.handbook.acts import workflow
from kb_service.letters import queries
from kb_service.letters.rules import proposing
from kb_service.letters.rules.content import MAX_LETTER
from kb_service.letters.schemas import Analysis, UrgencyLevel
from kb_service.search.arrays import Floats
from kb_service.search.live import Engine
from kb_service.search.tables import SearchEvent
from tests.conftest import WorkAs
from tests.persons import ELENA, OLGA, RITA, VERA
from tests.search.conftest import Library, library
from tests.search.make import ToyEncoder

__all__ = ["library"]
LETTER = "Когда включат свет? Прошу сообщить, как передать показания прибора за прошлый месяц."


def taken(work_as: WorkAs, library: Library, text: str = LETTER, **more: Any) -> Analysis:
    with work_as(OLGA, write=False) as work:
        return queries.analysis(work, library.engine, text, **more)


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (ELENA, "act.forbidden")])
def test_only_who_answers_customers_takes_letters_apart(
    work_as: WorkAs, library: Library, actor: Actor, code: str
) -> None:
    with work_as(actor, write=False) as work, pytest.raises(KbError, match=code):
        queries.analysis(work, library.engine, LETTER)


def test_a_letter_that_is_too_long_is_refused(work_as: WorkAs, library: Library) -> None:
    with pytest.raises(KbError) as raised:
        taken(work_as, library, "я" * (MAX_LETTER + 1))
    assert [one.code for one in raised.value.fields] == ["reply.too_long"]


def test_each_question_gets_what_answers_it(work_as: WorkAs, library: Library) -> None:
    found = taken(work_as, library)
    first, second = found.questions
    assert first.text == LETTER[first.start : first.end] == "Когда включат свет?"
    assert second.text == "Прошу сообщить, как передать показания прибора за прошлый месяц"
    assert first.proposals[0].uid == library.light
    assert second.proposals[0].uid == library.readings
    assert {one.uid for one in found.proposals} <= {library.light, library.readings}
    assert not found.pending


def test_the_topic_is_that_of_most_proposals(work_as: WorkAs, library: Library) -> None:
    found = taken(work_as, library)
    assert (found.topic, found.topic_title) == ("/outage", "Отключения")
    assert taken(work_as, library, "").topic == ""


def test_what_was_retracted_is_not_proposed(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        workflow.retract(work, library.light)
    found = taken(work_as, library)
    assert {one.uid for one in found.proposals} == {library.readings}


def test_danger_is_found_wherever_it_stands(work_as: WorkAs, library: Library) -> None:
    for before in ("", "Счётчик исправен. " * 1500, "Счётчик исправен. " * 3200):
        found = taken(work_as, library, before + "Провод упал на дорогу и искрит.")
        assert found.danger is not None
        assert found.danger.steps
        assert found.urgency.level == UrgencyLevel.IMMEDIATE
        assert found.urgency.rule == found.danger.rule


def test_what_presses_without_danger_is_high(work_as: WorkAs, library: Library) -> None:
    found = taken(work_as, library, "Вторые сутки нет света.")
    assert (found.urgency.level, found.danger) == (UrgencyLevel.HIGH, None)


def test_personal_data_are_named_and_not_searched(work_as: WorkAs, library: Library) -> None:
    text = "Меня зовут Светлова Анна Петровна. Как передать показания?"
    found = taken(work_as, library, text)
    (span,) = found.personal_data
    assert text[span.start : span.end] == found.card.name == "Светлова Анна Петровна"
    same = taken(work_as, library, "Меня зовут Орлова Елена Павловна. Как передать показания?")
    assert found.proposals == same.proposals


def test_nothing_is_noted_in_the_journal(work_as: WorkAs, library: Library) -> None:
    taken(work_as, library)
    assert library.engine.journal.is_empty
    with work_as(RITA) as work:
        assert work.session.scalar(select(func.count()).select_from(SearchEvent)) == 0


def test_places_hold_where_letters_take_two_units(work_as: WorkAs, library: Library) -> None:
    text = "😀😀 Доброе утро! 😀 Когда включат свет?"
    (question,) = taken(work_as, library, text).questions
    assert text[question.start : question.end] == question.text == "😀 Когда включат свет?"


# --- the model and its time


class Slow(ToyEncoder):
    """An encoder of queries that waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def encode(self, texts: Any, kind: Any = "query") -> Floats:
        if kind == "query":
            self.go.wait(10)
        return super().encode(texts, kind)


@pytest.fixture
def slow(library: Library, tmp_path: Path, clock: SetClock) -> Iterator[Library]:
    """The library with an encoder that keeps its callers waiting."""
    library.engine.close()
    encoder = Slow()
    encoder.name = "toy"
    library.engine = Engine(tmp_path / "index", encoder, clock)
    yield library
    encoder.go.set()


def let_go(library: Library) -> None:
    encoder = library.engine.encoder
    assert isinstance(encoder, Slow)
    encoder.go.set()


def test_a_slow_model_leaves_the_lists_of_words_and_is_caught_up_with(
    work_as: WorkAs, slow: Library
) -> None:
    first = taken(work_as, slow, wait_s=0.01)
    assert first.pending
    assert first.questions[0].proposals[0].uid == slow.light
    let_go(slow)
    assert not taken(work_as, slow, wait_s=5).pending


def test_what_was_not_waited_for_is_encoded_meanwhile(work_as: WorkAs, slow: Library) -> None:
    assert taken(work_as, slow, wait_s=0).pending
    let_go(slow)
    done = threading.Event()
    for _ in range(100):
        if not taken(work_as, slow, wait_s=0).pending:
            break
        done.wait(0.05)
    assert not taken(work_as, slow, wait_s=0).pending


def test_a_long_letter_does_not_wait_by_itself(work_as: WorkAs, slow: Library) -> None:
    assert taken(work_as, slow, LETTER * 80).pending


def test_without_a_model_nothing_is_pending(
    work_as: WorkAs, library: Library, tmp_path: Path, clock: SetClock
) -> None:
    library.engine.close()
    library.engine = Engine(tmp_path / "index", None, clock)
    found = taken(work_as, library)
    assert not found.pending
    assert found.questions[0].proposals[0].uid == library.light


# --- the pure rules of the lists


def test_the_heads_stay_and_the_tails_go_where_there_are_too_many() -> None:
    questions = [[f"q{number}{rank}" for rank in range(5)] for number in range(8)]
    letter = [f"w{rank}" for rank in range(10)]
    kept = proposing.kept(questions, letter)  # type: ignore[arg-type]
    assert len(kept) == proposing.MAX_CODES
    assert {one[0] for one in questions} <= kept
    assert set(letter) <= kept


def test_what_is_no_better_than_the_usual_is_left_out() -> None:
    codes: Any = {"a": "M02", "b": "M01", "c": ""}
    scores: Any = {"a": 0.5, "b": -0.1, "c": 0.2}
    assert proposing.best(scores, codes, 5) == ["a", "c"]
    alone: Any = {"b": -0.1, "a": -0.2}
    assert proposing.best(alone, codes, 5) == ["b"]


def test_equals_stand_in_the_order_of_their_codes() -> None:
    scores: Any = {"a": 1.0, "b": 1.0, "c": 2.0, "d": 3.0}
    codes: Any = {"a": "M02", "b": "M01", "c": "Z"}
    assert proposing.best(scores, codes, 5) == ["c", "b", "a"]


def test_of_equal_topics_the_first_by_name_is_given() -> None:
    assert proposing.topic_of([("/b", 0.5), ("/a", 0.25), ("/a", 0.25)]) == "/a"
    assert proposing.topic_of([]) == ""
