"""Asking over the database: danger first, every hit checked again, the journal told."""

import pytest
from sqlalchemy import select

from kb_service.base.errors import KbError, Kind
from kb_service.base.permissions import VISITOR
from kb_service.base.work import Work
from kb_service.handbook.acts import workflow
from kb_service.search import jobs, queries
from kb_service.search.evaluate import Question
from kb_service.search.schemas import Answer, Ask, Leg
from kb_service.search.tables import SearchEvent
from tests.conftest import WorkAs
from tests.handbook import make as content
from tests.persons import ELENA, OLGA, RITA, VERA
from tests.search.conftest import Library


def ask(work: Work, library: Library, text: str, **values: object) -> Answer:
    return queries.answer(work, library.engine, Ask(text=text, **values))  # type: ignore[arg-type]


def test_visitor_may_not_ask_with_staff_words(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work, pytest.raises(KbError) as raised:
        ask(work, library, "свет", staff=True)
    assert raised.value.kind == Kind.UNAUTHENTICATED


def test_question_finds_its_answer_with_an_excerpt(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        answer = ask(work, library, "нет света")
    assert answer.hits[0].card.uid == library.light
    assert answer.hits[0].excerpt
    assert answer.hits[0].confidence >= answer.hits[1].confidence
    assert set(answer.legs) == set(Leg)
    assert answer.total == 2


def test_only_words_that_tell_something_are_marked(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        excerpts = [hit.excerpt for hit in ask(work, library, "ответ для всех: светильник").hits]
    assert "<mark>Ответ</mark> для всех: <mark>светильник</mark>." in excerpts


def test_corrected_text_is_told(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        assert ask(work, library, "cdtnf ytn").corrected == "света нет"
        assert ask(work, library, "cdtnf ytn", as_written=True).corrected == ""


def test_staff_part_is_found_by_staff_alone(work_as: WorkAs, library: Library) -> None:
    with work_as(OLGA, write=False) as work:
        found = ask(work, library, "светильник-внутри", staff=True)
    assert found.hits[0].card.uid == library.light
    with work_as(VERA, write=False) as work:
        assert "внутри" not in str(ask(work, library, "светильник-внутри"))[60:]


def test_retracted_item_is_gone_at_once_though_the_index_still_has_it(
    work_as: WorkAs, library: Library
) -> None:
    with work_as(RITA) as work:
        workflow.retract(work, library.light)
    with work_as(VERA, write=False) as work:
        answer = ask(work, library, "когда включат свет")
    assert library.light not in [hit.card.uid for hit in answer.hits]
    assert answer.total == 1


def test_sureness_of_the_best_is_not_told_of_what_is_left(
    work_as: WorkAs, library: Library
) -> None:
    with work_as(VERA, write=False) as work:
        assert ask(work, library, "когда включат свет").confident
    with work_as(RITA) as work:
        workflow.retract(work, library.light)
    with work_as(VERA, write=False) as work:
        answer = ask(work, library, "когда включат свет")
    assert answer.hits
    assert not answer.confident


def test_limit_and_offset_cut_the_list_not_the_count(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        answer = ask(work, library, "показания свет", limit=1, offset=1)
    assert len(answer.hits) == 1
    assert answer.total == 2


def test_topic_narrows_the_search(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        assert ask(work, library, "свет", topic="/outage").total == 2
        assert ask(work, library, "свет", topic="/out").total == 0


def test_danger_comes_with_the_dispatchers_number(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        danger = ask(work, library, "на улице упал провод и искрит").danger
        assert ask(work, library, "как передать показания").danger is None
    assert danger is not None
    assert danger.phone
    assert danger.steps


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "%", "\\", ":", "AND", "(((", "💡", "а " * 2000, "' OR 1=1 --"]
)
def test_any_text_is_ordinary_input(text: str, work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        answer = ask(work, library, text)
        assert answer.query == text
        assert queries.find(work, library.engine, text)[1] >= 0


def test_unknown_words_are_not_answered_with_confidence(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        assert not ask(work, library, "рецепт борща").confident
        assert not ask(work, library, "").confident


def test_question_is_noted_and_written_in_a_batch(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        event = ask(work, library, "нет света, звоните 8 921 123-45-67", channel="widget").event
        ask(work, library, "не слышно", journal=False)
    with work_as(RITA) as work:
        jobs.write_journal(work, library.engine)
    with work_as(RITA, write=False) as work:
        (row,) = work.session.scalars(select(SearchEvent))
        assert (row.uid, row.channel, row.staff) == (event, "widget", False)
        assert row.query == "нет света, звоните [телефон]"
        assert row.total == 2


def find(work: Work, library: Library, text: str = "", **values: object) -> list[str]:
    cards, total = queries.find(work, library.engine, text, **values)  # type: ignore[arg-type]
    assert total >= len(cards)
    return [card.path for card in cards]


def test_catalogue_lists_what_the_reader_may_see(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        draft = content.question(work, library.topic, "Черновик", live=False, name="draft")
    library.settle(draft)
    with work_as(VERA, write=False) as work:
        assert "/outage/draft" not in find(work, library)
        assert find(work, library, "черновик") == []
    with work_as(ELENA, write=False) as work:
        assert find(work, library, "черновик", states=["private"]) == ["/outage/draft"]


def test_catalogue_wants_all_words_and_else_any(work_as: WorkAs, library: Library) -> None:
    with work_as(VERA, write=False) as work:
        assert find(work, library, "передать показания") == ["/outage/readings"]
        either = find(work, library, "показания свет", path="/outage")
        assert set(either) == {"/outage/light", "/outage/readings"}
        assert find(work, library, "показан*") == ["/outage/readings"]
        assert find(work, library, "нигде такого нет слова") != find(work, library)


FILTERS = {
    "type": ({"types": ["Topic"]}, ["/", "/outage"]),
    "path": (
        {"path": "/outage", "types": ["StandardQuestion"]},
        ["/outage/light", "/outage/readings"],
    ),
    "an item itself": ({"path": "/outage/light"}, ["/outage/light"]),
    "depth": ({"path": "/outage", "depth": 0}, ["/outage"]),
    "title order": (
        {"types": ["StandardQuestion"], "sort_on": "sortable_title"},
        ["/outage/readings", "/outage/light"],
    ),
    "the other way round": (
        {"types": ["StandardQuestion"], "sort_on": "path", "is_reversed": True},
        ["/outage/readings", "/outage/light"],
    ),
    "a page": (
        {"types": ["StandardQuestion"], "sort_on": "path", "start": 1, "size": 1},
        ["/outage/readings"],
    ),
    "nothing": ({"tags": ["нет такой"]}, []),
}


@pytest.mark.parametrize("name", FILTERS)
def test_catalogue_filters_and_sorts(name: str, work_as: WorkAs, library: Library) -> None:
    values, wanted = FILTERS[name]
    library.settle(library.topic)
    with work_as(VERA, write=False) as work:
        found = find(work, library, **values)
    assert (found == wanted) or (name == "type" and set(found) <= set(wanted))


def test_pending_is_a_number_for_everybody(work_as: WorkAs, library: Library) -> None:
    with work_as(VISITOR, write=False) as work:
        assert queries.pending(work, library.engine) == 0


def test_bench_asks_as_a_visitor_would(work_as: WorkAs, library: Library) -> None:
    asked = [Question("когда включат свет", ["L1"]), Question("рецепт борща", [])]
    with work_as(RITA, write=False) as work:
        report = queries.bench(work, library.engine, asked)
    assert (report.questions, report.unanswerable, report.refused) == (1, 1, 1.0)
    assert library.engine.journal.is_empty
