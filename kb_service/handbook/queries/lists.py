"""Lists of what editors have to look at: each a condition on items, with how many there are."""

from datetime import date
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import where_allowed
from kb_service.handbook.queries.items import cards
from kb_service.handbook.rules.review import AHEAD
from kb_service.handbook.schemas import Card, State
from kb_service.handbook.tables import Item, Revision
from kb_service.people import queries as people

# What says something that can be right or wrong; a topic or a file is checked with what it holds.
_CHECKED_TYPES = ("StandardQuestion", "Page", "Regulation")
_BINARIES = ("File", "Image")


class Worklist(StrEnum):
    """What an editor may want to see alone."""

    MINE = "mine"
    PENDING = "pending"
    DUE = "due"
    REVIEW = "review"
    EXPIRED = "expired"
    UNCHECKED = "unchecked"
    OWNERLESS = "ownerless"
    CONFLICT = "conflict"
    DRAFT = "draft"


class ReviewCounts(msgspec.Struct, frozen=True):
    """How many texts are to be checked and how many are overdue: of all, of the own department."""

    due: int
    overdue: int
    own_due: int
    own_overdue: int


def worklist(work: Work, which: Worklist, *, start: int = 0, size: int | None = None) -> list[Card]:
    """Give the items of one list that this actor may edit, or a piece, in the order of the tree.

    What is to be checked stands by its day, that of the actor's own department first.
    """
    statement = _editable(work).where(_condition(work, which)).order_by(Item.path)
    if which == Worklist.REVIEW:
        columns = statement.with_only_columns(Item.uid, Item.owner, Item.review_by)
        names, rows = _own_names(work), list(work.session.execute(columns))
        rows.sort(key=lambda row: (row.owner.casefold() not in names, row.review_by or date.max))
        uids = [row.uid for row in rows[start : None if size is None else start + size]]
    else:
        piece = statement.with_only_columns(Item.uid).offset(start).limit(size)
        uids = list(work.session.scalars(piece))
    return list(cards(work, uids).values())


def review_counts(work: Work) -> ReviewCounts:
    """Say how many texts this actor should look at again, and how many of the own department."""
    overdue = func.count(case((Item.review_by < work.today, 1)))
    statement = (
        _editable(work)
        .where(_condition(work, Worklist.REVIEW))
        .with_only_columns(Item.owner, func.count(), overdue)
        .group_by(Item.owner)
    )
    names, rows = _own_names(work), list(work.session.execute(statement))
    own = [row for row in rows if row[0].casefold() in names]
    return ReviewCounts(
        *(sum(int(row[at]) for row in part) for part in (rows, own) for at in (1, 2))
    )


def worklist_counts(work: Work) -> dict[Worklist, int]:
    """Say how many items this actor may edit are in each list."""
    numbers = [func.count(case((_condition(work, which), 1))) for which in Worklist]
    found = work.session.execute(_editable(work).with_only_columns(*numbers)).one()
    return dict(zip(Worklist, found, strict=True))


def _editable(work: Work) -> Select[Item]:
    return readable(work, Item).where(where_allowed(work, Permission.EDIT))


def _own_names(work: Work) -> set[str]:
    """Give what texts may call the department of this actor: its name and its title."""
    name = work.actor.department
    if not name:
        return set()
    return {name.casefold(), people.department_titles(work).get(name, name).casefold()}


def _condition(work: Work, which: Worklist) -> ColumnElement[bool]:
    is_open = Item.state != State.ARCHIVED
    conditions: dict[Worklist, ColumnElement[bool]] = {
        Worklist.MINE: Item.creator == work.actor.login,
        Worklist.PENDING: or_(
            Item.draft == State.PENDING, and_(Item.draft == "", Item.state == State.PENDING)
        ),
        Worklist.DUE: and_(is_open, Item.review_by < work.today),
        Worklist.REVIEW: and_(is_open, Item.review_by <= work.today + AHEAD),
        Worklist.EXPIRED: and_(is_open, Item.expires_at <= work.now),
        Worklist.UNCHECKED: and_(
            is_open, Item.checked.is_(None), Item.path != "/", Item.type.in_(_CHECKED_TYPES)
        ),
        Worklist.OWNERLESS: and_(
            is_open, Item.owner == "", Item.path != "/", Item.type.not_in(_BINARIES)
        ),
        Worklist.CONFLICT: _has_conflict(),
        Worklist.DRAFT: and_(Item.live_uid.is_not(None), Item.live_uid != Item.latest_uid),
    }
    return conditions[which]


def _has_conflict() -> ColumnElement[bool]:
    """Say that a text was kept aside and nobody has saved another one since."""
    aside, latest = aliased(Revision), aliased(Revision)
    number = select(latest.number).where(latest.uid == Item.latest_uid).scalar_subquery()
    # Few texts are kept aside: asked first, so that most items need no look at their revisions.
    kept = select(aside.item_uid).where(aside.is_conflict.is_(True))
    newest = select(func.max(aside.number)).where(
        aside.item_uid == Item.uid, aside.is_conflict.is_(True)
    )
    return and_(Item.uid.in_(kept), newest.scalar_subquery() > number)
