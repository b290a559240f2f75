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


class FoundItem(msgspec.Struct, frozen=True):
    """An item as the index has it, or would have it."""

    uid: Uid
    code: str
    title: str
    path: str


class StoredQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question that editors keep, with the items that should answer it; none: nothing should.

    `lost` counts wanted items that are not there any more. `rank` is the place that was kept last.
    Of a question that is an item's own line, `uid` is empty.
    """

    uid: str = ""
    text: str
    wanted: list[FoundItem] = []
    lost: int = 0
    note: str = ""
    rank: int | None = None
    ranked_at: datetime | None = None


class Verdict(StrEnum):
    """What became of a question: `out` fell out of the first three, `new` was never looked at."""

    SAME = "same"
    ROSE = "rose"
    FELL = "fell"
    OUT = "out"
    NEW = "new"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A question before and after. A rank counts from 1, 0 is none of those that are given.

    `first` is what stands first after; `is_whole` is false where meaning was left out in both.
    """

    question: StoredQuestion
    before: int | None
    after: int
    verdict: Verdict
    first: FoundItem | None
    is_sure: bool
    is_whole: bool = True


class BenchReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of stored questions, and of the own lines of items that a change competes with.

    Without `is_whole` the semantic leg was left out somewhere: no encoder, or no time for it.
    """

    outcomes: list[Outcome]
    neighbours: list[Outcome] = []
    is_whole: bool = True

    def counted(self, *verdicts: Verdict) -> int:
        """Say how many stored questions came out so."""
        return sum(outcome.verdict in verdicts for outcome in self.outcomes)

    @property
    def same(self) -> int:
        """How many stand as before."""
        return self.counted(Verdict.SAME)

    @property
    def better(self) -> int:
        """How many rose."""
        return self.counted(Verdict.ROSE)

    @property
    def worse(self) -> list[Outcome]:
        """What fell, first what fell out of the first three; neighbours only where they did."""
        fell = [o for o in self.outcomes if o.verdict in (Verdict.FELL, Verdict.OUT)]
        fell += [o for o in self.neighbours if o.verdict is Verdict.OUT]
        return sorted(fell, key=lambda one: one.verdict is not Verdict.OUT)


class TryHit(msgspec.Struct, frozen=True, kw_only=True):
    """One found item with the numbers behind it: rank from 1, fused score, sureness 0 to 1.

    `before` is its rank without the change that is tried, 0 if it was not found, none without one.
    """

    item: FoundItem
    rank: int
    score: float
    sureness: float
    before: int | None = None


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A question as the search takes it now or would take it, without the journal noticing.

    `words` are the words it looks for besides the typed ones, `corrected` what it reads instead,
    `unknown` the typed words that no visible text has.
    """

    text: str
    corrected: str
    words: list[str]
    unknown: list[str]
    legs: list[Leg]
    hits: list[TryHit]
    sureness: float
    is_sure: bool
