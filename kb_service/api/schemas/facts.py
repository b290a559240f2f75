"""Facts and proposals of facts, in the style of the content protocol."""

from datetime import date
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID
from kb_service.handbook.rules.facts import ChangeKind


class FactValue(Struct):
    """One value and the days on which it holds, both inclusive; `text` is what texts show."""

    value: str
    unit: str
    text: str
    valid_from: str | None
    valid_to: str | None
    source: str
    checked: Any


class FactItem(FactValue, kw_only=True, omit_defaults=True):
    """A fact with its value on the day that was asked for.

    `values` are all of them, `next` the first that is still to come: for who writes the handbook.
    """

    id_: str = field(name=AT_ID)
    key: str
    title: str
    values: list[FactValue] | UnsetType = UNSET
    next: FactValue | UnsetType | None = UNSET


class FactList(Struct):
    """The facts of a day; one without a value on that day is absent."""

    id_: str = field(name=AT_ID)
    items: list[FactItem]
    items_total: int


class FactBody(Struct, forbid_unknown_fields=True):
    """A proposed value. A correction names the value it puts right by its `valid_from`."""

    value: str
    source: str
    unit: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    kind: ChangeKind = ChangeKind.VALUE
    title: str = ""
    note: str = ""
    reason: str = ""


class FactProposal(Struct, kw_only=True):
    """A proposal and what was decided about it."""

    id_: str = field(name=AT_ID)
    uid: str = field(name="UID")
    key: str
    kind: str
    title: str
    value: str
    unit: str
    text: str
    before: str
    valid_from: str | None
    valid_to: str | None
    source: str
    note: str
    reason: str
    status: str
    author: str
    created: str
    decided_by: str
    decided: str | None
    remark: str


class FactProposals(Struct):
    """The proposals for a fact, newest first."""

    id_: str = field(name=AT_ID)
    items: list[FactProposal]
    items_total: int


class FactUseItem(Struct):
    """An item that names the fact, and in which of its parts."""

    id_: str = field(name=AT_ID)
    uid: str = field(name="UID")
    title: str
    code: str
    parts: list[str]
    is_live: bool
    is_latest: bool


class TypedItem(Struct, rename={"place": "field"}):
    """A sentence that states the value by hand; `start` and `end` are places in the field."""

    id_: str = field(name=AT_ID)
    uid: str = field(name="UID")
    title: str
    part: str
    place: str
    revision: int
    start: int
    end: int
    text: str
    sentence: str
    is_likely: bool
    can_replace: bool


class DraftUseItem(Struct, kw_only=True):
    """An open draft that uses the fact. Its subject is its readers' alone."""

    id_: str = field(name=AT_ID)
    uid: str = field(name="UID")
    owner: str
    owner_name: str
    modified: str


class FactImpact(Struct, kw_only=True):
    """What a value touches: texts that change by themselves, sentences and drafts to look at."""

    id_: str = field(name=AT_ID)
    before: str | None
    day: str
    uses: list[FactUseItem]
    typed: list[TypedItem]
    drafts: list[DraftUseItem]


class DecisionBody(Struct, forbid_unknown_fields=True):
    """A remark about a decision; sending back needs one."""

    comment: str = ""
