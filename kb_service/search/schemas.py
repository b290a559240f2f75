"""Structs of the search: what is asked, what is answered, how sure we are."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec

from kb_service.base.ids import Uid
from kb_service.handbook.schemas import Card, Danger


class Leg(StrEnum):
    """The independent ways of ranking that spoke for an answer."""

    LEXICAL = "lexical"
    CHARACTERS = "characters"
    SEMANTIC = "semantic"


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A question as typed. `as_written` switches off the repair of layout and transliteration.

    With `as_of` the items are given as they were live on that day, with its facts; which of them
    fit, and how well, is judged by today's index.
    """

    text: str
    limit: int = 5
    offset: int = 0
    staff: bool = False
    as_written: bool = False
    topic: str = ""
    as_of: date | None = None
    journal: bool = True
    channel: str = "site"
    wait_s: float = 1.0


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """What a catalogue search filters by; an empty filter lets everything in.

    `path` is a folder or an item, with what is below it as far down as `depth` says (none: all).
    """

    types: Collection[str] = ()
    states: Collection[str] = ()
    uids: Collection[str] = ()
    tags: Collection[str] = ()
    path: str = "/"
    depth: int | None = None


class Hit(msgspec.Struct, kw_only=True):
    """One found item. `excerpt` is HTML with `<mark>` only."""

    card: Card
    excerpt: str
    confidence: float


class Answer(msgspec.Struct, kw_only=True):
    """What the search says to one question.

    `query` is as typed, `corrected` what was searched instead (empty if the same), `words` further
    words that were looked for (synonyms, repaired typos).
    """

    query: str
    corrected: str = ""
    words: list[str] = []
    danger: Danger | None = None
    confident: bool = False
    legs: list[Leg] = []
    hits: list[Hit] = []
    total: int = 0
    event: Uid | None = None


class Suggestion(msgspec.Struct, frozen=True):
    """One line under the field while somebody types."""

    uid: Uid
    path: str
    title: str


class Suggestions(msgspec.Struct):
    """Items and completions for what has been typed so far."""

    query: str
    items: list[Suggestion] = []
    completions: list[str] = []


class SynonymGroup(msgspec.Struct, kw_only=True):
    """Words that stand for each other, or (`means`) lead one way; added as weaker terms."""

    words: list[str]
    means: list[str] = []
    weight: float = 0.5


class Calibration(msgspec.Struct, kw_only=True):
    """A fitted confidence: weights over raw features, threshold, and where it came from."""

    features: list[str]
    weights: list[float]
    bias: float
    means: list[float]
    scales: list[float]
    threshold: float
    fitted_at: datetime | None = None
    questions: int = 0
    auc: float = 0.0
    source: Literal["shipped", "bench"] = "shipped"
