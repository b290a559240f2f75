"""Decisions about accounts: names, passwords, guesses, how long sessions, tokens and links hold.

Pure: values in, values or KbError out. Source: trust.md promise 17 and the row on resets.
"""

import ipaddress
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kb_service.base.errors import FieldError, KbError, Kind, conflict, invalid
from kb_service.base.permissions import Role
from kb_service.people.schemas import MIN_PASSWORD, DepartmentCard, NewUser, Profile, Scope
from kb_service.people.worst_passwords import WORST

MAX_PASSWORD = 200
_MIN_UNLIKE = 4

MAX_GUESSES = 10
GUESS_WINDOW = timedelta(minutes=15)
_FEW_LEFT = 4

SESSION_IDLE = timedelta(hours=12)
SESSION_LONGEST = timedelta(days=7)
# How old a session's last use may be before it is noted anew: a write for every page is too much.
SESSION_TOUCH = timedelta(minutes=5)

TOKEN_LIFE = timedelta(hours=12)
TOKEN_GRACE = timedelta(minutes=1)
MAX_TOKEN_DAYS = 366
LINK_LIFE = timedelta(hours=1)
# How long, and how many, addresses are remembered from which an account was signed in.
KNOWN_LIFE = timedelta(days=90)
MAX_KNOWN = 20

GRANTABLE = frozenset(Role) - {Role.VISITOR}
# Names under which the house itself acts: in the journal nobody else may look like it.
RESERVED_LOGINS = frozenset({"visitor", "system", "files"})
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")
_EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,180}\.[^\s@,;<>\".]{2,}")
_MAX_NAME = 200
_MAX_DEPARTMENT = 80
_MAX_DESCRIPTION = 2000


def normal_login(text: str) -> str:
    """Give a login as it is kept: without spaces around it, in small letters, never with NUL."""
    return text.strip().lower().replace("\0", "\ufffd")


def normal_password(text: str) -> str:
    """Give a password in one form of Unicode: keyboards differ in how they make «й»."""
    return unicodedata.normalize("NFKC", text)


def check_new_user(user: NewUser) -> None:
    """Refuse an account that cannot be. Raises: user.wrong with an error at each field."""
    fields = [*_login_errors(user.login), *_profile_errors(user), *_role_errors(user.roles)]
    if fields:
        raise invalid("user.wrong", *fields)


def check_profile(profile: Profile) -> None:
    """Refuse a name or address that cannot be. Raises: user.wrong with an error at each field."""
    fields = list(_profile_errors(profile))
    if fields:
        raise invalid("user.wrong", *fields)


def check_roles(roles: Iterable[Role]) -> None:
    """Refuse roles that nobody can be given. Raises: user.wrong."""
    fields = list(_role_errors(frozenset(roles)))
    if fields:
        raise invalid("user.wrong", *fields)


def check_department(card: DepartmentCard) -> None:
    """Refuse a department that cannot be. Raises: department.wrong with an error at each field."""
    fields = list(_department_errors(card))
    if fields:
        raise invalid("department.wrong", *fields)


def check_password(password: str, login: str, *, field: str = "password") -> None:
    """Refuse a password that others guess. Raises: password.wrong with the reason at the field."""
    problem = _password_problem(password, login)
    if problem is not None:
        raise invalid(
            "password.wrong",
            FieldError(field, problem, {"min": MIN_PASSWORD, "max": MAX_PASSWORD}),
        )


def check_last_administrator(administrators: Iterable[str], losing: str) -> None:
    """Refuse to leave the house without anybody who can manage it.

    Administrators are the accounts that can sign in. Raises: user.last_administrator.
    """
    if set(administrators) == {losing}:
        raise conflict("user.last_administrator")


def check_guesses(
    by_login: Sequence[datetime],
    by_address: Sequence[datetime],
    now: datetime,
    *,
    is_known: bool = False,
) -> None:
    """Refuse a guess where too many were made: of an account, or from an address.

    From a known address (the account was signed in from there) only those of the address count.
    Raises: session.too_many with `retry_after` in seconds.
    """
    counted = (by_address,) if is_known else (by_login, by_address)
    waits = [wait_s(moments, now, MAX_GUESSES, GUESS_WINDOW) for moments in counted]
    if any(waits):
        raise KbError("session.too_many", Kind.TOO_MANY, retry_after=max(waits))


