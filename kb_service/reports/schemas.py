"""Structs of the reports: tables with their units."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kb_service.feedback.schemas import HiddenGap


class GapKind(StrEnum):
    """Of what a gap is made."""

    SEARCH = "search"
    DISLIKE = "dislike"
    EDITED = "edited"
    REVIEW = "review"
    SOURCE = "source"
    OWNER = "owner"


class Gap(msgspec.Struct, kw_only=True):
    """One place where the handbook costs working time, with the evidence.

    `demand` is how often somebody met it in the days looked at, `minutes` what that cost (see
    reports.gaps). `examples` are questions or remarks of others, without personal data; `reasons`
    count why an answer did not help, or what became of a text in replies; `nothing` and `by_staff`
    are parts of the demand. What is about an item or a fact has its `uid` and `path`; `since` is
    the day from which it is wrong, or what the source is called in `source`.
    """

    key: str
    kind: GapKind
    title: str
    demand: int
    minutes: float
    examples: list[str] = []
    reasons: dict[str, int] = {}
    nothing: int = 0
    by_staff: int = 0
    first: datetime | None = None
    last: datetime | None = None
    uid: str = ""
    path: str = ""
    code: str = ""
    since: date | None = None
    source: str = ""
    hidden: HiddenGap | None = None


class GapReport(msgspec.Struct, kw_only=True):
    """All gaps of the last `days`, the dearest first; `hidden` are none, as somebody said.

    `counts` and `minutes` are of the whole list, before a kind is chosen.
    """

    days: int
    call_minutes: float
    gaps: list[Gap]
    hidden: list[Gap]
    counts: dict[GapKind, int]
    minutes: float


class StartCounts(msgspec.Struct, frozen=True):
    """What waits for an editor: questions of 30 days without a sure answer, new opinions."""

    unanswered: int
    opinions: int
