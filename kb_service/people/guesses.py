"""Checking a password, counted: the one place where somebody is believed to be who they say.

A guess is written down before it is checked and struck out when it was right, each in a unit of
its own, so that a refused sign-in (whose own unit is rolled back) still counts and a hundred at
once are counted too. The hash is checked outside of any transaction.

Guesses are limited by account and by address. The limit of an account would let any stranger keep
its owner out for ever, with ten wrong passwords each quarter of an hour; so it does not hold for
an address from which the account was signed in before (the last 20 of 90 days, by their hashes).
There only the address' own guesses count. Whoever guesses from a known address still has ten in a
quarter of an hour, and from everywhere else all strangers together have ten. A new password, and
blocking the account, make every address a stranger again: it may have been an intruder's.
"""

from datetime import datetime

import msgspec
from sqlalchemy import delete, select

from kb_service.base.crypto import hash_password, hash_secret, needs_rehash, password_fits
from kb_service.base.errors import unauthenticated
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import SYSTEM, VISITOR, Permission
from kb_service.base.work import Work, act, open_work
from kb_service.people import rules
from kb_service.people.tables import Attempt, KnownAddress, User


class Proof(msgspec.Struct, frozen=True):
    """Whose password it was; a new hash where the kept one is weaker than today's."""

    user_uid: Uid
    password_hash: str | None = None


class _Counted(msgspec.Struct, frozen=True):
    """A guess that was written down, and how many wrong ones there were before it."""

    uid: str
    by_login: int
    by_address: int
    is_known: bool


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
        by_login = 0 if counted.is_known else counted.by_login + 1
        left = rules.guesses_left(by_login, counted.by_address + 1)
        raise unauthenticated("session.wrong", **({} if left is None else {"left": left}))
    _strike_out(work, counted.uid, login, address)
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
        is_known = _is_known(counting, login_hash, address_hash)
        rules.check_guesses(by_login, by_address, counting.now, is_known=is_known)
        attempt = Attempt(
            uid=new_uid(), login_hash=login_hash, address_hash=address_hash, moment=counting.now
        )
        counting.session.add(attempt)
        return _Counted(attempt.uid, len(by_login), len(by_address), is_known)


def _moments(work: Work, which: object, since: datetime) -> list[datetime]:
    statement = select(Attempt.moment).where(Attempt.moment > since)
    return list(work.session.scalars(statement.where(which)))  # type: ignore[arg-type]


def remember(work: Work, login: str, address: str) -> None:
    """Note in an open unit that an account was signed in from an address."""
    if not address:
        return
    # Two sign-ins from one address at the same moment must not both add it.
    work.database.lock_chain(work.session)
    hashes = (hash_secret(login), hash_secret(rules.address_key(address)))
    known = work.session.get(KnownAddress, hashes)
    if known is not None:
        known.used_at = work.now
        return
    work.session.add(KnownAddress(login_hash=hashes[0], address_hash=hashes[1], used_at=work.now))
    work.session.flush()
    of_login = select(KnownAddress).where(KnownAddress.login_hash == hashes[0])
    newest_first = of_login.order_by(KnownAddress.used_at.desc(), KnownAddress.address_hash)
    for old in work.session.scalars(newest_first.offset(rules.MAX_KNOWN)):
        work.session.delete(old)


def forget_addresses(work: Work, login: str) -> None:
    """Make every address a stranger to an account, in an open unit."""
    of_login = KnownAddress.login_hash == hash_secret(login)
    work.session.execute(delete(KnownAddress).where(of_login))


def _is_known(work: Work, login_hash: str, address_hash: str) -> bool:
    known = work.session.get(KnownAddress, (login_hash, address_hash))
    return known is not None and known.used_at > work.now - rules.KNOWN_LIFE


def _strike_out(work: Work, uid: str, login: str, address: str) -> None:
    with open_work(work.database, VISITOR, work.clock) as forgetting:
        remember(forgetting, login, address)
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
    """Say that strangers cannot guess at this account any more for a while."""
    work.get(User, user_uid, Permission.SIGN_IN)
