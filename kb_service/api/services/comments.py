"""`@comments`: remarks to the editors of an item, and answers to them. Never public."""

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import item_at
from kb_service.api.language import speaker_of
from kb_service.api.listing import Listing, provide_listing
from kb_service.api.responses import may_answer
from kb_service.api.schemas.comments import (
    Comment,
    CommentBody,
    CommentChange,
    Comments,
    CommentText,
)
from kb_service.api.serialize import Serializer, moment
from kb_service.base.errors import missing
from kb_service.base.paging import Batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.repeats import repeatable
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import remarks
from kb_service.handbook.queries.remarks import RemarkView

_ONE = "/api/@comments/{remark:str}"
_OPTIONS: dict[str, Any] = {
    "tags": ["content"],
    "opt": {"x-contextual": True},
    "sync_to_thread": True,
}
_WRITING = may_answer(400, 401, 403, 404, 413)


@get(
    "/api/@comments",
    dependencies={"listing": Provide(provide_listing, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403, 404),
    summary="Remarks to the editors of an item",
    **_OPTIONS,
)
def read_comments(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    listing: NamedDependency[Listing],
) -> Response[Comments]:
    """Give the remarks about the item, to staff; those about a draft to its editors alone."""
    work.allow_somewhere(Permission.REMARK)
    addresses = addresses_of(request)
    uid = item_at(work, site, content_path(request)).uid
    found = queries.remarks(work, uid)
    page = found[listing.start : listing.start + listing.size]
    batch = Batch(page, len(found), listing.start, listing.size)
    body = Comments(
        id_=addresses.here(),
        items=[_comment(one, addresses) for one in page],
        items_total=len(found),
        permissions={"can_reply": True, "view_comments": True},
        batching=Serializer(addresses, speaker_of(request)).batching(batch),
    )
    return answer(request, body)


@get(_ONE, responses=may_answer(304, 401, 403, 404), summary="One remark", **_OPTIONS)
def read_comment(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    remark: FromPath[str],
) -> Response[Comment]:
    """Give one remark about the item. Raises: remark.missing."""
    work.allow_somewhere(Permission.REMARK)
    found = _at(request, work, site, remark)
    return answer(request, _comment(found, addresses_of(request)))


@post(
    "/api/@comments",
    responses=_WRITING,
    summary="Say something to the editors",
    status_code=204,
    **_OPTIONS,
)
@repeatable
def add_comment(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[CommentBody | None] = None,
) -> Response[None]:
    """Keep a remark; 204 and its address. Raises: remark.empty, remark.too_long."""
    work.allow_somewhere(Permission.REMARK)
    uid = item_at(work, site, content_path(request)).uid
    body = data or CommentBody()
    made = remarks.add(work, uid, body.text or "", quote=body.quote or "")
    return _kept(addresses_of(request), made)


@post(_ONE, responses=_WRITING, summary="Answer a remark", status_code=204, **_OPTIONS)
@repeatable
def reply(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    remark: FromPath[str],
    data: JSONBody[CommentBody | None] = None,
) -> Response[None]:
    """Keep an answer; 204 and its address. Raises: remark.missing, remark.empty."""
    work.allow_somewhere(Permission.REMARK)
    uid = item_at(work, site, content_path(request)).uid
    body = data or CommentBody()
    first = _at(request, work, site, remark).uid
    made = remarks.add(work, uid, body.text or "", quote=body.quote or "", reply_to=first)
    return _kept(addresses_of(request), made)


@patch(_ONE, responses=_WRITING, summary="Change or settle a remark", status_code=204, **_OPTIONS)
def change_comment(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    remark: FromPath[str],
    data: JSONBody[CommentChange | None] = None,
) -> Response[None]:
    """Change one's own words; with `resolved` settle it or open it again, who may edit the item.

    Raises: remark.missing, remark.not_own, remark.empty, remark.too_long.
    """
    work.allow_somewhere(Permission.REMARK)
    uid = _at(request, work, site, remark).uid
    body = data or CommentChange()
    if isinstance(body.text, str):
        remarks.change(work, uid, body.text)
    if isinstance(body.resolved, bool):
        remarks.resolve(work, uid, is_resolved=body.resolved)
    return _kept(addresses_of(request), uid)


@delete(
    _ONE,
    responses=may_answer(401, 403, 404),
    summary="Take a remark away",
    status_code=204,
    **_OPTIONS,
)
def delete_comment(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    remark: FromPath[str],
) -> None:
    """Take a remark and its answers away; whoever may publish the item. Raises: remark.missing."""
    work.allow_somewhere(Permission.PUBLISH)
    remarks.delete(work, _at(request, work, site, remark).uid)


def _at(request: Request[Any, Any, Any], work: Work, site: Site, uid: str) -> RemarkView:
    """Give a remark about the item that is asked at. Raises: remark.missing."""
    item = item_at(work, site, content_path(request))
    found = next((one for one in queries.remarks(work, item.uid) if one.uid == uid), None)
    if found is None:
        raise missing("remark.missing", uid=uid[:80])
    return found


def _kept(addresses: Addresses, uid: str) -> Response[None]:
    location = addresses.service(f"@comments/{uid}")
    return Response(None, status_code=204, headers={"Location": location})


def _comment(one: RemarkView, addresses: Addresses) -> Comment:
    parent = addresses.service(f"@comments/{one.reply_to}") if one.reply_to else None
    return Comment(
        id_=addresses.service(f"@comments/{one.uid}"),
        parent=parent,
        comment_id=one.uid,
        in_reply_to=one.reply_to,
        text=CommentText(one.text),
        author_name=one.author_name,
        author_username=one.author,
        creation_date=moment(one.created) or "",
        modification_date=moment(one.modified) or "",
        is_editable=one.may_change,
        is_deletable=one.may_delete,
        can_reply=True,
        quote=one.quote,
        place=list(one.place) if one.place else None,
        revision=one.number,
        resolved=moment(one.resolved_at),
        resolved_by=one.resolved_by,
    )


routes = [read_comments, read_comment, add_comment, reply, change_comment, delete_comment]
