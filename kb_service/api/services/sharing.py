"""`@sharing`: local roles of an item and all below it, for accounts and departments."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from kb_service.api.conditional import answer
from kb_service.api.found import item_at
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.sharing import EntryBody, SharedRole, Sharing, SharingBody, SharingEntry
from kb_service.base.permissions import PLONE_ROLES, Permission, Role
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import sharing
from kb_service.handbook.queries.sharing import Entry
from kb_service.handbook.rules.sharing import SHARED_ROLES
from kb_service.people import queries as people

# Here who may add may edit: what a client gives as Contributor is given as Editor.
_CONTRIBUTOR = "Contributor"
_WIRE: Mapping[Role, str] = {role: PLONE_ROLES[role][0] for role in SHARED_ROLES}
_OURS: Mapping[str, str] = {name: str(role) for role, name in _WIRE.items()} | {
    _CONTRIBUTOR: str(Role.EDITOR)
}
_MOST = 50
_OPTIONS: dict[str, Any] = {
    "tags": ["people"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}


@get(
    "/api/@sharing",
    responses=may_answer(304, 401, 403, 404),
    summary="Who has local roles at an item",
    **_OPTIONS,
)
def read_sharing(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    search: Annotated[str, QueryParameter(description="Also whose name has these letters.")] = "",
) -> Response[Sharing]:
    """Give the local roles of an item, and whom else they could be given to, for who may share."""
    work.allow_somewhere(Permission.SHARE)
    view = item_at(work, site, content_path(request))
    shared = queries.shares(work, view.uid)
    say = speaker_of(request).gettext
    body = Sharing(
        available_roles=[
            SharedRole(name, say(role.value.capitalize())) for role, name in _WIRE.items()
        ],
        entries=_entries(work, shared.entries, search),
        inherit=shared.is_inheriting,
    )
    return answer(request, body)


@post(
    "/api/@sharing",
    responses=may_answer(400, 401, 403, 404, 413),
    summary="Give and take local roles",
    status_code=204,
    **_OPTIONS,
)
def change_sharing(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[SharingBody | None] = None,
) -> None:
    """Give each named account or department exactly these roles at the item.

    Raises: share.role_wrong, share.kind_wrong, share.name_wrong, share.nobody.
    """
    work.allow_somewhere(Permission.SHARE)
    view = item_at(work, site, content_path(request))
    body = data or SharingBody()
    roles: dict[tuple[str, str], set[str]] = {}
    for entry in body.entries or ():
        roles[_kind(work, entry), entry.id] = _roles(entry)
    inherit = body.inherit if isinstance(body.inherit, bool) else None
    sharing.share(work, view.uid, roles=roles, is_inheriting=inherit)


def _kind(work: Work, entry: EntryBody) -> str:
    """Give what an entry names; where it does not say so, a department is known by its name."""
    if isinstance(entry.type, str) and entry.type:
        return entry.type
    is_person = any(login == entry.id for login, _name in people.colleagues(work))
    return "user" if is_person or entry.id not in people.department_titles(work) else "group"


def _roles(entry: EntryBody) -> set[str]:
    # Roles from above and of the whole service come back as text: they are not given here.
    return {_OURS.get(name, name) for name, value in entry.roles.items() if value is True}


def _entries(work: Work, shared: list[Entry], search: str) -> list[SharingEntry]:
    people_here = dict(people.colleagues(work))
    titles = people.department_titles(work)
    known = {(one.kind, one.principal): one for one in shared}
    letters = search.strip().casefold()
    if letters:
        found = [("user", login) for login, _name in people.colleagues(work, q=letters)[:_MOST]]
        found += [
            ("group", name)
            for name, title in sorted(titles.items())
            if letters in f"{name} {title}".casefold()
        ][:_MOST]
        for kind, name in found:
            known.setdefault((kind, name), Entry(kind, name, frozenset(), frozenset()))
    everywhere = people.granted(work, [name for kind, name in known if kind == "user"])
    return [
        SharingEntry(
            id=name,
            login=name if kind == "user" else None,
            title=(people_here if kind == "user" else titles).get(name, name),
            type=kind,
            roles=_held(one, everywhere.get(name, frozenset()) if kind == "user" else frozenset()),
        )
        for (kind, name), one in known.items()
    ]


def _held(entry: Entry, everywhere: frozenset[Role]) -> dict[str, Any]:
    roles: dict[str, Any] = {_CONTRIBUTOR: False}
    for role, name in _WIRE.items():
        if role in entry.own:
            roles[name] = True
        elif role in everywhere:
            roles[name] = "global"
        else:
            roles[name] = "acquired" if role in entry.inherited else False
    return roles


routes = [read_sharing, change_sharing]
