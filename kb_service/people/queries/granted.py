"""Reading which roles colleagues have everywhere: for who gives them further ones at a place."""

from collections.abc import Iterable

from sqlalchemy import select

from kb_service.base.permissions import Permission, Role
from kb_service.base.work import Work, readable
from kb_service.people.tables import Grant, User


def granted(work: Work, logins: Iterable[str]) -> dict[str, frozenset[Role]]:
    """Give the roles of accounts by login, those of the whole service; for who may share somewhere.

    Raises: session.needed, act.forbidden.
    """
    work.allow_somewhere(Permission.SHARE)
    wanted = list(logins)
    rows = work.session.scalars(
        readable(work, User, Permission.OWN_ACCOUNT).where(User.login.in_(wanted))
    ).all()
    found: dict[str, set[Role]] = {row.login: set() for row in rows}
    names = {row.uid: row.login for row in rows}
    for grant in work.session.scalars(select(Grant).where(Grant.user_uid.in_(names))):
        if grant.role in tuple(Role):
            found[names[grant.user_uid]].add(Role(grant.role))
    return {login: frozenset(roles) for login, roles in found.items()}
