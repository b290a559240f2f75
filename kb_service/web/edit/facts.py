"""Facts of the handbook: what holds, what comes, where it is used; propose a value and decide.

A new value goes through three steps, each an address of its own, so that all works without a
script: the form, what it touches with pages before and after, and the proposal that waits.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import facts as acts
from kb_service.handbook.queries.facts import FactChangeView
from kb_service.handbook.rules import facts as rules
from kb_service.handbook.rules.facts import ChangeKind
from kb_service.reports.impact import Impact, impact
from kb_service.web.edit.fact_forms import (
    FIELDS,
    kind_of,
    proposal_of,
    typed_values,
)
from kb_service.web.edit.place import edit_page
from kb_service.web.forms import (
    REFUSALS,
    FormRefused,
    Problems,
    problems_of,
    provide_form,
    said,
    text_of,
    told_in_form,
)
from kb_service.web.frame import Frame

_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
_FORM: dict[str, Any] = {
    **_PAGE,
    "dependencies": {"form": Provide(provide_form)},
    "exception_handlers": REFUSALS,
}
_DONE = {
    "propose": "Sent to the reviewer.",
    "approve": "Approved: it holds from its day on.",
    "reject": "Sent back with the remark.",
    "withdraw": "Taken back.",
    "replace": "Replaced: the text names the fact now.",
    "dismiss": "Noted: this sentence is about something else.",
}
_DECIDE: Mapping[str, Any] = {
    "approve": acts.approve,
    "reject": acts.reject,
    "withdraw": acts.withdraw,
}
# No key holds a dash, so this can never be a fact.
_NEW = "new-fact"


@get("/edit/facts", **_PAGE)
def overview(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[str]:
    """Show every fact with its value today and the next one. Raises: session.needed."""
    facts = queries.all_facts(work)
    waiting = queries.fact_changes(work, is_open=True)
    return edit_page(
        "edit/facts.html",
        frame,
        work,
        facts=facts,
        uses=queries.fact_use_counts(work),
        waiting=waiting,
        waits={change.key for change in waiting},
    )


@get(f"/edit/facts/{_NEW}", **_PAGE)
def form_of_new(
    request: Request[Any, Any, Any], frame: NamedDependency[Frame], work: NamedDependency[Work]
) -> Response[str]:
    """Show the form of a fact that is not there yet."""
    work.allow(Permission.PROPOSE_FACT)
    return _new_fact(frame, work, dict(request.query_params))


@post(f"/edit/facts/{_NEW}", **_FORM)
def propose_new(
    frame: NamedDependency[Frame], work: NamedDependency[Work], form: NamedDependency[FormMultiDict]
) -> Response[Any]:
    """Propose a new fact."""
    values = typed_values(form) | {"key": text_of(form, "key").strip()}
    try:
        uid = acts.propose(work, proposal_of(values["key"], values, ChangeKind.NEW))
    except KbError as error:
        status = told_in_form(error)
        answer = _new_fact(frame, work, values, error=error, status=status)
        raise FormRefused(answer) from error
    return _to_change(frame, values["key"], uid, "propose")


@get("/edit/facts/{key:str}", **_PAGE)
def one(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    key: FromPath[str],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show a fact: its values, where it is used, what was proposed. Raises: fact.unknown."""
    fact = queries.fact(work, key)
    return edit_page(
        "edit/fact.html",
        frame,
        work,
        fact=fact,
        uses=queries.fact_uses(work, key),
        typed=queries.typed_uses(work, fact.now) if fact.now is not None else [],
        changes=queries.fact_changes(work, key),
        done=said(frame, _DONE, done),
    )


@get("/edit/facts/{key:str}/change", **_PAGE)
def consider(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    key: FromPath[str],
) -> Response[str]:
    """Show the form of a value, and what it touches once it is filled in; nothing is saved."""
    return _form(frame, work, key, dict(request.query_params))


