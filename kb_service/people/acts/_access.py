"""What several acts share: beginning a session, making a link, ending all access."""

from sqlalchemy import delete, select

from kb_service.base.crypto import hash_secret
from kb_service.base.ids import Uid, new_secret, new_uid
from kb_service.base.permissions import Role
from kb_service.base.work import Work
from kb_service.people import rules
from kb_service.people.queries.actors import actor_of
from kb_service.people.schemas import Invitation, SignedIn
from kb_service.people.tables import Grant, OneTimeLink, Session, Token, User


def begin_session(work: Work, user: User, address: str) -> SignedIn:
    """Sign a browser in and go on as its user."""
    secret = new_secret()
    session = Session(
        uid=new_uid(),
        user_uid=user.uid,
        secret_hash=hash_secret(secret),
        address=rules.address_key(address),
        created=work.now,
        used_at=work.now,
        expires_at=work.now + rules.SESSION_LONGEST,
    )
    work.session.add(session)
    user.signed_in_at = work.now
    actor = actor_of(work, user)
    work.as_actor(actor)
    return SignedIn(secret, actor)


def make_link(work: Work, user: User) -> Invitation:
    """Give the account a new one-time link; earlier ones end."""
    drop_links(work, user.uid)
    secret = new_secret()
    end = work.now + rules.LINK_LIFE
    link = OneTimeLink(
        uid=new_uid(),
        user_uid=user.uid,
        secret_hash=hash_secret(secret),
        created=work.now,
        expires_at=end,
        used_at=None,
    )
    work.session.add(link)
    return Invitation(Uid(user.uid), user.login, secret, end)


def drop_links(work: Work, user_uid: str) -> None:
    """Take away the links of an account."""
    for link in work.session.scalars(select(OneTimeLink).where(OneTimeLink.user_uid == user_uid)):
        work.session.delete(link)


def end_access(work: Work, user_uid: str) -> None:
    """End every session and token of an account, at once: each request asks the database."""
    work.session.execute(delete(Session).where(Session.user_uid == user_uid))
    holding = select(Token).where(Token.user_uid == user_uid, Token.revoked_at.is_(None))
    for token in work.session.scalars(holding):
        token.revoked_at = work.now


def set_roles(work: Work, user: User, roles: frozenset[Role]) -> frozenset[str]:
    """Give the account exactly these roles; tell which it lost."""
    held = {
        grant.role: grant
        for grant in work.session.scalars(select(Grant).where(Grant.user_uid == user.uid))
    }
    for role in sorted(roles - set(held)):
        work.session.add(Grant(user_uid=user.uid, role=str(role)))
    lost = frozenset(held) - roles
    for name in lost:
        work.session.delete(held[name])
    work.session.flush()
    return lost


def keep_an_administrator(work: Work, losing: User) -> None:
    """Refuse that the last administrator goes. Raises: user.last_administrator."""
    if losing.is_demo:
        return
    # Two administrators who block one another at the same moment must not both succeed.
    work.database.lock_chain(work.session)
    able = select(User.uid).where(
        User.uid.in_(select(Grant.user_uid).where(Grant.role == Role.ADMINISTRATOR)),
        User.blocked_at.is_(None),
        User.password_hash.is_not(None),
        User.is_demo.is_(False),
    )
    rules.check_last_administrator(work.session.scalars(able), losing.uid)


def is_demo(work: Work) -> bool:
    """Say whether who acts is an account of the demonstration, which manages only its like."""
    own = work.session.get(User, work.actor.uid) if work.actor.uid else None
    return own is not None and own.is_demo
