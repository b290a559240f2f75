"""`@groups`: departments over the API, for who manages accounts. An account belongs to one."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.responses import may_answer
from kb_service.api.schemas.people import GroupBody, GroupItem, Members, NewGroupBody
from kb_service.api.services._people import address
from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.people import queries
from kb_service.people.acts import departments as acts
from kb_service.people.schemas import DepartmentCard, DepartmentView

_PEOPLE: dict[str, Any] = {"tags": ["people"], "sync_to_thread": True}
_MAX_LIMIT = 1000
_OF_EVERYBODY = ["Authenticated"]


@get(
    "/api/@groups",
    responses=may_answer(304, 400, 401, 403),
    summary="The departments",
    **_PEOPLE,
)
def list_groups(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    letters: Annotated[
        str, QueryParameter(name="query", description="Part of the name or title.")
    ] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=_MAX_LIMIT)] = _MAX_LIMIT,
) -> Response[list[GroupItem]]:
    """Give the departments with their members: a bare list, as Plone does."""
    addresses = addresses_of(request)
    found = queries.departments(work, q=letters)[:limit]
    return answer(request, [_item(view, addresses) for view in found])


@get(
    "/api/@groups/{name:str}",
    responses=may_answer(304, 401, 403, 404),
    summary="One department",
    **_PEOPLE,
)
def read_group(
    request: Request[Any, Any, Any], work: NamedDependency[Work], name: FromPath[str]
) -> Response[GroupItem]:
    """Give one department. Raises: department.missing."""
    return answer(request, _item(queries.department(work, name), addresses_of(request)))


@post(
    "/api/@groups",
    responses=may_answer(400, 401, 403, 404, 413),
    summary="Describe a department",
    **_PEOPLE,
)
def create_group(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[NewGroupBody]
) -> Response[GroupItem]:
    """Describe a new department and put accounts into it.

    Raises: department.wrong, department.roles, user.missing.
    """
    work.allow(Permission.MANAGE_USERS)
    _refuse_roles(data.roles)
    card = DepartmentCard(
        name=data.groupname, title=data.title, description=data.description, email=data.email
    )
    acts.create(work, card, dict.fromkeys(data.users, True))
    body = _item(queries.department(work, card.name), addresses_of(request))
    return answer(request, body, status=201, headers={"Location": body.id_})


@patch(
    "/api/@groups/{name:str}",
    responses=may_answer(400, 401, 403, 404, 413),
    summary="Change a department and who belongs to it",
    status_code=204,
    **_PEOPLE,
)
def change_group(
    work: NamedDependency[Work], name: FromPath[str], data: JSONBody[GroupBody]
) -> None:
    """Change what is said of a department; put accounts in (true) or out (false).

    Raises: department.missing, department.wrong, department.roles, user.missing.
    """
    known = queries.department(work, name)
    if data.roles is not UNSET:
        _refuse_roles(list(data.roles or ()))
    card = DepartmentCard(
        name=known.name,
        title=_text(data.title, known.title),
        description=_text(data.description, known.description),
        email=_text(data.email, known.email),
    )
    acts.change(work, card, data.users if isinstance(data.users, dict) else None)


@delete(
    "/api/@groups/{name:str}",
    responses=may_answer(401, 403, 404),
    summary="Take a department away; its members stay",
    status_code=204,
    **_PEOPLE,
)
def remove_group(work: NamedDependency[Work], name: FromPath[str]) -> None:
    """Take a department away. Raises: department.missing."""
    acts.remove(work, name)


def _item(view: DepartmentView, addresses: Addresses) -> GroupItem:
    here = address(addresses, "@groups", view.name)
    return GroupItem(
        id_=here,
        id=view.name,
        groupname=view.name,
        title=view.title,
        description=view.description,
        email=view.email,
        roles=_OF_EVERYBODY,
        members=Members(here, view.members, len(view.members)),
    )


def _refuse_roles(roles: list[str]) -> None:
    """Refuse roles of a department: here they are given to accounts, where one looks for them."""
    if set(roles) - set(_OF_EVERYBODY):
        raise invalid("department.roles", FieldError("roles", "department.roles"))


def _text(sent: Any, known: str) -> str:
    return sent if isinstance(sent, str) else known


routes = [list_groups, read_group, create_group, change_group, remove_group]
