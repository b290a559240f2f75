"""Administration: how the house is, its background work, the journal of acts."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.i18n import translator
from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.people import queries
from kb_service.people.acts import operation
from kb_service.people.schemas import AuditFilter
from kb_service.web.forms import problems_of, provide_form, said, text_of, told_in_form
from kb_service.web.frame import Frame
from kb_service.web.pages import page

_FORM: dict[str, Any] = {
    "sync_to_thread": True,
    "include_in_schema": False,
    "dependencies": {"form": Provide(provide_form)},
}
_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
_SIZE = 25
_LATEST = 10
# States of jobs as the page and its addresses name them.
_STATES = {"waiting": "queued", "running": "running", "failed": "failed"}
_SAVED = {
    "again": "The job will be tried again.",
    "drop": "The job has been given up.",
}


@get("/admin", **_PAGE)
def overview(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[str]:
    """Show how the house is. Raises: session.needed, act.forbidden."""
    counts = queries.job_counts(work)
    return page(
        "admin/index.html",
        frame,
        people=queries.directory(work, size=0).total,
        failed=counts["failed"],
        waiting=counts["queued"],
        rows=queries.audit_log(work, AuditFilter(), size=0).total,
        latest=queries.audit_log(work, AuditFilter(), size=_LATEST).items,
        answers=handbook.counts(work),
    )


@get("/admin/jobs", **_PAGE)
def jobs(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    start: FromQuery[int] = 0,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show the background work. Raises: session.needed, act.forbidden."""
    # `state` is a word of Litestar's own: as a parameter it would not be the query's.
    state = str(request.query_params.get("state", ""))
    counts = queries.job_counts(work)
    batch = queries.jobs(work, state=_STATES.get(state, ""), start=max(0, start), size=_SIZE)
    shown = {there: here for here, there in _STATES.items()}
    speaker = translator(frame.language, frame.timezone)
    for job in batch.items:
        job.state = shown[job.state]
        # One that was refused keeps the code of the reason alone.
        job.error = speaker.error(FieldError("", job.error))
    return page(
        "admin/jobs.html",
        frame,
        counts={here: counts[there] for here, there in _STATES.items()},
        state=state if state in _STATES else "",
        batch=batch,
        saved=said(frame, _SAVED, done),
    )


@post("/admin/jobs/{uid:str}", **_FORM)
def change_job(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Try a failed job again or give it up. Raises: job.missing, job.not_failed."""
    do = text_of(form, "do")
    known = {"again": operation.retry_job, "drop": operation.drop_job}
    if do not in known:
        raise invalid("form.wrong")
    known[do](work, uid)
    return Redirect(frame.url("/admin/jobs", state="failed", done=do), status_code=303)


@get("/admin/audit", **_PAGE)
def audit(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    start: FromQuery[int] = 0,
    verify: FromQuery[str] = "",
) -> Response[str]:
    """Show the journal of acts, and verify its chain. Raises: session.needed, act.forbidden."""
    asked = request.query_params
    wanted = AuditFilter(
        **{name: str(asked.get(name, "")) for name in AuditFilter.__struct_fields__}
    )
    problem = ""
    try:
        batch = queries.audit_log(work, wanted, start=max(0, start), size=_SIZE)
    except KbError as error:
        told_in_form(error)
        problem = problems_of(frame, error)[0][1]
        batch = queries.audit_log(work, msgspec.structs.replace(wanted, day=""), size=_SIZE)
    return page(
        "admin/audit.html",
        frame,
        batch=batch,
        filters=msgspec.to_builtins(wanted),
        problem=problem,
        verified=queries.verify_audit(work) if verify else None,
    )


# One router for what shares its paths: registered one by one, such handlers would be wrapped for
# Litestar's threads anew with each neighbour.
pages = [
    Router(
        "/",
        route_handlers=[overview, jobs, change_job, audit],
    )
]
