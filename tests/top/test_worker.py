"""The background loop: done once, tried again, kept as failed, done together where they may."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.outbox import Job, claim
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.wiring import Schedule, Tables
from kb_service.worker import Worker


def leave(database: Database, clock: SetClock, kind: str, **payload: Any) -> None:
    with open_work(database, SYSTEM, clock) as work:
        work.later(kind, **payload)


def rows(database: Database, clock: SetClock) -> list[tuple[str, str, int]]:
    with open_work(database, SYSTEM, clock, write=False) as work:
        return [(j.kind, j.state, j.tries) for j in work.session.scalars(select(Job))]


def test_a_job_is_done_once_and_forgotten(fresh_database: Database, clock: SetClock) -> None:
    done = []
    worker = Worker(fresh_database, clock, Tables({"a.b": lambda _work, item: done.append(item)}))
    leave(fresh_database, clock, "a.b", item="x")
    leave(fresh_database, clock, "a.b", item="x")
    assert worker.run_due() == 1
    assert (done, rows(fresh_database, clock)) == (["x"], [])


def test_what_a_failing_job_wrote_is_taken_back_and_it_comes_again(
    fresh_database: Database, clock: SetClock
) -> None:
    def fails(work: Work, item: str) -> None:
        work.later("never.seen", item=item)
        raise ValueError("broken")

    worker = Worker(fresh_database, clock, Tables({"a.b": fails}))
    leave(fresh_database, clock, "a.b", item="x")
    worker.run_due()
    assert rows(fresh_database, clock) == [("a.b", "queued", 1)]
    assert worker.run_due() == 0
    for _ in range(8):
        clock.moment += timedelta(hours=2)
        worker.run_due()
    assert rows(fresh_database, clock) == [("a.b", "failed", 7)]


def test_an_unknown_kind_is_kept_as_failed_work(fresh_database: Database, clock: SetClock) -> None:
    worker = Worker(fresh_database, clock, Tables({}))
    leave(fresh_database, clock, "a.b", item="x")
    worker.run_due()
    assert rows(fresh_database, clock) == [("a.b", "queued", 1)]


def test_jobs_of_one_kind_are_done_together(fresh_database: Database, clock: SetClock) -> None:
    seen: list[list[str]] = []
    tables = Tables(
        {"a.b": lambda _work, items: seen.append(sorted(items))}, batched=frozenset({"a.b"})
    )
    for item in "xyz":
        leave(fresh_database, clock, "a.b", item=item)
    assert Worker(fresh_database, clock, tables).run_due() == 3
    assert seen == [["x", "y", "z"]]


def test_a_schedule_that_fails_does_not_stop_the_others(
    fresh_database: Database, clock: SetClock
) -> None:
    done: list[str] = []

    def broken() -> None:
        raise ValueError("broken")

    tables = Tables(
        {}, (Schedule("a.bad", 10, broken), Schedule("a.good", 10, lambda: done.append("x")))
    )
    worker = Worker(fresh_database, clock, tables)
    worker._run_schedules()
    worker._run_schedules()
    clock.moment += timedelta(seconds=11)
    worker._run_schedules()
    assert done == ["x", "x"]


def test_a_schedule_with_a_pause_waits_for_its_first_time(
    fresh_database: Database, clock: SetClock
) -> None:
    done: list[str] = []
    schedule = Schedule("a.late", 100, lambda: done.append("x"), 30)
    worker = Worker(fresh_database, clock, Tables({}, (schedule,)))
    worker._run_schedules()
    assert done == []
    clock.moment += timedelta(seconds=30)
    worker._run_schedules()
    clock.moment += timedelta(seconds=99)
    worker._run_schedules()
    assert done == ["x"]


def test_a_job_whose_worker_was_killed_is_taken_over_at_once(
    fresh_database: Database, clock: SetClock
) -> None:
    done: list[str] = []
    worker = Worker(fresh_database, clock, Tables({"a.b": lambda _work, item: done.append(item)}))
    leave(fresh_database, clock, "a.b", item="x")
    with open_work(fresh_database, SYSTEM, clock) as work:
        assert len(claim(work.session, work.now)) == 1
    assert worker.run_due() == 0
    worker.take_over()
    assert rows(fresh_database, clock) == [("a.b", "running", 1)]
    assert (worker.run_due(), done) == (1, ["x"])


def test_a_defect_does_not_end_a_lane(fresh_database: Database, clock: SetClock) -> None:
    def broken() -> None:
        raise ValueError("broken")

    worker = Worker(fresh_database, clock, Tables({}))
    worker.wake()
    worker._round(worker._wakes[0], frozenset(), broken)
