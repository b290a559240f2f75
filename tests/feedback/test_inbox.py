"""The inbox of readers' words: for who may edit the answer, with states, a note and a name."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM, LocalGrant, Role
from kb_service.feedback import jobs, queries
from kb_service.feedback.acts import collect, inbox
from kb_service.feedback.schemas import Helped, InboxFilter, RatingState
from kb_service.feedback.tables import Handling, Rating
from kb_service.handbook.acts import edit
from kb_service.people.acts import accounts
from kb_service.people.schemas import NewUser
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA

EVERY = InboxFilter(has_words=False)
BELOW = msgspec.structs.replace(OLGA, local=(LocalGrant("/meters", frozenset({Role.EDITOR})),))


@pytest.fixture
def rating(work_as: WorkAs) -> str:
    """A word of a visitor about a question in `/meters`."""
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), name="own")
    with work_as(VERA) as work:
        given = collect.rate(work, uid, Helped.NOT_CLEAR, query="сколько ждать мастера")
        collect.explain(work, given, "Нет срока. Мой номер 8 921 123-45-67")
    return given


def account(work_as: WorkAs) -> str:
    with work_as(SYSTEM) as work:
        new = NewUser(login="lena", name="Лена", roles=frozenset({Role.EDITOR}))
        return accounts.invite(work, new).user_uid


def test_who_does_not_edit_sees_and_does_nothing(work_as: WorkAs, rating: str) -> None:
    for who, code in ((VERA, r"session\.needed"), (OLGA, r"act\.forbidden")):
        with work_as(who) as work:
            for refused in (
                lambda work=work: queries.inbox(work, EVERY),
                lambda work=work: queries.inbox_counts(work),
                lambda work=work: queries.dislikes(work, work.now),
                lambda work=work: inbox.handle(work, rating, RatingState.DONE),
            ):
                with pytest.raises(KbError, match=code):
                    refused()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": RatingState.DECLINED}, "rating.note_needed"),
        ({"state": RatingState.DECLINED, "note": " \0 "}, "rating.note_needed"),
        ({"state": RatingState.DONE, "note": "а" * 1001}, "rating.note_too_long"),
        ({"state": RatingState.WORK, "responsible": "f" * 32}, "rating.responsible_unknown"),
    ],
)
def test_what_is_wrong_is_refused(
    work_as: WorkAs, rating: str, changes: dict[str, str], code: str
) -> None:
    with work_as(ELENA) as work:
        with pytest.raises(KbError) as caught:
            inbox.handle(work, rating, **changes)  # type: ignore[arg-type]  # by the table
        assert caught.value.code == code
        assert queries.inbox(work, EVERY).items[0].state == RatingState.NEW


def test_a_word_that_is_not_there_is_missing(work_as: WorkAs) -> None:
    with work_as(ELENA) as work, pytest.raises(KbError, match=r"rating\.missing"):
        inbox.handle(work, "0" * 32, RatingState.DONE)


def test_a_word_is_taken_up_and_settled(work_as: WorkAs, rating: str) -> None:
    lena = account(work_as)
    with work_as(ELENA) as work:
        (one,) = queries.inbox(work, InboxFilter(state=RatingState.NEW)).items
        assert (one.path, one.revision, one.latest) == ("/meters/own", 1, 1)
        assert "921" not in one.remark
        assert one.query == "сколько ждать мастера"
        inbox.handle(work, rating, RatingState.WORK, responsible=lena)
        assert queries.inbox(work, InboxFilter(state=RatingState.NEW)).total == 0
        inbox.handle(work, rating, RatingState.DONE, responsible=lena, note="Дописали: 5 дней.")
        (one,) = queries.inbox(work, InboxFilter(state=RatingState.DONE)).items
        assert (one.responsible, one.note, one.handled_by) == ("Лена", "Дописали: 5 дней.", "elena")
        rows = work.session.scalars(select(AuditRow).where(AuditRow.act == "rating.handle")).all()
        assert [(row.object_kind, row.object_uid, row.actor) for row in rows] == [
            ("rating", rating, "elena")
        ] * 2


def test_personal_data_in_a_note_are_masked(work_as: WorkAs, rating: str) -> None:
    with work_as(ELENA) as work:
        inbox.handle(work, rating, RatingState.DONE, note="Звонили на 8 921 123-45-67.")
        (one,) = queries.inbox(work, EVERY).items
        assert "921" not in one.note
        assert one.note


def test_work_is_ones_own_where_nobody_is_named(work_as: WorkAs, rating: str) -> None:
    lena = account(work_as)
    with work_as(msgspec.structs.replace(ELENA, uid=lena)) as work:
        inbox.handle(work, rating, RatingState.WORK)
        mine = InboxFilter(is_mine=True)
        assert [one.responsible for one in queries.inbox(work, mine).items] == ["Лена"]


def test_filters_and_counts_agree(work_as: WorkAs, rating: str) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work, "Оплата", "payment")
        other = make.question(work, topic, "Куда платить?", name="where")
    with work_as(VERA) as work:
        collect.rate(work, other, Helped.YES)
        collect.rate(work, other, Helped.YES, remark="Спасибо, но где касса?")
        collect.rate(work, other, Helped.OUT_OF_DATE)
    with work_as(ELENA) as work:
        inbox.handle(work, rating, RatingState.DECLINED, note="Не про нас.")
        assert queries.inbox_counts(work) == {
            RatingState.NEW: 1, RatingState.WORK: 0, RatingState.DONE: 0, RatingState.DECLINED: 1
        }  # fmt: skip
        assert queries.inbox_counts(work, EVERY)[RatingState.NEW] == 2
        for wanted, total in (
            (EVERY, 3),
            (InboxFilter(), 2),
            (InboxFilter(reason=Helped.OUT_OF_DATE, has_words=False), 1),
            (InboxFilter(item=other, has_words=False), 2),
            (InboxFilter(state=RatingState.DECLINED), 1),
        ):
            found = queries.inbox(work, wanted)
            assert (found.total, len(found.items)) == (total, total), wanted
        assert len(queries.inbox(work, EVERY, start=2, size=2).items) == 1


def test_a_local_editor_sees_what_is_said_of_their_topic(work_as: WorkAs, rating: str) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work, "Оплата", "payment")
        other = make.question(work, topic, "Куда платить?", name="where")
    with work_as(VERA) as work:
        foreign = collect.rate(work, other, Helped.NOT_CLEAR, remark="Чужое.")
    with work_as(BELOW) as work:
        assert [one.uid for one in queries.inbox(work, EVERY).items] == [rating]
        inbox.handle(work, rating, RatingState.DONE)
        with pytest.raises(KbError, match=r"act\.forbidden"):
            inbox.handle(work, foreign, RatingState.DONE)


def test_what_is_said_of_something_thrown_away_is_not_shown(work_as: WorkAs, rating: str) -> None:
    with work_as(RITA) as work:
        edit.trash(work, queries.inbox(work, EVERY).items[0].item_uid)
        assert queries.inbox(work, EVERY).total == 0
        with pytest.raises(KbError, match=r"item\.missing"):
            inbox.handle(work, rating, RatingState.DONE)


@pytest.mark.parametrize(("days", "left"), [(0, 1), (11, 1), (10, 0)])
def test_words_are_forgotten_when_they_are_old(
    work_as: WorkAs, clock: SetClock, rating: str, days: int, left: int
) -> None:
    with work_as(ELENA) as work:
        inbox.handle(work, rating, RatingState.DONE, note="Готово.")
    clock.moment += timedelta(days=10, seconds=1)
    with work_as(SYSTEM) as work:
        jobs.expire(work, days)
    with work_as(SYSTEM) as work:
        for table in (Rating, Handling):
            assert work.session.scalar(select(func.count()).select_from(table)) == left


def test_an_answer_that_did_not_help_is_told_with_reasons(work_as: WorkAs, rating: str) -> None:
    with work_as(ELENA) as work:
        item = queries.inbox(work, EVERY).items[0].item_uid
    with work_as(VERA) as work:
        collect.rate(work, item, Helped.YES)
        collect.rate(work, item, Helped.OUT_OF_DATE, query="срок замены")
    with work_as(ELENA) as work:
        (one,) = queries.dislikes(work, work.now - timedelta(days=1))
        assert (one.count, one.reasons) == (2, {"not_clear": 1, "out_of_date": 1})
        assert sorted(one.asked) == ["сколько ждать мастера", "срок замены"]
        inbox.handle(work, rating, RatingState.DONE)
        (one,) = queries.dislikes(work, work.now - timedelta(days=1))
        assert one.count == 1
        assert queries.dislikes(work, work.now + timedelta(seconds=1)) == []
