"""Structs of replies: a letter taken apart, the draft that answers it, its checks and versions."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kb_service.base.ids import Uid
from kb_service.handbook.schemas import Danger
from kb_service.text.difference import Change
from kb_service.text.personal_data import Span


class ApplicantKind(StrEnum):
    """Who wrote: the salutation and the closing follow it."""

    PERSON = "person"
    ORGANISATION = "organisation"
    GROUP = "group"


class Gender(StrEnum):
    """How a person is addressed; by the name itself where nobody says otherwise."""

    BY_NAME = ""
    FEMALE = "female"
    MALE = "male"


class FragmentKind(StrEnum):
    """Where a fragment's text comes from."""

    STANDARD = "standard"
    OWN = "own"


class Face(StrEnum):
    """Which text of a standard question a fragment was made of."""

    LETTER = "letter"
    ANSWER = "answer"


class Status(StrEnum):
    """Where a draft stands: written, ready (frozen), or put away unsent."""

    OPEN = "open"
    READY = "ready"
    PUT_AWAY = "put_away"


class Level(StrEnum):
    """What a finding does: it blocks «ready», it warns, or it is switched off."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Card(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the letter's variables are filled from. All of it is personal data.

    `name` is in the nominative, surname first or last. `number` and `written_on` are those of the
    customer's letter, `dated` is the day of our reply: its facts are of that day (none: today).
    `salutation` replaces the whole line; `name_dative` the declined name («Смирновой А. П.»).
    """

    kind: ApplicantKind = ApplicantKind.PERSON
    name: str = ""
    gender: Gender = Gender.BY_NAME
    name_dative: str = ""
    salutation: str = ""
    organisation: str = ""
    account: str = ""
    address: str = ""
    number: str = ""
    written_on: date | None = None
    received_on: date | None = None
    dated: date | None = None
    region: str = ""


