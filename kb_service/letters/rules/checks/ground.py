"""All that the checks of a draft look at, gathered once: nothing of it is read again by a check."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from kb_service.letters.schemas import Content, Coverage, Reply


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a standard text that the draft was made of stands today; absent where it is live no more.

    `text` is the live text of the face that was put in.
    """

    number: int
    text: str
    valid_to: date | None = None
    review_by: date | None = None


class FactNow(msgspec.Struct, frozen=True, kw_only=True):
    """A fact's value on the day of the reply; `is_valid` is false where it has none on that day."""

    value: str
    is_valid: bool


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase that hides an answer, blames or weighs down, with a plainer proposal (sheet)."""

    phrase: str
    kind: str
    instead: str = ""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term of the trade with plain words for it (sheet)."""

    term: str
    plain: str
    note: str = ""


class Ground(msgspec.Struct, kw_only=True):
    """A draft and what is known on the day of the reply."""

    content: Content
    reply: Reply
    coverage: Coverage
    standards: Mapping[str, Standing] = {}
    facts: Mapping[str, FactNow] = {}
    phrases: Sequence[Phrase] = ()
    glossary: Sequence[Term] = ()
    company: Mapping[str, object] = {}
    today: date
