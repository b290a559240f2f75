"""`@aliases`: other addresses of an item; at the root those of the whole site."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import item_named, told_as_plone_does
from kb_service.api.language import speaker_of
from kb_service.api.listing import Size, Start, is_on
from kb_service.api.responses import may_answer
from kb_service.api.schemas.moving import Aliases, AliasesBody, AliasItem
from kb_service.api.serialize import Serializer, moment
from kb_service.base.errors import FieldError, invalid
from kb_service.base.paging import DEFAULT_SIZE, checked_batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.handbook import queries
from kb_service.handbook.acts import aliases as acts
from kb_service.handbook.queries.addresses import AddressFilter
from kb_service.handbook.rules import paths
from kb_service.handbook.schemas import Card

_MORE: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}
Day = Annotated[str, QueryParameter(description="A day or moment, exclusive.")]


def provide_filter(  # noqa: PLR0917 - what Litestar hands in
    work: NamedDependency[Work],
    q: Annotated[str, QueryParameter(description="As `query`.")] = "",
    letters: Annotated[
        str, QueryParameter(name="query", description="Letters of the addresses or the title.")
    ] = "",
    manual: Annotated[
        str | None, QueryParameter(description="Only chosen (1) or only old ones (0).")
    ] = None,
    start: Day = "",
    end: Day = "",
    b_start: Start = 0,
    b_size: Size = DEFAULT_SIZE,
) -> AddressFilter:
    """Read which addresses are wanted: the dependency `wanted`. Raises: batch.wrong."""
    first, size = checked_batch(b_start, b_size)
    return AddressFilter(
        words=letters or q,
        is_manual=None if manual is None else is_on(manual),
        after=_moment("start", start, work),
        before=_moment("end", end, work),
        start=first,
        size=size,
    )


@get(
    "/api/@aliases",
    dependencies={"wanted": Provide(provide_filter, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403, 404),
    summary="Other addresses of an item; at the root of all items",
    **_MORE,
)
def list_aliases(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    wanted: NamedDependency[AddressFilter],
) -> Response[Aliases]:
    """Give the other addresses: of an item to who may edit it, of all to administrators."""
    serializer = Serializer(addresses_of(request), speaker_of(request))
    return answer(request, aliases_at(work, _here(request, work), serializer, wanted))


@post(
    "/api/@aliases",
    responses=may_answer(400, 401, 403, 404, 409, 413),
    summary="Add addresses that lead to an item",
    status_code=204,
    **_MORE,
)
def add_aliases(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[AliasesBody]
) -> None:
    """Let further addresses lead here; at the root each names its target in `redirect-to`.

    Raises: path.wrong, path.reserved, item.exists, address.taken, address.target, address.too_many.
    """
    work.allow_somewhere(Permission.EDIT)
    addresses = addresses_of(request)
    card = _here(request, work)
    paths.check_count(data.items)
    wanted = [
        (
            _target(work, card, one.redirect_to, addresses),
            addresses.path_of(one.path),
            _moment("datetime", one.datetime, work),
        )
        for one in data.items
    ]
    acts.add_several(work, wanted)


@delete(
    "/api/@aliases",
    responses=may_answer(400, 401, 403, 404, 413),
    summary="Remove addresses",
    status_code=204,
    **_MORE,
)
def remove_aliases(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[AliasesBody]
) -> None:
    """Let addresses lead nowhere any more. Raises: alias.missing, address.too_many."""
    work.allow_somewhere(Permission.EDIT)
    addresses = addresses_of(request)
    card = _here(request, work)
    uid = None if card.path == "/" else card.uid
    acts.remove(work, [addresses.path_of(one.path) for one in data.items], uid=uid)


def aliases_at(work: Work, card: Card, serializer: Serializer, wanted: AddressFilter) -> Aliases:
    """Give a page of the other addresses of an item, or at the root of all items."""
    batch = (
        queries.addresses(work, wanted)
        if card.path == "/"
        else queries.addresses_to(work, card.uid, wanted)
    )
    batching = serializer.batching(batch)
    return Aliases(
        id_=serializer.addresses.service("@aliases", card.path),
        items=[
            AliasItem(one.path, one.target, one.is_manual, moment(one.moment) or "")
            for one in batch.items
        ],
        items_total=batch.total,
        batching=None if batching is UNSET else batching,
    )


def _here(request: Request[Any, Any, Any], work: Work) -> Card:
    path = content_path(request)
    if path == "/":
        work.allow(Permission.MANAGE_COMPANY)
    with told_as_plone_does(work, path):
        return queries.card_at(work, path)


def _target(work: Work, here: Card, named: str, addresses: Addresses) -> str:
    """Give the uid of the item to which an address shall lead. Raises: address.target."""
    if here.path != "/":
        return here.uid
    if not named:
        raise invalid("address.target", FieldError("redirect-to", "field.needed"))
    return item_named(work, addresses, named).uid


def _moment(name: str, text: str, work: Work) -> datetime | None:
    """Read a moment; one without a zone is the company's time. Raises: moment.wrong."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("moment.wrong", FieldError(name, "moment.wrong")) from error
    return found if found.tzinfo else found.replace(tzinfo=work.clock.zone)


routes = [list_aliases, add_aliases, remove_aliases]
