"""Steps of the workflow: the table, who may take them, four eyes, what the world sees."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.handbook.rules.workflow import Action, Standing, possible, target
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

STEPS = [
    ("private", "submit", "pending"),
    ("private", "publish", "published"),
    ("private", "archive", "archived"),
    ("pending", "publish", "published"),
    ("pending", "reject", "private"),
    ("pending", "retract", "private"),
    ("published", "retract", "private"),
    ("published", "archive", "archived"),
    ("archived", "restore", "private"),
]


@pytest.mark.parametrize(("state", "action", "result"), STEPS)
def test_a_step_leads_on(state: str, action: str, result: str) -> None:
    assert target(Action(action), Standing(State(state))) == result


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (state, action)
        for state in State
        for action in Action
        if (str(state), str(action)) not in {(s, a) for s, a, _ in STEPS}
    ],
)
def test_any_other_step_is_refused_with_what_is_possible(state: State, action: Action) -> None:
    with pytest.raises(KbError) as caught:
        target(action, Standing(state))
    assert caught.value.allowed == tuple(str(step) for step in possible(Standing(state)))


def test_a_published_item_with_a_newer_text_can_be_published_again() -> None:
    assert target(Action.PUBLISH, Standing(State.PUBLISHED, has_changes=True)) == State.PUBLISHED


def test_an_editor_submits_and_a_reviewer_publishes(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        uid = edit.create(work, make.root(work), make.question_text("Вопрос?"))
        with pytest.raises(KbError, match=r"act\.forbidden"):
            workflow.publish(work, uid)
        workflow.submit(work, uid)
    with work_as(VERA, write=False) as work:
        assert queries.cards(work, [uid]) == {}
    with work_as(RITA) as work:
        workflow.publish(work, uid)
    with work_as(VERA, write=False) as work:
        assert queries.cards(work, [uid])[uid].title == "Вопрос?"


def test_with_four_eyes_nobody_publishes_an_own_text(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        sheets.save(work, "company", "short_name: Тест\nrules: {four_eyes: true}\n")
    with work_as(RITA) as work:
        uid = edit.create(work, make.root(work), make.question_text("Вопрос?"))
        with pytest.raises(KbError, match=r"workflow\.four_eyes"):
            workflow.publish(work, uid)
    with work_as(ANNA) as work:
        assert workflow.publish(work, uid) == State.PUBLISHED


def test_with_four_eyes_a_change_that_would_go_live_waits(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        before = work.session.get_one(Item, uid).live_uid
    with work_as(ANNA) as work:
        sheets.save(work, "company", "short_name: Тест\nrules: {four_eyes: true}\n")
    with work_as(RITA) as work:
        edit.save(work, uid, make.question_text("Новый текст?"), goes_live=True)
        item = work.session.get_one(Item, uid)
        assert (item.live_uid, item.draft) == (before, "pending")


def test_a_time_to_come_ends_with_the_text_that_named_it(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(RITA) as work:
        later = clock.moment + timedelta(days=9)
        uid = make.question(work, make.topic(work), publish_at=later)
        edit.save(work, uid, make.question_text("Сейчас?"))
        workflow.publish(work, uid)
    with work_as(VERA, write=False) as work:
        assert queries.cards(work, [uid])[uid].title == "Сейчас?"


def test_a_retracted_item_is_gone_for_the_world_at_once(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        workflow.retract(work, uid)
    with work_as(OLGA, write=False) as work:
        assert queries.cards(work, [uid]) == {}


def test_a_draft_beside_the_live_text_is_submitted_alone(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        edit.save(work, uid, make.question_text("Новый текст?"))
        workflow.submit(work, uid)
        item = work.session.get_one(Item, uid)
        assert (item.state, item.draft) == ("published", "pending")
        workflow.reject(work, uid)
        assert work.session.get_one(Item, uid).live_uid is not None


def test_time_brings_an_item_and_takes_it_away(work_as: WorkAs, clock: SetClock) -> None:
    now = clock.moment
    with work_as(RITA) as work:
        uid = make.question(
            work,
            make.topic(work),
            publish_at=now + timedelta(hours=1),
            expires_at=now + timedelta(hours=2),
        )
    seen = []
    for hours in (0, 1.5, 2.5):
        clock.moment = now + timedelta(hours=hours)
        with work_as(VERA, write=False) as work:
            seen.append(bool(queries.cards(work, [uid])))
    assert seen == [False, True, False]


def test_a_staff_document_stays_inside(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), audience="staff")
    with work_as(VERA, write=False) as work:
        assert queries.cards(work, [uid]) == {}
    with work_as(OLGA, write=False) as work:
        assert uid in queries.cards(work, [uid])


def test_the_text_as_of_a_day_is_the_one_that_was_live(
    work_as: WorkAs, clock: SetClock, renderer: object
) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), word="раньше")
    clock.moment = datetime(2026, 12, 5, 9, tzinfo=UTC)
    with work_as(RITA) as work:
        edit.save(work, uid, make.question_text("Кто меняет счётчик?", word="теперь"))
        workflow.publish(work, uid)
    with work_as(VERA, write=False) as work:
        before = queries.by_uid(work, renderer, uid, as_of=date(2026, 11, 30))
        now = queries.by_uid(work, renderer, uid)
        assert "раньше" in before.html
        assert "теперь" in now.html
        with pytest.raises(KbError, match=r"item\.not_live_then"):
            queries.by_uid(work, renderer, uid, as_of=date(2026, 11, 1))


def test_what_is_said_about_a_draft_is_for_who_may_see_it(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
    with work_as(ELENA) as work:
        edit.save(work, uid, make.question_text("Тайное?"))
        workflow.submit(work, uid, comment="пока держим в тайне")
    with work_as(RITA) as work:
        workflow.reject(work, uid, comment="нельзя")
        workflow.archive(work, uid, comment="устарело")
        workflow.restore(work, uid, comment="всё же нужно")
        workflow.publish(work, uid, comment="снова")
    with work_as(ELENA, write=False) as work:
        said = [one.comment for one in queries.transitions(work, uid)]
        assert said == ["", "пока держим в тайне", "нельзя", "устарело", "всё же нужно", "снова"]
        assert [one.number for one in queries.history(work, uid)] == [2, 1]
    with work_as(OLGA, write=False) as work:
        assert [one.comment for one in queries.transitions(work, uid)] == ["", "устарело", "снова"]
        steps = [one for one in queries.past(work, uid) if not one.number]
        assert [one.comment for one in steps] == ["снова", "устарело", ""]
