"""Changes of facts as pure decisions: what a proposal does to the values that a fact has.

A value is never overwritten: the one before it is closed the day before, a new one stands beside
it. Only a correction takes the place of a value that was wrong, and says why. Days are inclusive,
company time. Source: C20, C21; content.md, Review and facts.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from kb_service.base.errors import FieldError, conflict, invalid, missing
from kb_service.handbook.schemas import Fact

_KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")
# Words of Liquid: a text could not name such a fact.
_LIQUID_WORDS = frozenset({
    "limit", "offset", "cols", "reversed", "and", "or", "not", "contains", "true", "false", "nil",
    "null", "empty", "blank", "in", "with", "as", "for", "if", "else", "continue", "required",
})  # fmt: skip
_DAY = timedelta(days=1)
# No calendar of ours counts from outside of these.
YEARS = range(1900, 2200)
# How long employees are told that a number has changed. Source: journeys.md iv.
NEWS = timedelta(days=14)
_LINES = {"title": 200, "value": 200, "unit": 60, "source": 300}
_TEXTS = {"note": 2000, "reason": 500}


class ChangeKind(StrEnum):
    """What a proposal is: a next value, a value put right, a fact that is not there yet."""

    VALUE = "value"
    CORRECTION = "correction"
    NEW = "new"


class ChangeStatus(StrEnum):
    """Where a proposal stands; only a proposed one can be decided."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class NewValue(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody proposes. A correction names the value it puts right by its first day."""

    key: str
    value: str
    source: str = ""
    unit: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    kind: ChangeKind = ChangeKind.VALUE
    title: str = ""
    note: str = ""
    reason: str = ""


class Plan(msgspec.Struct, frozen=True):
    """What a proposal does to the values of a fact, in the order of the sheet.

    `row` is written behind the value number `behind` (at the end where there is none), or in the
    place of number `replaced`; number `closed` ends on `last_day`. `leaves_gap`: after the row's
    last day no value holds.
    """

    row: Fact
    behind: int | None = None
    replaced: int | None = None
    closed: int | None = None
    last_day: date | None = None
    leaves_gap: bool = False

    def applied(self, rows: Sequence[Fact]) -> list[Fact]:
        """Give the values as they then are, in the order of the sheet."""
        after = list(rows)
        if self.replaced is not None:
            after[self.replaced] = self.row
            return after
        if self.closed is not None:
            after[self.closed] = msgspec.structs.replace(after[self.closed], valid_to=self.last_day)
        place = len(after) if self.behind is None else self.behind + 1
        return [*after[:place], self.row, *after[place:]]


def checked(new: NewValue) -> NewValue:
    """Give the proposal with its texts trimmed, or say at each field what is wrong with it.

    Raises: fact.wrong with field.needed, field.too_long, fact.key_wrong, fact.days_wrong,
    date.out_of_range.
    """
    texts = {name: getattr(new, name).strip() for name in (*_LINES, *_TEXTS)}
    problems = [FieldError(name, "field.needed") for name in _needed(new) if not texts[name]]
    for name, text in texts.items():
        limit = _LINES.get(name) or _TEXTS[name]
        is_line = name in _LINES
        if len(text) > limit or (is_line and not text.isprintable()) or "\0" in text:
            problems.append(FieldError(name, "field.too_long", {"max": limit}))
    is_name = _KEY.fullmatch(new.key) is not None and new.key not in _LIQUID_WORDS
    if new.kind == ChangeKind.NEW and not is_name:
        problems.append(FieldError("key", "fact.key_wrong"))
    if new.kind == ChangeKind.VALUE and new.valid_from is None:
        problems.append(FieldError("valid_from", "field.needed"))
    if new.valid_to is not None and new.valid_to < (new.valid_from or date.min):
        problems.append(FieldError("valid_to", "fact.days_wrong"))
    days = {"valid_from": new.valid_from, "valid_to": new.valid_to}
    problems += [
        FieldError(name, "date.out_of_range") for name, day in days.items() if _is_far(day)
    ]
    if problems:
        raise invalid("fact.wrong", *problems)
    return msgspec.structs.replace(new, **texts)


def _is_far(day: date | None) -> bool:
    return day is not None and day.year not in YEARS


def plan(rows: Sequence[Fact], new: NewValue, today: date) -> Plan:
    """Say what the proposal does to the values that the fact has now.

    Raises: fact.unknown, fact.exists, fact.value_missing, fact.value_exists, fact.overlap,
    fact.unchanged.
    """
    if new.kind == ChangeKind.NEW:
        if rows:
            raise invalid("fact.exists", FieldError("key", "fact.exists"), key=new.key)
        return Plan(_row(new, new.title, today), leaves_gap=new.valid_to is not None)
    if not rows:
        raise missing("fact.unknown", key=new.key)
    same = [place for place, row in enumerate(rows) if row.valid_from == new.valid_from]
    if new.kind == ChangeKind.CORRECTION:
        return _corrected(rows, new, same, today)
    if same:
        raise invalid("fact.value_exists", FieldError("valid_from", "fact.value_exists"))
    return _next_value(rows, new, today)


