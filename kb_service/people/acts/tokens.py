"""Tokens of programs: of a sign-in over the API, and named ones that last longer."""

from kb_service.base.errors import FieldError, forbidden, invalid, missing, unauthenticated
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.people import guesses, rules, tokens
from kb_service.people.queries.actors import actor_of
from kb_service.people.schemas import IssuedToken, Scope
from kb_service.people.tables import Token, User

_MAX_NAME = 100


@act("token.start")
def start(work: Work, login: str, password: str, address: str, *, key: str) -> IssuedToken:
    """Give a token for 12 hours to whose login and password these are (@login).

    It must come first in its unit. Raises: session.wrong, session.too_many.
    """
    work.allow(Permission.SIGN_IN)
    proof = guesses.prove(work, login, password, address)
    user = work.get(User, proof.user_uid, Permission.SIGN_IN)
    user.signed_in_at = work.now
    work.as_actor(actor_of(work, user))
    end = rules.token_end(work.now, None)
    return _issued(work, user, _row(work, user, expires_at=end), key)


@act("token.renew")
def renew(work: Work, token: str, *, key: str) -> IssuedToken:
    """Give a new token of a sign-in for one that still holds (@login-renew).

    The old one holds for another minute, for calls that are under way. A chain of renewals ends 7
    days after its sign-in. Raises: session.token_wrong, token.too_old, token.not_renewable.
    """
    work.allow(Permission.OWN_ACCOUNT)
    user = work.get(User, work.actor.uid, Permission.OWN_ACCOUNT)
    old = _own_row(work, token, key)
    if old.name:
        raise forbidden("token.not_renewable")
    end = rules.token_end(work.now, None, began_at=old.began_at)
    old.expires_at = min(old.expires_at, work.now + rules.TOKEN_GRACE)
    return _issued(work, user, _row(work, user, expires_at=end, began_at=old.began_at), key)


@act("token.end")
def end(work: Work, token: str, *, key: str) -> None:
    """End a token of one's own (@logout). Raises: session.token_wrong."""
    work.allow(Permission.OWN_ACCOUNT)
    work.get(User, work.actor.uid, Permission.OWN_ACCOUNT)
    _own_row(work, token, key).revoked_at = work.now


@act("token.issue")
def issue(work: Work, name: str, days: int, scope: Scope, *, key: str) -> IssuedToken:
    """Give a named token of one's own account, for a program. `days` is at most a year.

    Who came with a token that reads only gets none that may more.
    Raises: token.wrong with an error at each field, token.needs_session.
    """
    work.allow(Permission.OWN_ACCOUNT)
    user = work.get(User, work.actor.uid, Permission.OWN_ACCOUNT)
    if scope == Scope.FULL and work.actor.roles != actor_of(work, user).roles:
        raise forbidden("token.needs_session")
    title = name.strip()
    if not title or len(title) > _MAX_NAME or not title.isprintable():
        raise invalid("token.wrong", FieldError("name", "token.name_wrong", {"max": _MAX_NAME}))
    end_at = rules.token_end(work.now, days)
    row = _row(work, user, expires_at=end_at, name=title, scope=scope)
    return _issued(work, user, row, key)


@act("token.revoke")
def revoke(work: Work, jti: str, *, reason: str = "") -> None:
    """End a token at once: one's own or, as an administrator, any. Raises: token.missing."""
    token = work.get(Token, jti, Permission.OWN_ACCOUNT)
    if token.user_uid != work.actor.uid and not work.may(Permission.MANAGE_USERS):
        raise missing("token.missing", uid=jti)
    token.revoked_at = token.revoked_at or work.now


def _row(
    work: Work,
    user: User,
    *,
    expires_at: object,
    began_at: object = None,
    name: str = "",
    scope: Scope = Scope.FULL,
) -> Token:
    return Token(
        jti=new_uid(),
        user_uid=user.uid,
        name=name,
        scope=str(scope),
        began_at=began_at or work.now,
        created=work.now,
        expires_at=expires_at,
        revoked_at=None,
    )


def _issued(work: Work, user: User, row: Token, key: str) -> IssuedToken:
    work.session.add(row)
    jti = Uid(row.jti)
    token = tokens.encode(user.login, user.name, jti, work.now, row.expires_at, key)
    return IssuedToken(jti, token, row.expires_at)


def _own_row(work: Work, token: str, key: str) -> Token:
    jti = tokens.jti_of(token, key)
    row = work.session.get(Token, jti) if jti else None
    is_over = row is None or row.revoked_at is not None or row.expires_at <= work.now
    if row is None or is_over or row.user_uid != work.actor.uid:
        raise unauthenticated("session.token_wrong")
    return row
