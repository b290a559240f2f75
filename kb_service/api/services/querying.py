"""`@querystring` and `@querystring-search`: lists that editors save, such as «due for a check»."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import unquote

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from kb_service.api.addresses import addresses_of
from kb_service.api.answers import typed
from kb_service.api.conditional import answer
from kb_service.api.found import told_as_plone_does
from kb_service.api.language import speaker_of
from kb_service.api.listing import MAX_FULL, is_on, words
from kb_service.api.responses import may_answer
from kb_service.api.schemas.lists import Results
from kb_service.api.schemas.querying import QueryBody, QueryForm
from kb_service.api.serialize import OUR_TYPES, Serializer
from kb_service.api.services._indexes import INDEX_WORDS, index_of
from kb_service.base.errors import FieldError, KbError, Kind, invalid
from kb_service.base.paging import Batch, checked_batch
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.queries.querying import Order
from kb_service.handbook.rules.conditions import (
    SORTABLE,
    Condition,
    Reader,
    conditions_of,
)
from kb_service.handbook.schemas import Card
from kb_service.search import queries as search

_MOST = 1000
_SORT_NAMES = {"Title": "sortable_title", "id": "getId"}
_MORE: dict[str, Any] = {
    "tags": ["search"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}


@get(
    "/api/@querystring",
    responses=may_answer(304),
    summary="By what items can be found",
    **_MORE,
)
def query_form(request: Request[Any, Any, Any], work: NamedDependency[Work]) -> Response[QueryForm]:
    """Give the indexes, their operations and orders, in the reader's language; for everybody."""
    speaker = speaker_of(request)
    indexes = {name: index_of(name, speaker) for name in INDEX_WORDS}
    body = QueryForm(
        id_=addresses_of(request).service("@querystring"),
        indexes=indexes,
        sortable_indexes={name: indexes[name] for name in SORTABLE},
    )
    return answer(request, body, is_public=not work.actor.is_staff)


@post(
    "/api/@querystring-search",
    responses=may_answer(400, 401, 403, 404, 413),
    summary="Find items by a saved query",
    status_code=200,
    **_MORE,
)
def search_by_post(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[QueryBody],
) -> Response[Results]:
    """Give the items that fit all conditions, as this reader may see them.

    Raises: query.empty, query.index_unknown, query.operation_unknown, query.value,
    query.sort_unknown, batch.wrong.
    """
    return answer(request, _found(request, work, site, data))


@get(
    "/api/@querystring-search",
    responses=may_answer(304, 400, 401, 403, 404),
    summary="Find items by a saved query in the address",
    **_MORE,
)
def search_by_get(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    written: Annotated[
        str, QueryParameter(name="query", description="The body of the POST as JSON.")
    ] = "",
) -> Response[Results]:
    """Give the items that fit all conditions. Raises: as the POST, and query.no_json."""
    body = _found(request, work, site, _read(written))
    return answer(request, body, is_public=not work.actor.is_staff)


def _found(request: Request[Any, Any, Any], work: Work, site: Site, data: QueryBody) -> Any:
    path = content_path(request)
    with told_as_plone_does(work, path):
        here = queries.card_at(work, path)
    reader = Reader(work.actor.login, path, work.now.astimezone(work.clock.zone))
    rows = [(row.i, row.o, _ours(row.i, row.v)) for row in data.query]
    uids = _uids(work, site, conditions_of(rows, reader), data, here)
    if limit := _number("limit", data.limit or 0):
        uids = uids[:limit]
    start, size = checked_batch(_number("b_start", data.b_start), _number("b_size", data.b_size))
    is_full = is_on(str(data.fullobjects)) if data.fullobjects is not None else False
    size = min(size, MAX_FULL) if is_full else size
    page = uids[start : start + size]
    serializer = Serializer(addresses_of(request), speaker_of(request))
    results: dict[str, Any] = {
        "@id": serializer.addresses.here(),
        "items": _items(work, site, page, data, serializer, is_full=is_full),
        "items_total": len(uids),
    }
    if neighbours := serializer.batching(Batch(page, len(uids), start, size)):
        results["batching"] = neighbours
    return results


def _uids(
    work: Work, site: Site, conditions: Sequence[Condition], data: QueryBody, here: Card
) -> list[str]:
    """Give what fits: by the database, and where words are asked for by the search as well."""
    sort = _SORT_NAMES.get(data.sort_on or "", data.sort_on or "")
    if sort and sort not in SORTABLE:
        fault = FieldError("sort_on", "query.sort_unknown", {"name": sort[:80]})
        raise KbError(
            "query.sort_unknown", Kind.INVALID, fields=(fault,), allowed=SORTABLE, name=sort[:80]
        )
    is_reversed = (data.sort_order or "").lower() in ("descending", "reverse")
    without = here.uid if here.path != "/" else ""
    found = queries.matching(work, conditions, Order(sort, is_reversed), without=without)
    text = " ".join(
        word for one in conditions if one.index == "SearchableText" for word in one.values
    )
    if not text:
        return found
    cards, _total = search.find(work, site.engine, typed(text), size=_MOST)
    ranked = [str(card.uid) for card in cards]
    if sort:
        kept = set(ranked)
        return [uid for uid in found if uid in kept]
    fits = set(found)
    return [uid for uid in ranked if uid in fits]


def _items(
    work: Work,
    site: Site,
    page: list[str],
    data: QueryBody,
    serializer: Serializer,
    *,
    is_full: bool,
) -> list[Any]:
    if is_full:
        views = [queries.by_uid(work, site.renderer, uid, latest=True) for uid in page]
        return [serializer.item(view, None) for view in views]
    asked = data.metadata_fields
    metadata = words([asked] if isinstance(asked, str) else asked)
    return [serializer.summary(card, metadata) for card in queries.cards(work, page).values()]


def _ours(index: str, value: Any) -> Any:
    """Give a value with our names of types."""
    if index != "portal_type" or not isinstance(value, list | str):
        return value
    named = [value] if isinstance(value, str) else value
    return [OUR_TYPES.get(one, one) if isinstance(one, str) else one for one in named]


def _number(name: str, value: int | str) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise invalid("request.wrong", FieldError(name, "field.kind", {"expected": "int"})) from (
            error
        )


def _read(written: str) -> QueryBody:
    """Read the query of an address; clients are known that encode it twice."""
    for text in (written, unquote(written)):
        try:
            return msgspec.json.decode(text, type=QueryBody)
        except msgspec.ValidationError as error:
            raise invalid("query.no_json", FieldError("query", "query.no_json")) from error
        except msgspec.DecodeError:
            continue
    raise invalid("query.no_json", FieldError("query", "query.no_json"))


routes = [query_form, search_by_post, search_by_get]
