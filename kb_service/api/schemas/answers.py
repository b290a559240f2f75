"""Answers, suggestions and previews: forms of our own services."""

from typing import Any

from msgspec import Struct, field

from kb_service.api.schemas.lists import AT_ID
from kb_service.api.schemas.tree import CrumbLink


class AnswerItem(Struct):
    """A found item of `@answers`. `excerpt` is HTML with `<mark>` only."""

    id: str = field(name=AT_ID)
    uid: str
    code: str
    title: str
    description: str
    excerpt: str
    confidence: float
    review_state: str
    checked: Any


class DangerValue(Struct):
    """A message about life and health: what to do, and whom to call, before any list."""

    text: str
    phone: str
    rule: str
    title: str
    steps: list[str]
    matched: list[str]
    items: list[CrumbLink]


class Answers(Struct):
    """What the search says to one question. `ask` is where a person can be asked."""

    query: str
    corrected: str | None
    danger: DangerValue | None
    confident: bool
    legs: list[str]
    items: list[AnswerItem]
    items_total: int
    ask: str


class SuggestItem(Struct):
    """One line under the field while somebody types."""

    id: str = field(name=AT_ID)
    title: str


class Suggest(Struct):
    """What may be meant by what has been typed so far."""

    items: list[SuggestItem]
    completions: list[str]


class RenderBody(Struct, forbid_unknown_fields=True):
    """A text to be shown as it would be published."""

    text: str


class LineError(Struct):
    """A mistake with its line, counted from 1."""

    line: int
    message: str
    code: str


class RenderedText(Struct):
    """The HTML that would be published, for the preview."""

    html: str
    staff: str
    letter: str
    errors: list[LineError]