class Question(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One question of the letter: `letter[start:end]` where it was found, 0:0 if typed by hand.

    `set_aside` is the reason why this letter does not answer it; then it is not open.
    """

    id: str
    text: str
    start: int = 0
    end: int = 0
    set_aside: str = ""


class Origin(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a standard fragment was made of: the item, its revision and the text as it was then.

    `facts` are the values of the facts that the text uses, as they were when it was put in.
    """

    uid: Uid
    code: str
    title: str
    path: str
    number: int
    face: Face
    text: str
    facts: dict[str, str] = {}


class Fragment(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One piece of the reply: Markdown with variables, tied to the questions that it answers."""

    id: str
    kind: FragmentKind
    text: str
    questions: list[str] = []
    origin: Origin | None = None


class Attachment(msgspec.Struct, kw_only=True):
    """A file of the handbook that goes with the reply."""

    uid: Uid
    title: str
    path: str


class Content(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A draft as it is written: what is kept, versioned and frozen.

    `salutation` and `closing` are own texts in the place of the automatic ones.
    """

    letter: str = ""
    channel: str = "web"
    subject: str = ""
    card: Card = msgspec.field(default_factory=Card)
    questions: list[Question] = []
    fragments: list[Fragment] = []
    salutation: str = ""
    closing: str = ""
    files: list[Attachment] = []


# --- analysis


class Proposal(msgspec.Struct, kw_only=True):
    """A standard question that may answer, with how sure the search is (0 to 1)."""

    uid: Uid
    code: str
    title: str
    path: str
    confidence: float


class FoundQuestion(msgspec.Struct, kw_only=True):
    """A question that the letter asks, at `text[start:end]`, with what may answer it."""

    text: str
    start: int
    end: int
    proposals: list[Proposal] = []


class UrgencyLevel(StrEnum):
    """How soon the letter must be dealt with. Source: R10-R12."""

    IMMEDIATE = "immediate"
    HIGH = "high"
    NORMAL = "normal"


class Urgency(msgspec.Struct, kw_only=True):
    """The proposed urgency, the rule that spoke and the words that it saw; a person decides."""

    level: UrgencyLevel = UrgencyLevel.NORMAL
    rule: str = ""
    title: str = ""
    matched: list[str] = []


class Tone(msgspec.Struct, kw_only=True):
    """How the letter sounds. `is_negative` suggests a complaint; a person decides. Source: R9."""

    is_negative: bool = False
    matched: list[str] = []


class Analysis(msgspec.Struct, kw_only=True):
    """A letter taken apart. Places are code points of the text as given.

    `proposals` are those of the letter as a whole, best first. `pending`: the lists are by words
    and letters so far; asked again a moment later they are by meaning too.
    """

    urgency: Urgency
    danger: Danger | None = None
    questions: list[FoundQuestion] = []
    proposals: list[Proposal] = []
    topic: str = ""
    topic_title: str = ""
    tone: Tone = msgspec.field(default_factory=Tone)
    personal_data: list[Span] = []
    card: Card = msgspec.field(default_factory=Card)
    pending: bool = False


# --- checks


class Finding(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One thing that a check says, and where.

    `where` is a fragment's id, `salutation`, `closing`, `card.<field>`, `question.<id>` or empty
    for the whole; `start:end` is the place in that text as written. `code` names the sentence of
    the catalogue, `params` fill it, `instead` is a plainer proposal.
    """

    check: str
    level: Level
    code: str
    where: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""
    instead: str = ""
    params: dict[str, str] = {}


class Coverage(msgspec.Struct, kw_only=True):
    """Which questions are answered, set aside or open, by id in the letter's order."""

    answered: list[str] = []
    set_aside: list[str] = []
    open: list[str] = []


class Piece(msgspec.Struct, kw_only=True):
    """A part of the reply as the customer would read it. `text` is Markdown with the values in it.

    `id` is a fragment's, `salutation` or `closing`; `unfilled` are names without a value. With a
    `problem` (an error's code and parameters) the text could not be filled in and is as written.
    """

    id: str
    text: str
    plain: str
    unfilled: list[str] = []
    problem: str = ""
    params: dict[str, str] = {}


class Reply(msgspec.Struct, kw_only=True):
    """The reply filled in for its day, in order."""

    dated: date
    pieces: list[Piece]
    files: list[Attachment] = []

    @property
    def text(self) -> str:
        """The whole as Markdown."""
        return "\n\n".join(piece.text for piece in self.pieces if piece.text)

    @property
    def plain(self) -> str:
        """The whole as plain text."""
        return "\n\n".join(piece.plain for piece in self.pieces if piece.plain)


class Outgoing(msgspec.Struct, kw_only=True):
    """A reply that goes out, and as which version. `is_changed`: it was written on since then."""

    reply: Reply
    card: Card
    version: int
    is_changed: bool = False


# --- what is read


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """Who is writing a draft just now, since when."""

    uid: Uid
    name: str
    since: datetime
    is_you: bool


class DraftRow(msgspec.Struct, kw_only=True):
    """A draft in a list. `subject` may hold personal data: for its readers only."""

    uid: Uid
    subject: str
    status: Status
    owner: str
    owner_name: str
    edition: int
    open_count: int
    question_count: int
    created: datetime
    modified: datetime
    modified_by: str


class Draft(DraftRow, kw_only=True):
    """A draft whole, as it was last kept."""

    content: Content
    version: int
    ready_at: datetime | None = None
    ready_by: str = ""
    writer: Writer | None = None
    is_own: bool = True


class VersionRow(msgspec.Struct, kw_only=True):
    """A kept version: when, by whom and why."""

    number: int
    author: str
    author_name: str
    moment: datetime
    reason: str
    is_beside: bool


class Kept(msgspec.Struct, kw_only=True):
    """What became of a text that somebody wanted to keep.

    `is_beside`: it did not become the draft's text, since `reason` (`stale`: another was kept
    meanwhile; `held`: somebody else is writing; `frozen`: the draft is ready). Then it is the
    version `version`, and `edition` is that of the draft's own text.
    """

    edition: int
    version: int = 0
    is_beside: bool = False
    reason: str = ""
    writer: str = ""


class Inserted(msgspec.Struct, kw_only=True):
    """A standard text that was put in, and what changed in it since this employee last used it."""

    fragment: Fragment
    edition: int
    last_number: int = 0
    changed: list[Change] = []


class Used(msgspec.Struct, kw_only=True):
    """A standard text that a ready draft was made of, with its revision and facts."""

    uid: Uid
    code: str
    number: int
    face: Face
    facts: dict[str, str]
    is_edited: bool


# --- back to the handbook


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a standard text in replies: how often put in, left as it is, changed, dropped.

    `inserted` counts all; those that are in an open draft still are in no other count. `edited` are
    the moments, the newest first; `changes` the changed sentences (before, after) with how often,
    the commonest first, personal data masked.
    """

    uid: Uid
    inserted: int
    kept: int
    edited: list[datetime]
    dropped: int
    changes: list[tuple[str, str, int]]


class SuggestionKind(StrEnum):
    """What is offered: a wording by which people ask, or a sentence of the text."""

    WORDING = "wording"
    SENTENCE = "sentence"


class SuggestionStatus(StrEnum):
    """What became of a suggestion."""

    NEW = "new"
    TAKEN = "taken"
    DECLINED = "declined"


class SuggestionView(msgspec.Struct, frozen=True, kw_only=True):
    """A wording or a sentence that an employee offers for a standard question."""

    uid: str
    item_uid: Uid
    path: str
    title: str
    code: str
    kind: SuggestionKind
    text: str
    instead_of: str
    status: SuggestionStatus
    author: str
    author_name: str
    moment: datetime
    settled_by: str
    settled_at: datetime | None
