"""Structs of the handbook: the content types and the shapes in which items are listed.

A content type is one struct: the front matter of its document, without `type`, `uid` and `state`,
which belong to the item. A new type is one struct here, one template and its test.
"""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec

from kb_service.base.ids import Uid


class State(StrEnum):
    """Where an item stands in its workflow."""

    PRIVATE = "private"
    PENDING = "pending"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """For whom a whole document is; `staff` keeps it inside."""

    PUBLIC = "public"
    STAFF = "staff"


class Source(msgspec.Struct, omit_defaults=True):
    """An act or an official page on which an answer stands."""

    act: str
    clause: str = ""
    url: str = ""
    note: str = ""


class Action(msgspec.Struct):
    """A button under an answer. The address may hold Liquid variables."""

    label: str
    url: str


class Content(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What every document has. Keys are those of the front matter (content.md)."""

    title: str
    description: str = ""
    publish_at: datetime | None = None
    expires_at: datetime | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    checked: date | Literal[False] = False
    review_by: date | None = None
    owner: str = ""
    sources: list[Source] = []
    related: list[str] = []
    tags: list[str] = []
    order: float | None = None
    audience: Audience = Audience.PUBLIC
    actions: list[Action] = []
    language: str = "ru"


class Topic(Content, kw_only=True, omit_defaults=True):
    """A folder of the handbook; its text is `index.md`."""


class Page(Content, kw_only=True, omit_defaults=True):
    """A page of prose: home, contacts, about."""


class StandardQuestion(Content, kw_only=True, omit_defaults=True):
    """A question, its wordings, a public answer, staff notes, a letter text. Source: R41."""

    code: str = ""
    wordings: list[str] = []


class Regulation(Content, kw_only=True, omit_defaults=True):
    """A document that binds: which version, since when, and whether staff must say they read it.

    A new `version` asks everybody anew; a mended misprint in the same one does not.
    """

    version: str = ""
    in_force_from: date | None = None
    acknowledgement_required: bool = False


class Announcement(Content, kw_only=True, omit_defaults=True):
    """What holds for some days in some place: a line above every page while it lasts.

    `ends` is the first moment at which it does not hold any more; then it is not shown at all.
    """

    area: str = ""
    starts: datetime | None = None
    ends: datetime | None = None


class File(Content, kw_only=True, omit_defaults=True):
    """A binary that lies beside its document `name.ext.md`; kept as a blob by its SHA-256."""

    filename: str = ""
    content_type: str = "application/octet-stream"
    size: int = 0
    sha256: str = ""


class Image(File, kw_only=True, omit_defaults=True):
    """A picture, re-encoded on the way in, with its size in pixels."""

    width: int = 0
    height: int = 0


TYPES: dict[str, type[Content]] = {
    "Topic": Topic,
    "StandardQuestion": StandardQuestion,
    "Page": Page,
    "Regulation": Regulation,
    "Announcement": Announcement,
    "File": File,
    "Image": Image,
}


class Document(msgspec.Struct):
    """One document as text: the front matter as typed, its parsed values, the body as typed.

    `front` is the raw YAML between the lines `---`, `body` all that follows the closing line.
    `content` is the typed object; `extra` the unknown keys, which are kept and reported.
    """

    type: str
    uid: str
    state: State
    content: Content
    body: str
    front: str
    extra: dict[str, Any] = {}


class Parts(msgspec.Struct, frozen=True):
    """The four faces of one body, still Markdown: public answer, staff notes, letter text."""

    public: str = ""
    staff: str = ""
    letter: str = ""


class Rendered(msgspec.Struct, frozen=True):
    """Safe HTML of a body's parts for one date. `toc` holds the headings (level, anchor, text)."""

    public: str = ""
    staff: str = ""
    letter: str = ""
    toc: list[tuple[int, str, str]] = []


class Problem(msgspec.Struct, frozen=True):
    """A mistake in a document, with its line in the file or body (1 is the first)."""

    line: int
    code: str
    params: dict[str, Any] = {}


class Fact(msgspec.Struct, kw_only=True):
    """One value of a fact and the days on which it holds, both inclusive, company time."""

    key: str
    title: str
    value: str
    unit: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    checked: date | Literal[False] = False

    def __str__(self) -> str:
        # A number must not be torn at its thousands, nor from its unit.
        value = re.sub(r"(?<=\d) (?=\d)", "\u00a0", self.value)
        return f"{value}\u00a0{self.unit}" if self.unit else value


class Crumb(msgspec.Struct, frozen=True):
    """A step of the way from the root to an item."""

    path: str
    title: str


class Card(msgspec.Struct, kw_only=True):
    """An item in a list: what this reader may see of it, never a body.

    `title` and `description` are those of the revision that the reader sees (live for visitors,
    latest for editors); Liquid is already filled in. `revision` is that revision's number.
    `scheduled` tells editors when a newer text, published beforehand, takes the live one's place.
    `fact_changed` is the day on which a fact of the text lately got another value.
    """

    uid: Uid
    path: str
    type: str
    state: State
    title: str
    description: str = ""
    code: str = ""
    audience: Audience = Audience.PUBLIC
    checked: date | Literal[False] = False
    valid_from: date | None = None
    valid_to: date | None = None
    review_by: date | None = None
    owner: str = ""
    sources: list[Source] = []
    topic: Crumb | None = None
    order: float | None = None
    tags: list[str] = []
    created: datetime
    modified: datetime
    effective: datetime | None = None
    expires: datetime | None = None
    revision: int = 0
    is_latest_live: bool = True
    scheduled: datetime | None = None
    fact_changed: date | None = None
    # empty for who may not see staff parts: names of accounts are for colleagues
    creator: str = ""


class Banner(msgspec.Struct, frozen=True):
    """An announcement that holds now: its words, where it holds, until when, and its page."""

    title: str
    text: str
    area: str
    ends: datetime | None
    path: str


class Signpost(msgspec.Struct, frozen=True):
    """Where an item stands and what it is called: enough to see that an older copy is stale."""

    path: str
    title: str
    state: str


class PastCard(msgspec.Struct, frozen=True):
    """An item as it was on a day: its card, and its public answer as plain text."""

    card: Card
    answer: str


class LockView(msgspec.Struct, frozen=True, kw_only=True):
    """Who is writing an item now; `token` is for the holder alone."""

    holder: str
    name: str
    taken_at: datetime
    ends_at: datetime
    timeout_s: int
    is_own: bool
    token: str = ""


class DraftView(msgspec.Struct, frozen=True):
    """The newer text beside a live one: who wrote it when, and what the live one is called."""

    author: str
    moment: datetime
    state: State
    live_title: str


class ItemView(Card, kw_only=True):
    """One item whole, as this reader may see it.

    `html` is the public part; `staff_html`, `letter_html`, `source` (the document's text) are
    empty for who may not see staff parts. `markdown` is the body with its fences for who may; for
    others the public part alone, filled in, without editors' remarks. `lock` is for staff, `draft`
    for who may edit.
    """

    html: str = ""
    staff_html: str = ""
    letter_html: str = ""
    letter_text: str = ""
    markdown: str = ""
    source: str = ""
    etag: str = ""
    content: Content
    crumbs: list[Crumb] = []
    related: list[Card] = []
    actions: list[Action] = []
    toc: list[tuple[int, str, str]] = []
    lock: LockView | None = None
    draft: DraftView | None = None


class IndexEntry(msgspec.Struct, kw_only=True):
    """What the search keeps of one item: plain text of one revision, with facts of today.

    An item whose latest revision is not its live one gives one entry, of the live text, for
    both audiences; one that is not visible to the public gives an entry of the latest text with
    `public=False`. Staff words (staff, letter) must reach the staff audience only. From `turns_on`
    on a fact of the text has another value: the text must be read anew.
    """

    uid: Uid
    path: str
    type: str
    code: str
    title: str
    wordings: list[str]
    description: str
    answer: str
    staff: str
    letter: str
    grounds: str
    topic: str
    topic_title: str
    state: str
    public: bool
    language: str
    tags: list[str]
    effective: datetime | None = None
    expires: datetime | None = None
    review_by: date | None = None
    checked: bool = False
    modified: datetime
    seq: int = 0
    turns_on: date | None = None


class Danger(msgspec.Struct, frozen=True):
    """A message about life and health: the instruction and the telephone come before any list."""

    rule: str
    title: str
    text: str
    steps: list[str]
    phone: str
    matched: list[str]
    paths: list[str] = []


class SyncProblem(msgspec.Struct, frozen=True):
    """A file that was not taken in: where and why. `code` is looked up in the catalogue."""

    path: str
    line: int
    code: str
    params: dict[str, Any] = {}


class SyncReport(msgspec.Struct):
    """What a look at the content/ folder did.

    `put_aside` names, for each of the `conflicts`, the neighbour that keeps the file's text.
    """

    created: list[str] = []
    changed: list[str] = []
    written: list[str] = []
    moved: list[str] = []
    removed: list[str] = []
    conflicts: list[str] = []
    put_aside: list[str] = []
    problems: list[SyncProblem] = []
    unchanged: int = 0


class DangerSign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Word groups that together mean danger: each within so many words of the first one.

    `now`: a state that lasts («провод на земле»), to be treated as said in the present tense.
    `also_calmed_by` adds to the calms of the rule.
    """

    near: tuple[str, ...]
    within: int = 6
    now: bool = False
    also_calmed_by: tuple[str, ...] = ()


class DangerCalm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that show that a danger is over, or only talked about.

    They must stand within so many words, in the same sentence or so many further on. What is said
    in the present tense («искрит») they do not calm, unless `strong`; nor do they calm anything
    where a word of the groups in `not_with` stands as near.
    """

    words: tuple[str, ...]
    within: int = 20
    sentences: int = 0
    strong: bool = False
    not_with: tuple[str, ...] = ()


class DangerRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One danger: how it is recognised, what is shown at once, which items say more. Source: R12.

    `traps` are phrases that only look alike; `calmed_by` names the calms that hold for this danger.
    """

    id: str
    title: str
    steps: tuple[str, ...]
    text: str = ""
    codes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    signs: tuple[DangerSign, ...]
    traps: tuple[str, ...] = ()
    calmed_by: tuple[str, ...] = ()


class DangerNegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the language says that something is not so.

    `before` denies the next word, unless a word of `unless` stands in front («чуть не упал»);
    `around` denies words in the genitive beside it («дыма и огня нет»), `any` words in every form
    («дым не виден»); both reach three words far, through words of the rules and of `through`.
    """

    before: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    any: tuple[str, ...] = ()


class DangerSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The danger rules as an administrator writes them; the first rule that fits is the answer."""

    groups: dict[str, tuple[str, ...]]
    rules: tuple[DangerRule, ...]
    negation: DangerNegation = DangerNegation()
    traps: tuple[str, ...] = ()
    calms: dict[str, DangerCalm] = {}


class DangerMatch(msgspec.Struct, frozen=True):
    """A message that is about life and health: the rule that says so, and the words as typed."""

    rule: DangerRule
    matched: tuple[str, ...]
