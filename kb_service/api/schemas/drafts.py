"""Bodies of `@drafts`: what goes in and comes out beside the structs of the room itself."""

from datetime import datetime

import msgspec

from kb_service.letters.schemas import (
    Content,
    Coverage,
    Draft,
    DraftRow,
    Face,
    Finding,
    Fragment,
    Reply,
    VersionRow,
)


class DraftList(msgspec.Struct, rename={"id_": "@id"}):
    """One page of drafts; the last written first."""

    id_: str
    items: list[DraftRow]
    items_total: int


class DraftAnswer(Draft, rename={"id_": "@id"}, kw_only=True):
    """A draft whole, with its address."""

    id_: str


class InsertBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which standard text goes in (its uid), for which questions, behind which fragment."""

    item: str
    questions: list[str] = []
    after: str = ""
    face: Face | None = None
    tab: str = ""


class Piece(msgspec.Struct):
    """A piece of a difference: `equal`, `insert`, `delete` or `skip`."""

    op: str
    text: str


class InsertAnswer(msgspec.Struct, kw_only=True):
    """The fragment that was put in, and what changed since this employee last used the text."""

    fragment: Fragment
    edition: int
    last_number: int
    changed: list[Piece]


class KeptAnswer(msgspec.Struct, kw_only=True):
    """The edition that was kept."""

    edition: int


class CheckFinding(Finding, kw_only=True):
    """A finding with its sentence in the caller's language."""

    message: str = ""


class CheckAnswer(msgspec.Struct, kw_only=True):
    """The reply as its reader would see it, what is open, and what the checks say."""

    edition: int
    is_ready: bool
    coverage: Coverage
    findings: list[CheckFinding]
    reply: Reply


class StepBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why a step is taken, and in which tab."""

    reason: str = ""
    tab: str = ""


class ReadyAnswer(msgspec.Struct, kw_only=True):
    """The version that is frozen."""

    version: int


class VersionList(msgspec.Struct, kw_only=True):
    """The kept versions, the newest first."""

    items: list[VersionRow]
    items_total: int


class VersionAnswer(msgspec.Struct, kw_only=True):
    """One kept version whole."""

    number: int
    author_name: str
    moment: datetime
    reason: str
    is_beside: bool
    content: Content
