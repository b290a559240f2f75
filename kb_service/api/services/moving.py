"""`@copy` and `@move`: asked at the target, one source or many; all of them or none."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import item_named, told_as_plone_does
from kb_service.api.responses import may_answer
from kb_service.api.schemas.moving import Moved, SourceBody
from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.handbook import queries
from kb_service.handbook.acts import several
from kb_service.handbook.schemas import Card

MAX_SOURCES = 100
_MORE: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "status_code": 200,
    "sync_to_thread": True,
}


@post(
    "/api/@copy",
    responses=may_answer(400, 401, 403, 404, 409, 413),
    summary="Copy items to this place",
    description="A copy is private, without its code, with all that lies below.",
    **_MORE,
)
def copy_here(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[SourceBody]
) -> Response[list[Moved]]:
    """Copy items below the one that is asked at.

    Raises: item.missing, item.into_itself, item.parent_not_folder, path.wrong, tree.too_many.
    """
    addresses = addresses_of(request)
    target, sources = _asked(request, work, data, addresses)
    uids = several.copy_several(work, [one.uid for one in sources], target.uid)
    found = queries.cards(work, uids)
    moved = [
        Moved(addresses.item(source.path), addresses.item(found[uid].path))
        for source, uid in zip(sources, uids, strict=True)
    ]
    return answer(request, moved)


@post(
    "/api/@move",
    responses=may_answer(400, 401, 403, 404, 409, 413),
    summary="Move items to this place",
    description="Old addresses lead on.",
    **_MORE,
)
def move_here(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[SourceBody]
) -> Response[list[Moved]]:
    """Move items below the one that is asked at.

    Where the name is taken there, a number follows it. Raises: item.missing, item.into_itself,
    path.wrong, tree.too_many.
    """
    addresses = addresses_of(request)
    target, sources = _asked(request, work, data, addresses)
    there = several.move_several(work, [one.uid for one in sources], target.uid)
    moved = [
        Moved(addresses.item(source.path), addresses.item(path))
        for source, path in zip(sources, there, strict=True)
    ]
    return answer(request, moved)


def _asked(
    request: Request[Any, Any, Any], work: Work, data: SourceBody, addresses: Addresses
) -> tuple[Card, list[Card]]:
    """Give the target and the sources, each as this writer sees it."""
    work.allow_somewhere(Permission.ADD)
    named = [data.source] if isinstance(data.source, str) else data.source
    if not 0 < len(named) <= MAX_SOURCES:
        raise invalid("source.count", FieldError("source", "source.count", {"max": MAX_SOURCES}))
    path = content_path(request)
    with told_as_plone_does(work, path):
        target = queries.card_at(work, path)
    return target, [item_named(work, addresses, one) for one in named]


routes = [copy_here, move_here]
