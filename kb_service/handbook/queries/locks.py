"""Reading who is writing an item just now, and whether a newer text stands beside the live one."""

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.queries._beside import draft_beside, lock_on
from kb_service.handbook.queries._rows import item_of
from kb_service.handbook.schemas import DraftView, LockView


def lock_of(work: Work, uid: str) -> LockView | None:
    """Give who is writing an item now; for staff. Raises: item.missing, act.forbidden."""
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    return lock_on(work, item)


def draft_of(work: Work, uid: str) -> DraftView | None:
    """Give the newer text beside the live one; for editors. Raises: item.missing, act.forbidden."""
    item = item_of(work, uid)
    work.allow(Permission.EDIT, item)
    return draft_beside(work, item)
