"""Whose lock lies on an item: asked by every act that another's writing must not meet."""

from kb_service.base.work import Work
from kb_service.handbook.rules import locks
from kb_service.handbook.tables import Item, Lock


def refuse_others(work: Work, *items: Item) -> None:
    """Refuse to change items that somebody else is writing just now.

    The house itself is not refused: a changed file has been written already, and its text is kept
    beside the other one. Raises: item.locked with who and since when.
    """
    if not work.actor.uid:
        return
    for item in items:
        row = held(work, item.uid)
        if row is not None and row.holder_uid != work.actor.uid:
            path = item.trashed_path or item.path
            zone = work.clock.zone
            raise locks.refusal(path, row.holder, row.holder_name, row.taken_at, zone)


def held(work: Work, uid: str) -> Lock | None:
    """Give the lock of an item if somebody holds it now."""
    row = work.session.get(Lock, uid)
    if row is None or not locks.is_held(row.holder_uid, row.confirmed_at, row.timeout_s, work.now):
        return None
    return row
