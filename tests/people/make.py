"""Accounts for tests, made by acts so that they are always lawful."""

from collections.abc import Iterable

from sqlalchemy import select

from kb_service.base.ids import Uid
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.base.work import Work
from kb_service.people.acts import accounts, passwords, sessions
from kb_service.people.queries import actors
from kb_service.people.schemas import Invitation, NewUser, SignedIn
from kb_service.people.tables import User
from tests.conftest import WorkAs

PASSWORD = "верная лошадь скоба"
ADDRESS = "192.0.2.7"
KEY = "k" * 43


def invite(
    work: Work,
    login: str,
    *,
    name: str,
    roles: Iterable[Role],
    email: str = "",
    department: str = "",
) -> Invitation:
    """Make an account without a password."""
    new = NewUser(
        login=login, name=name, roles=frozenset(roles), email=email, department=department
    )
    return accounts.invite(work, new)


def account(
    work_as: WorkAs, login: str = "olga", *roles: Role, password: str | None = PASSWORD
) -> Uid:
    """Make an account with these roles (an operator's by default) that can sign in."""
    with work_as(SYSTEM) as work:
        made = invite(work, login, name=login.title(), roles=roles or (Role.OPERATOR,))
    if password is not None:
        with work_as(SYSTEM) as work:
            passwords.set_password(work, made.secret, password, ADDRESS)
    return made.user_uid


def signed_in(work_as: WorkAs, login: str = "olga", address: str = ADDRESS) -> SignedIn:
    """Begin a session."""
    with work_as(SYSTEM) as work:
        return sessions.sign_in(work, login, PASSWORD, address)


def actor(work: Work, uid: str) -> Actor:
    """Give an account as an actor."""
    return actors.actor_of(work, work.session.get_one(User, uid))


def everybody(work: Work) -> list[Actor]:
    """Give all accounts as actors."""
    return [actors.actor_of(work, user) for user in work.session.scalars(select(User))]
