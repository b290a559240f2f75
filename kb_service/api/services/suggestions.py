"""`@suggestions`: wordings and sentences that employees offer to the editors; taken or declined."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.listing import Listing, provide_listing
from kb_service.api.responses import may_answer
from kb_service.api.schemas.suggestions import (
    SettleBody,
    SuggestionBody,
    SuggestionItem,
    SuggestionList,
)
from kb_service.api.serialize import Serializer, moment
from kb_service.base.errors import KbError, Kind
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.letters import queries
from kb_service.letters.acts import suggesting
from kb_service.letters.schemas import SuggestionStatus, SuggestionView

_PATH = "/api/@suggestions"
_OPTIONS: dict[str, Any] = {"tags": ["drafts"], "sync_to_thread": True}


@get(
    _PATH,
    dependencies={"listing": Provide(provide_listing, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403),
    summary="What employees suggest to the editors",
    **_OPTIONS,
)
def list_suggestions(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    listing: NamedDependency[Listing],
    status: FromQuery[SuggestionStatus | None] = None,
    mine: FromQuery[bool] = False,
) -> Response[SuggestionList]:
    """Give one's own suggestions and those for what one may edit, the newest first."""
    work.allow(Permission.SUGGEST)
    addresses = addresses_of(request)
    batch = queries.suggestions(
        work, status=status, is_mine=mine, start=listing.start, size=listing.size
    )
    body = SuggestionList(
        id_=addresses.here(),
        items=[_item(addresses, one) for one in batch.items],
        items_total=batch.total,
        batching=Serializer(addresses, speaker_of(request)).batching(batch),
    )
    return answer(request, body)


@post(
    _PATH,
    responses=may_answer(400, 401, 403, 404, 409, 413),
    summary="Suggest a wording or a sentence",
    status_code=201,
    **_OPTIONS,
)
def make_suggestion(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[SuggestionBody]
) -> Response[SuggestionItem]:
    """Offer it to the editors of the item. Raises: item.missing, suggestion.*."""
    work.allow(Permission.SUGGEST)
    uid = suggesting.make(work, data.item, data.kind, data.text, instead_of=data.instead_of)
    item = _item(addresses_of(request), queries.suggestion(work, uid))
    return answer(request, item, status=201, headers={"Location": item.id_})


@post(
    f"{_PATH}/{{uid:str}}/{{step:str}}",
    responses=may_answer(400, 401, 403, 404, 409),
    summary="Take or decline a suggestion",
    status_code=200,
    **_OPTIONS,
)
def settle_suggestion(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    uid: FromPath[str],
    step: FromPath[str],
    data: JSONBody[SettleBody | None] = None,
) -> Response[SuggestionItem]:
    """`take` adds a wording, of a sentence it is said alone; or `decline`. For editors."""
    work.allow_somewhere(Permission.EDIT)
    if step == "take":
        suggesting.take(work, uid)
    elif step == "decline":
        suggesting.decline(work, uid, reason=(data or SettleBody()).reason)
    else:
        raise KbError("service.missing", Kind.MISSING)
    return answer(request, _item(addresses_of(request), queries.suggestion(work, uid)))


def _item(addresses: Addresses, one: SuggestionView) -> SuggestionItem:
    return SuggestionItem(
        id_=f"{addresses.service('@suggestions', '/')}/{one.uid}",
        uid=one.uid,
        item=one.item_uid,
        item_path=one.path,
        item_title=one.title,
        code=one.code,
        kind=one.kind,
        text=one.text,
        instead_of=one.instead_of,
        status=one.status,
        author=one.author_name,
        created=moment(one.moment) or "",
        settled_by=one.settled_by,
        settled=moment(one.settled_at),
    )


routes = [list_suggestions, make_suggestion, settle_suggestion]
