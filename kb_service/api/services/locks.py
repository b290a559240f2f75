"""`@lock`: who is writing an item; taken, prolonged, given back, taken away."""

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import item_at
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.beside import LockBody, UnlockBody
from kb_service.api.schemas.content import Lock
from kb_service.api.serialize import Serializer
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import locks
from kb_service.handbook.rules.locks import TIMEOUT_S

_OPTIONS: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}
_WRITING = may_answer(400, 401, 403, 404, 409, 413)


@get(
    "/api/@lock",
    responses=may_answer(304, 401, 403, 404),
    summary="Who is writing an item",
    **_OPTIONS,
)
def read_lock(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[Lock]:
    """Give who is writing the item now, to staff."""
    work.allow_somewhere(Permission.VIEW_STAFF)
    return _told(request, work, item_at(work, site, content_path(request)).uid)


@post(
    "/api/@lock", responses=_WRITING, summary="Begin to write an item", status_code=200, **_OPTIONS
)
def take_lock(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[LockBody | None] = None,
) -> Response[Lock]:
    """Take the lock for this account, with `force` from another one. Raises: item.locked."""
    work.allow_somewhere(Permission.EDIT)
    uid = item_at(work, site, content_path(request)).uid
    body = data or LockBody()
    timeout = TIMEOUT_S if body.timeout is None else body.timeout
    locks.take(work, uid, is_forced=bool(body.force), timeout_s=timeout)
    return _told(request, work, uid)


@patch(
    "/api/@lock", responses=_WRITING, summary="Go on writing an item", status_code=200, **_OPTIONS
)
def confirm_lock(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[Lock]:
    """Prolong this account's lock. Raises: item.lock_lost, item.locked."""
    work.allow_somewhere(Permission.EDIT)
    uid = item_at(work, site, content_path(request)).uid
    locks.confirm(work, uid)
    return _told(request, work, uid)


@delete(
    "/api/@lock", responses=_WRITING, summary="End writing an item", status_code=200, **_OPTIONS
)
def give_lock_back(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[UnlockBody | None] = None,
) -> Response[Lock]:
    """Give this account's lock back, with `force` also another's. Raises: item.locked."""
    work.allow_somewhere(Permission.EDIT)
    uid = item_at(work, site, content_path(request)).uid
    locks.give_back(work, uid, is_forced=bool(data and data.force))
    return _told(request, work, uid)


def _told(request: Request[Any, Any, Any], work: Work, uid: str) -> Response[Lock]:
    serializer = Serializer(addresses_of(request), speaker_of(request))
    return answer(request, serializer.lock(queries.lock_of(work, uid)))


routes = [read_lock, take_lock, confirm_lock, give_lock_back]
