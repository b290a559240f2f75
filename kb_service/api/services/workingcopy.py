"""`@workingcopy`: a newer text beside the live one, at the item's own address (ADR 11)."""

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer, check_match, state_tag
from kb_service.api.found import item_at
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.beside import WorkingCopy, WorkingCopyMade
from kb_service.api.serialize import Serializer
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import working_copy
from kb_service.handbook.schemas import ItemView

_OPTIONS: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}


@get(
    "/api/@workingcopy",
    responses=may_answer(304, 401, 403, 404),
    summary="Whether an item has a working copy",
    **_OPTIONS,
)
def read_copy(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[WorkingCopy]:
    """Give the draft beside the live text, to who may edit the item."""
    work.allow_somewhere(Permission.EDIT)
    view = item_at(work, site, content_path(request))
    serializer = Serializer(addresses_of(request), speaker_of(request))
    body = WorkingCopy(
        working_copy=serializer.working_copy(view),
        working_copy_of=serializer.working_copy_of(view),
    )
    return answer(request, body, tag=state_tag(view, is_whole=bool(view.source)))


@post(
    "/api/@workingcopy",
    responses=may_answer(400, 401, 403, 404, 409),
    summary="Begin a working copy",
    status_code=201,
    **_OPTIONS,
)
def check_out(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[WorkingCopyMade]:
    """Begin a draft with the words of the live text; changes go into it from now on.

    Raises: working_copy.exists, working_copy.needs_live, item.locked.
    """
    work.allow_somewhere(Permission.EDIT)
    view = item_at(work, site, content_path(request))
    working_copy.check_out(work, view.uid)
    location = addresses_of(request).item(view.path)
    after = queries.by_uid(work, site.renderer, view.uid, latest=True)
    return answer(
        request,
        WorkingCopyMade(id_=location),
        tag=state_tag(after, is_whole=True),
        status=201,
        headers={"Location": location},
    )


@patch(
    "/api/@workingcopy",
    responses=may_answer(400, 401, 403, 404, 409, 412),
    summary="Publish a working copy",
    status_code=204,
    **_OPTIONS,
)
def check_in(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> None:
    """Let the draft be the live text.

    Raises: working_copy.missing, workflow.four_eyes, item.code_taken, item.locked, item.stale.
    """
    work.allow_somewhere(Permission.PUBLISH)
    working_copy.check_in(work, _checked(request, work, site).uid)


@delete(
    "/api/@workingcopy",
    responses=may_answer(400, 401, 403, 404, 412),
    summary="Throw a working copy away",
    status_code=204,
    **_OPTIONS,
)
def discard(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> None:
    """Go back to the live text; the draft stays in the history.

    Raises: working_copy.missing, item.locked, item.stale.
    """
    work.allow_somewhere(Permission.EDIT)
    working_copy.discard(work, _checked(request, work, site).uid)


def _checked(request: Request[Any, Any, Any], work: Work, site: Site) -> ItemView:
    view = item_at(work, site, content_path(request))
    check_match(request, state_tag(view, is_whole=bool(view.source)))
    return view


routes = [read_copy, check_out, check_in, discard]
