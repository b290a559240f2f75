"""Accounts as administrators handle them: invite, rename, give roles, block, give a new link.

An account of the demonstration, whose password everybody knows, manages only its like.
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import select

from kb_service.base.errors import FieldError, conflict, forbidden, invalid
from kb_service.base.ids import new_uid
from kb_service.base.permissions import Permission, Role
from kb_service.base.work import Work, act
from kb_service.people import guesses, rules
from kb_service.people.acts import _access
from kb_service.people.schemas import Invitation, NewUser, Profile
from kb_service.people.tables import User


@act("user.invite")
def invite(work: Work, new: NewUser) -> Invitation:
    """Make an account and the one-time link by which its owner sets the password.

    Raises: user.wrong with an error at each field.
    """
    work.allow(Permission.MANAGE_USERS)
    new = msgspec.structs.replace(
        new,
        login=rules.normal_login(new.login),
        name=new.name.strip(),
        email=new.email.strip(),
        department=new.department.strip(),
    )
    rules.check_new_user(new)
    if work.session.scalar(select(User.uid).where(User.login == new.login)):
        raise invalid("user.wrong", FieldError("login", "login.taken", {"login": new.login}))
    user = User(
        uid=new_uid(),
        login=new.login,
        name=new.name,
        email=new.email,
        department=new.department,
        password_hash=None,
        # What is made in a demonstration goes with it.
        is_demo=_access.is_demo(work),
        created=work.now,
        blocked_at=None,
        signed_in_at=None,
    )
    work.session.add(user)
    work.session.flush()
    _access.set_roles(work, user, new.roles)
    return _access.make_link(work, user)


@act("user.change")
def change(work: Work, uid: str, profile: Profile, *, reason: str = "") -> None:
    """Change name, address or department of an account. Raises: user.wrong."""
    user = _managed(work, uid)
    rules.check_profile(profile)
    user.name = profile.name.strip()
    user.email = profile.email.strip()
    user.department = profile.department.strip()


@act("user.grant")
def grant(work: Work, uid: str, roles: Iterable[Role], *, reason: str = "") -> None:
    """Give the account exactly these roles. Who loses one is signed out everywhere.

    Raises: user.wrong, user.last_administrator.
    """
    user = _managed(work, uid)
    wanted = frozenset(roles)
    rules.check_roles(wanted)
    if Role.ADMINISTRATOR not in wanted:
        _access.keep_an_administrator(work, user)
    if _access.set_roles(work, user, wanted):
        _access.end_access(work, user.uid)


@act("user.block")
def block(work: Work, uid: str, *, reason: str = "") -> None:
    """Let the account in no more: its sessions, tokens and links end at once.

    Raises: user.own_block, user.last_administrator.
    """
    user = _managed(work, uid)
    if user.uid == work.actor.uid:
        raise conflict("user.own_block")
    _access.keep_an_administrator(work, user)
    user.blocked_at = user.blocked_at or work.now
    _access.end_access(work, user.uid)
    guesses.forget_addresses(work, user.login)
    _access.drop_links(work, user.uid)


@act("user.unblock")
def unblock(work: Work, uid: str, *, reason: str = "") -> None:
    """Let the account in again; nobody is signed in by it."""
    user = _managed(work, uid)
    user.blocked_at = None


@act("user.make_link")
def make_link(work: Work, uid: str, *, reason: str = "") -> Invitation:
    """Give a new one-time link for the password; the present one holds until it is used.

    Raises: user.blocked.
    """
    user = _managed(work, uid)
    if user.blocked_at is not None:
        raise conflict("user.blocked")
    return _access.make_link(work, user)


def _managed(work: Work, uid: str) -> User:
    """Load an account that the actor may manage. Raises: user.missing, user.demo_only."""
    user = work.get(User, uid, Permission.MANAGE_USERS)
    if not user.is_demo and _access.is_demo(work):
        raise forbidden("user.demo_only")
    return user
