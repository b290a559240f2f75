"""Structs of the exchange: what a source holds, what would become of it, what was done."""

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from kb_service.handbook.schemas import Document, Problem, State


class Where(msgspec.Struct, frozen=True):
    """A place in a source: the file in an archive or the table, its line or row, its column."""

    file: str
    line: int = 1
    column: str = ""


class Incoming(msgspec.Struct, kw_only=True):
    """One thing that a source brings, read and not yet compared with what is there.

    A folder or an archive brings whole documents (`document`), a sheet (`sheet` is its name, `text`
    its YAML) or a document with its binary (`data`). Other sources bring single keys (`values`) and
    parts of the body (`parts`); what they do not name stays as it is. `path` is where it belongs;
    where it is empty, `topic` (a path or a title) and the title say it (or `name`, its short name).
    A text that shows a picture of the same source writes the picture's `token` for its path.
    """

    where: Where
    type: str
    path: str = ""
    topic: str = ""
    name: str = ""
    token: str = ""
    uid: str = ""
    state: State | None = None
    document: Document | None = None
    values: dict[str, Any] = {}
    parts: dict[str, str] = {}
    data: bytes | None = None
    sheet: str = ""
    text: str = ""


class Remark(msgspec.Struct, frozen=True):
    """Something about a source that an editor should know: where, a code, its values."""

    where: Where
    code: str
    params: dict[str, Any] = {}


class Reading(msgspec.Struct):
    """A source as read: its things in order, what is refused for its form, what is passed over."""

    things: list[Incoming] = []
    refused: list[Remark] = []
    notes: list[Remark] = []

    def refuse(self, where: Where, problem: Problem) -> None:
        """Keep a refusal of one thing."""
        self.refused.append(Remark(where, problem.code, problem.params))


Outcome = Literal["new", "changed", "same", "refused"]


class Step(msgspec.Struct, kw_only=True):
    """What would become of one thing. `before` and `after` are texts of the document.

    `uid` is that of the item or the sheet's name; it is empty for what is new without a uid.
    `based_on` is the number of the text that `before` is: one that is saved meanwhile refuses.
    """

    outcome: Outcome
    where: Where
    path: str = ""
    type: str = ""
    title: str = ""
    uid: str = ""
    before: str = ""
    after: str = ""
    based_on: int = 0
    state_before: State | None = None
    state: State | None = None
    moved_from: str = ""
    is_sheet: bool = False
    from_trash: bool = False
    data: bytes | None = None
    code: str = ""
    params: dict[str, Any] = {}


def mark_of(steps: Iterable[Step]) -> str:
    """Give the mark of steps: of what each is about, what it stands on and what it would do."""
    digest = hashlib.sha256()
    for step in steps:
        about = (step.outcome, step.path, step.based_on, str(step.state), step.after)
        digest.update(repr(about).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


class Plan(msgspec.Struct):
    """All that an import would do, in the order in which it would be done."""

    steps: list[Step] = []
    notes: list[Remark] = []

    def of(self, outcome: Outcome) -> list[Step]:
        """Give the steps of one outcome."""
        return [step for step in self.steps if step.outcome == outcome]

    @property
    def wanted(self) -> list[Step]:
        """The steps that would change something."""
        return [step for step in self.steps if step.outcome in ("new", "changed")]

    @property
    def mark(self) -> str:
        """What this plan stands on and would do, in few letters: another plan has another mark."""
        return mark_of(self.wanted)

    @property
    def counts(self) -> dict[str, int]:
        """How many steps each outcome has."""
        return {name: len(self.of(name)) for name in ("new", "changed", "same", "refused")}


class Done(msgspec.Struct):
    """What an import did: paths (or sheets) by outcome, and what was refused on the way."""

    created: list[str] = []
    changed: list[str] = []
    refused: list[Remark] = []
    same: int = 0

    def add(self, more: "Done") -> None:
        """Count what another batch did."""
        self.created += more.created
        self.changed += more.changed
        self.refused += more.refused


class Styles(msgspec.Struct, frozen=True):
    """Names of the paragraph styles of a Word document that are topics and questions."""

    topic: str = ""
    question: str = ""


class Wish(msgspec.Struct, frozen=True):
    """How a source is to be taken: below which topic, and by which styles of Word."""

    into: str = ""
    styles: Styles = Styles()
