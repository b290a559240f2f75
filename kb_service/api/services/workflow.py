"""`@workflow`: where an item stands, where it was, where it can go; POST takes a step."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer, check_match, state_tag
from kb_service.api.found import item_at
from kb_service.api.incoming import comment_of, moments_of
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.workflow import (
    HistoryEntry,
    LeftItem,
    StateValue,
    TransitionBody,
    TransitionLink,
    Workflow,
)
from kb_service.api.serialize import Serializer, moment
from kb_service.base.errors import KbError, Kind, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import stepping
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.schemas import ItemView

# The sentences of the catalogue for states and steps.
STATE_TITLES = {
    "private": "Private",
    "pending": "Waits for review",
    "published": "Published",
    "archived": "Archived",
}
STEP_TITLES = {
    "submit": "Submit for publication",
    "publish": "Publish",
    "schedule": "Publish later",
    "trash": "Throw away",
    "reject": "Send back",
    "retract": "Retract",
    "archive": "Archive",
    "restore": "Restore",
}


@get(
    "/api/@workflow",
    responses=may_answer(304, 401, 403, 404),
    summary="State, history and possible steps",
    tags=["content"],
    opt={"x-contextual": True},
    sync_to_thread=True,
)
def read_workflow(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[Workflow]:
    """Give where an item stands; its history is for staff."""
    work.allow_somewhere(Permission.VIEW_STAFF)
    view = item_at(work, site, content_path(request))
    serializer = Serializer(addresses_of(request), speaker_of(request))
    return answer(request, workflow_of(work, view, serializer))


@post(
    "/api/@workflow/{transition:str}",
    responses=may_answer(400, 401, 403, 404, 409, 412, 413),
    summary="Take a step of the workflow",
    tags=["content"],
    opt={"x-contextual": True},
    status_code=200,
    sync_to_thread=True,
)
def take_step(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    transition: FromPath[str],
    data: JSONBody[TransitionBody | None] = None,
) -> Response[HistoryEntry]:
    """Submit, publish, reject, retract, archive or restore; gives the entry of the history.

    `effective` and `expires` become a revision first. With `include_children` all below takes the
    step too where it can; `left` names what could not, and why.
    Raises: workflow.unknown, workflow.impossible, workflow.four_eyes, content.wrong, item.stale.
    """
    if transition not in tuple(Action):
        raise KbError(
            "workflow.unknown", Kind.INVALID, allowed=tuple(Action), action=transition[:80]
        )
    work.allow_somewhere(Permission.SUBMIT)
    view = item_at(work, site, content_path(request))
    check_match(request, state_tag(view, is_whole=bool(view.source)))
    body = data or TransitionBody()
    dates = moments_of(effective=body.effective, expires=body.expires)
    with _told_as_plone_does():
        left = stepping.step(
            work,
            view.uid,
            Action(transition),
            comment=comment_of(body.comment),
            dates=dates,
            is_deep=bool(body.include_children),
        )
    after = queries.by_uid(work, site.renderer, view.uid, latest=True)
    serializer = Serializer(addresses_of(request), speaker_of(request))
    history = workflow_of(work, after, serializer).history
    if not history:
        raise missing("item.missing", uid=view.uid)
    if body.include_children:
        history[-1].left = _left(left, serializer)
    return answer(request, history[-1], tag=state_tag(after, is_whole=True))


@contextmanager
def _told_as_plone_does() -> Iterator[None]:
    """Answer an impossible step with 400: clients of Plone read the possible ones out of that.

    Our own routes, those of many items among them, say 409 to the same.
    """
    try:
        yield
    except KbError as error:
        if error.code == "workflow.impossible":
            error.kind = Kind.INVALID
        raise


def _left(left: Sequence[stepping.Left], serializer: Serializer) -> list[LeftItem]:
    return [
        LeftItem(
            id_=serializer.addresses.item(one.path),
            title=one.title,
            code=one.error.code,
            message=serializer.speaker.error(one.error),
        )
        for one in left
    ]


def workflow_of(work: Work, view: ItemView, serializer: Serializer) -> Workflow:
    """Give an item's workflow; who may not see staff parts gets no names and no history."""
    gettext = serializer.speaker.gettext
    address = serializer.addresses.service("@workflow", view.path)
    history = []
    if work.may(Permission.VIEW_STAFF, view):
        history = [
            HistoryEntry(
                action=step.action,
                actor=step.actor,
                comments=step.comment,
                review_state=step.state,
                time=moment(step.moment) or "",
                title=gettext(STEP_TITLES.get(step.action, step.action)),
            )
            for step in queries.transitions(work, view.uid)
        ]
    return Workflow(
        id=address,
        history=history,
        state=StateValue(str(view.state), gettext(STATE_TITLES[str(view.state)])),
        transitions=[
            TransitionLink(f"{address}/{name}", gettext(STEP_TITLES[name]))
            for name in queries.steps(work, view.uid)
        ],
    )


routes = [read_workflow, take_step]
