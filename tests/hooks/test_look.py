"""What is told: what the world sees differently, and not a word of what it does not see."""

import json
from datetime import timedelta

from sqlalchemy import select

from kb_service.base.outbox import Job
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.handbook.jobs import new_day
from kb_service.hooks.acts import hooks
from kb_service.hooks.tables import Look, Told
from tests import canary
from tests.handbook import make
from tests.hooks.conftest import BASE, Hooked
from tests.persons import ANNA

FACTS = """
tariff:
  title: Тариф
  values:
    - value: "{now}"
      to: 2026-11-24
    - value: "{then}"
      from: 2026-11-25
"""


def test_a_life_of_an_item_is_told_step_by_step(hooked: Hooked) -> None:
    with hooked.work() as work:
        topic = make.topic(work)
        other = make.topic(work, "Оплата", "payment")
    hooked.add()
    with hooked.work() as work:
        uid = make.question(work, topic, "Первый вопрос", live=False, name="first")
    hooked.go_on(seconds=1)
    assert hooked.told() == []
    steps = {
        "item.published": lambda work: workflow.publish(work, uid),
        "item.changed": lambda work: edit.save(
            work, uid, make.question_text("Второй вопрос"), goes_live=True
        ),
        "item.moved": lambda work: edit.move(work, uid, other),
        "item.retracted": lambda work: workflow.retract(work, uid),
        "item.published again": lambda work: workflow.publish(work, uid),
        "item.trashed": lambda work: edit.trash(work, uid),
    }
    titles = ["Первый вопрос", *["Второй вопрос"] * 5]
    for (event, step), title in zip(steps.items(), titles, strict=True):
        with hooked.work() as work:
            step(work)
        hooked.go_on(seconds=1)
        assert hooked.told() == [(event.split()[0], title)]


def test_a_body_names_event_moment_and_item(hooked: Hooked) -> None:
    with hooked.work() as work:
        topic = make.topic(work)
    hooked.add()
    with hooked.work() as work:
        uid = make.question(work, topic, "Вопрос", name="vopros")
    hooked.go_on(seconds=1)
    (one,) = hooked.receiver.received
    body = one.body
    assert body.pop("id") == hooked.deliveries()[0].uid
    assert body == {
        "event": "item.published",
        "moment": "2026-11-24T09:00:01.000+00:00",
        "item": {
            "@id": f"{BASE}/meters/vopros",
            "uid": uid,
            "title": "Вопрос",
            "type": "StandardQuestion",
            "state": "published",
        },
    }


def test_a_moved_topic_tells_of_all_below_it(hooked: Hooked) -> None:
    with hooked.work() as work:
        topic, other = make.topic(work), make.topic(work, "Оплата", "payment")
        make.question(work, topic, "Живой")
        make.question(work, topic, "Черновик", live=False)
    hooked.add()
    with hooked.work() as work:
        edit.move(work, topic, other)
    hooked.go_on(seconds=1)
    assert sorted(hooked.told()) == [("item.moved", "Живой"), ("item.moved", "Счётчики")]


def test_hours_that_come_and_go_are_told(hooked: Hooked) -> None:
    with hooked.work() as work:
        topic = make.topic(work)
    hooked.add()
    begins, ends = (
        hooked.clock.moment + timedelta(hours=1),
        hooked.clock.moment + timedelta(hours=2),
    )
    with hooked.work() as work:
        uid = make.question(work, topic, "На час", publish_at=begins, expires_at=ends)
    hooked.go_on(seconds=1)
    assert hooked.told() == []
    for hour, event in ((1, "item.published"), (1, "item.retracted")):
        hooked.clock.moment += timedelta(hours=hour)
        with hooked.work(SYSTEM) as work:
            workflow.turn(work, uid)
        hooked.go_on(seconds=1)
        assert hooked.told() == [(event, "На час")]


def test_what_is_only_for_employees_is_taken_back_and_never_named(hooked: Hooked) -> None:
    with hooked.work() as work:
        uid = make.question(work, make.topic(work), "Для всех")
    hooked.add()
    with hooked.work() as work:
        edit.save(work, uid, make.question_text("Для своих", audience="staff"), goes_live=True)
    hooked.go_on(seconds=1)
    assert hooked.told() == [("item.retracted", "Для всех")]


