"""A text whose time is still to come: the world sees the live one until then, editors see both."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.outbox import Job
from kb_service.base.permissions import SYSTEM
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.handbook.rules.workflow import Action, Standing, is_for_later, possible
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, RITA, VERA

HOUR = timedelta(hours=1)


@pytest.fixture
def later(clock: SetClock) -> datetime:
    return clock.moment + HOUR


@pytest.fixture
def uid(work_as: WorkAs, later: datetime) -> Uid:
    """A live question with a newer text that was published for an hour later."""
    with work_as(RITA) as work:
        made = make.question(work, make.topic(work), "Сейчас?", code="M01")
    with work_as(ELENA) as work:
        edit.save(work, made, make.question_text("Потом?", code="M02", publish_at=later))
    with work_as(RITA) as work:
        workflow.publish(work, made)
    return made


def title(work_as: WorkAs, uid: Uid) -> str | None:
    """What a visitor sees."""
    with work_as(VERA, write=False) as work:
        card = queries.cards(work, [uid]).get(uid)
        return card.title if card else None


def run_due(work_as: WorkAs) -> int:
    """Do the turns of time that are due, as the worker does them; they stay in the table."""
    with work_as(SYSTEM) as work:
        due = select(Job.payload).where(Job.kind == "handbook.turn", Job.run_at <= work.now)
        payloads = work.session.scalars(due).all()
    for payload in payloads:
        with work_as(SYSTEM) as work:
            workflow.turn(work, payload["item"])
    return len(payloads)


@pytest.mark.parametrize(
    ("minutes", "has_live", "began", "expected"),
    [(60, True, -60, True), (60, True, 0, True), (60, True, None, True), (60, False, None, False),
     (60, True, 30, False), (0, True, -60, False), (-60, True, -60, False),
     (None, True, -60, False)],
)  # fmt: skip
def test_a_text_waits_only_where_the_world_sees_another(
    clock: SetClock, minutes: int | None, has_live: bool, began: int | None, expected: bool
) -> None:
    now = clock.moment
    wanted, start = (
        None if one is None else now + timedelta(minutes=one) for one in (minutes, began)
    )
    assert is_for_later(wanted, now, has_live=has_live, began=start) is expected


def test_what_is_scheduled_can_only_be_sent_back_or_taken_from_the_world() -> None:
    standing = Standing(State.PUBLISHED, State.PENDING, has_changes=True, is_scheduled=True)
    assert possible(standing) == [Action.REJECT, Action.RETRACT, Action.ARCHIVE]


def test_a_scheduled_text_is_not_scheduled_twice(work_as: WorkAs, uid: Uid) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"workflow\.impossible"):
        workflow.publish(work, uid)


def test_who_may_not_publish_cannot_schedule(work_as: WorkAs, later: datetime) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
    with work_as(ELENA) as work:
        edit.save(work, uid, make.question_text("Потом?", publish_at=later), goes_live=True)
        assert work.session.get_one(Item, uid).scheduled_at is None
        with pytest.raises(KbError, match=r"act\.forbidden"):
            workflow.publish(work, uid)
        with pytest.raises(KbError, match=r"act\.forbidden"):
            workflow.turn(work, uid)


def test_four_eyes_are_asked_when_a_text_is_scheduled(work_as: WorkAs, later: datetime) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        edit.save(work, uid, make.question_text("Потом?", publish_at=later))
    with work_as(ANNA) as work:
        sheets.save(work, "company", "short_name: Тест\nrules: {four_eyes: true}\n")
    with work_as(RITA) as work, pytest.raises(KbError, match=r"workflow\.four_eyes"):
        workflow.publish(work, uid)
    with work_as(ANNA) as work:
        workflow.publish(work, uid)
        assert work.session.get_one(Item, uid).scheduled_at == later


def test_a_code_that_is_taken_refuses_the_schedule(work_as: WorkAs, later: datetime) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        make.question(work, topic, "Другой?", code="M02")
        uid = make.question(work, topic)
        edit.save(work, uid, make.question_text("Потом?", code="M02", publish_at=later))
        with pytest.raises(KbError, match=r"item\.code_taken"):
            workflow.publish(work, uid)


def test_the_world_sees_the_live_text_until_the_time_comes(
    work_as: WorkAs, clock: SetClock, uid: Uid
) -> None:
    assert title(work_as, uid) == "Сейчас?"
    clock.moment += HOUR - timedelta(seconds=1)
    assert run_due(work_as) == 0
    assert title(work_as, uid) == "Сейчас?"
    clock.moment += timedelta(seconds=1)
    assert run_due(work_as) == 1
    assert title(work_as, uid) == "Потом?"
    with work_as(RITA, write=False) as work:
        item = work.session.get_one(Item, uid)
        assert (item.draft, item.scheduled_at, item.code) == ("", None, "M02")
        assert (item.live_uid, item.effective) == (item.latest_uid, clock.moment)
        row = work.session.scalar(select(AuditRow).where(AuditRow.act == "item.turn"))
        assert (row.actor, row.object_uid) == ("system", uid)


def test_a_turn_that_is_done_again_changes_nothing(
    work_as: WorkAs, clock: SetClock, uid: Uid
) -> None:
    clock.moment += HOUR
    for _ in range(2):
        run_due(work_as)
    with work_as(RITA, write=False) as work:
        actions = [step.action for step in queries.transitions(work, uid)]
        assert actions == ["publish", "schedule", "publish"]


def test_only_editors_are_told_what_is_scheduled(
    work_as: WorkAs, uid: Uid, later: datetime, renderer: object
) -> None:
    for actor, told in ((ELENA, later), (VERA, None)):
        with work_as(actor, write=False) as work:
            assert queries.cards(work, [uid])[uid].scheduled == told
            assert queries.by_uid(work, renderer, uid, latest=True).scheduled == told


def test_the_day_before_is_remembered_with_the_text_of_then(
    work_as: WorkAs, clock: SetClock, uid: Uid, renderer: object
) -> None:
    day = clock.moment.date()
    clock.moment += timedelta(days=2)
    run_due(work_as)
    with work_as(VERA, write=False) as work:
        assert queries.by_uid(work, renderer, uid, as_of=day).title == "Сейчас?"
        assert queries.by_uid(work, renderer, uid).title == "Потом?"


@pytest.mark.parametrize("how", ["save", "goes_live", "reject", "retract", "archive", "trash"])
def test_what_happens_before_the_time_takes_the_schedule_back(
    work_as: WorkAs, clock: SetClock, uid: Uid, how: str
) -> None:
    with work_as(ELENA if how in ("save", "trash") else RITA) as work:
        if how in ("save", "goes_live"):
            new = make.question_text("Иначе?")
            edit.save(work, uid, new, goes_live=how == "goes_live")
        else:
            acts = {"reject": workflow.reject, "retract": workflow.retract}
            {**acts, "archive": workflow.archive, "trash": edit.trash}[how](work, uid)
        assert work.session.get_one(Item, uid).scheduled_at is None
    clock.moment += HOUR
    run_due(work_as)
    expected = {"save": "Сейчас?", "reject": "Сейчас?", "goes_live": "Иначе?"}
    assert title(work_as, uid) == expected.get(how)


def test_the_same_text_saved_again_keeps_the_schedule(work_as: WorkAs, uid: Uid) -> None:
    with work_as(ELENA) as work:
        number = queries.history(work, uid)[0].number
        edit.save(work, uid, queries.revision_text(work, uid, number))
        assert work.session.get_one(Item, uid).scheduled_at is not None


def test_what_is_back_from_the_trash_is_not_published_by_time(
    work_as: WorkAs, clock: SetClock, uid: Uid
) -> None:
    with work_as(RITA) as work:
        edit.trash(work, uid)
    with work_as(RITA) as work:
        edit.untrash(work, uid)
    clock.moment += HOUR
    run_due(work_as)
    assert title(work_as, uid) is None


def test_a_changed_text_that_goes_live_later_waits_as_well(
    work_as: WorkAs, clock: SetClock, later: datetime
) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), "Сейчас?")
        edit.save(work, uid, make.question_text("Потом?", publish_at=later), goes_live=True)
    assert title(work_as, uid) == "Сейчас?"
    clock.moment = later
    run_due(work_as)
    assert title(work_as, uid) == "Потом?"


def test_an_item_never_seen_before_is_hidden_until_its_time(
    work_as: WorkAs, clock: SetClock, later: datetime
) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), "Потом?", publish_at=later)
        item = work.session.get_one(Item, uid)
        assert (item.live_uid, item.scheduled_at) == (item.latest_uid, None)
    assert title(work_as, uid) is None
    clock.moment = later
    assert title(work_as, uid) == "Потом?"
