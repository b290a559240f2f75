"""From a secret to an actor: what a cookie, a token or a password says about who asks.

These queries are public because they are how anybody becomes somebody. An account that is blocked
is nobody at once: every request asks the database.
"""

from sqlalchemy import select

from kb_service.base.crypto import hash_secret
from kb_service.base.permissions import SYSTEM, Actor, Permission, Role
from kb_service.base.work import Work, open_work, readable
from kb_service.people import guesses, rules, tokens
from kb_service.people.schemas import Scope
from kb_service.people.tables import Grant, Session, Token, User


def actor_of_session(work: Work, secret: str) -> Actor | None:
    """Give who is signed in with this cookie, and keep the session from ageing."""
    found = work.session.execute(
        select(Session, User)
        .join(User, User.uid == Session.user_uid)
        .where(Session.secret_hash == hash_secret(secret), User.blocked_at.is_(None))
    ).first()
    if found is None:
        return None
    session, user = found
    if not rules.session_holds(session.used_at, session.expires_at, work.now):
        return None
    actor = actor_of(work, user)
    if work.now - session.used_at >= rules.SESSION_TOUCH:
        _touch(work, session.uid)
    return actor


def actor_of_token(work: Work, token: str, key: str) -> Actor | None:
    """Give whose token this is; None if it is not ours, has ended or was revoked."""
    jti = tokens.jti_of(token, key)
    if jti is None:
        return None
    found = work.session.execute(
        select(Token, User)
        .join(User, User.uid == Token.user_uid)
        .where(
            Token.jti == jti,
            Token.revoked_at.is_(None),
            Token.expires_at > work.now,
            User.blocked_at.is_(None),
        )
    ).first()
    return None if found is None else actor_of(work, found[1], found[0].scope)


def actor_of_password(work: Work, login: str, password: str, address: str) -> Actor:
    """Give whose login and password these are (HTTP basic). Raises: session.wrong, .too_many."""
    proof = guesses.prove(work, login, password, address)
    return actor_of(work, work.session.get_one(User, proof.user_uid))


def actor_of_account(work: Work, uid: str) -> Actor | None:
    """Give an account as an actor, for what the house does in its name; None if it is blocked."""
    statement = readable(work, User, Permission.MANAGE_USERS)
    user = work.session.scalar(statement.where(User.uid == uid, User.blocked_at.is_(None)))
    return None if user is None else actor_of(work, user)


def actor_of(work: Work, user: User, scope: str = Scope.FULL) -> Actor:
    """Give an account as an actor; who has no role may what a visitor may."""
    granted = work.session.scalars(select(Grant.role).where(Grant.user_uid == user.uid))
    known = frozenset(Role(role) for role in granted if role in Role.__members__.values())
    return Actor(
        login=user.login,
        name=user.name,
        roles=rules.roles_in_scope(known, scope) or frozenset({Role.VISITOR}),
        uid=user.uid,  # type: ignore[arg-type]  # a uid by its column
        department=user.department,
        only_reads=scope != Scope.FULL,
    )


def _touch(work: Work, uid: str) -> None:
    """Note that a session was used, in a unit of its own: the request may be a reading one."""
    work.pause()
    with open_work(work.database, SYSTEM, work.clock) as touching:
        session = touching.session.get(Session, uid)
        if session is not None:
            session.used_at = touching.now
