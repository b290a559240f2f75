"""Locks: an account says that it is writing an item, goes on saying so, and gives it back.

A lock belongs to the account, not to a form: a save that failed, a lost page or another browser of
the same person is never locked out. Rows are quiet; taking a lock away from another is audited.
"""

from kb_service.base.ids import new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _locks, _rows
from kb_service.handbook.rules import locks
from kb_service.handbook.tables import Lock


@act("item.lock")
def take(
    work: Work, uid: str, *, is_forced: bool = False, timeout_s: int = locks.TIMEOUT_S
) -> None:
    """Say that this account is writing the item; with force also where another one is.

    Raises: item.locked with who and since when.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    if not is_forced:
        _locks.refuse_others(work, item)
    row = work.session.get(Lock, uid)
    is_own = _locks.held(work, uid) is not None and row is not None and _is_own(work, row)
    if row is None:
        row = Lock(item_uid=uid, holder_uid="", loser_uid="", lost_to="", lost_at=None)
        work.session.add(row)
    if not is_own:
        _lose(work, row)
        row.token, row.taken_at = new_uid(), work.now
    if row.loser_uid == work.actor.uid:
        row.loser_uid, row.lost_to, row.lost_at = "", "", None
    row.holder_uid, row.holder = work.actor.uid, work.actor.login
    row.holder_name = work.actor.name
    row.confirmed_at, row.timeout_s = work.now, locks.checked_timeout(timeout_s)


@act("item.confirm_lock")
def confirm(work: Work, uid: str) -> None:
    """Go on holding the item; a lock that has only run out meanwhile is taken anew.

    Raises: item.lock_lost to who lost it to another, item.locked.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    row = work.session.get(Lock, uid)
    if row is not None and row.loser_uid == work.actor.uid and row.lost_at is not None:
        raise locks.loss(item.path, row.lost_to, row.lost_at, work.clock.zone)
    take(work, uid, timeout_s=row.timeout_s if row is not None else locks.TIMEOUT_S)


@act("item.unlock")
def give_back(work: Work, uid: str, *, is_forced: bool = False) -> None:
    """End the writing of an item; with force also another's, who is told at the next sign of life.

    Raises: item.locked with who and since when.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    if not is_forced:
        _locks.refuse_others(work, item)
    row = work.session.get(Lock, uid)
    if row is None:
        return
    if _locks.held(work, uid) is None or _is_own(work, row):
        work.session.delete(row)
        return
    _lose(work, row)
    row.holder_uid = row.holder = row.holder_name = row.token = ""


def _is_own(work: Work, row: Lock) -> bool:
    return row.holder_uid == work.actor.uid


def _lose(work: Work, row: Lock) -> None:
    """Note whom a lock that still holds is taken from."""
    if not row.holder_uid or _locks.held(work, row.item_uid) is None:
        return
    row.loser_uid, row.lost_to, row.lost_at = row.holder_uid, work.actor.name, work.now
    work.note("lock", row.item_uid, taken_from=row.holder)
