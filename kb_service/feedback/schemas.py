"""Structs of the feedback room."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Helped(StrEnum):
    """What a reader says of an answer. Source: features.md A10, journeys.md (i)."""

    YES = "yes"
    NOT_ABOUT_THAT = "not_about_that"
    NOT_CLEAR = "not_clear"
    OUT_OF_DATE = "out_of_date"
    DID_NOT_WORK = "did_not_work"


class Counts(msgspec.Struct, frozen=True):
    """How often an answer helped and how often not."""

    yes: int = 0
    no: int = 0


class RatingState(StrEnum):
    """What has become of a reader's word. Source: features.md C15."""

    NEW = "new"
    WORK = "work"
    DONE = "done"
    DECLINED = "declined"


class InboxFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which words of readers somebody wants to see; what is empty lets everything in.

    `is_mine`: of which this account is responsible. `has_words`: with a remark.
    """

    state: RatingState | None = None
    reason: Helped | None = None
    item: str = ""
    is_mine: bool = False
    has_words: bool = True


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's word about an answer as its editors see it, and what has become of it.

    `revision` is the text that the reader saw, `latest` the one that is shown now.
    """

    uid: str
    item_uid: str
    path: str
    title: str
    code: str
    revision: int
    latest: int
    helped: Helped
    remark: str
    query: str
    language: str
    moment: datetime
    state: RatingState = RatingState.NEW
    responsible_uid: str = ""
    responsible: str = ""
    note: str = ""
    handled_by: str = ""
    handled_at: datetime | None = None


class Dislike(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer did not help within some days: how often, with which reasons and words.

    `said` are the latest remarks and `asked` the latest questions before it, without personal data;
    `moments` stand newest first.
    """

    item_uid: str
    reasons: dict[str, int]
    said: list[str]
    asked: list[str]
    moments: list[datetime]

    @property
    def count(self) -> int:
        """How often it did not help."""
        return len(self.moments)


class HiddenGap(msgspec.Struct, frozen=True, kw_only=True):
    """That a gap is none: who said so when and why, and how often it was met then."""

    key: str
    title: str
    demand: int
    reason: str
    author: str
    moment: datetime
