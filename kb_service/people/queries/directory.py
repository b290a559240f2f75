"""The accounts: all of them for administrators, one's own for everybody who has one."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from kb_service.base.crypto import hash_secret
from kb_service.base.errors import KbError, Kind, missing
from kb_service.base.ids import Uid
from kb_service.base.paging import MAX_SIZE, Batch, checked_batch
from kb_service.base.permissions import Permission, Role
from kb_service.base.work import Work, readable, reads
from kb_service.people import rules
from kb_service.people.schemas import Scope, SessionView, TokenView, UserView
from kb_service.people.tables import Grant, OneTimeLink, Secret, Session, Token, User

TOKEN_KEY = "tokens"  # noqa: S105 - a name


@reads(User)
def own_or_all(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow accounts to the actor's own, unless the actor manages them."""
    return statement if work.may(Permission.MANAGE_USERS) else statement.where(_own(work, User.uid))


@reads(Session)
def own_or_all_sessions(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow sessions as their accounts."""
    if work.may(Permission.MANAGE_USERS):
        return statement
    return statement.where(_own(work, Session.user_uid))


@reads(Token)
def own_or_all_tokens(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow tokens as their accounts."""
    if work.may(Permission.MANAGE_USERS):
        return statement
    return statement.where(_own(work, Token.user_uid))


def directory(
    work: Work,
    *,
    q: str = "",
    departments: Collection[str] = (),
    roles: Collection[Role] = (),
    is_blocked: bool | None = None,
    start: int = 0,
    size: int = MAX_SIZE,
) -> Batch[UserView]:
    """Give the accounts whose name, login or department has these letters, by name.

    Only those of one of the departments and with one of the roles, where any are named.
    """
    start, size = checked_batch(start, size)
    statement = readable(work, User, Permission.MANAGE_USERS)
    if departments:
        statement = statement.where(User.department.in_(departments))
    if roles:
        having = select(Grant.user_uid).where(Grant.role.in_([str(role) for role in roles]))
        statement = statement.where(User.uid.in_(having))
    if is_blocked is not None:
        blocked = User.blocked_at
        statement = statement.where(blocked.is_not(None) if is_blocked else blocked.is_(None))
    if q.strip():
        letters = q.strip().lower()
        statement = statement.where(
            or_(
                *(
                    func.lower(column).contains(letters, autoescape=True)
                    for column in (User.name, User.login, User.department)
                )
            )
        )
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(func.lower(User.name), User.login).offset(start).limit(size)
    return Batch(_views(work, work.session.scalars(page).all()), total, start, size)


def user(work: Work, uid: str) -> UserView:
    """Give one account: one's own or, to administrators, any. Raises: user.missing."""
    return _one(work, User.uid == uid, uid)


def user_by_login(work: Work, login: str) -> UserView:
    """Give one account by its login, as `user`. Raises: user.missing."""
    return _one(work, User.login == rules.normal_login(login), login)


def sessions(work: Work, uid: str, *, own_secret: str = "") -> list[SessionView]:
    """Give the browsers signed in to an account, last used first."""
    own = hash_secret(own_secret)
    rows = work.session.scalars(
        readable(work, Session).where(Session.user_uid == uid).order_by(Session.used_at.desc())
    )
    return [
        SessionView(
            uid=Uid(row.uid),
            started=row.created,
            last_seen=row.used_at,
            address=row.address,
            is_own=row.secret_hash == own,
        )
        for row in rows
        if rules.session_holds(row.used_at, row.expires_at, work.now)
    ]


def tokens(work: Work, uid: str) -> list[TokenView]:
    """Give the tokens of an account that still hold, newest first."""
    rows = work.session.scalars(
        readable(work, Token)
        .where(Token.user_uid == uid, Token.revoked_at.is_(None), Token.expires_at > work.now)
        .order_by(Token.created.desc(), Token.jti)
    )
    return [
        TokenView(
            jti=Uid(row.jti),
            name=row.name,
            scope=Scope(row.scope),
            created=row.created,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def login_of_link(work: Work, secret: str) -> str:
    """Give whose one-time link this is. Public: the secret is the right to see it.

    Raises: link.gone, the same for a used, an old and an unknown one.
    """
    return link_of(work, secret)[1].login


def link_of(work: Work, secret: str) -> tuple[OneTimeLink, User]:
    """Give the rows of a link that still holds. Public as `login_of_link`. Raises: link.gone."""
    found = work.session.execute(
        select(OneTimeLink, User)
        .join(User, User.uid == OneTimeLink.user_uid)
        .where(
            OneTimeLink.secret_hash == hash_secret(secret),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > work.now,
            User.blocked_at.is_(None),
        )
    ).first()
    if found is None:
        raise KbError("link.gone", Kind.GONE)
    return found[0], found[1]


def token_key(work: Work) -> str:
    """Give the key by which tokens and forms are signed. Public: the house itself asks.

    Raises: secret.missing before the first start.
    """
    secret = work.session.get(Secret, TOKEN_KEY)
    if secret is None:
        raise KbError("secret.missing", Kind.UNAVAILABLE, name=TOKEN_KEY)
    return secret.value


def demo_logins(work: Work) -> list[str]:
    """Give the accounts of the demonstration. Public: the sign-in page shows them to everybody."""
    return list(work.session.scalars(select(User.login).where(User.is_demo).order_by(User.login)))


def has_administrator(work: Work) -> bool:
    """Say whether a real administrator can sign in. Public: the first start asks it."""
    able = (
        select(User.uid)
        .join(Grant, Grant.user_uid == User.uid)
        .where(
            Grant.role == Role.ADMINISTRATOR,
            User.blocked_at.is_(None),
            User.password_hash.is_not(None),
            User.is_demo.is_(False),
        )
    )
    return work.session.scalar(able.limit(1)) is not None


def _own(work: Work, column: Any) -> ColumnElement[bool]:
    # The house and visitors have no uid; no row has an empty one.
    return column == work.actor.uid  # type: ignore[no-any-return]


def _one(work: Work, which: ColumnElement[bool], asked: str) -> UserView:
    row = work.session.scalar(readable(work, User).where(which))
    if row is None:
        raise missing("user.missing", uid=asked)
    return _views(work, [row])[0]


def _views(work: Work, users: Sequence[User]) -> list[UserView]:
    granted: dict[str, list[str]] = {row.uid: [] for row in users}
    statement = select(Grant).where(Grant.user_uid.in_(granted)).order_by(Grant.role)
    for grant in work.session.scalars(statement):
        granted[grant.user_uid].append(grant.role)
    return [
        UserView(
            uid=Uid(row.uid),
            login=row.login,
            name=row.name,
            email=row.email,
            department=row.department,
            roles=granted[row.uid],
            is_blocked=row.blocked_at is not None,
            is_demo=row.is_demo,
            has_password=bool(row.password_hash),
            created=row.created,
            last_seen=row.signed_in_at,
        )
        for row in users
    ]
