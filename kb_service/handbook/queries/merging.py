"""Reading a topic as a whole: what lies in it, and what would become of it in another one."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, select

from kb_service.base.errors import invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import IN_ORDER, is_within, item_of
from kb_service.handbook.queries.items import children
from kb_service.handbook.queries.sharing import Entry, shares
from kb_service.handbook.rules import paths
from kb_service.handbook.rules.topics import check_merge
from kb_service.handbook.schemas import Card
from kb_service.handbook.tables import Address, Item, Share


class TopicView(msgspec.Struct, frozen=True, kw_only=True):
    """A topic for its editor: what lies directly in it, and how much below it in all."""

    uid: str
    path: str
    title: str
    type: str
    owner: str
    state: str
    children: list[Card]
    count: int
    may_merge: bool


class Moved(msgspec.Struct, frozen=True):
    """What would move: its title, where it is and where it would be."""

    title: str
    before: str
    after: str
    is_renamed: bool


class MergePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of a topic that is put into another one.

    `roles` are those that end with it, for who may share it; `role_count` says how many there are.
    """

    into: str
    title: str
    path: str
    moved: list[Moved]
    count: int
    addresses: int
    roles: list[Entry]
    role_count: int
    may_share: bool


def topic_view(work: Work, uid: str) -> TopicView:
    """Give a topic, or the root, to who may edit it. Raises: item.missing, topic.not_topic."""
    item = item_of(work, uid)
    work.allow(Permission.EDIT, item)
    if item.type != "Topic" and item.path != "/":
        raise invalid("topic.not_topic", path=item.path)
    return TopicView(
        uid=item.uid,
        path=item.path,
        title=item.title,
        type=item.type,
        owner=item.owner,
        state=item.state,
        children=children(work, item.path),
        count=_count_below(work, item),
        may_merge=item.path != "/" and work.may(Permission.DELETE, item),
    )


def merge_plan(work: Work, uid: str, into: str) -> MergePlan:
    """Say what would become of a topic in another one. Raises: as `topic.merge`."""
    item, target = item_of(work, uid), item_of(work, into)
    work.allow(Permission.DELETE, item)
    work.allow(Permission.ADD, target)
    check_merge(item, target)
    held = select(func.count()).select_from(Share).where(Share.item_uid == item.uid)
    known = select(func.count()).select_from(Address).where(Address.item_uid == item.uid)
    may_share = work.may(Permission.SHARE, item)
    return MergePlan(
        into=target.uid,
        title=target.title,
        path=target.path,
        moved=[
            Moved(child.title, child.path, paths.join(target.path, name), name != child.name)
            for child, name in names_there(work, item, target)
        ],
        count=_count_below(work, item),
        addresses=work.session.scalar(known) or 0,
        roles=[one for one in shares(work, uid).entries if one.own] if may_share else [],
        role_count=work.session.scalar(held) or 0,
        may_share=may_share and work.may(Permission.SHARE, target),
    )


def children_of(work: Work, item: Item) -> Sequence[Item]:
    """Give what lies directly in an item that was loaded, in the editors' order, seen or not."""
    work.allow(Permission.EDIT, item)
    statement = select(Item).where(Item.parent_uid == item.uid, Item.trashed_at.is_(None))
    return work.session.scalars(statement.order_by(*IN_ORDER)).all()


def names_there(work: Work, item: Item, target: Item) -> list[tuple[Item, str]]:
    """Give what lies in a topic with the name that each would have in another one."""
    there = {child.name for child in children_of(work, target) if child.uid != item.uid}
    found = []
    for child in children_of(work, item):
        name = paths.unique(child.name, there)
        there.add(name)
        found.append((child, name))
    return found


def _count_below(work: Work, item: Item) -> int:
    below = readable(work, Item).where(is_within(item.path), Item.uid != item.uid)
    return work.session.scalar(select(func.count()).select_from(below.subquery())) or 0
