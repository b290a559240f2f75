"""A letter taken apart: a form of our own services."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct, field

from kb_service.api.schemas.answers import DangerValue
from kb_service.api.schemas.lists import AT_ID


class LetterBody(Struct, forbid_unknown_fields=True):
    """A letter as it came. `wait` is how many seconds the lists by meaning may take in all."""

    text: str
    channel: str = "web"
    wait: Annotated[float, Meta(ge=0, le=10)] | None = None


class ProposalItem(Struct):
    """A standard question that may answer."""

    id: str = field(name=AT_ID)
    uid: str
    code: str
    title: str
    confidence: float


class LetterQuestion(Struct):
    """What the letter asks at `text[start:end]`, in code points, and up to five proposals."""

    text: str
    start: int
    end: int
    proposals: list[ProposalItem]


class UrgencyValue(Struct):
    """`immediate`, `high` or `normal`, the rule that says so, and the words that it saw."""

    level: str
    rule: str
    title: str
    matched: list[str]


class ToneValue(Struct):
    """Whether the letter sounds negative, which suggests a complaint."""

    is_negative: bool
    matched: list[str]


class PersonalData(Struct):
    """A place of personal data, in code points."""

    start: int
    end: int
    kind: str


class CardValue(Struct):
    """Who wrote, as far as the letter tells; empty where it does not."""

    kind: str
    name: str
    gender: str
    organisation: str
    account: str
    address: str
    number: str
    written_on: date | None


class LetterAnalysis(Struct):
    """A letter taken apart. While `pending` the lists know words alone: ask once more."""

    urgency: UrgencyValue
    danger: DangerValue | None
    questions: list[LetterQuestion]
    proposals: list[ProposalItem]
    topic: str | None
    topic_title: str
    tone: ToneValue
    personal_data: list[PersonalData]
    card: CardValue
    pending: bool
