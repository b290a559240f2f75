"""Reading departments and colleagues: names for everybody who works here, the rest for who manages.

A department that accounts name and nobody has described is one too, with nothing but its name.
"""

from collections.abc import Sequence

from sqlalchemy import select

from kb_service.base.errors import missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.people.schemas import Coworker, DepartmentView
from kb_service.people.tables import Department, User


def departments(work: Work, *, q: str = "") -> list[DepartmentView]:
    """Give the departments with their members, in order of names; for who manages accounts."""
    rows = work.session.scalars(readable(work, Department, Permission.MANAGE_USERS)).all()
    members = _members(work)
    known = {row.name: row for row in rows}
    letters = q.strip().casefold()
    views = [
        _view(name, known.get(name), members.get(name, ())) for name in {*known, *members} - {""}
    ]
    return sorted(
        (one for one in views if letters in f"{one.name} {one.title}".casefold()),
        key=lambda one: one.name.casefold(),
    )


def department(work: Work, name: str) -> DepartmentView:
    """Give one department; for who manages accounts. Raises: department.missing."""
    found = next((one for one in departments(work) if one.name == name), None)
    if found is None:
        raise missing("department.missing", name=name[:80])
    return found


def department_titles(work: Work) -> dict[str, str]:
    """Give the titles of departments by their names, for everybody who works here."""
    rows = work.session.scalars(readable(work, Department, Permission.OWN_ACCOUNT))
    titles = {row.name: row.title or row.name for row in rows}
    named = work.session.scalars(select(User.department).where(User.blocked_at.is_(None)))
    return {name: name for name in named if name} | titles


def colleagues(work: Work, *, q: str = "") -> list[tuple[str, str]]:
    """Give login and name of everybody who can sign in, by name: nothing else of them."""
    statement = readable(work, User, Permission.OWN_ACCOUNT).where(User.blocked_at.is_(None))
    letters = q.strip().casefold()
    found = [(row.login, row.name) for row in work.session.scalars(statement)]
    return sorted(
        (one for one in found if letters in f"{one[0]} {one[1]}".casefold()),
        key=lambda one: (one[1].casefold(), one[0]),
    )


def coworkers(work: Work) -> list[Coworker]:
    """Give everybody who can sign in with their department, by name; for who works here."""
    statement = readable(work, User, Permission.OWN_ACCOUNT).where(User.blocked_at.is_(None))
    found = [Coworker(row.uid, row.name, row.department) for row in work.session.scalars(statement)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.uid))


def _members(work: Work) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    statement = readable(work, User, Permission.MANAGE_USERS).where(User.blocked_at.is_(None))
    for row in work.session.scalars(statement.order_by(User.login)):
        found.setdefault(row.department, []).append(row.login)
    return found


def _view(name: str, row: Department | None, members: Sequence[str]) -> DepartmentView:
    return DepartmentView(
        name=name,
        title=(row.title if row else "") or name,
        description=row.description if row else "",
        email=row.email if row else "",
        members=list(members),
    )