def test_a_draft_beside_the_live_text_is_not_told_nor_named_later(hooked: Hooked) -> None:
    with hooked.work() as work:
        uid = make.question(work, make.topic(work), "Живой")
    hooked.add()
    with hooked.work() as work:
        edit.save(work, uid, make.question_text("Тайный черновик"))
    hooked.go_on(seconds=1)
    assert hooked.told() == []
    with hooked.work() as work:
        workflow.retract(work, uid)
    hooked.go_on(seconds=1)
    assert hooked.told() == [("item.retracted", "Живой")]


def test_what_was_taken_back_before_it_was_sent_is_not_sent(hooked: Hooked) -> None:
    with hooked.work() as work:
        topic = make.topic(work)
    hooked.add("item.published")
    hooked.receiver.status = 500
    with hooked.work() as work:
        uid = make.question(work, topic, "Ошибка")
    hooked.go_on(seconds=1)
    assert hooked.told() == [("item.published", "Ошибка")]
    with hooked.work() as work:
        workflow.retract(work, uid)
    hooked.receiver.status = 204
    hooked.go_on(seconds=5)
    assert hooked.told() == []
    assert [one.state for one in hooked.deliveries()] == ["dropped"]


def test_no_canary_leaves_the_house(hooked: Hooked) -> None:
    with hooked.work() as work:
        edit.plant(work)
    hooked.add()
    with hooked.work(SYSTEM) as work:
        canary.fill(work, hooked.clock)
    hooked.go_on(seconds=1)
    sent = " ".join(
        json.dumps([one.body, one.headers], ensure_ascii=False) for one in hooked.receiver.received
    )
    assert "Открытый вопрос про погоду" in sent
    assert [word for word in canary.all_words() if word in sent] == []


def test_a_fact_is_told_when_it_changes_and_when_its_day_comes(hooked: Hooked) -> None:
    with hooked.work() as work:
        edit.plant(work)
        sheets.save(work, "facts", FACTS.format(now="1", then="2"))
    hooked.add()
    with hooked.work() as work:
        sheets.save(work, "facts", FACTS.format(now="1", then="3"))
    hooked.go_on(seconds=1)
    assert hooked.told() == []
    with hooked.work() as work:
        sheets.save(work, "facts", FACTS.format(now="5", then="3"))
    hooked.go_on(seconds=1)
    assert hooked.told() == [("fact.changed", "tariff")]
    hooked.clock.moment += timedelta(days=1)
    with hooked.work(SYSTEM) as work:
        new_day(work)
    hooked.go_on(seconds=1)
    assert hooked.told() == [("fact.changed", "tariff")]


def test_a_hook_hears_only_what_it_asked_for(hooked: Hooked) -> None:
    with hooked.work() as work:
        topic = make.topic(work)
    hooked.add("item.trashed")
    with hooked.work() as work:
        uid = make.question(work, topic, "Вопрос")
    hooked.go_on(seconds=1)
    assert hooked.told() == []
    with hooked.work() as work:
        edit.trash(work, uid)
    hooked.go_on(seconds=1)
    assert hooked.told() == [("item.trashed", "Вопрос")]


def test_a_paused_hook_does_not_hear_of_the_pause(hooked: Hooked) -> None:
    with hooked.work() as work:
        topic = make.topic(work)
    uid = hooked.add().uid
    with hooked.work(ANNA) as work:
        hooks.pause(work, uid)
    hooked.go_on(seconds=1)
    with hooked.work() as work:
        assert (work.session.get(Look, "all"), work.session.scalars(select(Told)).all()) == (
            None,
            [],
        )
        first = make.question(work, topic, "Во время паузы")
    hooked.go_on(seconds=1)
    with hooked.work(ANNA) as work:
        hooks.wake(work, uid)
    hooked.go_on(seconds=1)
    assert hooked.told() == []
    with hooked.work() as work:
        workflow.retract(work, first)
    hooked.go_on(seconds=1)
    assert hooked.told() == [("item.retracted", "Во время паузы")]


def test_without_hooks_a_change_leaves_nothing_for_them(hooked: Hooked) -> None:
    with hooked.work() as work:
        make.question(work, make.topic(work))
    hooked.go_on(seconds=1)
    with open_work(hooked.database, SYSTEM, hooked.clock, write=False) as work:
        kinds = {job.kind for job in work.session.scalars(select(Job))}
        assert not {kind for kind in kinds if kind.startswith("hooks.")}
        assert work.session.get(Look, "all") is None
