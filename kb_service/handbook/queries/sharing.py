"""Reading local roles: what an actor has where, and who has what at one item."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Select, and_, or_, select

from kb_service.base.permissions import Actor, Permission, Role
from kb_service.base.work import Work
from kb_service.handbook.queries._rows import item_of
from kb_service.handbook.rules import sharing
from kb_service.handbook.tables import Item, Share


class Entry(msgspec.Struct, frozen=True):
    """Somebody's roles at an item: given here, and come down from above."""

    kind: str
    principal: str
    own: frozenset[Role]
    inherited: frozenset[Role]


class Sharing(msgspec.Struct, frozen=True):
    """Who has local roles at an item, and whether roles come down to it."""

    entries: list[Entry]
    is_inheriting: bool


def with_local_roles(work: Work, actor: Actor) -> Actor:
    """Give an actor with what was shared with the account or its department.

    Public: who asks is only known whole after it.
    """
    if not actor.uid:
        return actor
    mine = [and_(Share.kind == "user", Share.principal == actor.login)]
    if actor.department:
        mine.append(and_(Share.kind == "group", Share.principal == actor.department))
    shared = work.session.execute(
        select(Item.path, Share.role)
        .join(Item, Item.uid == Share.item_uid)
        .where(or_(*mine), Item.trashed_at.is_(None))
    ).all()
    if not shared:
        return actor
    pairs = [(path, role) for path, role in shared]
    stops = work.session.scalars(_stops()).all()
    trashed = work.session.scalars(_trashed_stops()).all()
    local = sharing.grants(
        pairs, stops, [one for one in trashed if one], only_reads=actor.only_reads
    )
    return msgspec.structs.replace(actor, local=local)


def shares(work: Work, uid: str) -> Sharing:
    """Give the local roles at an item, by name; for who may share it.

    Raises: item.missing, act.forbidden.
    """
    item = item_of(work, uid)
    work.allow(Permission.SHARE, item)
    ends = work.session.scalars(_stops()).all()
    by_path: dict[str, dict[tuple[str, str], set[Role]]] = {}
    for path, share in _above(work, item):
        held = by_path.setdefault(path, {})
        held.setdefault((share.kind, share.principal), set()).add(Role(share.role))
    own = by_path.get(item.path, {})
    above = sharing.inherited(item.path, by_path, ends)
    return Sharing(
        [
            Entry(
                kind,
                name,
                frozenset(own.get((kind, name), ())),
                frozenset(above.get((kind, name), ())),
            )
            for kind, name in sorted({*own, *above})
        ],
        item.is_inheriting,
    )


def _above(work: Work, item: Item) -> Sequence[tuple[str, Share]]:
    names = item.path.strip("/").split("/")
    ways = {"/", *("/" + "/".join(names[: depth + 1]) for depth in range(len(names)))}
    rows = work.session.execute(
        select(Item.path, Share).join(Item, Item.uid == Share.item_uid).where(Item.path.in_(ways))
    )
    return [(path, share) for path, share in rows]


def _stops() -> Select[str]:
    return select(Item.path).where(Item.is_inheriting.is_(False), Item.trashed_at.is_(None))


def _trashed_stops() -> Select[str | None]:
    return select(Item.trashed_path).where(
        Item.is_inheriting.is_(False), Item.trashed_at.is_not(None)
    )
