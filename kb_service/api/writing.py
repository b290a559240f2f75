"""Writing content over Plone's protocol: POST a child, PATCH, DELETE to the trash.

Plone clients send no If-Match, so its absence is taken (every revision stays) and a wrong one is
412.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter, RawBody
from msgspec import UNSET

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer, check_match, state_tag
from kb_service.api.found import item_at, parent_of
from kb_service.api.incoming import (
    Changes,
    changes_of,
    check_known,
    comment_of,
    file_of,
    refuse_type,
    with_wire_names,
)
from kb_service.api.language import speaker_of
from kb_service.api.listing import is_on
from kb_service.api.ordering import arrange
from kb_service.api.responses import at_every_item, may_answer
from kb_service.api.schemas.content import ContentBody, ContentItem
from kb_service.api.serialize import OUR_TYPES, Serializer, name_of
from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import item_path
from kb_service.gate.repeats import repeatable
from kb_service.gate.site import Site
from kb_service.gate.uploads import kept
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit
from kb_service.handbook.schemas import TYPES, File, ItemView

ADDABLE = (
    "Document",
    "Folder",
    "StandardQuestion",
    "Regulation",
    "Announcement",
    "File",
    "Image",
)
Strict = Annotated[
    str | None,
    QueryParameter(name="strict", description="Refuse unknown members instead of dropping."),
]


@repeatable
def create_item(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[ContentBody],
    body: RawBody,
    strict: Strict = None,
) -> Response[ContentItem]:
    """Make a private item; 201 with Location and the item. Without `@type` 400, unknown 403.

    Raises: content.*, document.*, part.*, item.exists, item.parent_not_folder.
    """
    work.allow_somewhere(Permission.ADD)
    check_known(body, is_strict=is_on(strict))
    parent = item_at(work, site, item_path(request))
    try:
        text = _new_text(data, work, request, site)
        uid = edit.create(
            work,
            parent.uid,
            text,
            name=data.id if isinstance(data.id, str) else "",
            comment=comment_of(data.changeNote),
        )
    except KbError as error:
        raise with_wire_names(error) from error
    view = queries.by_uid(work, site.renderer, uid, latest=True)
    location = addresses_of(request).item(view.path)
    return _whole(request, work, view, status=201, headers={"Location": location})


create, create_root = at_every_item(
    post,
    create_item,
    responses=may_answer(400, 401, 403, 404, 409, 413),
    summary="Add an item below a topic",
)


def change_item(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[ContentBody],
    body: RawBody,
    strict: Strict = None,
) -> Response[ContentItem]:
    """Keep a new revision; live at once where the writer may publish and no draft stands beside.

    Raises: content.*, document.*, part.*, item.stale, item.exists, item.locked.
    """
    work.allow_somewhere(Permission.EDIT)
    check_known(body, is_strict=is_on(strict))
    view = item_at(work, site, item_path(request))
    check_match(request, state_tag(view, is_whole=True))
    try:
        text = _changed_text(view, data, work, request, site)
        comment = comment_of(data.changeNote)
        # Moved first: the tree is held before rows are, so that no two changes wait in a circle.
        _rename(work, view, data.id, comment)
        arrange(work, view, data.ordering)
        edit.save(
            work,
            view.uid,
            text,
            comment=comment,
            based_on=view.revision,
            goes_live=True,
            keeps_draft=True,
            # Without a number where none was sent it keeps its place.
            names_place=data.order is None,
        )
    except KbError as error:
        raise with_wire_names(error) from error
    after = queries.by_uid(work, site.renderer, view.uid, latest=True)
    whole = _whole(request, work, after)
    if "return=representation" in request.headers.get("prefer", ""):
        return whole
    kept = {name: whole.headers[name] for name in ("ETag", "Cache-Control", "Vary")}
    return Response(None, status_code=204, headers=kept)  # type: ignore[arg-type]  # no body


change, change_root = at_every_item(
    patch,
    change_item,
    responses=may_answer(204, 400, 401, 403, 404, 409, 412, 413),
    summary="Change an item",
    description="204; with `Prefer: return=representation` 200 and the item.",
    status_code=200,
)


def trash_item(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> None:
    """Put an item and all below it into the trash, from which it can be brought back.

    Raises: item.stale, item.root_stays, item.locked.
    """
    work.allow_somewhere(Permission.DELETE)
    view = item_at(work, site, item_path(request))
    check_match(request, state_tag(view, is_whole=True))
    edit.trash(work, view.uid)


trash, trash_root = at_every_item(
    delete,
    trash_item,
    responses=may_answer(400, 401, 403, 404, 409, 412),
    summary="Throw an item away",
    status_code=204,
)


def _whole(
    request: Request[Any, Any, Any],
    work: Work,
    view: ItemView,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response[ContentItem]:
    serializer = Serializer(addresses_of(request), speaker_of(request))
    body = serializer.item(view, parent_of(work, view.path))
    tag = state_tag(view, is_whole=True)
    return answer(request, body, tag=tag, status=status, headers=headers)


def _new_text(data: ContentBody, work: Work, request: Request[Any, Any, Any], site: Site) -> str:
    if isinstance(data.source, str):
        _only_source(data)
        return data.source
    name = data.type_
    if not isinstance(name, str) or name not in (*ADDABLE, *OUR_TYPES.values()):
        raise refuse_type(name, ADDABLE)
    kind = OUR_TYPES.get(name, name)
    binary = _binary(data, kind, work, site)
    if issubclass(TYPES[kind], File) and not binary:
        name = "image" if kind == "Image" else "file"
        raise invalid("content.wrong", FieldError(name, "field.needed"))
    if data.title is UNSET and binary:
        data.title = str(binary["filename"])
    if data.title is UNSET:
        raise invalid("content.wrong", FieldError("title", "title.needed"))
    sent = changes_of(data, kind, work, addresses_of(request))
    content = TYPES[kind](**sent.values | binary)
    return codec.typed_text(codec.new(kind, content, _body_text(sent)))


def _changed_text(
    view: ItemView, data: ContentBody, work: Work, request: Request[Any, Any, Any], site: Site
) -> str:
    if isinstance(data.source, str):
        _only_source(data)
        return data.source
    binary = _binary(data, view.type, work, site)
    document = codec.decode(view.source)
    sent = changes_of(data, view.type, work, addresses_of(request))
    body = None if sent.body is None else _body_text(sent)
    return codec.typed_text(codec.edited(document, body=body, **sent.values | binary))


def _binary(data: ContentBody, kind: str, work: Work, site: Site) -> dict[str, Any]:
    """Keep the bytes that were sent, if any; give what the document says of them."""
    sent = file_of(data, kind)
    if sent is None:
        return {}
    # Nothing has been written yet: others may write while a picture is made anew.
    work.pause()
    return kept(site.blobs, *sent, kind=kind).values


def _body_text(sent: Changes) -> str:
    body = sent.body or ""
    return body + "\n" if body and not body.endswith("\n") else body


def _only_source(data: ContentBody) -> None:
    """Refuse other members beside a whole document: nobody could say which of the two counts."""
    beside = [
        field.encode_name
        for field in msgspec.structs.fields(data)
        if field.name not in ("source", "id", "changeNote", "type_", "ordering")
        and getattr(data, field.name) is not UNSET
    ]
    if beside:
        raise invalid(
            "content.source_alone", *(FieldError(name, "field.not_here") for name in beside)
        )


def _rename(work: Work, view: ItemView, name: Any, comment: str) -> None:
    if not isinstance(name, str) or not name or name == name_of(view.path) or view.path == "/":
        return
    parent = queries.card_at(work, view.path.rsplit("/", 1)[0] or "/")
    edit.move(work, view.uid, parent.uid, name=name, comment=comment)
