"""Passwords that an administrator gives, as clients of Plone do; a one-time link is the better way.

A new hash ends every session, token and link of the account, as any other change of a password.
"""

from kb_service.base.crypto import hash_password
from kb_service.base.errors import forbidden
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.people import rules
from kb_service.people.acts import _access, accounts
from kb_service.people.schemas import NewUser
from kb_service.people.tables import User


@act("user.enrol")
def enrol(work: Work, new: NewUser, password: str) -> Uid:
    """Make an account that can sign in with this password. It must come first in its unit.

    Raises: user.wrong, password.wrong.
    """
    work.allow(Permission.MANAGE_USERS)
    password_hash = _hashed(work, password, rules.normal_login(new.login))
    made = accounts.invite(work, new)
    user = work.get(User, made.user_uid, Permission.MANAGE_USERS)
    user.password_hash = password_hash
    _access.drop_links(work, user.uid)
    return made.user_uid


@act("password.give")
def give_password(work: Work, uid: str, password: str, *, reason: str = "") -> None:
    """Give an account another password and end all its access. It must come first in its unit.

    Raises: user.missing, user.demo_only, password.wrong.
    """
    login = work.get(User, uid, Permission.MANAGE_USERS).login
    password_hash = _hashed(work, password, login)
    user = work.get(User, uid, Permission.MANAGE_USERS)
    if user.is_demo or _access.is_demo(work):
        raise forbidden("user.demo_only")
    user.password_hash = password_hash
    _access.end_access(work, user.uid)
    _access.drop_links(work, user.uid)


def _hashed(work: Work, password: str, login: str) -> str:
    text = rules.normal_password(password)
    rules.check_password(text, login)
    work.pause()
    return hash_password(text)
