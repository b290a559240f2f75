"""Gaps of the handbook, in the style of the content protocol."""

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID, Batching
from kb_service.reports.schemas import GapKind


class GapItem(Struct, kw_only=True):
    """A gap with its evidence; `minutes` are what it cost in the days looked at.

    `@id` is the item that it is about, if there is one; `since` the day from which it is wrong.
    `examples` are words of others without personal data.
    """

    id_: str | None = field(name=AT_ID)
    key: str
    kind: GapKind
    title: str
    minutes: float
    demand: int
    found_nothing: int
    by_staff: int
    reasons: dict[str, int]
    examples: list[str]
    first: str | None
    last: str | None
    since: str | None
    source: str
    code: str


class GapList(Struct, kw_only=True):
    """The gaps of the last days, the dearest first; `minutes` are those of all kinds."""

    id_: str = field(name=AT_ID)
    items: list[GapItem]
    items_total: int
    days: int
    minutes: float
    call_minutes: float
    batching: Batching | UnsetType = UNSET