@post("/edit/facts/{key:str}/change", **_FORM)
def propose(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    key: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Send a value to the reviewer."""
    values = typed_values(form) | {"kind": text_of(form, "kind")}
    try:
        uid = acts.propose(work, proposal_of(key, values, kind_of(values)))
    except KbError as error:
        status = told_in_form(error)
        answer = _form(frame, work, key, values, error=error, status=status)
        raise FormRefused(answer) from error
    return _to_change(frame, key, uid, "propose")


@get("/edit/facts/{key:str}/changes/{uid:str}", **_PAGE)
def proposal(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    key: FromPath[str],
    uid: FromPath[str],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show a proposal with its source and what it touches. Raises: fact_change.missing."""
    return _change(frame, work, uid, done=said(frame, _DONE, done))


@post("/edit/facts/{key:str}/changes/{uid:str}", **_FORM)
def decide(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    key: FromPath[str],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Approve, reject or withdraw a proposal, as the pressed button says."""
    do, remark = text_of(form, "do"), text_of(form, "remark")
    try:
        if do not in _DECIDE:
            raise invalid("form.wrong")
        _DECIDE[do](work, uid, comment=remark)
    except KbError as error:
        status = told_in_form(error)
        answer = _change(frame, work, uid, remark=remark, error=error, status=status)
        raise FormRefused(answer) from error
    return _to_change(frame, key, uid, do)


def _form(
    frame: Frame,
    work: Work,
    key: str,
    values: dict[str, str],
    *,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    fact = queries.fact(work, key)
    touched: Impact | None = None
    if error is None and values.get("value"):
        try:
            new = rules.checked(proposal_of(key, values, kind_of(values)))
            queries.planned(work, new, new.reason)
            touched = impact(work, new)
        except KbError as wrong:
            error, status = wrong, told_in_form(wrong)
    if not values.get("value") and fact.now is not None:
        values = {"unit": fact.now.unit} | values
    return edit_page(
        "edit/fact_form.html",
        frame,
        work,
        status=status,
        fact=fact,
        form={name: values.get(name, "") for name in (*FIELDS, "kind")},
        impact=touched,
        problems=_problems(frame, error),
    )


def _new_fact(
    frame: Frame,
    work: Work,
    values: Mapping[str, str],
    *,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    return edit_page(
        "edit/fact_new.html",
        frame,
        work,
        status=status,
        form={name: values.get(name, "") for name in (*FIELDS, "key")},
        problems=_problems(frame, error),
    )


def _change(
    frame: Frame,
    work: Work,
    uid: str,
    *,
    done: str = "",
    remark: str = "",
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    change = queries.fact_change(work, uid)
    is_own = change.author == work.actor.login
    return edit_page(
        "edit/fact_change.html",
        frame,
        work,
        status=status,
        change=change,
        impact=_touched(work, change),
        may_approve=work.may(Permission.APPROVE_FACT),
        is_own=is_own,
        needs_other=is_own and queries.needs_four_eyes(work),
        remark=remark,
        done=done,
        problems=_problems(frame, error),
    )


def _touched(work: Work, change: FactChangeView) -> Impact | None:
    """Give what an open proposal touches; a decided one has nothing more to touch."""
    return impact(work, change.proposal) if change.status == "proposed" else None


def _problems(frame: Frame, error: KbError | None) -> Problems:
    return problems_of(frame, error) if error is not None else []


def _to_change(frame: Frame, key: str, uid: str, done: str) -> Redirect:
    return Redirect(frame.url(f"/edit/facts/{key}/changes/{uid}", done=done), status_code=303)


# One router for what shares its paths: one by one, Litestar would wrap these handlers anew with
# each neighbour.
pages = [
    Router(
        "/",
        route_handlers=[
            overview,
            form_of_new,
            propose_new,
            one,
            consider,
            propose,
            proposal,
            decide,
        ],
    )
]