def changes_past(new: NewValue, today: date) -> bool:
    """Say whether the proposal changes what was true already, so that somebody must say why."""
    if new.kind == ChangeKind.CORRECTION:
        return True
    return new.kind == ChangeKind.VALUE and (new.valid_from or date.min) < today


def check_open(status: str) -> None:
    """Refuse to decide twice. Raises: fact.decided."""
    if status != ChangeStatus.PROPOSED:
        raise conflict("fact.decided", status=status)


def value_on(rows: Sequence[Fact], day: date) -> Fact | None:
    """Give the value that holds on a day, if one does."""
    for row in rows:
        if (row.valid_from or date.min) <= day <= (row.valid_to or date.max):
            return row
    return None


def value_after(rows: Sequence[Fact], day: date) -> Fact | None:
    """Give the first value whose day has not come yet."""
    later = [row for row in rows if row.valid_from is not None and row.valid_from > day]
    return min(later, key=lambda row: row.valid_from or date.max, default=None)


def turns_on(facts: Sequence[Fact], keys: Collection[str], day: date) -> date | None:
    """Give the next day after this one on which one of these facts has another value, or none."""
    own = [fact for fact in facts if fact.key in keys]
    begun = [fact.valid_from for fact in own if fact.valid_from is not None]
    ended = [last + _DAY for fact in own if (last := fact.valid_to) and last < date.max]
    return min((one for one in (*begun, *ended) if one > day), default=None)


def changed_lately(facts: Sequence[Fact], today: date) -> dict[str, date]:
    """Give the facts that got another value within the last days, each with the day it came.

    A first value is new, not changed.
    """
    lately: dict[str, date] = {}
    for fact in facts:
        began = fact.valid_from
        if began is None or not today - NEWS <= began <= today:
            continue
        before = value_on([one for one in facts if one.key == fact.key], began - _DAY)
        if before is not None and str(before) != str(fact):
            lately[fact.key] = max(began, lately.get(fact.key, began))
    return lately


def sentence_digest(sentence: str) -> str:
    """Give the name under which a sentence is remembered that states something else."""
    return hashlib.sha256(sentence.encode()).hexdigest()


def _needed(new: NewValue) -> tuple[str, ...]:
    by_kind = {
        ChangeKind.VALUE: ("value", "source"),
        ChangeKind.CORRECTION: ("value", "source", "reason"),
        ChangeKind.NEW: ("title", "value", "source"),
    }
    return by_kind[new.kind]


def _corrected(rows: Sequence[Fact], new: NewValue, same: list[int], today: date) -> Plan:
    if not same:
        raise invalid("fact.value_missing", FieldError("valid_from", "fact.value_missing"))
    before = rows[same[0]]
    row = msgspec.structs.replace(_row(new, before.title, today), valid_to=before.valid_to)
    if (row.value, row.unit, row.source) == (before.value, before.unit, before.source):
        raise invalid("fact.unchanged", FieldError("value", "fact.unchanged"))
    return Plan(row, replaced=same[0])


def _next_value(rows: Sequence[Fact], new: NewValue, today: date) -> Plan:
    first = new.valid_from or date.min
    row = _row(new, rows[0].title, today)
    after = value_after(rows, first)
    if after is not None:
        until = (after.valid_from or date.max) - _DAY
        if row.valid_to is not None and row.valid_to > until:
            raise invalid("fact.overlap", FieldError("valid_to", "fact.overlap"), key=new.key)
        row = msgspec.structs.replace(row, valid_to=row.valid_to or until)
    ends = row.valid_to
    is_followed = after is not None and ends is not None and after.valid_from == ends + _DAY
    before = [place for place, one in enumerate(rows) if (one.valid_from or date.min) < first]
    behind = max(before, key=lambda place: rows[place].valid_from or date.min, default=None)
    held = behind is not None and (rows[behind].valid_to or date.max) >= first
    if behind is not None and held and str(rows[behind]) == str(row):
        raise invalid("fact.unchanged", FieldError("value", "fact.unchanged"))
    return Plan(
        row,
        behind=behind,
        closed=behind if held else None,
        last_day=first - _DAY if held else None,
        leaves_gap=ends is not None and not is_followed,
    )


def _row(new: NewValue, title: str, today: date) -> Fact:
    return Fact(
        key=new.key,
        title=title,
        value=new.value,
        unit=new.unit,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        source=new.source,
        checked=today,
    )
