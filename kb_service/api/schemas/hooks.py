"""Webhooks, in the style of the content protocol."""

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID, Batching


class HookItem(Struct, kw_only=True):
    """A webhook without its secret; `delivered` and `failed` are the last times of either."""

    id_: str = field(name=AT_ID)
    uid: str = field(name="UID")
    url: str
    events: list[str]
    is_active: bool
    creator: str
    created: str
    delivered: str | None
    failed: str | None


class MadeHookItem(HookItem, kw_only=True):
    """A webhook of a moment ago with the secret that signs what is sent: it is given this once."""

    secret: str


class HookList(Struct, kw_only=True):
    """All webhooks, oldest first; `offered` are the events that one can be told."""

    id_: str = field(name=AT_ID)
    items: list[HookItem]
    items_total: int
    offered: list[str]


class HookBody(Struct, forbid_unknown_fields=True):
    """A webhook to make: where to and what it is told."""

    url: str
    events: list[str]


class HookChange(Struct, forbid_unknown_fields=True):
    """What shall be otherwise; what is not sent stays as it is."""

    url: str | UnsetType = UNSET
    events: list[str] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class DeliveryItem(Struct, kw_only=True):
    """One delivery: `state` is waiting, failing, delivered or dropped."""

    uid: str = field(name="UID")
    event: str
    subject: str
    path: str
    created: str
    state: str
    tries: int
    status: int
    problem: str
    tried: str | None


class DeliveryList(Struct, kw_only=True):
    """A page of the deliveries of a webhook, newest first."""

    id_: str = field(name=AT_ID)
    items: list[DeliveryItem]
    items_total: int
    batching: Batching | UnsetType = UNSET
