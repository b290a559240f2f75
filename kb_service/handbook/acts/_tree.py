"""What the acts share that change the tree: who goes first, which place is free, what lies below.

Order of locks, so that nobody waits in a circle: the folder, the tree, rows of items, the chain.
An act of one item holds its one row; several rows are held only by who holds the tree.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, func, or_, select

from kb_service.base.db import HELD
from kb_service.base.errors import conflict, forbidden, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.acts import _rows
from kb_service.handbook.queries._rows import IN_ORDER
from kb_service.handbook.rules import paths
from kb_service.handbook.rules.order import LAST, after_last
from kb_service.handbook.tables import Item

ROOT = "/"
# So many items one unit of work copies, moves, throws away or steps: others wait meanwhile.
MAX_ITEMS = 200


def hold(work: Work) -> None:
    """Let nobody else change the tree until this unit ends; asked before any row is loaded."""
    work.database.lock_tree(work.session)


def place_for(work: Work, above: Item, name: str, *, moved: Item | None = None) -> str:
    """Give the path of a name under a parent: of what is made, moved or brought back.

    Raises: item.parent_in_trash, item.parent_not_folder, item.into_itself, item.exists, path.wrong,
    path.reserved.
    """
    if above.trashed_at is not None:
        raise conflict("item.parent_in_trash", path=above.trashed_path)
    if moved is not None and f"{above.path}/".startswith(f"{moved.path}/"):
        raise invalid("item.into_itself", path=moved.path)
    if above.type != "Topic" and above.path != ROOT:
        raise invalid("item.parent_not_folder", path=above.path)
    path = paths.join(above.path, name)
    paths.check(path)
    taken = names_below(work, above, but=moved)
    if paths.unique(name, taken) != name:
        raise conflict("item.exists", path=path)
    return path


def names_below(work: Work, above: Item, *, but: Item | None = None) -> set[str]:
    """Give the names that are taken directly under a parent; what is in the trash takes none."""
    statement = select(Item.name).where(Item.parent_uid == above.uid, Item.trashed_at.is_(None))
    if but is not None:
        statement = statement.where(Item.uid != but.uid)
    return set(work.session.scalars(statement))


def check_size(work: Work, *items: Item) -> None:
    """Refuse to do at once what nobody else could write beside; the house itself is not refused.

    Raises: tree.too_many.
    """
    if not work.actor.uid:
        return
    prefixes = [one.path.rstrip("/") + "/" for one in items]
    below = [Item.path.startswith(prefix, autoescape=True) for prefix in prefixes]
    count = work.session.scalar(select(func.count()).select_from(Item).where(or_(*below))) or 0
    if count + len(items) > MAX_ITEMS:
        raise invalid("tree.too_many", count=count + len(items), max=MAX_ITEMS)


def with_below(work: Work, item: Item, permission: Permission | None = None) -> list[Item]:
    """Give an item and all below it, held until the end, parents first.

    With a permission it is asked of each: what is closed to the actor must not be changed with the
    rest. Raises: tree.too_many, tree.closed_below.
    """
    check_size(work, item)
    prefix = item.path.rstrip("/") + "/"
    found = _held(work, select(Item).where(Item.path.startswith(prefix, autoescape=True)))
    # SQLite's LIKE sees no difference between `/meters/` and `/Meters/`.
    below = [one for one in found if one.path.startswith(prefix) and one is not item]
    allow_all(work, below, permission)
    return [item, *sorted(below, key=lambda one: one.path)]


def allow_all(work: Work, below: Iterable[Item], permission: Permission | None) -> None:
    """Refuse as a whole what the actor may not do to each of these. Raises: tree.closed_below."""
    if permission is not None and not all(work.may(permission, one) for one in below):
        raise forbidden("tree.closed_below", permission=str(permission))


def held(work: Work, uids: Collection[str]) -> list[Item]:
    """Give items by their uids, held until the end in the one order; what is gone is left out."""
    if not uids:
        return []
    return _held(work, select(Item).where(Item.uid.in_(uids)))


def thrown_away_with(
    work: Work, item: Item, permission: Permission | None = None
) -> list[tuple[Item, str]]:
    """Give an item in the trash and what lay below it and went in the same act, parents first.

    Each with the rest of its old path behind that of the item. Raises: tree.closed_below.
    """
    start = item.trashed_path or ""
    same_act = Item.trashed_with == item.trashed_with
    found = _held(work, select(Item).where(same_act, Item.uid != item.uid))
    below = [
        (one, path[len(start) :])
        for one in found
        if (path := one.trashed_path or "").startswith(start + "/")
    ]
    allow_all(work, (one for one, _ in below), permission)
    return [(item, ""), *sorted(below, key=lambda pair: pair[1])]


def neighbours(work: Work, parent: str) -> list[tuple[str, float]]:
    """Give what lies directly under a parent (its uid) in its order: uids and positions.

    Who asks holds the tree. Rows are not loaded: of many neighbours few change.
    """
    statement = (
        select(Item.uid, Item.position)
        .where(Item.parent_uid == parent, Item.trashed_at.is_(None))
        .order_by(*IN_ORDER)
    )
    return [(uid, position) for uid, position in work.session.execute(statement)]


def last_place(work: Work, above: Item, item: Item) -> float:
    """Give the position of what comes from elsewhere: last, as far as numbers can say so.

    Those that come one after another keep their order where everybody has a number.
    """
    row = neighbours(work, above.uid)
    if item.position == LAST or any(position >= LAST for _uid, position in row):
        return LAST
    return after_last([position for _uid, position in row], item.position)


def note_changes(work: Work, items: list[Item], *, writes_file: bool = True) -> None:
    """Leave what follows from a change of several items, after all of them have been written."""
    for one in items:
        one.modified = work.now
    work.session.flush()
    for one in items:
        _rows.note_change(work, one, writes_file=writes_file)


def _held(work: Work, statement: Select[Any]) -> list[Item]:
    ordered = statement.order_by(Item.uid).with_for_update(**HELD)
    return list(work.session.scalars(ordered.execution_options(populate_existing=True)))
