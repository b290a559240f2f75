"""Checking a password, counted: the one place where somebody is believed to be who they say.

A guess is written down before it is checked and struck out when it was right, each in a unit of
its own, so that a refused sign-in (whose own unit is rolled back) still counts and a hundred at
once are counted too. The hash is checked outside of any transaction.
"""

from datetime import datetime

import msgspec
from sqlalchemy import select

from kb_service.base.crypto import hash_password, hash_secret, needs_rehash, password_fits
from kb_service.base.errors import unauthenticated
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import SYSTEM, VISITOR, Permission
from kb_service.base.work import Work, act, open_work
from kb_service.people import rules
from kb_service.people.tables import Attempt, User


class Proof(msgspec.Struct, frozen=True):
    """Whose password it was; a new hash where the kept one is weaker than today's."""

    user_uid: Uid
    password_hash: str | None = None


class _Counted(msgspec.Struct, frozen=True):
    """A guess that was written down, and how many wrong ones there were before it."""

    uid: str
    by_login: int
    by_address: int


def prove(work: Work, login: str, password: str, address: str) -> Proof:
    """Say whose password this is. The work's own transaction is let go meanwhile.

    Raises: session.wrong (also for an unknown or blocked account, after the same time),
    session.too_many.
    """
    work.pause()
    login = rules.normal_login(login)
    counted = _count(work, login, address)
    with open_work(work.database, VISITOR, work.clock, write=False) as reading:
        user = reading.session.execute(
            select(User.uid, User.password_hash, User.blocked_at).where(User.login == login)
        ).first()
    uid = user.uid if user else ""
    kept = user.password_hash if user and user.blocked_at is None else None
    text = rules.normal_password(password[: rules.MAX_PASSWORD + 1])
    if not password_fits(kept, text) or kept is None:
        _note_last(work, uid, counted)
        left = rules.guesses_left(counted.by_login + 1, counted.by_address + 1)
        raise unauthenticated("session.wrong", **({} if left is None else {"left": left}))
    _strike_out(work, counted.uid)
    return Proof(Uid(uid), hash_password(text) if needs_rehash(kept) else None)


def _count(work: Work, login: str, address: str) -> _Counted:
    login_hash = hash_secret(login)
    address_hash = hash_secret(rules.address_key(address))
    with open_work(work.database, VISITOR, work.clock) as counting:
        # Under one lock, or guesses made at the same moment would not see each other.
        work.database.lock_chain(counting.session)
        since = counting.now - rules.GUESS_WINDOW
        by_login = _moments(counting, Attempt.login_hash == login_hash, since)
        by_address = _moments(counting, Attempt.address_hash == address_hash, since)
        rules.check_guesses(by_login, by_address, counting.now)
        attempt = Attempt(
            uid=new_uid(), login_hash=login_hash, address_hash=address_hash, moment=counting.now
        )
        counting.session.add(attempt)
        return _Counted(attempt.uid, len(by_login), len(by_address))


def _moments(work: Work, which: object, since: datetime) -> list[datetime]:
    statement = select(Attempt.moment).where(Attempt.moment > since)
    return list(work.session.scalars(statement.where(which)))  # type: ignore[arg-type]


def _strike_out(work: Work, uid: str) -> None:
    with open_work(work.database, VISITOR, work.clock) as forgetting:
        attempt = forgetting.session.get(Attempt, uid)
        if attempt is not None:
            forgetting.session.delete(attempt)


def _note_last(work: Work, user_uid: str, counted: _Counted) -> None:
    """Write into the journal that an account took its last guess, once for each wave of them."""
    if user_uid and counted.by_login + 1 == rules.MAX_GUESSES:
        with open_work(work.database, SYSTEM, work.clock) as noting:
            hold(noting, user_uid)


@act("session.hold", always=True)
def hold(work: Work, user_uid: str) -> None:
    """Say that nobody can guess at this account any more for a while."""
    work.get(User, user_uid, Permission.SIGN_IN)
