"""What administrators look at: the journal of acts and the jobs."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from kb_service.base import audit, outbox
from kb_service.base.audit import AuditRow
from kb_service.base.errors import FieldError, invalid
from kb_service.base.ids import Uid
from kb_service.base.outbox import Job
from kb_service.base.paging import DEFAULT_SIZE, Batch, checked_batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.people.schemas import AuditFilter, AuditView, JobView, Verified

_JOB_STATES = frozenset(outbox.JobState)


def audit_log(
    work: Work, wanted: AuditFilter, *, start: int = 0, size: int = DEFAULT_SIZE
) -> Batch[AuditView]:
    """Give rows of the journal, newest first. Raises: audit.day_wrong."""
    start, size = checked_batch(start, size)
    statement = _wanted(work, readable(work, AuditRow, Permission.READ_AUDIT), wanted)
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(AuditRow.seq.desc()).offset(start).limit(size)
    return Batch([_audit_view(row) for row in work.session.scalars(page)], total, start, size)


def verify_audit(work: Work) -> Verified:
    """Walk the journal's chain from its beginning and say whether it holds."""
    readable(work, AuditRow, Permission.READ_AUDIT)
    broken = audit.verify(work.session)
    rows, digest = audit.head(work.session)
    if broken is None:
        return Verified(ok=True, rows=rows, digest=digest)
    return Verified(
        ok=False, rows=rows, digest=digest, broken_at=broken.seq, problem=broken.problem
    )


def jobs(
    work: Work, *, state: str = "failed", start: int = 0, size: int = DEFAULT_SIZE
) -> Batch[JobView]:
    """Give the jobs of a state (all with an empty one), those due first on top."""
    start, size = checked_batch(start, size)
    statement = readable(work, Job, Permission.MANAGE_JOBS)
    if state in _JOB_STATES:
        statement = statement.where(Job.state == state)
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(Job.run_at, Job.uid).offset(start).limit(size)
    return Batch([_job_view(row) for row in work.session.scalars(page)], total, start, size)


def job_counts(work: Work) -> dict[str, int]:
    """Give how many jobs are in each state, 0 included."""
    work.allow(Permission.MANAGE_JOBS)
    found = outbox.counts(work.session)
    return {str(state): found.get(str(state), 0) for state in outbox.JobState}


def _wanted(work: Work, statement: Select[AuditRow], wanted: AuditFilter) -> Select[AuditRow]:
    if wanted.actor:
        statement = statement.where(AuditRow.actor == wanted.actor.strip().lower())
    if wanted.act:
        statement = statement.where(AuditRow.act.startswith(wanted.act.strip(), autoescape=True))
    if wanted.object:
        kind_or_uid = wanted.object.strip()
        statement = statement.where(
            (AuditRow.object_kind == kind_or_uid)
            | AuditRow.object_uid.startswith(kind_or_uid, autoescape=True)
        )
    if wanted.day:
        first, last = _day_bounds(work, wanted.day)
        statement = statement.where(AuditRow.moment >= first, AuditRow.moment < last)
    return statement


def _day_bounds(work: Work, text: str) -> tuple[datetime, datetime]:
    """Give the first moment of a day of the company and of the next."""
    try:
        day = date.fromisoformat(text)
        starts = [
            datetime.combine(one, time(), work.clock.zone).astimezone(UTC)
            for one in (day, day + timedelta(days=1))
        ]
    except (ValueError, OverflowError) as error:
        raise invalid("form.wrong", FieldError("day", "audit.day_wrong")) from error
    return starts[0], starts[1]


def _audit_view(row: AuditRow) -> AuditView:
    return AuditView(
        seq=row.seq,
        moment=row.moment,
        actor=row.actor,
        act=row.act,
        object_kind=row.object_kind,
        object_uid=row.object_uid,
        changes="\n".join(_lines(row.changes)),
        reason=row.reason,
        digest=row.hash,
    )


def _lines(changes: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{change['kind']} {str(change['uid'])[:12]} · {name}: {_plain(before)} → {_plain(after)}"
        for change in changes
        for name, (before, after) in change["fields"].items()
    ]


def _plain(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _job_view(row: Job) -> JobView:
    return JobView(
        uid=Uid(row.uid),
        kind=row.kind,
        payload=json.dumps(row.payload, ensure_ascii=False, sort_keys=True),
        state=row.state,
        attempts=row.tries,
        created=row.created,
        run_at=row.run_at,
        error=row.error,
    )
