"""Stored questions: who keeps them, where their answers stand, what a change would make of them."""

from typing import Any

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import edit
from kb_service.handbook.acts.wordings import add_wording
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.wordings import with_wording
from kb_service.search.acts import bench
from kb_service.search.evaluate import Question, read_questions, written_questions
from kb_service.search.queries import stored
from kb_service.search.rules import verdict
from kb_service.search.schemas import StoredQuestion, SynonymGroup, Verdict
from kb_service.search.whatif import Supposed
from tests.conftest import WorkAs
from tests.handbook import make as content
from tests.persons import ELENA, OLGA, RITA, VERA
from tests.search.conftest import Library

LIGHT, READINGS = "/outage/light", "/outage/readings"


def only(work: Work) -> StoredQuestion:
    (question,) = stored.stored_questions(work)
    return question


ACTS: dict[str, Any] = {
    "add": lambda work: bench.add(work, "где свет", LIGHT),
    "change": lambda work: bench.change(work, stored_uid(work), "где свет"),
    "remove": lambda work: bench.remove(work, stored_uid(work)),
    "keep": lambda work: bench.keep(work, {}),
    "take in": lambda work: bench.take_in(work, [Question("где свет", [])]),
    "look": stored.stored_questions,
}


def stored_uid(work: Work) -> str:
    return str(work.session.scalar(select(stored.BenchQuestion.uid)))


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_stored_questions_are_for_editors(
    work_as: WorkAs, library: Library, name: str, actor: Actor, code: str
) -> None:
    with work_as(ELENA) as work:
        bench.add(work, "нет света", LIGHT)
    with work_as(actor) as work, pytest.raises(KbError) as raised:
        ACTS[name](work)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ((" ", LIGHT), "text", "bench_question.empty"),
        (("?", LIGHT), "text", "bench_question.empty"),
        (("а" * 501, LIGHT), "text", "bench_question.too_long"),
        (("свет", LIGHT, "а" * 501), "note", "bench_question.too_long"),
        (("Нет  СВЕТА?", LIGHT), "text", "bench_question.known"),
        (("свет", "/outage/none"), "wanted", "bench_question.answer_unknown"),
        (("свет", "Z99"), "wanted", "bench_question.answer_unknown"),
        (("свет", "f" * 32), "wanted", "bench_question.answer_unknown"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    work_as: WorkAs, library: Library, values: tuple[str, ...], field: str, code: str
) -> None:
    with work_as(ELENA) as work:
        bench.add(work, "нет света", LIGHT)
        with pytest.raises(KbError, match=r"bench_question\.wrong") as raised:
            bench.add(work, *values)
    assert [(one.field, one.code) for one in raised.value.fields] == [(field, code)]


@pytest.mark.parametrize(
    "named", [LIGHT, "outage/light", "/edit/outage/light", "https://help.example/outage/light?q=1"]
)
def test_an_answer_is_named_by_its_address(work_as: WorkAs, library: Library, named: str) -> None:
    with work_as(ELENA) as work:
        bench.add(work, "нет света", named, note=" из журнала ")
        question = only(work)
        rows = work.session.scalars(select(AuditRow.act)).all()
    assert [item.uid for item in question.wanted] == [library.light]
    assert (question.note, question.rank) == ("из журнала", None)
    assert "bench.add" in rows


