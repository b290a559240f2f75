"""Locks: how long one holds, and what who meets another's lock is told."""

from datetime import datetime, timedelta, tzinfo

from kb_service.base.errors import KbError, conflict, forbidden

TIMEOUT_S = 600
SHORTEST_S = 30
LONGEST_S = 3600


def checked_timeout(timeout_s: int) -> int:
    """Give a time without a sign of life after which a lock ends, within what is sensible."""
    return max(SHORTEST_S, min(timeout_s, LONGEST_S))


def ends_at(confirmed_at: datetime, timeout_s: int) -> datetime:
    """Give the moment from which a lock holds no more."""
    return confirmed_at + timedelta(seconds=timeout_s)


def is_held(holder_uid: str, confirmed_at: datetime, timeout_s: int, now: datetime) -> bool:
    """Say whether somebody holds the lock now."""
    return bool(holder_uid) and now < ends_at(confirmed_at, timeout_s)


def refusal(path: str, holder: str, name: str, since: datetime, zone: tzinfo) -> KbError:
    """Give the error of who meets another's lock: who has it, and since when."""
    return forbidden(
        "item.locked",
        path=path,
        holder=holder,
        name=name,
        since=since.isoformat(),
        time=f"{since.astimezone(zone):%H:%M}",
    )


def loss(path: str, name: str, moment: datetime, zone: tzinfo) -> KbError:
    """Give the error of who goes on writing with a lock that was taken away."""
    return conflict(
        "item.lock_lost",
        path=path,
        name=name,
        since=moment.isoformat(),
        time=f"{moment.astimezone(zone):%H:%M}",
    )
