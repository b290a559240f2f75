"""What administrators look at: the journal of acts and failed jobs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError, Kind
from kb_service.base.outbox import Job, JobState
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.base.work import Work
from kb_service.people import queries
from kb_service.people.acts import accounts, operation
from kb_service.people.schemas import AuditFilter, Profile
from tests.conftest import WorkAs
from tests.people import make
from tests.persons import ANNA, OLGA, RITA, VERA


def failed_job(work_as: WorkAs, state: JobState = JobState.FAILED) -> str:
    with work_as(SYSTEM) as work:
        work.later("toy.do", name="ё")
        work.session.flush()
        job = work.session.scalars(select(Job)).one()
        job.state, job.tries, job.error = state, 7, "boom"
        return job.uid


LOOKS: dict[str, Callable[[Work], object]] = {
    "journal": lambda work: queries.audit_log(work, AuditFilter()),
    "verify": queries.verify_audit,
    "jobs": queries.jobs,
    "counts": queries.job_counts,
    "retry": lambda work: operation.retry_job(work, work.session.scalars(select(Job.uid)).one()),
    "drop": lambda work: operation.drop_job(work, work.session.scalars(select(Job.uid)).one()),
}


@pytest.mark.parametrize("person", [VERA, OLGA, RITA], ids=lambda person: person.login)
@pytest.mark.parametrize("name", LOOKS)
def test_only_administrators_look(work_as: WorkAs, person: Actor, name: str) -> None:
    failed_job(work_as)
    with pytest.raises(KbError) as caught, work_as(person) as work:
        LOOKS[name](work)
    assert caught.value.kind in (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.MISSING)


@pytest.mark.parametrize("name", LOOKS)
def test_an_administrator_looks(work_as: WorkAs, name: str) -> None:
    failed_job(work_as)
    with work_as(ANNA) as work:
        LOOKS[name](work)


@pytest.mark.parametrize("do", [operation.retry_job, operation.drop_job], ids=["retry", "drop"])
@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_a_job_that_has_not_failed_is_left_alone(
    work_as: WorkAs, do: Callable[[Work, str], None], state: JobState
) -> None:
    uid = failed_job(work_as, state)
    with pytest.raises(KbError, match=r"job\.not_failed"), work_as(ANNA) as work:
        do(work, uid)


def test_a_retried_job_begins_anew(work_as: WorkAs, clock: SetClock) -> None:
    uid = failed_job(work_as)
    clock.moment += timedelta(hours=1)
    with work_as(ANNA) as work:
        operation.retry_job(work, uid, reason="почта снова есть")
    with work_as(ANNA, write=False) as work:
        (view,) = queries.jobs(work, state="queued").items
        (row,) = queries.audit_log(work, AuditFilter()).items
        assert (view.attempts, view.error, view.run_at) == (0, "", clock.now())
        assert (row.act, row.object_uid, row.reason) == ("job.retry", uid, "почта снова есть")
        assert 'payload: – → {"name": "ё"}' in row.changes


def test_a_dropped_job_leaves_its_kind_in_the_journal(work_as: WorkAs) -> None:
    uid = failed_job(work_as)
    with work_as(ANNA) as work:
        operation.drop_job(work, uid)
    with work_as(ANNA, write=False) as work:
        assert queries.jobs(work, state="").total == 0
        (row,) = queries.audit_log(work, AuditFilter()).items
        assert "kind: – → toy.do" in row.changes


def test_jobs_are_counted_and_listed_by_state(work_as: WorkAs) -> None:
    failed_job(work_as)
    with work_as(SYSTEM) as work:
        work.later("toy.other")
    with work_as(ANNA, write=False) as work:
        assert queries.job_counts(work) == {"queued": 1, "running": 0, "failed": 1}
        assert [view.kind for view in queries.jobs(work).items] == ["toy.do"]
        assert queries.jobs(work, state="").total == 2
        assert queries.jobs(work, state="unknown").total == 2


@pytest.fixture
def journal(work_as: WorkAs, clock: SetClock) -> str:
    """A journal of three acts on two days; gives the account they are about."""
    clock.moment = datetime(2026, 11, 22, 20, 59, tzinfo=UTC)  # 23:59 in Moscow
    with work_as(SYSTEM) as work:
        uid = make.invite(work, "olga", name="Ольга", roles=[Role.OPERATOR]).user_uid
    clock.moment = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # midnight in Moscow
    with work_as(ANNA) as work:
        accounts.change(work, uid, Profile(name="Ольга Белова"))
        accounts.block(work, uid)
    return uid


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AuditFilter(), ["user.block", "user.change", "user.invite"]),
        (AuditFilter(actor="anna"), ["user.block", "user.change"]),
        (AuditFilter(actor=" Anna "), ["user.block", "user.change"]),
        (AuditFilter(actor="ann"), []),
        (AuditFilter(act="user.block"), ["user.block"]),
        (AuditFilter(act="user."), ["user.block", "user.change", "user.invite"]),
        (AuditFilter(act="%"), []),
        (AuditFilter(object="user"), ["user.block", "user.change", "user.invite"]),
        (AuditFilter(object="nothing"), []),
        (AuditFilter(day="2026-11-22"), ["user.invite"]),
        (AuditFilter(day="2026-11-23"), ["user.block", "user.change"]),
        (AuditFilter(day="2026-11-24"), []),
        (AuditFilter(day="2026-11-23", act="user.change", actor="anna"), ["user.change"]),
    ],
    ids=str,
)
def test_rows_of_the_journal_are_found(
    work_as: WorkAs, journal: str, wanted: AuditFilter, found: list[str]
) -> None:
    with work_as(ANNA, write=False) as work:
        batch = queries.audit_log(work, wanted)
    assert [row.act for row in batch.items] == found
    assert batch.total == len(found)


def test_rows_are_found_by_the_beginning_of_a_uid(work_as: WorkAs, journal: str) -> None:
    with work_as(ANNA, write=False) as work:
        assert queries.audit_log(work, AuditFilter(object=journal[:12])).total == 3


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "\0"])
def test_a_day_that_cannot_be_is_refused(work_as: WorkAs, day: str) -> None:
    with pytest.raises(KbError) as caught, work_as(ANNA, write=False) as work:
        queries.audit_log(work, AuditFilter(day=day))
    assert [field.code for field in caught.value.fields] == ["audit.day_wrong"]


def test_a_row_tells_what_changed(work_as: WorkAs, journal: str) -> None:
    with work_as(ANNA, write=False) as work:
        batch = queries.audit_log(work, AuditFilter(act="user.change"), size=1)
    assert batch.items[0].changes == f"user {journal[:12]} · name: Ольга → Ольга Белова"


def test_the_chain_is_verified_and_its_end_told(work_as: WorkAs, journal: str) -> None:
    with work_as(ANNA, write=False) as work:
        verified = queries.verify_audit(work)
    assert (verified.ok, verified.rows, len(verified.digest)) == (True, 3, 64)


def test_a_broken_chain_is_told_with_its_place(work_as: WorkAs, journal: str) -> None:
    with work_as(SYSTEM) as work:
        work.session.connection().execute(text("UPDATE audit SET actor = 'x' WHERE seq = 2"))
    with work_as(ANNA, write=False) as work:
        verified = queries.verify_audit(work)
    assert (verified.ok, verified.broken_at, verified.problem) == (False, 2, "changed")


def test_the_journal_is_read_in_batches(work_as: WorkAs, journal: str) -> None:
    with work_as(ANNA, write=False) as work:
        batch = queries.audit_log(work, AuditFilter(), start=1, size=1)
        assert [row.seq for row in batch.items] == [2]
