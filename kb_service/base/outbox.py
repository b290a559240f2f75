"""The jobs table: what must happen because something was written.

A job is a row in the same transaction as the change that asks for it: rolled back together, never
lost, never too early. Who changes the row to `running` owns it until its lease ends; a job that
raises comes again after growing pauses and is kept as visible failed work after the last try.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb_service.base.db import Base, Json, Moment
from kb_service.base.ids import new_uid

LEASE = timedelta(minutes=5)
PAUSES_S = (1, 5, 30, 120, 600, 3600)
_PIECE = 200
_OWNER_DIED = "the worker ended while it did this"


class JobState(StrEnum):
    """The life of a job; a done job leaves the table."""

    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"


class Refused(Exception):  # noqa: N818 - no defect: the job itself says no
    """What a job asks for cannot be: it is kept as failed at once, with the code of the reason.

    Trying again is left to a person, who knows whether the reason is gone.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Job(Base):
    """Work that waits, runs or has failed."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))
    run_at: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment)


def add(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    run_at: datetime,
    created: datetime | None = None,
) -> None:
    """Leave a job; an equal one that waits already is enough (it will see this change too).

    The waiting one is held until this unit ends: a worker that took it now would not see what is
    not yet committed, and nobody would look again.
    """
    waiting = (
        select(Job.uid)
        .where(
            Job.kind == kind,
            Job.state == JobState.QUEUED,
            Job.payload == payload,
            Job.run_at <= run_at,
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if session.execute(waiting).first() is not None:
        return
    session.add(
        Job(
            uid=new_uid(),
            kind=kind,
            payload=payload,
            state=JobState.QUEUED,
            run_at=run_at,
            lease_until=None,
            tries=0,
            error="",
            created=created or run_at,
        )
    )


def is_due(session: Session, now: datetime, kinds: Collection[str] | None = None) -> bool:
    """Say whether some job (of these kinds) waits to be taken; a look that locks nothing."""
    return session.execute(select(Job.uid).where(_due(now, kinds)).limit(1)).first() is not None


def claim(
    session: Session, now: datetime, limit: int = 1, *, kinds: Collection[str] | None = None
) -> list[Job]:
    """Take due jobs (of these kinds), oldest first; also those whose owner died with its lease.

    One whose owners died at every try is kept as failed: it may be what they died of.
    """
    _keep_fatal(session, now)
    chosen = (
        select(Job.uid)
        .where(_due(now, kinds))
        .order_by(Job.run_at, Job.uid)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # Chosen once: a plain subquery may be run again for each row and lock more than the limit.
        .cte("chosen")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    taken = session.scalars(
        update(Job)
        .where(Job.uid.in_(select(chosen.c.uid)))
        .values(state=JobState.RUNNING, lease_until=now + LEASE, tries=Job.tries + 1)
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    return sorted(taken, key=lambda job: (job.run_at, job.uid))


def _keep_fatal(session: Session, now: datetime) -> None:
    session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING, Job.lease_until < now, Job.tries > len(PAUSES_S))
        .values(state=JobState.FAILED, lease_until=None, error=_OWNER_DIED)
        .execution_options(synchronize_session=False)
    )


def release(session: Session, now: datetime) -> None:
    """Let jobs be taken at once whose owner ended with the process; their tries still count.

    Where the owner lives after all, its job is done twice, which every job bears.
    """
    session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING)
        .values(lease_until=now - LEASE)
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, uid: str) -> None:
    """Forget a job that was done, in the unit that did it."""
    session.execute(delete(Job).where(Job.uid == uid))


def give_back(
    session: Session, uid: str, error: str, now: datetime, *, is_final: bool = False
) -> JobState:
    """Let a job that raised come again later, or keep it as failed after its last try.

    One that is refused has had its last try. A job that somebody else has done meanwhile (our
    lease had ended) stays done.
    """
    job = session.get(Job, uid)
    if job is None:
        return JobState.QUEUED
    tried_out = is_final or job.tries > len(PAUSES_S)
    job.state = JobState.FAILED if tried_out else JobState.QUEUED
    job.error = error[:4000]
    job.lease_until = None
    if not tried_out:
        job.run_at = now + timedelta(seconds=PAUSES_S[job.tries - 1])
    return JobState(job.state)


def put_off(
    session: Session,
    kind: str,
    payloads: Sequence[dict[str, Any]],
    until: datetime,
    *,
    is_later: bool = True,
) -> None:
    """Let jobs that wait come not before a moment; or, if not `is_later`, not after it."""
    for start in range(0, len(payloads), _PIECE):
        piece = payloads[start : start + _PIECE]
        wrong = Job.run_at < until if is_later else Job.run_at > until
        session.execute(
            update(Job)
            .where(Job.kind == kind, Job.state == JobState.QUEUED, Job.payload.in_(piece), wrong)
            .values(run_at=until)
            .execution_options(synchronize_session=False)
        )


def counts(session: Session) -> dict[str, int]:
    """How many jobs are in each state."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    return {str(state): int(count) for state, count in rows}


def _due(now: datetime, kinds: Collection[str] | None = None) -> ColumnElement[bool]:
    waits = or_(
        (Job.state == JobState.QUEUED) & (Job.run_at <= now),
        (Job.state == JobState.RUNNING) & (Job.lease_until < now),
    )
    return waits if kinds is None else waits & Job.kind.in_(sorted(kinds))
