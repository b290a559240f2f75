"""Departments: described, filled with people, taken away. Who belongs to one stands in `User`."""

from collections.abc import Mapping

from sqlalchemy import select

from kb_service.base.errors import FieldError, forbidden, invalid, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.people import rules
from kb_service.people.acts import _access, accounts
from kb_service.people.schemas import DepartmentCard, Profile
from kb_service.people.tables import Department, User


@act("department.create")
def create(work: Work, card: DepartmentCard, members: Mapping[str, bool] | None = None) -> None:
    """Describe a new department and put accounts into it.

    Raises: department.wrong with an error at each field, user.missing.
    """
    _allow(work)
    rules.check_department(card)
    if work.session.get(Department, card.name) is not None:
        raise invalid("department.wrong", FieldError("groupname", "department.taken"))
    _keep(work, card)
    _fill(work, card.name, members or {})


@act("department.change")
def change(work: Work, card: DepartmentCard, members: Mapping[str, bool] | None = None) -> None:
    """Describe a department anew; put accounts into it (true) or out of it (false).

    One that accounts name and nobody has described yet gets its description.
    Raises: department.missing, department.wrong, user.missing.
    """
    _allow(work)
    rules.check_department(card)
    if work.session.get(Department, card.name) is None and not _members(work, card.name):
        raise missing("department.missing", name=card.name)
    _keep(work, card)
    _fill(work, card.name, members or {})


@act("department.remove")
def remove(work: Work, name: str) -> None:
    """Take a department away; its members belong to none. Raises: department.missing."""
    _allow(work)
    row = work.session.get(Department, name)
    members = _members(work, name)
    if row is None and not members:
        raise missing("department.missing", name=name[:80])
    _fill(work, name, {user.login: False for user in members})
    if row is not None:
        work.about("department", name)
        work.session.delete(row)


def _allow(work: Work) -> None:
    """Ask the permission. What a demonstration makes goes with it, and a department would not."""
    work.allow(Permission.MANAGE_USERS)
    if _access.is_demo(work):
        raise forbidden("user.demo_only")


def _keep(work: Work, card: DepartmentCard) -> None:
    work.about("department", card.name)
    row = work.session.get(Department, card.name)
    if row is None:
        row = Department(name=card.name, title="", description="", email="", created=work.now)
        work.session.add(row)
    row.title = card.title.strip()
    row.description = card.description.strip()
    row.email = card.email.strip()


def _members(work: Work, name: str) -> list[User]:
    return list(work.session.scalars(select(User).where(User.department == name)))


def _fill(work: Work, name: str, members: Mapping[str, bool]) -> None:
    """Put accounts in or out, each by the act that changes an account."""
    for login, belongs in members.items():
        known = rules.normal_login(login)
        user = work.session.scalar(select(User).where(User.login == known))
        if user is None:
            raise missing("user.missing", uid=login[:80])
        if belongs == (user.department == name):
            continue
        profile = Profile(name=user.name, email=user.email, department=name if belongs else "")
        accounts.change(work, user.uid, profile)