def test_an_answer_is_named_by_its_code_in_any_case(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        uid = content.question(work, library.topic, "Где счёт?", name="bill", code="P07")
    with work_as(ELENA) as work:
        bench.add(work, "где счёт", f"p07, {LIGHT}; {READINGS}")
        assert [one.uid for one in only(work).wanted] == [uid, library.light, library.readings]


def test_ranks_are_kept_and_compared(work_as: WorkAs, library: Library) -> None:
    with work_as(ELENA) as work:
        bench.add(work, "долго нет света", LIGHT)
        bench.add(work, "рецепт борща")
    with work_as(ELENA) as work:
        report = stored.bench_report(work, library.engine)
        assert [one.verdict for one in report.outcomes] == [Verdict.NEW, Verdict.NEW]
        assert [one.after for one in report.outcomes] == [1, 1]
        ranks = {one.question.uid: one.after for one in report.outcomes}
        assert bench.keep(work, {**ranks, "f" * 32: 3}) == 0
    with work_as(ELENA) as work:
        report = stored.bench_report(work, library.engine)
        assert (report.same, report.better, report.worse) == (2, 0, [])
        assert bench.keep(work, dict.fromkeys(ranks, 4)) == 2
    with work_as(ELENA) as work:
        assert stored.bench_report(work, library.engine).better == 2


def test_a_question_that_asks_something_else_forgets_its_rank(
    work_as: WorkAs, library: Library
) -> None:
    with work_as(ELENA) as work:
        uid = bench.add(work, "нет света", LIGHT)
        bench.keep(work, {uid: 1})
    with work_as(ELENA) as work:
        bench.change(work, uid, "нет света", LIGHT, "заметка")
        assert (only(work).rank, only(work).note) == (1, "заметка")
        bench.change(work, uid, "нет света", READINGS)
        assert only(work).rank is None
        bench.remove(work, uid)
        assert stored.stored_questions(work) == []


def test_an_answer_that_is_gone_is_never_found(work_as: WorkAs, library: Library) -> None:
    with work_as(ELENA) as work:
        uid = bench.add(work, "долго нет света", LIGHT)
        bench.keep(work, {uid: 1})
    with work_as(RITA) as work:
        edit.trash(work, library.light)
    library.settle(library.light)
    with work_as(ELENA) as work:
        (outcome,) = stored.bench_report(work, library.engine).outcomes
    assert (outcome.question.lost, outcome.after, outcome.verdict) == (1, 0, Verdict.OUT)


def test_a_file_is_taken_in_and_given_out(work_as: WorkAs, library: Library) -> None:
    lines = [
        f'{{"text": "нет света", "ids": ["{LIGHT}"], "note": "звонок"}}',
        '{"query": "рецепт борща", "standard_question_id": null}',
    ]
    with work_as(ELENA) as work:
        bench.add(work, "Нет света!", READINGS)
        assert bench.take_in(work, read_questions(lines)) == (1, 1)
        questions = stored.stored_questions(work)
    assert [[item.uid for item in one.wanted] for one in questions] == [[library.light], []]
    again = read_questions(written_questions(questions).splitlines())
    assert again == [
        Question("Нет света!", [library.light], "звонок"),
        Question("рецепт борща", []),
    ]


def test_of_a_file_all_is_taken_or_nothing(work_as: WorkAs, library: Library) -> None:
    questions = [Question("нет света", [LIGHT]), Question("где", ["Z99"])]
    with pytest.raises(KbError) as raised, work_as(ELENA) as work:
        bench.take_in(work, questions)
    assert (raised.value.code, raised.value.params) == (
        "question.answer_unknown",
        {"number": 2, "name": "Z99"},
    )
    with work_as(ELENA) as work:
        assert stored.stored_questions(work) == []


def test_what_is_foretold_of_a_wording_comes_true(work_as: WorkAs, library: Library) -> None:
    with work_as(ELENA) as work:
        bench.add(work, "светобокс мигает", READINGS)
        bench.add(work, "долго нет света", LIGHT)
    with work_as(RITA) as work:
        view = handbook.for_editing(work, uid=library.readings)
        text = with_wording(view.text, "светобокс мигает")
        report = stored.foretold(work, library.engine, Place(uid=library.readings), text)
        foretold = {one.question.text: (one.after, one.verdict) for one in report.outcomes}
        add_wording(work, library.readings, "светобокс мигает")
    library.settle(library.readings)
    with work_as(ELENA) as work:
        real = stored.bench_report(work, library.engine)
    assert {one.question.text: one.after for one in real.outcomes} == {
        text: after for text, (after, _) in foretold.items()
    }
    assert foretold["светобокс мигает"] == (1, Verdict.ROSE)
    assert foretold["долго нет света"] == (1, Verdict.SAME)
    assert report.is_whole


def test_what_pushes_another_one_out_is_told_of_its_own_lines(
    work_as: WorkAs, library: Library
) -> None:
    """Four entries with the very words of another one leave its own line no place above."""
    with work_as(RITA) as work:
        entries = []
        for number in range(4):
            text = content.question_text(
                "Долго нет света?", wordings=["Когда включат свет?", f"вариант {number}"]
            )
            place = Place(type="StandardQuestion", parent=library.topic)
            entry = handbook.entry_if_published(work, place, text)
            entry.uid, entry.code = f"{number}" * 32, f"A0{number}"  # type: ignore[assignment]
            entries.append(entry)
        report = stored.supposed_report(work, library.engine, Supposed(entries=entries))
    out = {one.question.text for one in report.worse}
    assert "долго нет света" in out
    assert all(one.verdict is Verdict.OUT for one in report.worse)


def test_a_try_tells_what_was_where(work_as: WorkAs, library: Library) -> None:
    with work_as(ELENA) as work:
        now = stored.tried(work, library.engine, "светобокс")
        group = SynonymGroup(words=["светобокс"], means=["показания"], weight=0.6)
        then = stored.tried(work, library.engine, "светобокс", Supposed(synonyms=[group]))
    assert now.unknown == ["светобокс"]
    assert all(hit.before is None for hit in now.hits)
    assert then.words == ["показание"]
    ranks = {hit.item.uid: hit.rank for hit in now.hits}
    assert {hit.item.uid: hit.before for hit in then.hits} == {
        uid: ranks.get(uid, 0) for uid in (library.light, library.readings)
    }
    before, after = ({hit.item.uid: hit.score for hit in one.hits} for one in (now, then))
    assert after[library.readings] > before[library.readings]
    assert library.engine.journal.is_empty


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (None, 1, "new"), (None, 0, "new"), (1, 1, "same"), (0, 0, "same"), (2, 1, "rose"),
        (0, 9, "rose"), (1, 2, "fell"), (4, 9, "fell"), (4, 0, "fell"), (3, 4, "out"),
        (1, 0, "out"),
    ],
)  # fmt: skip
def test_verdicts(before: int | None, after: int, wanted: str) -> None:
    assert verdict(before, after) == wanted
