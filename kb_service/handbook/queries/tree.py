"""Reading the tree as editors arrange it: one level at a time, a piece of a long one, no texts."""

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import func, or_

from kb_service.base.ids import Uid
from kb_service.base.paging import checked_batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import (
    IN_ORDER,
    is_within,
    item_at,
    item_of,
    where_allowed,
)
from kb_service.handbook.queries.items import cards
from kb_service.handbook.rules.order import LAST
from kb_service.handbook.schemas import Card, Crumb
from kb_service.handbook.tables import Item


class Node(msgspec.Struct, frozen=True):
    """One item among its neighbours: `number` is its place, from 1; `count` of what lies in it."""

    card: Card
    number: int
    count: int
    below: "Level | None" = None


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of what lies directly in a topic: `total` is all of it, `start` where it begins."""

    uid: Uid
    path: str
    title: str
    nodes: list[Node]
    total: int
    start: int
    may_order: bool
    may_add: bool

    @property
    def more(self) -> int:
        """How many neighbours stand behind this piece."""
        return self.total - self.start - len(self.nodes)


class Choice(msgspec.Struct, frozen=True):
    """A topic into which something can be put."""

    uid: Uid
    path: str
    title: str

    @property
    def depth(self) -> int:
        """How many steps below the root it lies."""
        return 0 if self.path == "/" else self.path.count("/")


def level(
    work: Work, path: str, *, opened: Collection[str] = (), start: int = 0, size: int = 50
) -> Level:
    """Give what lies in the item at a path, and in those topics below that are opened (paths).

    The tree is cut at `size` in every topic. Raises: item.missing, batch.wrong.
    """
    top = item_at(work, path)
    start, size = checked_batch(start, size)
    statement = readable(work, Item).where(Item.parent_uid == top.uid)
    total = work.session.scalar(statement.with_only_columns(func.count())) or 0
    rows = work.session.scalars(statement.order_by(*IN_ORDER).offset(start).limit(size)).all()
    known = cards(work, [row.uid for row in rows])
    counts = _counts(work, [row.uid for row in rows if row.type == "Topic"])
    nodes = [
        Node(
            card,
            start + place + 1,
            counts.get(uid, 0),
            level(work, card.path, opened=opened, size=size)
            if card.path in opened and counts.get(uid)
            else None,
        )
        for place, (uid, card) in enumerate(known.items())
    ]
    return Level(
        uid=Uid(top.uid),
        path=top.path,
        title=top.title,
        nodes=nodes,
        total=total,
        start=start,
        may_order=work.may(Permission.EDIT, top),
        may_add=work.may(Permission.ADD, top),
    )


def _counts(work: Work, uids: list[str]) -> dict[str, int]:
    statement = readable(work, Item).where(Item.parent_uid.in_(uids)).group_by(Item.parent_uid)
    counted = statement.with_only_columns(Item.parent_uid, func.count())
    return {str(uid): count for uid, count in work.session.execute(counted)}


def neighbours(work: Work, parent: str) -> list[tuple[str, str]]:
    """Give uid and path of what lies directly in an item (its uid), in the editors' order."""
    rows = work.session.execute(
        readable(work, Item)
        .with_only_columns(Item.uid, Item.path)
        .where(Item.parent_uid == parent)
        .order_by(*IN_ORDER)
    )
    return [(uid, path) for uid, path in rows]


def neighbours_of(work: Work, uid: str) -> list[str]:
    """Give the uids of an item and its neighbours, in the editors' order. Raises: item.missing."""
    item = item_of(work, uid)
    return [one for one, _path in neighbours(work, item.parent_uid or "")]


def topics_for(work: Work, permission: Permission, *, but: str = "") -> list[Choice]:
    """Give the topics, and the root, where this actor may do something, in the order of the tree.

    An item (its path) and all that lies in it are left out.
    """
    statement = (
        readable(work, Item)
        .where(or_(Item.type == "Topic", Item.path == "/"), where_allowed(work, permission))
        .with_only_columns(Item.uid, Item.path, Item.title, Item.position)
    )
    rows = work.session.execute(statement).all()
    places = {path: position for _uid, path, _title, position in rows}
    found = [
        Choice(Uid(uid), path, title)
        for uid, path, title, _position in rows
        if not but or not f"{path}/".startswith(f"{but}/")
    ]
    return sorted(found, key=lambda one: _way(one.path, places))


def _way(path: str, places: Mapping[str, float]) -> list[tuple[float, str]]:
    """Give the places of an item and of all above it, from the root down."""
    names = path.strip("/").split("/") if path != "/" else []
    above = ["/" + "/".join(names[:depth]) for depth in range(1, len(names) + 1)]
    return [(places.get(one, LAST), one) for one in above]


def count_below(work: Work, path: str) -> int:
    """Say how many items that this actor sees lie below a path."""
    statement = readable(work, Item).where(is_within(path), Item.path != path)
    return work.session.scalar(statement.with_only_columns(func.count())) or 0


def way_to(work: Work, path: str) -> list[Crumb]:
    """Give the way from below the root to the item at a path, itself last. Raises: item.missing."""
    names = item_at(work, path).path.strip("/").split("/")
    above = ["/" + "/".join(names[:depth]) for depth in range(1, len(names) + 1)]
    rows = work.session.execute(
        readable(work, Item)
        .with_only_columns(Item.path, Item.title)
        .where(Item.path.in_(above), Item.path != "/")
    )
    return sorted((Crumb(path, title) for path, title in rows), key=lambda one: len(one.path))
