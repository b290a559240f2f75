"""Lists of what editors have to look at: each a condition on items, with how many there are."""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries.items import cards
from kb_service.handbook.schemas import Card, State
from kb_service.handbook.tables import Item, Revision


class Worklist(StrEnum):
    """What an editor may want to see alone."""

    MINE = "mine"
    PENDING = "pending"
    DUE = "due"
    EXPIRED = "expired"
    OWNERLESS = "ownerless"
    CONFLICT = "conflict"
    DRAFT = "draft"


def worklist(work: Work, which: Worklist) -> list[Card]:
    """Give the items of one list that this actor may edit, in the order of the tree."""
    statement = readable(work, Item).where(_condition(work, which)).order_by(Item.path)
    rows = work.session.scalars(statement).all()
    return list(cards(work, [row.uid for row in rows if work.may(Permission.EDIT, row)]).values())


def worklist_counts(work: Work) -> dict[Worklist, int]:
    """Say how many items this actor may edit are in each list."""
    found: dict[Worklist, int] = {}
    for which in Worklist:
        rows = work.session.scalars(readable(work, Item).where(_condition(work, which)))
        found[which] = sum(work.may(Permission.EDIT, row) for row in rows)
    return found


def _condition(work: Work, which: Worklist) -> ColumnElement[bool]:
    is_open = Item.state != State.ARCHIVED
    conditions: dict[Worklist, ColumnElement[bool]] = {
        Worklist.MINE: Item.creator == work.actor.login,
        Worklist.PENDING: or_(
            Item.draft == State.PENDING, and_(Item.draft == "", Item.state == State.PENDING)
        ),
        Worklist.DUE: and_(is_open, Item.review_by < work.today),
        Worklist.EXPIRED: and_(is_open, Item.expires_at <= work.now),
        Worklist.OWNERLESS: and_(
            is_open, Item.owner == "", Item.path != "/", Item.type.not_in(("File", "Image"))
        ),
        Worklist.CONFLICT: _has_conflict(),
        Worklist.DRAFT: and_(Item.live_uid.is_not(None), Item.live_uid != Item.latest_uid),
    }
    return conditions[which]


def _has_conflict() -> ColumnElement[bool]:
    """Say that a text was kept aside and nobody has saved another one since."""
    latest = aliased(Revision)
    number = select(latest.number).where(latest.uid == Item.latest_uid).scalar_subquery()
    aside = select(func.max(Revision.number)).where(
        Revision.item_uid == Item.uid, Revision.is_conflict.is_(True)
    )
    return aside.scalar_subquery() > number
