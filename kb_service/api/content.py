"""Reading content by its path, as plone.restapi does; lists, expansion, an item of a past day."""

from datetime import date
from functools import partial
from typing import Annotated, Any

from litestar import Request, Response, get, route
from litestar.di import NamedDependency, Provide
from litestar.enums import HttpMethod
from litestar.params import FromPath, QueryParameter

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer, state_tag
from kb_service.api.found import item_at, parent_of
from kb_service.api.language import speaker_of
from kb_service.api.listing import (
    Expansion,
    Listing,
    provide_around,
    provide_expansion,
    provide_listing,
)
from kb_service.api.problems import elsewhere
from kb_service.api.responses import at_every_item, may_answer
from kb_service.api.schemas.content import ContentItem
from kb_service.api.serialize import Serializer, is_folderish
from kb_service.api.services.components import Place, embedded
from kb_service.base.errors import missing
from kb_service.base.paging import Batch
from kb_service.base.work import Work
from kb_service.gate.limits import check_day
from kb_service.gate.paths import item_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import ItemView


def read_item(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    listing: NamedDependency[Listing],
    expansion: NamedDependency[Expansion],
    as_of: Annotated[
        date | None,
        QueryParameter(description="The text that was live on this day, with its facts."),
    ] = None,
) -> Response[ContentItem]:
    """Give the item at a path; a topic with its members."""
    check_day(as_of)
    path = item_path(request)
    view = item_at(work, site, path, as_of)
    serializer = Serializer(addresses_of(request), speaker_of(request))
    body = serializer.item(view, parent_of(work, path))
    if is_folderish(view) and listing.has_items:
        _add_members(body, view, serializer, listing, work=work, site=site)
    body.components |= embedded(Place(work, site, view, serializer), expansion)
    return answer(
        request,
        body,
        tag=state_tag(view, is_whole=bool(view.source)),
        is_public=not work.actor.is_staff,
    )


read, read_root = at_every_item(
    get,
    read_item,
    dependencies={
        "listing": Provide(provide_listing, sync_to_thread=False),
        "around": Provide(provide_around, sync_to_thread=False),
        "expansion": Provide(provide_expansion, sync_to_thread=False),
    },
    responses=may_answer(302, 304, 400, 401, 403, 404),
    summary="Read an item",
)


@get(
    "/api/resolveuid/{uid:str}",
    responses=may_answer(302, 404),
    summary="Where an item is, by its uid",
    tags=["content"],
    sync_to_thread=True,
)
def resolve(
    request: Request[Any, Any, Any], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[ContentItem]:
    """Lead to the present address of an item that this reader may see. Raises: item.missing."""
    card = next(iter(queries.cards(work, [uid.replace("\0", "")]).values()), None)
    if card is None:
        raise missing("item.missing", uid=uid[:80])
    return elsewhere(request, card.path)  # type: ignore[return-value]  # an answer without a body


def name_methods() -> None:
    """Say what can be done at the path of an item: nothing of it depends on the item."""


methods, methods_root = at_every_item(
    partial(route, http_method=HttpMethod.OPTIONS),
    name_methods,
    response_headers={"Allow": "GET, HEAD, POST, PATCH, DELETE, OPTIONS"},
    status_code=204,
    include_in_schema=False,
)


def _add_members(
    body: ContentItem,
    view: ItemView,
    serializer: Serializer,
    listing: Listing,
    *,
    work: Work,
    site: Site,
) -> None:
    cards = queries.children(work, view.path)
    page = cards[listing.start : listing.start + listing.size]
    if listing.is_full:
        parent = queries.card_at(work, view.path)
        body.items = [
            serializer.item(queries.by_uid(work, site.renderer, card.uid, latest=True), parent)
            for card in page
        ]
    else:
        body.items = [serializer.summary(card, listing.metadata) for card in page]
    body.items_total = len(cards)
    body.nextPreviousEnabled = False
    body.batching = serializer.batching(Batch(page, len(cards), listing.start, listing.size))
