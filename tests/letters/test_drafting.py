"""Writing a draft: whose it is, what is kept, and what becomes of a text that meets another."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.handbook.acts import edit, workflow
from kb_service.letters import queries
from kb_service.letters.acts import drafting, finishing
from kb_service.letters.schemas import Card, Content, Face, Status
from kb_service.letters.tables import StandardUse
from tests.conftest import WorkAs
from tests.handbook import make as handbook
from tests.letters import make
from tests.persons import ELENA, GLEB, OLGA, RITA, SERGEY, VERA

TOGETHER = "service"
LYDIA = replace(OLGA, uid="b" * 32, login="lydia", name="Лидия", department=TOGETHER)
MAX = replace(SERGEY, uid="c" * 32, login="max", name="Максим", department=TOGETHER)


@pytest.fixture
def uid(work_as: WorkAs) -> str:
    """A draft that Max has begun."""
    with work_as(MAX) as work:
        return make.draft(work)


def refused(code: str) -> Any:
    return pytest.raises(KbError, match=code.replace(".", r"\."))


def with_text(text: str, *questions: str) -> Content:
    return make.content(fragments=[make.own(text, *questions)])


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (ELENA, "act.forbidden")])
def test_only_who_answers_customers_has_drafts(work_as: WorkAs, actor: Actor, code: str) -> None:
    with work_as(actor) as work, refused(code):
        make.draft(work)
    with work_as(actor) as work, refused(code):
        queries.drafts(work)


@pytest.mark.parametrize("other", [SERGEY, OLGA])
def test_a_draft_of_another_department_is_not_there(
    work_as: WorkAs, uid: str, other: Actor
) -> None:
    with work_as(other) as work:
        assert queries.drafts(work) == ([], 0)
    for ask in (queries.draft, queries.versions):
        with work_as(other) as work, refused("draft.missing"):
            ask(work, uid)
    with work_as(other) as work, refused("draft.missing"):
        drafting.write(work, uid, make.content(), based_on=1, tab="x")


@pytest.mark.parametrize("other", [LYDIA, GLEB])
def test_colleagues_and_the_head_open_it(work_as: WorkAs, uid: str, other: Actor) -> None:
    with work_as(other) as work:
        assert [row.uid for row in queries.drafts(work)[0]] == [uid]
        assert queries.draft(work, uid).content == make.content()
        assert queries.drafts(work, is_mine=True)[1] == 0


def test_what_is_typed_is_the_draft_s_text(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        kept = drafting.write(work, uid, with_text("Замерим.", "q1"), based_on=1, tab="t1")
    assert (kept.edition, kept.is_beside) == (2, False)
    with work_as(MAX) as work:
        draft = queries.draft(work, uid)
    assert draft.content.fragments[0].text == "Замерим."
    assert (draft.question_count, draft.open_count, draft.edition) == (2, 1, 2)


def test_an_older_text_of_another_tab_is_kept_beside(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, with_text("Первое."), based_on=1, tab="t1")
    with work_as(MAX) as work:
        kept = drafting.write(work, uid, with_text("Второе."), based_on=1, tab="t2")
    assert (kept.is_beside, kept.reason, kept.edition) == (True, "stale", 2)
    with work_as(MAX) as work:
        about, beside = queries.version(work, uid, kept.version)
        assert about.is_beside
        assert beside.fragments[0].text == "Второе."
        assert queries.draft(work, uid).content.fragments[0].text == "Первое."


def test_a_tab_follows_itself_where_the_answer_was_lost(work_as: WorkAs, uid: str) -> None:
    for text in ("Первое.", "Второе."):
        with work_as(MAX) as work:
            kept = drafting.write(work, uid, with_text(text), based_on=1, tab="t1")
            assert not kept.is_beside
    assert kept.edition == 3


def test_who_comes_second_is_told_and_keeps_the_text(work_as: WorkAs, uid: str) -> None:
    with work_as(LYDIA) as work:
        assert queries.draft(work, uid).writer.name == MAX.name  # type: ignore[union-attr]
        kept = drafting.write(work, uid, with_text("Лидия."), based_on=1, tab="l")
    assert (kept.reason, kept.writer) == ("held", MAX.name)
    with work_as(MAX) as work:
        assert queries.draft(work, uid).content == make.content()
        assert queries.version(work, uid, kept.version)[1].fragments[0].text == "Лидия."


def test_the_same_text_is_not_kept_beside_twice(work_as: WorkAs, uid: str) -> None:
    numbers = set()
    for _ in range(3):
        with work_as(LYDIA) as work:
            kept = drafting.write(work, uid, with_text("Лидия."), based_on=1, tab="l")
            numbers.add(kept.version)
    assert len(numbers) == 1


def test_taking_over_keeps_the_other_s_text_and_is_in_the_journal(
    work_as: WorkAs, uid: str
) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, with_text("Максим."), based_on=1, tab="t1")
    with work_as(LYDIA) as work:
        drafting.take_over(work, uid, tab="l")
    with work_as(LYDIA) as work:
        assert not drafting.write(work, uid, with_text("Лидия."), based_on=2, tab="l").is_beside
    with work_as(MAX) as work:
        lost = drafting.write(work, uid, with_text("Максим дальше."), based_on=2, tab="t1")
        assert (lost.reason, lost.writer) == ("held", LYDIA.name)
        texts = [
            content.fragments[0].text
            for row in queries.versions(work, uid)
            if (content := queries.version(work, uid, row.number)[1]).fragments
        ]
        rows = work.session.scalars(select(AuditRow).where(AuditRow.act == "draft.take_over"))
        assert [MAX.name in str(row.changes) for row in rows] == [True]
    assert {"Максим.", "Максим дальше."} <= set(texts)


def test_who_is_silent_holds_nothing(work_as: WorkAs, uid: str, clock: SetClock) -> None:
    clock.moment += timedelta(seconds=91)
    with work_as(LYDIA) as work:
        assert queries.draft(work, uid).writer is None
        assert not drafting.write(work, uid, with_text("Лидия."), based_on=1, tab="l").is_beside


def test_a_closed_tab_lets_go_and_another_tab_does_not(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        drafting.release(work, uid, tab="t2")
        assert queries.draft(work, uid).writer is not None
        drafting.release(work, uid, tab="t1")
    with work_as(MAX) as work:
        assert queries.draft(work, uid).writer is None


def test_every_five_minutes_of_typing_a_version_stays(
    work_as: WorkAs, uid: str, clock: SetClock
) -> None:
    edition = 1
    for minute in range(12):
        clock.moment += timedelta(minutes=1)
        with work_as(MAX) as work:
            text = with_text(f"Минута {minute}.")
            edition = drafting.write(work, uid, text, based_on=edition, tab="t1").edition
    with work_as(MAX) as work:
        assert [row.reason for row in queries.versions(work, uid)] == [
            "autosave", "autosave", "begun",
        ]  # fmt: skip


def test_the_journal_of_acts_holds_no_word_of_the_letter(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, with_text("Смирнова, тел. 8-912-345-67-89"), based_on=1, tab="t1")
        drafting.keep_version(work, uid)
    with work_as(MAX) as work:
        rows = list(work.session.scalars(select(AuditRow)))
    whole = " ".join(f"{row.changes} {row.reason}" for row in rows)
    assert [word for word in ("Смирнова", "1203", "напряжение", "8-912") if word in whole] == []


# --- standard texts


@pytest.fixture
def item(work_as: WorkAs) -> str:
    with work_as(RITA) as work:
        return handbook.question(work, handbook.topic(work), code="M01", word="первое")


def test_a_standard_text_goes_in_with_where_it_came_from(
    work_as: WorkAs, uid: str, item: str
) -> None:
    with work_as(MAX) as work:
        given = drafting.insert(work, uid, item, questions=["q1"], tab="t1")
    origin = given.fragment.origin
    assert origin is not None
    assert (origin.code, origin.number, origin.face) == ("M01", 1, Face.LETTER)
    assert "первое-письмо" in given.fragment.text
    assert given.changed == []
    with work_as(MAX) as work:
        assert queries.draft(work, uid).open_count == 1
        assert work.session.scalar(select(StandardUse.outcome)) == "inserted"


def test_the_public_answer_goes_in_where_it_is_asked_for(
    work_as: WorkAs, uid: str, item: str
) -> None:
    with work_as(MAX) as work:
        given = drafting.insert(work, uid, item, questions=[], face=Face.ANSWER)
    assert given.fragment.text == "Ответ для всех: первое."


def test_what_is_not_published_goes_into_no_draft(work_as: WorkAs, uid: str) -> None:
    with work_as(RITA) as work:
        hidden = handbook.question(work, handbook.topic(work), live=False)
    with work_as(MAX) as work, refused("item.missing"):
        drafting.insert(work, uid, hidden, questions=[])


def test_nobody_puts_a_text_into_a_draft_that_another_writes(
    work_as: WorkAs, uid: str, item: str
) -> None:
    with work_as(LYDIA) as work, refused("reply.held"):
        drafting.insert(work, uid, item, questions=[])


def test_who_used_an_older_text_is_shown_what_changed(work_as: WorkAs, uid: str, item: str) -> None:
    with work_as(MAX) as work:
        drafting.insert(work, uid, item, questions=[])
    with work_as(RITA) as work:
        edit.save(work, item, handbook.question_text("Кто?", word="второе", code="M01"))
        workflow.publish(work, item)
    with work_as(MAX) as work:
        given = drafting.insert(work, uid, item, questions=[])
    assert given.last_number == 1
    assert [(one.op, one.text) for one in given.changed if one.op in ("delete", "insert")] == [
        ("delete", "первое"), ("insert", "второе"),
    ]  # fmt: skip
    with work_as(LYDIA) as work:
        other = make.draft(work)
        assert drafting.insert(work, other, item, questions=[]).changed == []


# --- ready


def answered() -> Content:
    return with_text("Замерим 24.11, платите до 15-го.", "q1", "q2")


def test_a_draft_with_an_open_question_is_not_ready(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, with_text("Замерим.", "q1"), based_on=1, tab="t1")
    with work_as(MAX) as work, refused("reply.not_ready") as error:
        finishing.make_ready(work, uid, based_on=2)
    assert [(one.field, one.code) for one in error.value.fields] == [
        ("question.q2", "check.question_open")
    ]


def test_a_draft_with_an_empty_variable_is_not_ready(work_as: WorkAs, uid: str) -> None:
    text = answered()
    text.fragments[0].text += " Регион: {{ enquiry.date }}."
    with work_as(MAX) as work:
        drafting.write(work, uid, text, based_on=1, tab="t1")
    with work_as(MAX) as work, refused("reply.not_ready") as error:
        finishing.make_ready(work, uid, based_on=2)
    assert [one.params["variable"] for one in error.value.fields] == ["enquiry.date"]


def test_nobody_freezes_a_text_that_they_have_not_seen(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, answered(), based_on=1, tab="t1")
    with work_as(MAX) as work, refused("reply.stale"):
        finishing.make_ready(work, uid, based_on=1)


def test_a_ready_draft_is_frozen_with_what_it_was_made_of(
    work_as: WorkAs, uid: str, item: str
) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, answered(), based_on=1, tab="t1")
    with work_as(MAX) as work:
        given = drafting.insert(work, uid, item, questions=[])
    with work_as(MAX) as work:
        number = finishing.make_ready(work, uid, based_on=given.edition)
    with work_as(MAX) as work:
        draft = queries.draft(work, uid)
        assert (draft.status, draft.writer) == (Status.READY, None)
        kept = drafting.write(work, uid, make.content(), based_on=draft.edition, tab="t1")
        assert kept.reason == "frozen"
        assert queries.version(work, uid, number)[1] == draft.content
    with work_as(MAX) as work, refused("reply.frozen"):
        drafting.insert(work, uid, item, questions=[])


def test_what_became_of_a_standard_text_is_kept_without_personal_data(
    work_as: WorkAs, uid: str, item: str
) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, answered(), based_on=1, tab="t1")
    with work_as(MAX) as work:
        given = drafting.insert(work, uid, item, questions=[])
    with work_as(MAX) as work:
        content = queries.draft(work, uid).content
        content.fragments[1].text = "Позвоните Анне по телефону 8-912-345-67-89."
        edition = drafting.write(work, uid, content, based_on=given.edition, tab="t1").edition
    with work_as(MAX) as work:
        finishing.make_ready(work, uid, based_on=edition)
        row = work.session.scalars(select(StandardUse)).one()
    assert row.outcome == "edited"
    assert "первое-письмо" in row.before
    assert "8-912" not in row.after


def test_a_ready_draft_opens_again_with_its_frozen_version(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        drafting.write(work, uid, answered(), based_on=1, tab="t1")
    with work_as(MAX) as work:
        number = finishing.make_ready(work, uid, based_on=2)
    with work_as(MAX) as work:
        finishing.reopen(work, uid, reason="опечатка")
        assert not drafting.write(work, uid, make.content(), based_on=2, tab="t1").is_beside
    with work_as(MAX) as work:
        assert queries.version(work, uid, number)[1] == answered()


def test_open_drafts_join_the_list_of_what_a_fact_touches(work_as: WorkAs, uid: str) -> None:
    with work_as(MAX) as work:
        text = with_text("Срок: {{ fact.quality_check_term }}.")
        drafting.write(work, uid, text, based_on=1, tab="t1")
    with work_as(ELENA) as work:
        found = queries.with_fact(work, "quality_check_term")
        assert [(row.uid, row.subject) for row in found] == [(uid, "")]
        assert queries.with_fact(work, "quality_check") == []


def test_a_card_by_hand_fills_the_reply(work_as: WorkAs) -> None:
    with work_as(SERGEY) as work:
        card = Card(name="Смирнова Анна Петровна", account="1203")
        reply = queries.reply_of(
            work, make.content(card=card, fragments=[make.own("Счёт {{ applicant.account }}.")])
        )
    assert [piece.plain for piece in reply.pieces[:2]] == [
        "Уважаемая Анна Петровна!", "Счёт 1203.",
    ]  # fmt: skip
