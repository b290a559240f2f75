"""What the house does for itself: first administrator, own key, accounts of the demonstration."""

from collections.abc import Mapping

from sqlalchemy import select

from kb_service.base.ids import new_secret, new_uid
from kb_service.base.permissions import Permission, Role
from kb_service.base.work import Work, act
from kb_service.people.acts import _access
from kb_service.people.schemas import DemoAccount, Invitation
from kb_service.people.tables import Grant, Secret, Session, Token, User

ADMIN_LOGIN = "admin"
DEMO_PASSWORD = "demo"  # noqa: S105 - it is public, and the accounts exist only in a demonstration


@act("user.make_administrator")
def make_administrator(work: Work, password_hash: str | None) -> Invitation | None:
    """Make the account `admin`, or let it in again, with a password or a one-time link."""
    work.allow(Permission.MANAGE_USERS)
    user = work.session.scalar(select(User).where(User.login == ADMIN_LOGIN))
    if user is None:
        user = _user(work, ADMIN_LOGIN, "Администратор")
    user.blocked_at = None
    user.is_demo = False
    held = work.session.scalars(select(Grant.role).where(Grant.user_uid == user.uid))
    _access.set_roles(work, user, frozenset({*map(Role, held), Role.ADMINISTRATOR}))
    if password_hash is None:
        return _access.make_link(work, user)
    user.password_hash = password_hash
    return None


@act("user.make_demo")
def make_demo(work: Work, titles: Mapping[Role, str], password_hash: str) -> list[DemoAccount]:
    """Make one account for each role, named by it; a name that is taken is left alone."""
    work.allow(Permission.MANAGE_USERS)
    taken = {
        user.login: user
        for user in work.session.scalars(select(User).where(User.login.in_(list(titles))))
    }
    made = []
    for role, title in titles.items():
        user = taken.get(str(role)) or _user(work, str(role), title, is_demo=True)
        if not user.is_demo:
            continue
        user.name, user.password_hash, user.blocked_at = title, password_hash, None
        _access.set_roles(work, user, frozenset({role}))
        made.append(DemoAccount(user.login, role, DEMO_PASSWORD))
    return made


@act("user.remove_demo")
def remove_demo(work: Work) -> int:
    """Take the demonstration's accounts away with all that is theirs; say how many."""
    work.allow(Permission.MANAGE_USERS)
    users = list(work.session.scalars(select(User).where(User.is_demo)))
    for user in users:
        _access.drop_links(work, user.uid)
        for table in (Grant, Session, Token):
            for row in work.session.scalars(select(table).where(table.user_uid == user.uid)):
                work.session.delete(row)
        work.session.flush()
        work.session.delete(user)
    return len(users)


@act("secret.make")
def make_secret(work: Work, name: str) -> str:
    """Give the service's own key of this name; made where there is none."""
    work.allow(Permission.MANAGE_COMPANY)
    work.database.lock_chain(work.session)
    secret = work.session.get(Secret, name)
    if secret is None:
        secret = Secret(name=name, value=new_secret(), created=work.now)
        work.session.add(secret)
    return secret.value


def _user(work: Work, login: str, name: str, *, is_demo: bool = False) -> User:
    user = User(
        uid=new_uid(),
        login=login,
        name=name,
        email="",
        department="",
        password_hash=None,
        is_demo=is_demo,
        created=work.now,
        blocked_at=None,
        signed_in_at=None,
    )
    work.session.add(user)
    work.session.flush()
    return user
