"""Failed jobs, as administrators handle them."""

from kb_service.base.errors import conflict
from kb_service.base.outbox import Job, JobState
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act


@act("job.retry", always=True)
def retry_job(work: Work, uid: str, *, reason: str = "") -> None:
    """Let a failed job be tried again from the beginning. Raises: job.not_failed."""
    job = _failed(work, uid)
    work.note("job", uid, kind=job.kind, payload=job.payload)
    job.state = JobState.QUEUED
    job.tries = 0
    job.error = ""
    job.run_at = work.now


@act("job.drop", always=True)
def drop_job(work: Work, uid: str, *, reason: str = "") -> None:
    """Give a failed job up; what it was to do stays undone. Raises: job.not_failed."""
    job = _failed(work, uid)
    work.note("job", uid, kind=job.kind, payload=job.payload)
    work.session.delete(job)


def _failed(work: Work, uid: str) -> Job:
    job = work.get(Job, uid, Permission.MANAGE_JOBS)
    if job.state != JobState.FAILED:
        raise conflict("job.not_failed", state=job.state)
    return job
