"""How much one caller may ask of us: how often, for how long, about which days.

Paces are counted in the memory of the process and forgotten with it: they hold back floods, they
prove nothing. Who asks is one address as `gate.actor` tells it (a proxy's word counts only where
the proxy is trusted), counted as the sign-in counts it. Sign-in itself keeps its guesses in the
database (people/guesses.py), since those must outlive a restart; how long to wait is decided by
the same rule.
"""

import threading
from collections import OrderedDict, deque
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from anyio import fail_after
from litestar import Request
from litestar.exceptions import HTTPException

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.gate.actor import address_of
from kb_service.people import rules

# A phone on a bad line sends the largest body that we take in about half of this.
BODY_S = 60.0
_MAX_KEYS = 10_000
_YEARS = range(1900, 2200)
_PAUSE_S = {Kind.UNAVAILABLE: 5, Kind.TOO_MANY: 60}
_REQUEST_TIMEOUT = 408


class Limit(msgspec.Struct, frozen=True):
    """How many are free within a time."""

    count: int
    window: timedelta


class Pace(msgspec.Struct, frozen=True):
    """How often something may be done: from an address, from an address to a thing, to a thing."""

    by_address: Limit
    by_both: Limit
    by_thing: Limit


# Many customers of a mobile network share one address; nobody rates one answer ten times an hour.
RATING = Pace(
    by_address=Limit(40, timedelta(minutes=10)),
    by_both=Limit(10, timedelta(hours=1)),
    by_thing=Limit(1000, timedelta(hours=1)),
)


class Limits:
    """What was done lately, by key; those not seen for longest make room for new ones."""

    def __init__(self, max_keys: int = _MAX_KEYS) -> None:
        self.max_keys = max_keys
        self._done: OrderedDict[tuple[str, ...], deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._done)

    def take(self, deed: str, pace: Pace, address: str, thing: str, now: datetime) -> int:
        """Count one more deed and give 0; else count nothing and give the seconds to wait."""
        who = rules.address_key(address)
        wanted = {
            (deed, "address", who): pace.by_address,
            (deed, "both", who, thing): pace.by_both,
            (deed, "thing", thing): pace.by_thing,
        }
        with self._lock:
            wait = max(self._wait_s(key, limit, now) for key, limit in wanted.items())
            if not wait:
                for key, limit in wanted.items():
                    self._note(key, limit, now)
        return wait

    def _wait_s(self, key: tuple[str, ...], limit: Limit, now: datetime) -> int:
        return rules.wait_s(self._done.get(key, ()), now, limit.count, limit.window)

    def _note(self, key: tuple[str, ...], limit: Limit, now: datetime) -> None:
        moments = self._done.setdefault(key, deque(maxlen=limit.count))
        moments.append(now)
        self._done.move_to_end(key)
        while len(self._done) > self.max_keys:
            self._done.popitem(last=False)


def take_rating(request: Request[Any, Any, Any], limits: Limits, item: str, now: datetime) -> None:
    """Count a visitor's mark of an answer. Raises: rating.too_many with `retry_after`."""
    wait = limits.take("rating", RATING, address_of(request), item, now)
    if wait:
        raise KbError("rating.too_many", Kind.TOO_MANY, retry_after=wait)


async def read_body(request: Request[Any, Any, Any]) -> None:
    """Read a body to its end before anything is opened for it: a slow sender holds nobody up.

    Litestar keeps it for who asks next. Raises: 408 after `BODY_S`.
    """
    try:
        with fail_after(BODY_S):
            await request.body()
    except TimeoutError as error:
        raise HTTPException(status_code=_REQUEST_TIMEOUT) from error


def check_day(day: date | None) -> None:
    """Refuse a day that no calendar of ours can count from. Raises: date.out_of_range."""
    if day is not None and day.year not in _YEARS:
        raise invalid("date.out_of_range", day=str(day))


def retry_after(error: KbError) -> int | None:
    """Give the seconds after which it is worth trying again; None where waiting changes nothing."""
    if error.kind not in _PAUSE_S:
        return None
    return int(error.params.get("retry_after") or _PAUSE_S[error.kind])
