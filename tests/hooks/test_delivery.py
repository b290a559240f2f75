"""How it is sent: signed, again after growing pauses, and at last as failed work that is seen."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from sqlalchemy import select

from kb_service.base.outbox import Job, JobState
from kb_service.base.permissions import SYSTEM
from kb_service.hooks import jobs
from kb_service.hooks.acts import hooks
from kb_service.hooks.queries import hooks as all_hooks
from tests.handbook import make
from tests.hooks.conftest import Hooked
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
        (one, *_) = hooked.deliveries()
        assert (one.state, one.problem) == ("failing", "silent")
        hooked.go_on(seconds=pause_s)
    first = hooked.deliveries()[0]
    assert first.tries == 4
    with peer.running():
        hooked.go_on(seconds=120)
    assert {one.body["item"]["uid"] for one in peer.received} >= {uid}
    assert {one.body["id"] for one in peer.received} == {one.uid for one in hooked.deliveries()}
    assert {(one.state, one.tries) for one in hooked.deliveries()} == {("delivered", 5)}


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
