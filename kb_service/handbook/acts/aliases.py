"""Chosen addresses of an item, beside the old ones that moving leaves: short links for bills.

An address never hides an item: who asks for a path gets what is there, and only else is sent on.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from kb_service.base.errors import FieldError, conflict, invalid, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.rules import paths
from kb_service.handbook.tables import Address, Item


@act("address.add")
def add(work: Work, uid: str, wanted: Sequence[str], *, moment: datetime | None = None) -> None:
    """Let further addresses lead to an item, from now or from the moment that is said.

    Raises: path.wrong, path.reserved, item.exists, address.taken, address.too_many.
    """
    item = work.get(Item, uid, Permission.EDIT)
    paths.check_count(wanted)
    for path in wanted:
        paths.check(path)
        if work.session.scalar(select(Item.uid).where(Item.path == path)) is not None:
            raise conflict("item.exists", path=path)
        if work.session.get(Address, path) is not None:
            raise invalid("address.taken", FieldError("path", "address.taken"), path=path)
        row = Address(path=path, item_uid=item.uid, moment=moment or work.now, is_manual=True)
        work.session.add(row)
        work.session.flush()


@act("address.remove")
def remove(work: Work, unwanted: Sequence[str], *, uid: str | None = None) -> None:
    """Let addresses lead nowhere any more: of one item, or of any.

    Raises: alias.missing, address.too_many.
    """
    paths.check_count(unwanted)
    for path in unwanted:
        row = work.session.get(Address, path)
        if row is None or (uid is not None and row.item_uid != uid):
            raise missing("alias.missing", path=path[:200])
        work.get(Item, row.item_uid, Permission.EDIT)
        work.session.delete(row)
