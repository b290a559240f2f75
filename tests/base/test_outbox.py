"""Jobs: left with the change, taken by one owner, tried again, kept when they fail."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kb_service.base import outbox
from kb_service.base.db import Database
from kb_service.base.outbox import LEASE, PAUSES_S, Job, JobState

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def leave(database: Database, *names: str, run_at: datetime = NOW) -> None:
    with database.unit() as session:
        for name in names:
            outbox.add(session, "toy", {"name": name}, run_at)


def take(database: Database, now: datetime = NOW, limit: int = 1) -> list[Job]:
    with database.unit() as session:
        return outbox.claim(session, now, limit)


def fail(database: Database, job: Job, now: datetime, error: str = "boom") -> JobState:
    with database.unit() as session:
        return outbox.give_back(session, job.uid, error, now)


def all_jobs(database: Database) -> list[Job]:
    with database.unit() as session:
        return list(session.scalars(select(Job).order_by(Job.uid)))


def names(jobs: list[Job]) -> list[str]:
    return [job.payload["name"] for job in jobs]


def test_a_job_is_not_taken_before_its_time(database: Database) -> None:
    leave(database, "later", run_at=NOW + SECOND)
    assert take(database) == []
    assert names(take(database, NOW + SECOND)) == ["later"]


def test_a_taken_job_is_not_taken_again(database: Database) -> None:
    leave(database, "one")
    assert names(take(database)) == ["one"]
    assert take(database, NOW + LEASE) == []


def test_a_job_whose_owner_died_comes_again_after_its_lease(database: Database) -> None:
    leave(database, "one")
    take(database)
    (again,) = take(database, NOW + LEASE + SECOND)
    assert again.tries == 2


def test_oldest_first_and_no_more_than_asked(database: Database) -> None:
    for number, name in enumerate(["third", "first", "second"]):
        leave(database, name, run_at=NOW - SECOND * (number and 4 - number))
    assert names(take(database, limit=2)) == ["first", "second"]


def test_two_owners_never_take_the_same_job(fresh_database: Database) -> None:
    leave(fresh_database, *(f"job_{number}" for number in range(10)))
    if fresh_database.is_sqlite:
        taken = [job.uid for _ in range(4) for job in take(fresh_database, limit=3)]
    else:  # both units are open at the same time
        with fresh_database.unit() as one, fresh_database.unit() as other:
            taken = [job.uid for job in outbox.claim(one, NOW, 3)]
            taken += [job.uid for job in outbox.claim(other, NOW, 20)]
    assert len(taken) == len(set(taken)) == 10


def test_an_equal_waiting_job_is_enough(database: Database) -> None:
    leave(database, "same", "same", "other")
    assert len(all_jobs(database)) == 2


def test_an_equal_job_within_one_unit_is_enough_whatever_the_order_of_keys(
    database: Database,
) -> None:
    with database.unit() as session:
        outbox.add(session, "toy", {"a": 1, "b": "ё"}, NOW)
        outbox.add(session, "toy", {"b": "ё", "a": 1}, NOW)
    assert len(all_jobs(database)) == 1


@pytest.mark.parametrize("state", ["running", "failed", "waits for later"])
def test_a_job_that_will_not_see_this_change_is_not_enough(database: Database, state: str) -> None:
    leave(database, "same", run_at=NOW + SECOND if state == "waits for later" else NOW)
    if state != "waits for later":
        (job,) = take(database)
    if state == "failed":
        with database.unit() as session:
            session.get_one(Job, job.uid).state = JobState.FAILED
    leave(database, "same")
    assert len(all_jobs(database)) == 2


def test_a_worker_cannot_finish_a_merged_job_before_the_change_is_there(
    fresh_database: Database,
) -> None:
    leave(fresh_database, "same")
    if fresh_database.is_sqlite:
        return  # the writing unit has the whole database until it ends
    with fresh_database.unit() as writer:
        outbox.add(writer, "toy", {"name": "same"}, NOW)
        assert take(fresh_database) == []
    assert names(take(fresh_database)) == ["same"]


def test_a_job_left_while_its_twin_runs_waits_for_itself(fresh_database: Database) -> None:
    leave(fresh_database, "same")
    if fresh_database.is_sqlite:
        return
    with fresh_database.unit() as worker:
        outbox.claim(worker, NOW)
        leave(fresh_database, "same")
    assert len(all_jobs(fresh_database)) == 2


def test_a_job_of_a_unit_that_failed_was_never_left(database: Database) -> None:
    with suppress(RuntimeError), database.unit() as session:
        outbox.add(session, "toy", {}, NOW)
        raise RuntimeError
    assert all_jobs(database) == []


def test_a_done_job_leaves_the_table(database: Database) -> None:
    leave(database, "one")
    (job,) = take(database)
    with database.unit() as session:
        outbox.finish(session, job.uid)
    assert all_jobs(database) == []


def test_a_job_that_raises_comes_again_after_growing_pauses(database: Database) -> None:
    leave(database, "one")
    now = NOW
    for pause in PAUSES_S:
        (job,) = take(database, now)
        assert fail(database, job, now) is JobState.QUEUED
        now += timedelta(seconds=pause)
        assert take(database, now - timedelta(milliseconds=1)) == []
    (job,) = take(database, now)
    assert fail(database, job, now, "x" * 5000) is JobState.FAILED
    (kept,) = all_jobs(database)
    assert (kept.state, kept.tries, len(kept.error)) == ("failed", len(PAUSES_S) + 1, 4000)
    assert take(database, now + timedelta(days=1)) == []


def test_a_job_of_which_its_owners_die_is_kept_as_failed(database: Database) -> None:
    leave(database, "deadly")
    now = NOW
    for _ in range(len(PAUSES_S) + 1):
        assert len(take(database, now)) == 1
        now += LEASE + SECOND
    assert take(database, now) == []
    (kept,) = all_jobs(database)
    assert kept.state == JobState.FAILED
    assert kept.error


def test_giving_back_a_job_that_somebody_else_has_done_is_nothing(database: Database) -> None:
    leave(database, "one")
    (job,) = take(database)
    with database.unit() as session:
        outbox.finish(session, job.uid)
    fail(database, job, NOW)
    assert all_jobs(database) == []


def test_counts_by_state(database: Database) -> None:
    leave(database, "one", "two", "three")
    take(database, limit=2)
    with database.unit() as session:
        assert outbox.counts(session) == {"queued": 1, "running": 2}


def test_a_look_for_due_jobs_takes_none(database: Database) -> None:
    leave(database, "one", run_at=NOW + SECOND)
    with database.unit(write=False) as session:
        assert not outbox.is_due(session, NOW)
        assert outbox.is_due(session, NOW + SECOND)
        assert not outbox.is_due(session, NOW + SECOND, {"other"})
        assert outbox.is_due(session, NOW + SECOND, {"toy"})
    assert len(take(database, NOW + SECOND)) == 1


def test_jobs_of_an_ended_process_are_taken_at_once_and_their_tries_count(
    database: Database,
) -> None:
    leave(database, "one")
    take(database)
    with database.unit() as session:
        outbox.release(session, NOW)
    (again,) = take(database, NOW + SECOND)
    assert again.tries == 2
