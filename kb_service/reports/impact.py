"""What a change of a fact touches: composed above the rooms, since a fact knows no texts.

The handbook says which items name the fact and which state its value by hand; who keeps other texts
with numbers in them (drafts of letters) adds a part to `Impact` here.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.handbook.queries.fact_texts import FactUse, TypedUse
from kb_service.handbook.render import Renderer
from kb_service.handbook.rules import facts as rules
from kb_service.handbook.rules.facts import ChangeKind, NewValue
from kb_service.handbook.schemas import Fact, ItemView


class Impact(msgspec.Struct, kw_only=True):
    """What changes by itself (`uses`), and what somebody has to look at (`typed`).

    `before` is the value that will not hold any more, `day` the first day of the new one.
    """

    before: Fact | None
    day: date
    uses: list[FactUse]
    typed: list[TypedUse]


class Preview(msgspec.Struct, frozen=True):
    """An item as it is shown today and from the day of the change on."""

    before: ItemView
    after: ItemView


def impact(work: Work, new: NewValue) -> Impact:
    """Give what a proposal touches. Raises: fact.unknown, session.needed, act.forbidden."""
    before = _replaced(work, new)
    return Impact(
        before=before,
        day=first_day(new, work.today),
        uses=handbook.fact_uses(work, new.key),
        typed=handbook.typed_uses(work, before) if before is not None else [],
    )


def preview(work: Work, renderer: Renderer, uid: str, new: NewValue | None, day: date) -> Preview:
    """Give an item before and after a proposal, or a value that is decided already.

    Raises: item.missing, act.forbidden, and as rules.facts.plan.
    """
    today: Mapping[str, Fact] = handbook.facts_then(work)
    then = handbook.facts_then(work, new, day)
    return Preview(
        handbook.by_uid_with(work, renderer, uid, today),
        handbook.by_uid_with(work, renderer, uid, then),
    )


def first_day(new: NewValue, today: date) -> date:
    """Give the day on which readers see the proposal: its own, or today where that has passed."""
    return max(new.valid_from or today, today)


def _replaced(work: Work, new: NewValue) -> Fact | None:
    if new.kind == ChangeKind.NEW:
        return None
    rows = handbook.fact(work, new.key).values
    if new.kind == ChangeKind.CORRECTION:
        return next((row for row in rows if row.valid_from == new.valid_from), None)
    day = (new.valid_from or work.today) - timedelta(days=1)
    return rules.value_on(rows, day) or rules.value_on(rows, work.today)
