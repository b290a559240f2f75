"""What a change of a fact touches: composed above the rooms, since a fact knows no texts.

The handbook says which items name the fact and which state its value by hand, the replies which
open drafts use it. Of a draft nothing is told but whose it is: its subject may be personal data.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.handbook.queries.fact_texts import FactUse, TypedUse
from kb_service.handbook.render import Renderer
from kb_service.handbook.rules import facts as rules
from kb_service.handbook.rules.facts import ChangeKind, NewValue
from kb_service.handbook.schemas import Fact, ItemView
from kb_service.letters import queries as letters


class DraftUse(msgspec.Struct, frozen=True, kw_only=True):
    """An open draft whose text uses the fact: whose it is and when it was last written."""

    uid: str
    owner: str
    owner_name: str
    modified: datetime


class Impact(msgspec.Struct, kw_only=True):
    """What changes by itself (`uses`), and what somebody has to look at (`typed`, `drafts`).

    `before` is the value that will not hold any more, `day` the first day of the new one.
    """

    before: Fact | None
    day: date
    uses: list[FactUse]
    typed: list[TypedUse]
    drafts: list[DraftUse]


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
        drafts=[
            DraftUse(uid=one.uid, owner=one.owner, owner_name=one.owner_name, modified=one.modified)
            for one in letters.with_fact(work, new.key)
        ],
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
