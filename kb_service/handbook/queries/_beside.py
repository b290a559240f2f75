"""What stands beside an item's text: who is writing it now, and a newer text than the live one.

Whoever calls has asked what the actor may see of the item.
"""

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.rules import locks
from kb_service.handbook.schemas import DraftView, LockView, State
from kb_service.handbook.tables import Item, Lock, Revision


def lock_on(work: Work, item: Item) -> LockView | None:
    """Give who is writing an item now, to whoever may see its staff parts."""
    row = work.session.get(Lock, item.uid) if work.may(Permission.VIEW_STAFF, item) else None
    if row is None or not locks.is_held(row.holder_uid, row.confirmed_at, row.timeout_s, work.now):
        return None
    is_own = row.holder_uid == work.actor.uid
    return LockView(
        holder=row.holder,
        name=row.holder_name,
        taken_at=row.taken_at,
        ends_at=locks.ends_at(row.confirmed_at, row.timeout_s),
        timeout_s=row.timeout_s,
        is_own=is_own,
        token=row.token if is_own else "",
    )


def draft_beside(work: Work, item: Item) -> DraftView | None:
    """Give the newer text beside the live one, to whoever may edit the item."""
    if item.live_uid is None or not item.draft or not work.may(Permission.EDIT, item):
        return None
    latest = work.session.get_one(Revision, item.latest_uid)
    live = work.session.get_one(Revision, item.live_uid)
    title = document_of(live.text).content.title
    return DraftView(latest.author, latest.moment, State(item.draft), title)
