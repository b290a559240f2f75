"""Structs of the hooks room."""

from datetime import datetime
from enum import StrEnum

import msgspec

from kb_service.base.ids import Uid


class Event(StrEnum):
    """What a receiver can be told."""

    PUBLISHED = "item.published"
    CHANGED = "item.changed"
    MOVED = "item.moved"
    RETRACTED = "item.retracted"
    TRASHED = "item.trashed"
    FACT = "fact.changed"
    TEST = "hook.test"


# What a hook can be asked to tell; a test is sent to any.
OFFERED = tuple(event for event in Event if event is not Event.TEST)
# After these the world sees the item no more: it is named as it was seen last.
GONE = frozenset({Event.RETRACTED, Event.TRASHED})


class DeliveryState(StrEnum):
    """Where a delivery stands; `dropped` is one that may not be sent any more."""

    WAITING = "waiting"
    FAILING = "failing"
    DELIVERED = "delivered"
    DROPPED = "dropped"


class Problem(StrEnum):
    """Why a delivery did not arrive."""

    ADDRESS = "address"
    CLOSED = "closed"
    SILENT = "silent"
    TLS = "tls"
    STATUS = "status"


class Policy(msgspec.Struct, frozen=True):
    """Where to the house may send at all: host names, with a port where only that one is meant."""

    hosts: frozenset[str] = frozenset()
    allows_private: bool = False


class Target(msgspec.Struct, frozen=True):
    """An address taken apart, after it was found to be one we may send to."""

    host: str
    port: int
    path: str
    is_tls: bool


class Seen(msgspec.Struct, frozen=True):
    """An item as the world sees it; `revision` is the uid of the live one."""

    path: str
    title: str
    type: str
    revision: str


class Outcome(msgspec.Struct, frozen=True):
    """How a try ended; without a problem the receiver has it."""

    problem: Problem | None = None
    status: int = 0


class MadeHook(msgspec.Struct, frozen=True):
    """A hook of a moment ago with its secret, which is shown once."""

    uid: Uid
    secret: str


class HookView(msgspec.Struct, frozen=True, kw_only=True):
    """A hook as administrators see it, without its secret."""

    uid: Uid
    url: str
    events: list[str]
    is_active: bool
    creator: str
    created: datetime
    delivered_at: datetime | None = None
    failed_at: datetime | None = None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery as administrators see it."""

    uid: Uid
    event: str
    subject: str
    path: str
    moment: datetime
    state: str
    tries: int
    status: int
    problem: str
    tried_at: datetime | None
