"""Which remarks an actor may know of; asked by queries and by acts."""

from kb_service.base.errors import missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.queries._rows import item_of
from kb_service.handbook.tables import Item, Remark


def remark_of(work: Work, uid: str) -> tuple[Remark, Item]:
    """Give a remark and its item. Raises: remark.missing, also for what one may not know of."""
    row = work.session.get(Remark, uid)
    if row is None:
        raise missing("remark.missing", uid=uid)
    item = item_of(work, row.item_uid)
    if not may_know(work, item, row):
        raise missing("remark.missing", uid=uid)
    return row, item


def may_know(work: Work, item: Item, row: Remark) -> bool:
    """Say whether an actor may read a remark about an item that they see.

    What was said about a draft may repeat its words: it is for editors, and for who said it.
    """
    if work.may(Permission.EDIT, item):
        return True
    is_own = bool(row.author_uid) and row.author_uid == work.actor.uid
    return work.may(Permission.REMARK, item) and (row.is_about_live or is_own)
