"""Reading the trash: what was thrown away, when, by whom, and what went with it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Select, func, select

from kb_service.base.errors import missing
from kb_service.base.ids import Uid
from kb_service.base.paging import Batch, checked_batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.queries._rows import where_allowed
from kb_service.handbook.tables import Item, Transition


class Thrown(msgspec.Struct, frozen=True, kw_only=True):
    """An item in the trash that somebody threw away there itself, not with what it lay in.

    `below` are the titles of what went with it, by old path; `has_place` says that it can come back
    to where it was: what it lay in is not in the trash.
    """

    uid: Uid
    path: str
    name: str
    type: str
    title: str
    moment: datetime
    login: str
    comment: str
    has_place: bool
    below: list[str] = []


def trash(work: Work, *, start: int = 0, size: int = 50) -> Batch[Thrown]:
    """Give what this actor may bring back, the latest first. Raises: batch.wrong."""
    start, size = checked_batch(start, size)
    tops = _in_trash(work).where(Item.trashed_with == Item.uid)
    total = work.session.scalar(tops.with_only_columns(func.count())) or 0
    rows = work.session.scalars(
        tops.order_by(Item.trashed_at.desc(), Item.uid).offset(start).limit(size)
    ).all()
    return Batch(_told(work, rows), total, start, size)


def thrown_away(work: Work, uid: str) -> Thrown:
    """Give one thing that this actor may bring back. Raises: item.missing."""
    row = work.session.scalar(_in_trash(work).where(Item.uid == uid))
    if row is None:
        raise missing("item.missing", uid=uid)
    return _told(work, [row])[0]


def trash_count(work: Work) -> int:
    """Say how much this actor may bring back."""
    tops = _in_trash(work).where(Item.trashed_with == Item.uid)
    return work.session.scalar(tops.with_only_columns(func.count())) or 0


def _in_trash(work: Work) -> Select[Item]:
    allowed = where_allowed(work, Permission.DELETE, Item.trashed_path)
    return select(Item).where(Item.trashed_at.is_not(None), allowed)


def _told(work: Work, rows: Sequence[Item]) -> list[Thrown]:
    uids = [row.uid for row in rows]
    with_them: dict[str, list[str]] = {uid: [] for uid in uids}
    for top, title in work.session.execute(
        select(Item.trashed_with, Item.title)
        .where(Item.trashed_with.in_(uids), Item.trashed_with != Item.uid)
        .order_by(Item.trashed_path)
    ):
        with_them[str(top)].append(title)
    steps = {
        step.item_uid: step
        for step in work.session.scalars(
            select(Transition)
            .where(Transition.item_uid.in_(uids), Transition.action == "trash")
            .order_by(Transition.moment, Transition.uid)
        )
    }
    parents = select(Item.uid).where(
        Item.uid.in_({row.parent_uid for row in rows}), Item.trashed_at.is_(None)
    )
    there = set(work.session.scalars(parents))
    return [_one(row, steps.get(row.uid), with_them[row.uid], there) for row in rows]


def _one(row: Item, step: Transition | None, below: list[str], there: set[str]) -> Thrown:
    return Thrown(
        uid=Uid(row.uid),
        path=row.trashed_path or "",
        name=row.name,
        type=row.type,
        title=row.title,
        moment=row.trashed_at or row.modified,
        login=step.actor if step else "",
        comment=step.comment if step else "",
        has_place=row.parent_uid in there,
        below=below,
    )
