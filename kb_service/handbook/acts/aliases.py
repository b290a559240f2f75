"""Chosen addresses of an item, beside the old ones that moving leaves: short links for bills.

An address never hides an item: who asks for a path gets what is there, and only else is sent on.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from kb_service.base.errors import FieldError, conflict, invalid, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows, _tree
from kb_service.handbook.rules import paths
from kb_service.handbook.tables import Address, Item


@act("address.add")
def add(work: Work, uid: str, wanted: Sequence[str], *, moment: datetime | None = None) -> None:
    """Let further addresses lead to an item, from now or from the moment that is said.

    Raises: path.wrong, path.reserved, item.exists, item.in_trash, address.taken, address.too_many.
    """
    _tree.hold(work)
    item = _rows.present(work, uid, Permission.EDIT)
    paths.check_count(wanted)
    for path in wanted:
        _add(work, item, path, moment)


@act("address.add_several")
def add_several(work: Work, wanted: Sequence[tuple[str, str, datetime | None]]) -> None:
    """Let further addresses lead to several items: uid, path, and the moment if not now.

    Raises: as add.
    """
    _tree.hold(work)
    paths.check_count(wanted)
    uids = sorted({uid for uid, _path, _moment in wanted})
    items = {uid: _rows.present(work, uid, Permission.EDIT) for uid in uids}
    for uid, path, moment in wanted:
        add(work, items[uid].uid, [path], moment=moment)


@act("address.remove")
def remove(work: Work, unwanted: Sequence[str], *, uid: str | None = None) -> None:
    """Let addresses lead nowhere any more: of one item, or of any.

    Raises: alias.missing, address.too_many.
    """
    paths.check_count(unwanted)
    _tree.hold(work)
    rows = []
    for path in unwanted:
        row = work.session.get(Address, path)
        if row is None or (uid is not None and row.item_uid != uid):
            raise missing("alias.missing", path=path[:200])
        rows.append(row)
    # All items are held, in one order, before the first address goes.
    for item_uid in sorted({row.item_uid for row in rows}):
        work.get(Item, item_uid, Permission.EDIT)
    for row in {row.path: row for row in rows}.values():
        work.session.delete(row)


def _add(work: Work, item: Item, path: str, moment: datetime | None) -> None:
    paths.check(path)
    if work.session.scalar(select(Item.uid).where(Item.path == path)) is not None:
        raise conflict("item.exists", path=path)
    if work.session.get(Address, path) is not None:
        raise invalid("address.taken", FieldError("path", "address.taken"), path=path)
    row = Address(path=path, item_uid=item.uid, moment=moment or work.now, is_manual=True)
    work.session.add(row)
    work.session.flush()
