"""How it is sent: signed, again after growing pauses, and at last as failed work that is seen."""

import hashlib
import hmac
import socket
from datetime import timedelta

import pytest
from sqlalchemy import select

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.outbox import Job, JobState
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work
from kb_service.hooks import jobs
from kb_service.hooks.acts import hooks
from kb_service.hooks.queries import hooks as all_hooks
from kb_service.hooks.sender import Sender
from kb_service.wiring import Tables
from kb_service.worker import Worker
from tests.handbook import make
from tests.hooks.conftest import BASE, EVERY, INSIDE, Hooked
from tests.hooks.receiver import Receiver
from tests.persons import ANNA


def test_a_receiver_can_prove_who_sent_it(hooked: Hooked) -> None:
    new = hooked.add()
    with hooked.work(ANNA) as work:
        hooks.test(work, new.uid)
    hooked.go_on(seconds=1)
    (one,) = hooked.receiver.received
    moment, _, digest = one.headers["X-KB-Signature"].partition(",v1=")
    signed = moment.removeprefix("t=").encode() + b"." + one.raw
    assert digest == hmac.new(new.secret.encode(), signed, hashlib.sha256).hexdigest()
    assert int(moment.removeprefix("t=")) == int(hooked.clock.moment.timestamp())
    assert set(one.body) == {"event", "moment", "id"}
    assert one.headers["Content-Type"] == "application/json"


def test_a_receiver_that_was_down_hears_it_when_it_is_back(hooked: Hooked) -> None:
    """The peer is ended, the first tries find nobody, it is started again on the same port."""
    peer = Receiver()
    with peer.running():
        pass
    hooked.receiver = peer
    hooked.add("item.published")
    with hooked.work() as work:
        uid = make.topic(work)
    hooked.go_on(seconds=1)
    for pause_s in (1, 5, 30):
        one = max(hooked.deliveries(), key=lambda delivery: delivery.tries)
        assert (one.state, one.problem) == ("failing", "silent")
        hooked.go_on(seconds=pause_s)
    # One try a round, for both that wait.
    assert sum(one.tries for one in hooked.deliveries()) == 4
    with peer.running():
        hooked.go_on(seconds=120)
    assert {one.body["item"]["uid"] for one in peer.received} >= {uid}
    assert {one.body["id"] for one in peer.received} == {one.uid for one in hooked.deliveries()}
    assert {one.state for one in hooked.deliveries()} == {"delivered"}
    assert sum(one.tries for one in hooked.deliveries()) == 4 + 2


def test_a_try_that_failed_keeps_its_id_and_is_signed_anew(hooked: Hooked) -> None:
    uid = hooked.add().uid
    hooked.receiver.status = 503
    with hooked.work(ANNA) as work:
        hooks.test(work, uid)
    hooked.go_on(seconds=1)
    hooked.go_on(seconds=1)
    first, second = hooked.receiver.received
    assert first.raw == second.raw
    assert first.headers["X-KB-Signature"] != second.headers["X-KB-Signature"]
    (one,) = hooked.deliveries()
    assert (one.state, one.tries, one.status, one.problem) == ("failing", 2, 503, "status")
    with hooked.work(ANNA) as work:
        assert all_hooks(work)[0].failed_at == hooked.clock.moment


def test_after_the_last_try_it_is_failed_work_that_is_seen(hooked: Hooked) -> None:
    uid = hooked.add().uid
    hooked.receiver.status = 500
    with hooked.work(ANNA) as work:
        hooks.test(work, uid)
    for _ in range(9):
        hooked.go_on(hours=2)
    assert len(hooked.receiver.received) == 7
    with hooked.work(SYSTEM) as work:
        (job,) = work.session.scalars(select(Job)).all()
        assert (job.state, job.kind) == (JobState.FAILED, "hooks.send")
        assert "hook.undelivered" in job.error


@pytest.mark.parametrize("after", ["pause", "remove"])
def test_what_waits_for_a_hook_that_is_no_more_is_not_sent(hooked: Hooked, after: str) -> None:
    uid = hooked.add().uid
    with hooked.work() as work:
        make.topic(work)
    with hooked.work(SYSTEM) as work:
        jobs.look(work)
    with hooked.work(ANNA) as work:
        {"pause": hooks.pause, "remove": hooks.remove}[after](work, uid)
    hooked.worker.run_due()
    assert hooked.receiver.received == []
    assert {one.state for one in hooked.deliveries()} <= {"dropped"}
    with hooked.work(SYSTEM) as work:
        assert [j for j in work.session.scalars(select(Job)) if j.kind == "hooks.send"] == []


def test_a_test_reaches_a_paused_hook(hooked: Hooked) -> None:
    uid = hooked.add().uid
    with hooked.work(ANNA) as work:
        hooks.pause(work, uid)
        hooks.test(work, uid)
    hooked.go_on(seconds=1)
    assert hooked.told() == [("hook.test", "")]


def test_old_deliveries_are_forgotten(hooked: Hooked) -> None:
    uid = hooked.add().uid
    with hooked.work(ANNA) as work:
        hooks.test(work, uid)
    hooked.go_on(seconds=1)
    for days, left in ((29, 1), (2, 0)):
        hooked.clock.moment += timedelta(days=days)
        with hooked.work(SYSTEM) as work:
            jobs.sweep(work)
        assert len(hooked.deliveries()) == left


def test_a_dead_receiver_costs_one_try_and_the_others_get_theirs(
    fresh_database: Database, clock: SetClock, receiver: Receiver
) -> None:
    hole = socket.socket()
    hole.bind(("127.0.0.1", 0))
    hole.listen(50)
    hooked = Hooked(fresh_database, clock, receiver)
    tries: list[str] = []
    sender = Sender(INSIDE, timeout_s=2)

    def send(work: Work, delivery: str) -> None:
        tries.append(delivery)
        jobs.send(work, sender, BASE, delivery)

    hooked.worker = Worker(fresh_database, clock, Tables({"hooks.send": send}))
    with hooked.work() as work:
        topic = make.topic(work)
    with hooked.work(ANNA) as work:
        hooks.add(work, f"http://127.0.0.1:{hole.getsockname()[1]}/", EVERY, INSIDE)
    hooked.add()
    with hooked.work() as work:
        for number in range(8):
            make.question(work, topic, f"Вопрос {number}?", name=f"q{number}")
    hooked.go_on()
    hole.close()
    assert len(receiver.received) == 8
    # One of the eight for the dead one was tried, the other seven wait with it.
    assert len(tries) == 9
    with hooked.work(SYSTEM) as work:
        waiting = work.session.scalars(select(Job.run_at).where(Job.kind == "hooks.send")).all()
        assert len(waiting) == 8
        assert min(waiting) > clock.now()


def test_what_waited_with_a_receiver_comes_as_soon_as_it_answers(hooked: Hooked) -> None:
    hooked.receiver.status = 500
    hooked.add()
    with hooked.work() as work:
        topic = make.topic(work)
        for number in range(4):
            make.question(work, topic, f"Вопрос {number}?", name=f"q{number}")
    hooked.go_on()
    assert len(hooked.receiver.received) == 1
    hooked.receiver.status = 200
    hooked.go_on(seconds=1)
    assert len(hooked.receiver.received) == 1 + len(hooked.deliveries())
