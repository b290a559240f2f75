"""Remarks to editors: who may say, read, change, settle and delete them; where words stand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, remarks
from kb_service.handbook.rules.remarks import place
from kb_service.handbook.tables import Remark
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, SERGEY, VERA


@pytest.fixture
def uid(work_as: WorkAs) -> str:
    with work_as(RITA) as work:
        return make.question(work, make.topic(work), name="own")


def said(work: Work, uid: str) -> list[str]:
    return [one.text for one in queries.remarks(work, uid)]


def test_a_visitor_says_and_reads_nothing(work_as: WorkAs, uid: str) -> None:
    with work_as(VERA) as work:
        with pytest.raises(KbError, match=r"session\.needed"):
            remarks.add(work, uid, "Так?")
        with pytest.raises(KbError, match=r"session\.needed"):
            queries.remarks(work, uid)


def test_what_one_does_not_see_one_does_not_speak_of(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        hidden = make.question(work, make.topic(work), live=False)
        remark = remarks.add(work, hidden, "Тайное.")
    with work_as(OLGA) as work:
        for refused in (
            lambda: remarks.add(work, hidden, "Так?"),
            lambda: queries.remarks(work, hidden),
            lambda: queries.remark(work, remark),
            lambda: remarks.change(work, remark, "Иначе."),
        ):
            with pytest.raises(KbError, match=r"item\.missing"):
                refused()


@pytest.mark.parametrize(
    ("text", "quote", "code"),
    [
        ("", "", "remark.empty"),
        (" \0\n", "", "remark.empty"),
        ("x" * 4001, "", "remark.too_long"),
        ("x", "y" * 501, "remark.quote_too_long"),
    ],
)
def test_a_remark_says_something_and_not_too_much(
    work_as: WorkAs, uid: str, text: str, quote: str, code: str
) -> None:
    with work_as(OLGA) as work, pytest.raises(KbError, match=code.replace(".", r"\.")):
        remarks.add(work, uid, text, quote=quote)


def test_an_employee_says_it_to_the_editors(work_as: WorkAs, uid: str) -> None:
    with work_as(OLGA) as work:
        remark = remarks.add(work, uid, " Звонят и спрашивают иначе. ", quote="Ответ для всех")
        row = work.session.scalar(select(AuditRow).order_by(AuditRow.seq.desc()))
        assert row is not None
        assert (row.act, row.object_kind, row.object_uid) == ("remark.add", "remark", remark)
    with work_as(ELENA, write=False) as work:
        (one,) = queries.remarks(work, uid)
        assert (one.text, one.author, one.author_name) == (
            "Звонят и спрашивают иначе.", "olga", OLGA.name,
        )  # fmt: skip
        assert (one.number, one.place) == (1, (0, 14))
        assert (one.may_change, one.may_resolve, one.may_delete) == (False, True, False)


def test_what_is_said_about_a_draft_is_for_its_editors(work_as: WorkAs, uid: str) -> None:
    with work_as(RITA) as work:
        edit.save(work, uid, make.question_text("Тайный вопрос?"))
        draft = remarks.add(work, uid, "Тайное слово.")
        remarks.add(work, uid, "И ответ на него.", reply_to=draft)
    with work_as(OLGA) as work:
        assert said(work, uid) == []
        own = remarks.add(work, uid, "О том, что видно.")
        with pytest.raises(KbError, match=r"remark\.missing"):
            remarks.add(work, uid, "Так?", reply_to=draft)
    with work_as(RITA) as work:
        remarks.add(work, uid, "Ответ.", reply_to=own)
    with work_as(SERGEY, write=False) as work:
        assert sorted(said(work, uid)) == ["О том, что видно.", "Ответ."]


def test_an_answer_belongs_to_the_same_item(work_as: WorkAs, uid: str) -> None:
    with work_as(OLGA) as work:
        other = queries.card_at(work, "/meters").uid
        remark = remarks.add(work, other, "О теме.")
        with pytest.raises(KbError, match=r"remark\.missing"):
            remarks.add(work, uid, "Ответ.", reply_to=remark)


@pytest.mark.parametrize(
    ("actor", "act", "code"),
    [
        (SERGEY, lambda work, uid: remarks.change(work, uid, "Иначе."), "remark.not_own"),
        (RITA, lambda work, uid: remarks.change(work, uid, "Иначе."), "remark.not_own"),
        (OLGA, remarks.resolve, "act.forbidden"),
        (OLGA, remarks.delete, "act.forbidden"),
        (ELENA, remarks.delete, "act.forbidden"),
        (VERA, lambda work, uid: remarks.change(work, uid, "Иначе."), "remark.missing"),
    ],
)
def test_each_does_with_a_remark_what_is_theirs(
    work_as: WorkAs, uid: str, actor: Actor, act: Callable[[Work, str], None], code: str
) -> None:
    with work_as(OLGA) as work:
        remark = remarks.add(work, uid, "Так.")
    with work_as(actor) as work, pytest.raises(KbError, match=code.replace(".", r"\.")):
        act(work, remark)


def test_own_words_are_changed_and_settled_by_editors(
    work_as: WorkAs, uid: str, clock: SetClock
) -> None:
    with work_as(OLGA) as work:
        remark = remarks.add(work, uid, "Так.")
    clock.moment += timedelta(minutes=5)
    with work_as(OLGA) as work:
        remarks.change(work, remark, "Иначе.")
        one = queries.remark(work, remark)
        assert (one.text, one.modified > one.created) == ("Иначе.", True)
    with work_as(ELENA) as work:
        remarks.resolve(work, remark)
        assert queries.remark(work, remark).resolved_by == "elena"
        assert queries.open_remarks(work, uid) == []
        remarks.resolve(work, remark, is_resolved=False)
        assert [one.uid for one in queries.open_remarks(work, uid)] == [remark]


def test_answers_go_with_what_they_answer(work_as: WorkAs, uid: str) -> None:
    with work_as(OLGA) as work:
        first, other = remarks.add(work, uid, "Раз."), remarks.add(work, uid, "Два.")
        answer = remarks.add(work, uid, "Ответ.", reply_to=first)
        remarks.add(work, uid, "Ответ на ответ.", reply_to=answer)
    with work_as(RITA) as work:
        remarks.delete(work, first)
        assert list(work.session.scalars(select(Remark.uid))) == [other]


def test_open_remarks_stand_in_the_order_of_the_text(work_as: WorkAs, uid: str) -> None:
    with work_as(OLGA) as work:
        remarks.add(work, uid, "Без места.")
        later = remarks.add(work, uid, "Позже.", quote="светлячок-письмо")
        remarks.add(work, uid, "Раньше.", quote="Ответ  для\nвсех")
        remarks.add(work, uid, "Ответ.", reply_to=later)
    with work_as(ELENA) as work:
        found = [one.text for one in queries.open_remarks(work, uid)]
        assert found == ["Раньше.", "Позже.", "Ответ.", "Без места."]


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("Один два три.", "два", (5, 8)),
        ("Один\nдва  три.", "Один два три.", (0, 14)),
        ("😀 два", "два", (2, 5)),
        ("Один.", "два", None),
        ("Один.", " ", None),
        ("а.б (в) [г]", "(в) [г]", (4, 11)),
    ],
)
def test_words_are_found_where_they_stand(
    text: str, quote: str, expected: tuple[int, int] | None
) -> None:
    assert place(text, quote) == expected
