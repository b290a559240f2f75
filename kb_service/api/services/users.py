"""`@users`: accounts over the API. Deleting one blocks it: what it did stays with its name.

Who manages accounts sees and changes all of them; everybody sees their own.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.listing import Flag, Size, Start, is_on, words
from kb_service.api.responses import may_answer
from kb_service.api.schemas.people import (
    GroupLink,
    GroupLinks,
    NewUserBody,
    PasswordBody,
    PasswordLink,
    UserBody,
    UserItem,
    Users,
)
from kb_service.api.serialize import Serializer
from kb_service.api.services._people import address, our_fields
from kb_service.api.services._roles import our_roles, wire_roles
from kb_service.base.errors import FieldError, forbidden, invalid, missing
from kb_service.base.permissions import Permission, Role
from kb_service.base.work import Work
from kb_service.gate.actor import address_of
from kb_service.people import queries
from kb_service.people.acts import accounts, given, passwords
from kb_service.people.schemas import NewUser, Profile, UserView
from kb_service.people.setup import welcome_path

_PEOPLE: dict[str, Any] = {"tags": ["people"], "sync_to_thread": True}
_MAX_LIMIT = 1000
_ALL = 1000


@get(
    "/api/@users",
    responses=may_answer(304, 400, 401, 403),
    summary="The accounts",
    **_PEOPLE,
)
def list_users(  # noqa: PLR0917 - what Litestar hands in
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    letters: Annotated[str, QueryParameter(name="query", description="Part of the name.")] = "",
    search: Annotated[str, QueryParameter(description="As `query`.")] = "",
    groups: Annotated[
        list[str] | None, QueryParameter(name="groups-filter", description="Departments.")
    ] = None,
    roles: Annotated[
        list[str] | None, QueryParameter(name="roles-filter", description="Roles.")
    ] = None,
    limit: Annotated[int | None, QueryParameter(ge=1, le=_MAX_LIMIT)] = None,
    blocked: Flag = None,
    b_start: Start = 0,
    b_size: Size = _ALL,
) -> Response[Users]:
    """Give the accounts that can sign in (with `blocked` the others), for administrators."""
    batch = queries.directory(
        work,
        q=search or letters,
        departments=tuple(groups or ()),
        roles=our_roles(words(roles)),
        is_blocked=is_on(blocked),
        start=b_start,
        size=min(b_size, limit or b_size),
    )
    serializer = Serializer(addresses_of(request), speaker_of(request))
    batching = UNSET if limit else serializer.batching(batch)
    titles = queries.department_titles(work)
    items = [_item(view, titles, serializer.addresses) for view in batch.items]
    body = Users(
        id_=serializer.addresses.here(),
        items=items,
        items_total=len(items) if limit else batch.total,
        batching=None if batching is UNSET else batching,
    )
    return answer(request, body)


@get(
    "/api/@users/{name:str}",
    responses=may_answer(304, 401, 403, 404),
    summary="One account: one's own, or any for administrators",
    **_PEOPLE,
)
def read_user(
    request: Request[Any, Any, Any], work: NamedDependency[Work], name: FromPath[str]
) -> Response[UserItem]:
    """Give one account. Raises: user.missing, also for what one may not see."""
    work.allow(Permission.OWN_ACCOUNT)
    view = _seen(work, name)
    titles = queries.department_titles(work)
    return answer(request, _item(view, titles, addresses_of(request)))


@post(
    "/api/@users",
    responses=may_answer(400, 401, 403, 413),
    summary="Make an account",
    **_PEOPLE,
)
def create_user(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[NewUserBody]
) -> Response[UserItem]:
    """Make an account with a password, or with a one-time link where none is sent.

    Without a role it gets the least one. Raises: user.wrong, password.wrong, role.unknown.
    """
    work.allow(Permission.MANAGE_USERS)
    new = NewUser(
        login=data.username,
        name=data.fullname or data.username,
        email=data.email,
        department=_department(data.groups),
        roles=our_roles(data.roles) or frozenset({Role.READER}),
    )
    addresses = addresses_of(request)
    link: Any = UNSET
    with our_fields():
        if data.password:
            uid = given.enrol(work, new, data.password)
        else:
            made = accounts.invite(work, new)
            uid, link = made.user_uid, addresses.item(welcome_path(made.secret))
    body = _item(queries.user(work, uid), queries.department_titles(work), addresses)
    body.password_link = link
    return answer(request, body, status=201, headers={"Location": body.id_})


@patch(
    "/api/@users/{name:str}",
    responses=may_answer(400, 401, 403, 404, 409, 413),
    summary="Change an account",
    status_code=204,
    **_PEOPLE,
)
def change_user(work: NamedDependency[Work], name: FromPath[str], data: JSONBody[UserBody]) -> None:
    """Change name, address, department, roles or password; let a blocked account in again.

    Raises: user.missing, user.wrong, role.unknown, user.last_administrator, password.wrong.
    """
    work.allow(Permission.MANAGE_USERS)
    view = queries.user_by_login(work, name)
    with our_fields():
        # First of all: a password is hashed outside of any transaction.
        if isinstance(data.password, str):
            given.give_password(work, view.uid, data.password)
        _change_profile(work, view, data)
        if data.roles is not UNSET:
            accounts.grant(work, view.uid, _wanted_roles(view, data.roles))
        if data.is_blocked is not UNSET:
            (accounts.block if data.is_blocked else accounts.unblock)(work, view.uid)


@delete(
    "/api/@users/{name:str}",
    responses=may_answer(401, 403, 404, 409),
    summary="Block an account for good; its name stays in the journal",
    status_code=204,
    **_PEOPLE,
)
def remove_user(work: NamedDependency[Work], name: FromPath[str]) -> None:
    """Let an account in no more. Raises: user.missing, user.own_block, user.last_administrator."""
    work.allow(Permission.MANAGE_USERS)
    accounts.block(work, _seen(work, name).uid)


@post(
    "/api/@users/{name:str}/reset-password",
    responses=may_answer(204, 400, 401, 403, 404, 409, 413, 429),
    summary="Change one's own password, or ask for a one-time link",
    status_code=200,
    **_PEOPLE,
)
def reset_password(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    name: FromPath[str],
    data: JSONBody[PasswordBody | None] = None,
) -> Response[PasswordLink]:
    """Change one's own password and end all sessions and tokens: 204.

    With nothing sent, an administrator gets the address where its owner sets a new one, once.
    Raises: password.wrong, session.too_many, user.not_own, user.missing.
    """
    work.allow(Permission.OWN_ACCOUNT)
    body = data or PasswordBody()
    if not body.old_password and not body.new_password:
        work.allow(Permission.MANAGE_USERS)
        made = accounts.make_link(work, queries.user_by_login(work, name).uid)
        addresses = addresses_of(request)
        return answer(request, PasswordLink(addresses.item(welcome_path(made.secret))))
    if name.strip().lower() != work.actor.login:
        raise forbidden("user.not_own")
    with our_fields():
        passwords.change_password(work, body.old_password, body.new_password, address_of(request))
    return Response(None, status_code=204)  # type: ignore[arg-type]  # no body


def _seen(work: Work, login: str) -> UserView:
    """Give an account that is there for a client of Plone: a blocked one is gone."""
    view = queries.user_by_login(work, login)
    if view.is_blocked:
        raise missing("user.missing", uid=login[:80])
    return view


def _item(view: UserView, titles: Mapping[str, str], addresses: Addresses) -> UserItem:
    here = address(addresses, "@users", view.login)
    groups = [GroupLink(view.department, titles.get(view.department, view.department))]
    belongs = groups if view.department else []
    return UserItem(
        id_=here,
        id=view.login,
        username=view.login,
        fullname=view.name,
        email=view.email,
        roles=wire_roles(view.roles),
        groups=GroupLinks(here, belongs, len(belongs)),
        is_blocked=view.is_blocked,
    )


def _department(groups: Iterable[str]) -> str:
    """Give the one department of an account. Raises: user.one_department."""
    named = list(groups)
    if len(named) > 1:
        raise invalid("user.one_department", FieldError("groups", "user.one_department"))
    return named[0] if named else ""


def _change_profile(work: Work, view: UserView, data: UserBody) -> None:
    profile = Profile(
        name=data.fullname if isinstance(data.fullname, str) else view.name,
        email=data.email if isinstance(data.email, str) else view.email,
        department=_department(data.groups) if isinstance(data.groups, list) else view.department,
    )
    if msgspec.structs.astuple(profile) != (view.name, view.email, view.department):
        accounts.change(work, view.uid, profile)


def _wanted_roles(view: UserView, sent: list[str] | Mapping[str, bool] | Any) -> frozenset[Role]:
    """Give the roles that an account shall have: those named, or the present ones changed."""
    if not isinstance(sent, Mapping):
        return our_roles(sent)
    given_roles = our_roles(name for name, is_given in sent.items() if is_given)
    taken = our_roles(name for name, is_given in sent.items() if not is_given)
    return (frozenset(map(Role, view.roles)) - taken) | given_roles


routes = [list_users, read_user, create_user, change_user, remove_user, reset_password]