def wait_s(moments: Iterable[datetime], now: datetime, limit: int, window: timedelta) -> int:
    """Give the seconds until one more is free where `limit` are within `window`; 0 is now."""
    recent = sorted(moment for moment in moments if moment > now - window)
    if len(recent) < limit:
        return 0
    return math.ceil((recent[-limit] + window - now).total_seconds())


def guesses_left(by_login: int, by_address: int) -> int | None:
    """Say how many guesses are left after these wrong ones, once they are few."""
    left = MAX_GUESSES - max(by_login, by_address)
    return left if left <= _FEW_LEFT else None


def address_key(address: str) -> str:
    """Give what counts as one address: of IPv6 the network that one household is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)


def session_holds(used_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Say whether a session goes on: used within 12 hours, begun within 7 days."""
    return now < expires_at and now < used_at + SESSION_IDLE


def token_end(now: datetime, days: int | None, *, began_at: datetime | None = None) -> datetime:
    """Give when a token ends: after 12 hours, or after the days that a named one was given.

    A renewed token ends at latest 7 days after its chain began. Raises: token.wrong, token.too_old.
    """
    if days is not None:
        if not 1 <= days <= MAX_TOKEN_DAYS:
            raise invalid(
                "token.wrong", FieldError("days", "token.days_wrong", {"max": MAX_TOKEN_DAYS})
            )
        return now + timedelta(days=days)
    latest = (began_at or now) + SESSION_LONGEST
    if now >= latest:
        raise KbError("token.too_old", Kind.UNAUTHENTICATED)
    return min(now + TOKEN_LIFE, latest)


def roles_in_scope(roles: frozenset[Role], scope: str) -> frozenset[Role]:
    """Give the roles that a token carries: reading needs no more than a reader has."""
    if scope == Scope.FULL:
        return roles
    return frozenset({Role.READER}) if roles else roles


def _login_errors(login: str) -> Iterable[FieldError]:
    if not _LOGIN.fullmatch(login):
        yield FieldError("login", "login.wrong")
    elif login in RESERVED_LOGINS:
        yield FieldError("login", "login.reserved", {"login": login})


def _profile_errors(user: NewUser | Profile) -> Iterable[FieldError]:
    if not user.name.strip():
        yield FieldError("name", "name.missing")
    for field in ("name", "department"):
        text = getattr(user, field)
        if len(text) > _MAX_NAME or not text.isprintable():
            yield FieldError(field, "name.wrong", {"max": _MAX_NAME})
    if user.email and not _EMAIL.fullmatch(user.email):
        yield FieldError("email", "email.wrong")


def _department_errors(card: DepartmentCard) -> Iterable[FieldError]:
    name = card.name
    # It stands in addresses and in the front matter of documents.
    is_plain = bool(name) and name == name.strip() and name.isprintable() and "/" not in name
    if not is_plain or len(name) > _MAX_DEPARTMENT or name.startswith("@"):
        yield FieldError("groupname", "department.name_wrong", {"max": _MAX_DEPARTMENT})
    if len(card.title) > _MAX_NAME or not card.title.isprintable():
        yield FieldError("title", "name.wrong", {"max": _MAX_NAME})
    if len(card.description) > _MAX_DESCRIPTION or "\0" in card.description:
        yield FieldError("description", "department.description_wrong", {"max": _MAX_DESCRIPTION})
    if card.email and not _EMAIL.fullmatch(card.email):
        yield FieldError("email", "email.wrong")


def _role_errors(roles: frozenset[Role]) -> Iterable[FieldError]:
    if not roles:
        yield FieldError("roles", "roles.missing")
    elif not roles <= GRANTABLE:
        yield FieldError("roles", "roles.wrong")


def _password_problem(password: str, login: str) -> str | None:
    folded = password.casefold()
    bare = re.sub(r"[\W_]+", "", folded)
    if len(password) < MIN_PASSWORD:
        return "password.too_short"
    if len(password) > MAX_PASSWORD:
        return "password.too_long"
    if "\0" in password:
        return "password.not_text"
    if _is_the_login(folded, login.casefold()):
        return "password.is_login"
    if len(set(folded)) < _MIN_UNLIKE or folded in WORST or bare in WORST:
        return "password.too_common"
    return None


def _is_the_login(folded: str, login: str) -> bool:
    """Say whether little else than the login is in the password."""
    return bool(login) and login in folded and len(folded) - len(login) < _MIN_UNLIKE
