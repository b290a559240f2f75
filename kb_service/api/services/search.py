"""`@search`: the catalogue as Plone clients ask it, over our one index and our one visibility."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.answers import typed
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.listing import Listing, is_on, provide_listing, words
from kb_service.api.responses import may_answer
from kb_service.api.schemas.lists import Results
from kb_service.api.serialize import OUR_TYPES, Serializer
from kb_service.base.paging import Batch
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries as handbook
from kb_service.handbook.schemas import Card
from kb_service.search import queries

Words = list[str] | None
MAX_FULL = 100
ON_SITE = ("StandardQuestion", "Topic", "Page", "File")


@get(
    "/api/@search",
    dependencies={"listing": Provide(provide_listing, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403),
    summary="Search the catalogue",
    description="Unknown parameters are ignored. Without `sort_on` the order is by relevance.",
    tags=["search"],
    opt={"x-contextual": True},
    sync_to_thread=True,
)
def search(  # noqa: PLR0917 - what Litestar hands in
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    listing: NamedDependency[Listing],
    text: Annotated[str, QueryParameter(name="SearchableText")] = "",
    title: Annotated[str, QueryParameter(name="Title")] = "",
    portal_type: Annotated[Words, QueryParameter(name="portal_type")] = None,
    review_state: Annotated[Words, QueryParameter(name="review_state")] = None,
    uid: Annotated[Words, QueryParameter(name="UID")] = None,
    subject: Annotated[Words, QueryParameter(name="Subject")] = None,
    path: Annotated[str, QueryParameter(name="path")] = "",
    path_query: Annotated[str, QueryParameter(name="path.query")] = "",
    path_depth: Annotated[int | None, QueryParameter(name="path.depth", ge=-1, le=100)] = None,
    sort_on: Annotated[str, QueryParameter(name="sort_on")] = "",
    sort_order: Annotated[str, QueryParameter(name="sort_order")] = "",
    query_syntax: Annotated[
        Literal["plain", "whoosh"],
        QueryParameter(
            name="query_syntax",
            description="`whoosh` reads SearchableText in Whoosh's query language; for staff.",
        ),
    ] = "plain",
    use_site_search_settings: Annotated[
        str | None,
        QueryParameter(
            name="use_site_search_settings", description="Only types that the site's search shows."
        ),
    ] = None,
) -> Response[Results]:
    """Give the items that match, as this reader may see them now.

    Raises: session.needed, act.forbidden, and for the advanced syntax query.* with the place.
    """
    addresses = addresses_of(request)
    cards, total = queries.find(
        work,
        site.engine,
        typed(" ".join(one for one in (text, title) if one)),
        types=_types(words(portal_type), is_as_on_site=is_on(use_site_search_settings)),
        states=words(review_state),
        uids=words(uid),
        tags=words(subject),
        path=_below(path_query or path, content_path(request), addresses),
        depth=None if path_depth is None or path_depth < 0 else path_depth,
        sort_on=sort_on,
        is_reversed=sort_order.lower() in ("descending", "reverse"),
        start=listing.start,
        size=listing.size,
        is_advanced=query_syntax == "whoosh",
    )
    body = _results(work, site, listing, (cards, total), Serializer(addresses, speaker_of(request)))
    return answer(request, body, is_public=not work.actor.is_staff)


def _results(
    work: Work, site: Site, listing: Listing, found: tuple[list[Card], int], serializer: Serializer
) -> dict[str, Any]:
    cards, total = found
    items: list[Any] = [serializer.summary(card, listing.metadata) for card in cards]
    if listing.is_full:
        items = [
            serializer.item(handbook.by_uid(work, site.renderer, card.uid, latest=True), None)
            for card in cards
        ]
    body = {"@id": serializer.addresses.here(), "items": items, "items_total": total}
    neighbours = serializer.batching(Batch(items, total, listing.start, listing.size))
    return body | {"batching": neighbours} if neighbours else body


def _types(named: tuple[str, ...], *, is_as_on_site: bool) -> tuple[str, ...]:
    """Give our types of those named; as on the site, no pictures: nobody looks for one there."""
    wanted = tuple(OUR_TYPES.get(name, name) for name in named)
    if not is_as_on_site:
        return wanted
    return tuple(one for one in ON_SITE if not wanted or one in wanted) or ("",)


def _below(wanted: str, context: str, addresses: Addresses) -> str:
    """Give the path below which is searched: named as URL path, or the item asked at."""
    return addresses.path_of(wanted) if wanted else context


routes = [search]
