"""Signing in and out, and forgetting what has ended."""

from sqlalchemy import delete, or_, select

from kb_service.base.crypto import hash_secret
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.people import guesses, rules
from kb_service.people.acts._access import begin_session
from kb_service.people.schemas import SignedIn
from kb_service.people.tables import Attempt, KnownAddress, OneTimeLink, Session, Token, User


@act("session.start", always=True)
def sign_in(work: Work, login: str, password: str, address: str) -> SignedIn:
    """Begin a session of the account whose login and password these are.

    It must come first in its unit: the password is checked outside of the transaction.
    Raises: session.wrong with `left` where few guesses are left, session.too_many.
    """
    work.allow(Permission.SIGN_IN)
    proof = guesses.prove(work, login, password, address)
    user = work.get(User, proof.user_uid, Permission.SIGN_IN)
    if proof.password_hash is not None:
        user.password_hash = proof.password_hash
    return begin_session(work, user, address)


@act("session.end", always=True)
def sign_out(work: Work, secret: str) -> None:
    """End the session of this browser; the others of the account go on."""
    work.allow(Permission.OWN_ACCOUNT)
    work.get(User, work.actor.uid, Permission.OWN_ACCOUNT)
    own = (Session.user_uid == work.actor.uid) & (Session.secret_hash == hash_secret(secret))
    work.session.execute(delete(Session).where(own))


@act("access.expire")
def expire(work: Work) -> None:
    """Forget what has ended: sessions, guesses, addresses, links, tokens. Always harmless."""
    work.allow(Permission.MANAGE_USERS)
    ended = or_(Session.expires_at <= work.now, Session.used_at <= work.now - rules.SESSION_IDLE)
    work.session.execute(delete(Session).where(ended))
    forgotten = Attempt.moment <= work.now - rules.GUESS_WINDOW
    work.session.execute(delete(Attempt).where(forgotten))
    strange = KnownAddress.used_at <= work.now - rules.KNOWN_LIFE
    work.session.execute(delete(KnownAddress).where(strange))
    old_links = select(OneTimeLink).where(OneTimeLink.expires_at <= work.now)
    old_tokens = select(Token).where(Token.expires_at <= work.now)
    for row in [*work.session.scalars(old_links), *work.session.scalars(old_tokens)]:
        work.session.delete(row)
