"""Reading facts as an editor does: all their values, and what is proposed."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from kb_service.base.errors import FieldError, invalid, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import sheets
from kb_service.handbook.queries._kept import sheet_text
from kb_service.handbook.queries.fact_texts import fact_uses
from kb_service.handbook.rules import facts as rules
from kb_service.handbook.rules.facts import ChangeKind, ChangeStatus, NewValue, Plan
from kb_service.handbook.schemas import Fact
from kb_service.handbook.tables import FactChange


class FactView(msgspec.Struct, kw_only=True):
    """A fact with all its values in the order of the sheet; `tag` changes with any of them."""

    key: str
    title: str
    values: list[Fact]
    now: Fact | None
    next: Fact | None
    tag: str


class FactChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal and what was decided about it."""

    uid: str
    key: str
    kind: str
    title: str
    value: str
    unit: str
    valid_from: date | None
    valid_to: date | None
    source: str
    note: str
    reason: str
    before: str
    status: str
    author: str
    moment: datetime
    decided_by: str
    decided_at: datetime | None
    remark: str
    version: int

    @property
    def shown(self) -> str:
        """The proposed value as texts would show it."""
        return str(Fact(key=self.key, title=self.title, value=self.value, unit=self.unit))

    @property
    def proposal(self) -> NewValue:
        """The proposal as it was made."""
        return NewValue(
            key=self.key,
            kind=ChangeKind(self.kind),
            title=self.title,
            value=self.value,
            unit=self.unit,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            source=self.source,
            note=self.note,
            reason=self.reason,
        )


def all_facts(work: Work) -> list[FactView]:
    """Give every fact, in the order of the sheet."""
    work.allow(Permission.PROPOSE_FACT)
    rows: dict[str, list[Fact]] = {}
    for fact in sheets.read_facts(sheet_text(work, "facts")):
        rows.setdefault(fact.key, []).append(fact)
    return [_fact_view(own, work.today) for own in rows.values()]


def fact(work: Work, key: str) -> FactView:
    """Give one fact with all its values. Raises: fact.unknown."""
    work.allow(Permission.PROPOSE_FACT)
    own = _own(work, key)
    if not own:
        raise missing("fact.unknown", key=key)
    return _fact_view(own, work.today)


def facts_then(work: Work, new: NewValue | None = None, day: date | None = None) -> dict[str, Fact]:
    """Give the facts of a day (today) as they would be with a proposal carried out.

    Raises: as rules.facts.plan.
    """
    work.allow(Permission.PROPOSE_FACT)
    rows = list(sheets.read_facts(sheet_text(work, "facts")))
    if new is not None:
        own = [one for one in rows if one.key == new.key]
        others = [one for one in rows if one.key != new.key]
        rows = [*others, *rules.plan(own, new, work.today).applied(own)]
    return sheets.facts_on(rows, day or work.today)


def planned(
    work: Work, new: NewValue, reason: str = "", *, rows: Sequence[Fact] | None = None
) -> Plan:
    """Say what a proposal does to the values that hold now (or to `rows`), or why it cannot be.

    Raises: fact.reason_needed, fact.gap, and as rules.facts.plan.
    """
    work.allow(Permission.PROPOSE_FACT)
    own = _own(work, new.key) if rows is None else rows
    plan = rules.plan(own, new, work.today)
    if rules.changes_past(new, work.today) and not reason.strip():
        raise invalid("fact.reason_needed", FieldError("reason", "fact.reason_needed"))
    if plan.leaves_gap and fact_uses(work, new.key):
        # Readers of a text that names it would get no value from that day on.
        raise invalid("fact.gap", FieldError("valid_to", "fact.gap"), key=new.key)
    return plan


def fact_changes(work: Work, key: str = "", *, is_open: bool = False) -> list[FactChangeView]:
    """Give the proposals for a fact (for all), newest first; only open ones where asked."""
    statement = readable(work, FactChange, Permission.PROPOSE_FACT)
    if key:
        statement = statement.where(FactChange.key == key)
    if is_open:
        statement = statement.where(FactChange.status == ChangeStatus.PROPOSED)
    rows = work.session.scalars(statement.order_by(FactChange.moment.desc(), FactChange.uid))
    return [_change_view(row) for row in rows]


def fact_change(work: Work, uid: str) -> FactChangeView:
    """Give one proposal. Raises: fact_change.missing."""
    statement = readable(work, FactChange, Permission.PROPOSE_FACT)
    row = work.session.scalar(statement.where(FactChange.uid == uid))
    if row is None:
        raise missing("fact_change.missing", uid=uid)
    return _change_view(row)


def _own(work: Work, key: str) -> list[Fact]:
    return [one for one in sheets.read_facts(sheet_text(work, "facts")) if one.key == key]


def _fact_view(own: Sequence[Fact], today: date) -> FactView:
    return FactView(
        key=own[0].key,
        title=own[0].title,
        values=list(own),
        now=rules.value_on(own, today),
        next=rules.value_after(own, today),
        tag=hashlib.sha256(msgspec.json.encode(own)).hexdigest()[:16],
    )


def _change_view(row: FactChange) -> FactChangeView:
    names = FactChangeView.__struct_fields__
    return FactChangeView(**{name: getattr(row, name) for name in names})
