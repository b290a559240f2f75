"""`@principals`, `@roles`, `@userschema`: whom and what one can name, without anybody's address."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.people import (
    PrincipalGroup,
    Principals,
    PrincipalUser,
    RoleItem,
    UserSchema,
)
from kb_service.api.services._people import address
from kb_service.api.services._roles import role_titles
from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.people import queries

_PEOPLE: dict[str, Any] = {"tags": ["people"], "sync_to_thread": True}
_MOST = 50
# Members of an account on the wire: title, kind and widget.
_FIELDS = (
    ("username", "Login", "Text line (String)", "text"),
    ("fullname", "Name", "Text line (String)", "text"),
    ("email", "E-mail", "Email", "email"),
    ("groups", "Department", "List", ""),
)


@get(
    "/api/@principals",
    responses=may_answer(304, 400, 401, 403),
    summary="Find people and departments to share with",
    **_PEOPLE,
)
def find_principals(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    search: Annotated[str, QueryParameter(description="Part of a name; needed.")] = "",
) -> Response[Principals]:
    """Give whom something can be shared with, for who may share. Raises: principals.search."""
    work.allow_somewhere(Permission.SHARE)
    letters = search.strip().casefold()
    if not letters:
        raise invalid("principals.search", FieldError("search", "field.needed"))
    addresses = addresses_of(request)
    titles = queries.department_titles(work)
    body = Principals(
        users=[
            PrincipalUser(
                id_=address(addresses, "@users", login), id=login, username=login, fullname=name
            )
            for login, name in queries.colleagues(work, q=letters)[:_MOST]
        ],
        groups=[
            PrincipalGroup(
                id_=address(addresses, "@groups", name), id=name, groupname=name, title=title
            )
            for name, title in sorted(titles.items())
            if letters in f"{name} {title}".casefold()
        ][:_MOST],
    )
    return answer(request, body)


@get(
    "/api/@roles",
    responses=may_answer(304, 401, 403),
    summary="The roles of the service, by Plone's names where it has one",
    **_PEOPLE,
)
def list_roles(
    request: Request[Any, Any, Any], work: NamedDependency[Work]
) -> Response[list[RoleItem]]:
    """Give the roles that an account can have, for staff."""
    work.allow(Permission.OWN_ACCOUNT)
    addresses = addresses_of(request)
    roles = [
        RoleItem(id_=address(addresses, "@roles", name), id=name, title=title)
        for name, title in role_titles(speaker_of(request))
    ]
    return answer(request, roles)


@get(
    "/api/@userschema",
    responses=may_answer(304, 401, 403),
    summary="The fields of an account as JSON schema",
    **_PEOPLE,
)
def user_schema(
    request: Request[Any, Any, Any], work: NamedDependency[Work]
) -> Response[UserSchema]:
    """Give the fields of an account, for staff, in the reader's language."""
    work.allow(Permission.OWN_ACCOUNT)
    say = speaker_of(request).gettext
    properties: dict[str, dict[str, Any]] = {}
    for name, title, factory, widget in _FIELDS:
        properties[name] = {
            "title": say(title),
            "description": "",
            "type": "string",
            "factory": factory,
            "widget": widget,
        }
    groups = addresses_of(request).service("@vocabularies/plone.app.vocabularies.Groups", "/")
    properties["groups"] |= {
        "type": "array",
        "items": {"type": "string"},
        "widgetOptions": {"vocabulary": {"@id": groups}},
    }
    fieldset = {
        "id": "default",
        "title": say("Account"),
        "fields": list(properties),
        "behavior": "plone",
        "description": "",
    }
    return answer(request, UserSchema(properties, ["username", "fullname"], [fieldset]))


routes = [find_principals, list_roles, user_schema]
