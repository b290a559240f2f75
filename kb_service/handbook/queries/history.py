"""Reading the past of an item: its texts and steps in one list, and one text as it was shown.

Who may not see drafts reads only texts that were live: a draft must not come out by its number.
"""

from datetime import datetime

import msgspec
from sqlalchemy import select

from kb_service.base.errors import missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.queries._rows import item_of
from kb_service.handbook.queries.items import view_of
from kb_service.handbook.queries.sheets import context
from kb_service.handbook.render import Renderer
from kb_service.handbook.schemas import ItemView, State
from kb_service.handbook.tables import Item, Revision, Transition

# How many letters of a uid hold the millisecond in which it was made.
_MILLISECONDS = 12


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened: a text was kept (`number` is set) or a step was taken."""

    uid: str
    moment: datetime
    actor: str
    comment: str
    number: int = 0
    may_revert: bool = False
    action: str = ""
    state: str = ""


def past(work: Work, uid: str) -> list[Past]:
    """Give texts and steps of an item, newest first; for who may see its staff parts."""
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    may_edit = work.may(Permission.EDIT, item)
    texts = [
        Past(
            uid=row.uid,
            moment=row.moment,
            actor=row.author,
            comment=row.comment,
            number=row.number,
            may_revert=may_edit and row.uid != item.latest_uid,
        )
        for row in _readable(work, item)
    ]
    taken = [
        Past(
            uid=row.uid,
            moment=row.moment,
            actor=row.actor,
            comment=row.comment,
            action=row.action,
            state=row.state,
        )
        for row in _steps(work, item)
    ]
    return sorted([*texts, *taken], key=_order, reverse=True)


def by_number(work: Work, renderer: Renderer, uid: str, number: int) -> ItemView:
    """Give an item with one of its earlier texts and the facts of today.

    Raises: item.missing, revision.missing.
    """
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    found = next((row for row in _readable(work, item) if row.number == number), None)
    if found is None:
        raise missing("revision.missing", uid=uid, number=number)
    return view_of(work, renderer, item, found, context(work))


def text_to_revert(work: Work, uid: str, number: int) -> str:
    """Give the text of an earlier revision, for who may edit. Raises: revision.missing."""
    item = item_of(work, uid)
    work.allow(Permission.EDIT, item)
    text = work.session.scalar(
        select(Revision.text).where(Revision.item_uid == item.uid, Revision.number == number)
    )
    if text is None:
        raise missing("revision.missing", uid=uid, number=number)
    # Texts of earlier releases name a place; it is the item's now, and stays.
    return codec.with_order(text, None)


def _order(one: Past) -> tuple[datetime, str, bool, int]:
    """Order by time; uids begin with theirs. A text comes before the step taken with it."""
    return one.moment, one.uid[:_MILLISECONDS], not one.number, one.number


def _readable(work: Work, item: Item) -> list[Revision]:
    """Give the revisions that this reader may know of, oldest first."""
    statement = select(Revision).where(Revision.item_uid == item.uid).order_by(Revision.number)
    if not work.may(Permission.EDIT, item):
        lived = select(Transition.revision_uid).where(
            Transition.item_uid == item.uid, Transition.state == State.PUBLISHED
        )
        statement = statement.where(Revision.uid.in_(lived))
    return list(work.session.scalars(statement))


def _steps(work: Work, item: Item) -> list[Transition]:
    """Give the steps that this reader may know of, oldest first.

    What was said about a draft is for who may see it: the others get the steps that changed which
    text the world sees.
    """
    rows = work.session.scalars(
        select(Transition)
        .where(Transition.item_uid == item.uid)
        .order_by(Transition.moment, Transition.uid)
    ).all()
    if work.may(Permission.EDIT, item):
        return list(rows)
    told, before = [], ""
    for row in rows:
        seen = row.revision_uid if row.state == State.PUBLISHED else ""
        if seen != before:
            told.append(row)
        before = seen
    return told
