"""Structs of the people room: what a form brings in, what a page or an answer shows."""

from datetime import datetime
from enum import StrEnum

import msgspec

from kb_service.base.ids import Uid
from kb_service.base.permissions import Actor, Role

# The least number of letters of a password; forms tell it before anybody types.
MIN_PASSWORD = 10


class Scope(StrEnum):
    """How much a token may do: all that its owner may, or read only."""

    FULL = "full"
    READ = "read"


class NewUser(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An account to be made."""

    login: str
    name: str
    email: str = ""
    department: str = ""
    roles: frozenset[Role] = frozenset()


class Profile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What an administrator may change of an account beside its roles."""

    name: str
    email: str = ""
    department: str = ""


class UserView(msgspec.Struct, kw_only=True):
    """An account as its owner and administrators see it."""

    uid: Uid
    login: str
    name: str
    email: str
    department: str
    roles: list[str]
    is_blocked: bool
    is_demo: bool
    has_password: bool
    created: datetime
    last_seen: datetime | None


class Coworker(msgspec.Struct, frozen=True):
    """Somebody who works here, as all colleagues may know them."""

    uid: str
    name: str
    department: str


class DepartmentCard(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is said of a department; the name is its key and stays."""

    name: str
    title: str = ""
    description: str = ""
    email: str = ""


class DepartmentView(msgspec.Struct, kw_only=True):
    """A department and the logins of who belongs to it."""

    name: str
    title: str
    description: str
    email: str
    members: list[str]


class SessionView(msgspec.Struct, kw_only=True):
    """A signed-in browser of an account."""

    uid: Uid
    started: datetime
    last_seen: datetime
    address: str
    is_own: bool


class TokenView(msgspec.Struct, kw_only=True):
    """A token of an account, without the token itself. `name` is empty for one of @login."""

    jti: Uid
    name: str
    scope: Scope
    created: datetime
    expires_at: datetime


class SignedIn(msgspec.Struct, frozen=True):
    """A session that has just begun; the secret belongs into the cookie and nowhere else."""

    secret: str
    actor: Actor


class Invitation(msgspec.Struct, frozen=True):
    """A one-time link that was just made; the secret is shown once."""

    user_uid: Uid
    login: str
    secret: str
    expires_at: datetime


class IssuedToken(msgspec.Struct, frozen=True):
    """A token that was just made; the JWT is shown once."""

    jti: Uid
    token: str
    expires_at: datetime


class DemoAccount(msgspec.Struct, frozen=True):
    """An account that exists only while the demonstration runs."""

    login: str
    role: Role
    password: str


class JobView(msgspec.Struct, kw_only=True):
    """A job that waits, runs or has failed."""

    uid: Uid
    kind: str
    payload: str
    state: str
    attempts: int
    created: datetime
    run_at: datetime
    error: str


class AuditFilter(msgspec.Struct, kw_only=True, frozen=True):
    """Which rows of the journal are wanted; empty means all. `day` is in the company's zone."""

    actor: str = ""
    act: str = ""
    object: str = ""
    day: str = ""


class AuditView(msgspec.Struct, kw_only=True):
    """A row of the journal; `changes` is one line for each changed value."""

    seq: int
    moment: datetime
    actor: str
    act: str
    object_kind: str
    object_uid: str
    changes: str
    reason: str
    digest: str


class Verified(msgspec.Struct, kw_only=True, frozen=True):
    """Whether the journal's chain holds, and where not."""

    ok: bool
    rows: int
    digest: str
    broken_at: int = 0
    problem: str = ""
