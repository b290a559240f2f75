"""What the other queries stand on: which rows an actor sees, and which revision of each.

Visitors see live items whose time has come and not gone; staff also those kept inside; who may edit
sees every state. Whoever may not see a draft gets the live revision, never the latest.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement

from kb_service.base.errors import missing
from kb_service.base.ids import is_uid
from kb_service.base.permissions import MATRIX, Actor, Permission
from kb_service.base.work import Work, readable, reads
from kb_service.handbook import codec
from kb_service.handbook.rules.workflow import Standing
from kb_service.handbook.schemas import Document, State
from kb_service.handbook.tables import Address, Item, Revision, Transition

Path = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
# Neighbours: by their numbers, those without one by code and path. Alike on every database.
IN_ORDER = (Item.position, func.coalesce(Item.code, ""), Item.path)


@reads(Item)
def visible(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow items to those that this actor may know of."""
    statement = statement.where(Item.trashed_at.is_(None))
    if work.may(Permission.EDIT):
        return statement
    is_live = and_(
        Item.state == State.PUBLISHED,
        Item.live_uid.is_not(None),
        or_(Item.effective.is_(None), Item.effective <= work.now),
        or_(Item.expires_at.is_(None), Item.expires_at > work.now),
    )
    is_for_all = Item.audience == "public"
    if work.may(Permission.VIEW_STAFF):
        seen = is_live
    else:
        inside = within_grants(work.actor, Permission.VIEW_STAFF)
        seen = and_(is_live, is_for_all if inside is None else or_(is_for_all, inside))
    edited = within_grants(work.actor, Permission.EDIT)
    return statement.where(seen if edited is None else or_(seen, edited))


def within_grants(
    actor: Actor, permission: Permission, path: Path = Item.path
) -> ColumnElement[bool] | None:
    """Give the condition «this item lies where the actor has the permission by a local role».

    `path` is the column that says where: of what is in the trash, where it lay.
    """
    places = [
        and_(is_within(grant.path, path), *(not_(is_within(stop, path)) for stop in grant.stops))
        for grant in actor.local
        if any(role in MATRIX[permission] for role in grant.roles)
    ]
    return or_(*places) if places else None


def where_allowed(
    work: Work, permission: Permission, path: Path = Item.path
) -> ColumnElement[bool]:
    """Give the condition «the actor may do this here»: for what holds in every state."""
    if work.may(permission):
        return true()
    places = None if work.actor.only_reads else within_grants(work.actor, permission, path)
    return false() if places is None else places


def is_within(top: str, path: Path = Item.path) -> ColumnElement[bool]:
    """Give the condition «this item is the top one or lies below it»."""
    below = path.startswith(top.rstrip("/") + "/", autoescape=True)
    return or_(path == top, below)


def item_at(work: Work, path: str) -> Item:
    """Give the item at a path. Raises: item.missing, also for what one may not know of."""
    row = work.session.scalar(readable(work, Item).where(Item.path == path))
    if row is None:
        raise missing("item.missing", path=path)
    return row


def item_of(work: Work, uid: str) -> Item:
    """Give the item with a uid. Raises: item.missing."""
    row = work.session.scalar(readable(work, Item).where(Item.uid == uid))
    if row is None:
        raise missing("item.missing", uid=uid)
    return row


def standing(item: Item) -> Standing:
    """Give where an item stands, as the rules of the workflow read it."""
    return Standing(
        state=State(item.state),
        draft=State(item.draft) if item.draft else None,
        has_changes=item.live_uid != item.latest_uid,
        is_scheduled=item.scheduled_at is not None,
    )


def shown_revision(work: Work, item: Item, *, latest: bool = False) -> Revision:
    """Give the revision that this reader is shown: the live one, or for a draft the latest."""
    uid = item.latest_uid if latest or item.live_uid is None else item.live_uid
    return work.session.get_one(Revision, uid)


def shown_revisions(work: Work, items: Sequence[Item]) -> dict[str, Revision]:
    """Give the shown revision of each item, by the item's uid."""
    wanted = {item.live_uid or item.latest_uid for item in items}
    rows = chunked(work, wanted)
    return {row.item_uid: row for row in rows}


def chunked(work: Work, uids: Iterable[str]) -> list[Revision]:
    """Load revisions by uid in pieces that every database takes."""
    ordered = sorted(uids)
    rows: list[Revision] = []
    for start in range(0, len(ordered), 500):
        piece = ordered[start : start + 500]
        rows.extend(work.session.scalars(select(Revision).where(Revision.uid.in_(piece))))
    return rows


def resolved(work: Work, targets: Iterable[str]) -> dict[str, Item]:
    """Give the present item of each target of a link: a path, old or present, or a uid.

    What leads nowhere or into the trash is left out. Not narrowed to what the actor may see.
    """
    wanted = sorted(set(targets))
    found: dict[str, Item] = {}
    for start in range(0, len(wanted), 400):
        piece = wanted[start : start + 400]
        old = (
            select(Address.path, Item)
            .join(Item, Item.uid == Address.item_uid)
            .where(Address.path.in_(piece), Item.trashed_at.is_(None))
        )
        found |= dict(work.session.execute(old).all())
        uids = [one for one in piece if is_uid(one)]
        # What lies at a path now goes before what once lay there.
        here = select(Item).where(or_(Item.path.in_(piece), Item.uid.in_(uids)))
        for item in work.session.scalars(here.where(Item.trashed_at.is_(None))):
            found |= {item.path: item, item.uid: item}
    return {target: found[target] for target in wanted if target in found}


def revision_as_of(work: Work, item: Item, day: date) -> Revision:
    """Give the revision that was live at the end of a day, company time.

    Raises: item.not_live_then.
    """
    revision = revisions_as_of(work, [item], day).get(item.uid)
    if revision is None:
        raise missing("item.not_live_then", path=item.path, day=str(day))
    return revision


def revisions_as_of(work: Work, items: Sequence[Item], day: date) -> dict[str, Revision]:
    """Give the revision of each item that was live at the end of a day, by the item's uid.

    What was not live then, or not open to this reader, is left out.
    """
    end = datetime.combine(day, time.max, tzinfo=work.clock.zone)
    last: dict[str, Transition] = {}
    for start in range(0, len(items), 500):
        uids = [item.uid for item in items[start : start + 500]]
        steps = work.session.scalars(
            select(Transition)
            .where(Transition.item_uid.in_(uids), Transition.moment <= end)
            .order_by(Transition.moment, Transition.uid)
        )
        last |= {step.item_uid: step for step in steps}
    wanted = {step.revision_uid for step in last.values() if step.state == State.PUBLISHED}
    rows = {row.item_uid: row for row in chunked(work, wanted)}
    return {
        item.uid: rows[item.uid]
        for item in items
        if item.uid in rows and _was_open(work, item, rows[item.uid], end)
    }


def _was_open(work: Work, item: Item, revision: Revision, end: datetime) -> bool:
    """Say whether this reader could have read a revision on the day that ended then.

    What was published for a later day, or for staff alone, stays closed even where the item is open
    today: an earlier text must not come out by a later one's door.
    """
    if work.may(Permission.EDIT, item):
        return True
    content = document_of(revision.text).content
    if content.audience != item.audience and not work.may(Permission.VIEW_STAFF, item):
        return False
    begins, ends = content.publish_at, content.expires_at
    return (begins is None or begins <= end) and (ends is None or ends > end - timedelta(days=1))


@lru_cache(maxsize=4096)
def document_of(text: str) -> Document:
    """Give the typed document of a revision's text; callers must not change it."""
    return codec.decode(text)
