"""`@hooks`: webhooks and what was told by them, for administrators.

A hook's secret is in the answer to the call that made it, and nowhere else.
"""

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, structs

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.listing import Listing, provide_listing
from kb_service.api.responses import may_answer
from kb_service.api.schemas.hooks import (
    DeliveryItem,
    DeliveryList,
    HookBody,
    HookChange,
    HookItem,
    HookList,
    MadeHookItem,
)
from kb_service.api.serialize import Serializer, moment
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.hooks import queries
from kb_service.hooks.acts import hooks as acts
from kb_service.hooks.schemas import OFFERED, DeliveryView, HookView

_HOOKS: dict[str, Any] = {"tags": ["hooks"], "sync_to_thread": True}


@get("/api/@hooks", responses=may_answer(304, 401, 403), summary="The webhooks", **_HOOKS)
def list_hooks(request: Request[Any, Any, Any], work: NamedDependency[Work]) -> Response[HookList]:
    """Give all webhooks without their secrets. Raises: session.needed, act.forbidden."""
    work.allow(Permission.MANAGE_HOOKS)
    addresses = addresses_of(request)
    items = [_item(addresses, one) for one in queries.hooks(work)]
    offered = [str(event) for event in OFFERED]
    address = addresses.service("@hooks", "/")
    return answer(
        request, HookList(id_=address, items=items, items_total=len(items), offered=offered)
    )


@post(
    "/api/@hooks",
    responses=may_answer(400, 401, 403, 413),
    summary="Make a webhook",
    status_code=201,
    **_HOOKS,
)
def add_hook(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[HookBody],
) -> Response[MadeHookItem]:
    """Make a webhook that is told from now on, and give its secret, once. Raises: hook.wrong."""
    made = acts.add(work, data.url, data.events, site.hooks)
    work.session.flush()
    item = _item(addresses_of(request), queries.hook(work, made.uid))
    fields = {name: getattr(item, name) for name in HookItem.__struct_fields__}
    body = MadeHookItem(**fields, secret=made.secret)
    return answer(request, body, status=201, headers={"Location": item.id_})


@get(
    "/api/@hooks/{uid:str}",
    responses=may_answer(304, 401, 403, 404),
    summary="One webhook",
    **_HOOKS,
)
def read_hook(
    request: Request[Any, Any, Any], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[HookItem]:
    """Give a webhook without its secret. Raises: hook.missing."""
    work.allow(Permission.MANAGE_HOOKS)
    return answer(request, _item(addresses_of(request), queries.hook(work, uid)))


@patch(
    "/api/@hooks/{uid:str}",
    responses=may_answer(400, 401, 403, 404, 413),
    summary="Change a webhook, switch it off or on",
    status_code=200,
    **_HOOKS,
)
def change_hook(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    data: JSONBody[HookChange],
) -> Response[HookItem]:
    """Change what was sent; the secret stays. Raises: hook.missing, hook.wrong."""
    work.allow(Permission.MANAGE_HOOKS)
    before = queries.hook(work, uid)
    if data.url is not UNSET or data.events is not UNSET:
        url = before.url if data.url is UNSET else data.url
        events = before.events if data.events is UNSET else data.events
        acts.change(work, uid, url, events, site.hooks)
    if data.is_active is not UNSET and data.is_active != before.is_active:
        (acts.wake if data.is_active else acts.pause)(work, uid)
    work.session.flush()
    return answer(request, _item(addresses_of(request), queries.hook(work, uid)))


@delete(
    "/api/@hooks/{uid:str}",
    responses=may_answer(401, 403, 404),
    summary="Remove a webhook with its deliveries",
    status_code=204,
    **_HOOKS,
)
def remove_hook(work: NamedDependency[Work], uid: FromPath[str]) -> None:
    """Remove a webhook; what waits is not sent any more. Raises: hook.missing."""
    work.allow(Permission.MANAGE_HOOKS)
    acts.remove(work, uid)


@get(
    "/api/@hooks/{uid:str}/deliveries",
    dependencies={"listing": Provide(provide_listing, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403, 404),
    summary="What a webhook was told",
    **_HOOKS,
)
def list_deliveries(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    listing: NamedDependency[Listing],
    uid: FromPath[str],
) -> Response[DeliveryList]:
    """Give the deliveries of a webhook, newest first. Raises: hook.missing, batch.wrong."""
    work.allow(Permission.MANAGE_HOOKS)
    queries.hook(work, uid)
    batch = queries.deliveries(work, uid, start=listing.start, size=listing.size)
    addresses = addresses_of(request)
    body = DeliveryList(
        id_=addresses.here(),
        items=[_delivery(one) for one in batch.items],
        items_total=batch.total,
        batching=Serializer(addresses, speaker_of(request)).batching(batch),
    )
    return answer(request, body)


@post(
    "/api/@hooks/{uid:str}/test",
    responses=may_answer(401, 403, 404),
    summary="Send a test event",
    status_code=204,
    **_HOOKS,
)
def test_hook(work: NamedDependency[Work], uid: FromPath[str]) -> None:
    """Send an event without content, also while the hook is switched off. Raises: hook.missing."""
    work.allow(Permission.MANAGE_HOOKS)
    acts.test(work, uid)


def _item(addresses: Addresses, hook: HookView) -> HookItem:
    return HookItem(
        id_=f"{addresses.service('@hooks', '/')}/{hook.uid}",
        uid=hook.uid,
        url=hook.url,
        events=hook.events,
        is_active=hook.is_active,
        creator=hook.creator,
        created=moment(hook.created) or "",
        delivered=moment(hook.delivered_at),
        failed=moment(hook.failed_at),
    )


def _delivery(one: DeliveryView) -> DeliveryItem:
    same = {name: value for name, value in structs.asdict(one).items() if name in _SAME}
    return DeliveryItem(**same, created=moment(one.moment) or "", tried=moment(one.tried_at))


_SAME = frozenset(DeliveryItem.__struct_fields__) - {"created", "tried"}
routes = [
    list_hooks, add_hook, read_hook, change_hook, remove_hook, list_deliveries, test_hook,
]  # fmt: skip
