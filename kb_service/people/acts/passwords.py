"""Setting one's password: by a one-time link, or knowing the present one."""

from kb_service.base.crypto import hash_password
from kb_service.base.errors import FieldError, KbError, Kind, conflict, invalid
from kb_service.base.permissions import VISITOR, Permission
from kb_service.base.work import Work, act, open_work
from kb_service.people import guesses, rules
from kb_service.people.acts import _access
from kb_service.people.queries import login_of_link
from kb_service.people.queries.directory import link_of
from kb_service.people.schemas import SignedIn
from kb_service.people.tables import OneTimeLink, User


@act("password.set")
def set_password(work: Work, secret: str, password: str, address: str = "") -> SignedIn:
    """Set the password by a one-time link, which is used up, and begin a session.

    All other sessions and tokens of the account end. It must come first in its unit.
    Raises: link.gone, password.wrong.
    """
    work.allow(Permission.SIGN_IN)
    work.pause()
    with open_work(work.database, VISITOR, work.clock, write=False) as reading:
        login = login_of_link(reading, secret)
    text = rules.normal_password(password)
    rules.check_password(text, login)
    password_hash = hash_password(text)
    found, owner = link_of(work, secret)
    user = work.get(User, owner.uid, Permission.SIGN_IN)
    link = work.get(OneTimeLink, found.uid, Permission.SIGN_IN)
    if link.used_at is not None:  # somebody else used it while we waited for the row
        raise KbError("link.gone", Kind.GONE)
    link.used_at = work.now
    return _renew(work, user, password_hash, address)


@act("password.change")
def change_password(work: Work, old: str, new: str, address: str) -> SignedIn:
    """Change one's own password. All sessions and tokens end; this browser gets a new session.

    It must come first in its unit. Raises: password.wrong, session.too_many, user.demo.
    """
    work.allow(Permission.OWN_ACCOUNT)
    uid = work.actor.uid
    try:
        guesses.prove(work, work.actor.login, old, address)
    except KbError as error:
        if error.kind is not Kind.UNAUTHENTICATED:
            raise
        raise invalid("password.wrong", FieldError("old", "password.old_wrong")) from error
    text = rules.normal_password(new)
    rules.check_password(text, work.actor.login)
    if text == rules.normal_password(old):
        raise invalid("password.wrong", FieldError("password", "password.same"))
    password_hash = hash_password(text)
    user = work.get(User, uid, Permission.OWN_ACCOUNT)
    if user.is_demo:
        raise conflict("user.demo")
    return _renew(work, user, password_hash, address)


def _renew(work: Work, user: User, password_hash: str, address: str) -> SignedIn:
    user.password_hash = password_hash
    _access.end_access(work, user.uid)
    guesses.forget_addresses(work, user.login)
    guesses.remember(work, user.login, address)
    signed_in = _access.begin_session(work, user, address)
    work.session.flush()
    return signed_in
