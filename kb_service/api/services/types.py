"""`@types`: which types there are, which this reader may add here, and the fields of each."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import told_as_plone_does
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.types import TypeLink, TypeSchema
from kb_service.api.serialize import OUR_TYPES, WIRE_TYPES, Serializer, is_folderish
from kb_service.api.services._schema import schema_of
from kb_service.api.writing import ADDABLE
from kb_service.base.errors import missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.handbook import queries
from kb_service.handbook.schemas import TYPES, Card

_CONTEXTUAL: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}


@get(
    "/api/@types",
    responses=may_answer(304, 401, 403, 404),
    summary="Types of content, and which can be added here",
    **_CONTEXTUAL,
)
def list_types(
    request: Request[Any, Any, Any], work: NamedDependency[Work]
) -> Response[list[TypeLink]]:
    """Give the types, for staff; `addable` says what this reader may add at this place."""
    work.allow(Permission.VIEW_STAFF)
    path = content_path(request)
    with told_as_plone_does(work, path):
        parent = queries.card_at(work, path)
    serializer = Serializer(addresses_of(request), speaker_of(request))
    return answer(request, types_at(work, parent, serializer))


@get(
    "/api/@types/{name:str}",
    responses=may_answer(304, 401, 403, 404),
    summary="The fields of a type as JSON schema",
    **_CONTEXTUAL,
)
def read_type(
    request: Request[Any, Any, Any], work: NamedDependency[Work], name: FromPath[str]
) -> Response[TypeSchema]:
    """Give the fields of a type, for staff, in the reader's language. Raises: type.missing."""
    work.allow(Permission.VIEW_STAFF)
    kind = OUR_TYPES.get(name, name)
    if kind not in TYPES:
        raise missing("type.missing", name=name[:80])
    serializer = Serializer(addresses_of(request), speaker_of(request))

    def vocabulary(named: str) -> str:
        return serializer.addresses.service(f"@vocabularies/{named}")

    title = serializer.type_title(kind)
    return answer(request, schema_of(kind, title, serializer.speaker, vocabulary))


def types_at(work: Work, parent: Card, serializer: Serializer) -> list[TypeLink]:
    """Give the types by their titles, and which of them this reader may add below an item."""
    may_add = is_folderish(parent) and work.may(Permission.ADD, parent)
    links = []
    for kind in TYPES:
        name = WIRE_TYPES.get(kind, kind)
        is_addable = may_add and name in ADDABLE
        links.append(
            TypeLink(
                id_=serializer.addresses.service(f"@types/{name}", parent.path),
                id=name,
                title=serializer.type_title(kind),
                addable=is_addable,
                immediately_addable=is_addable,
            )
        )
    return sorted(links, key=lambda one: one.title)


routes = [list_types, read_type]
