"""`@tus-upload`: a large file in pieces, begun again where the line broke (tus 1.0.0).

The item is made when the last piece has come, by the account that began, with the right to add
asked once more then.
"""

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, RawBody

from kb_service.api.addresses import addresses_of
from kb_service.api.found import item_at
from kb_service.api.responses import may_answer
from kb_service.base.errors import KbError, Kind, invalid, missing
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate import uploads
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.gate.uploads import Upload
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit
from kb_service.handbook.schemas import TYPES

VERSION = "1.0.0"
CONTEXTUAL = {"x-contextual": True}
_KINDS = ("", "File", "Image")
_PIECE = "application/offset+octet-stream"
_TUS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
Length = Annotated[int | None, HeaderParameter(name="upload-length")]
Offset = Annotated[int | None, HeaderParameter(name="upload-offset")]
Words = Annotated[str, HeaderParameter(name="upload-metadata")]


@post(
    "/api/@tus-upload",
    responses=may_answer(400, 401, 403, 404, 429),
    summary="Begin an upload in pieces",
    description="`Upload-Length`, and `Upload-Metadata` with `filename` and perhaps `@type`.",
    tags=["content"],
    opt=CONTEXTUAL,
    status_code=201,
    sync_to_thread=True,
)
def begin_upload(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    length: Length = None,
    words: Words = "",
) -> Response[None]:
    """Take an upload in; 201 with the address for its pieces in `Location`.

    Raises: upload.length_wrong, upload.words_wrong, upload.too_many, file.too_large.
    """
    work.allow_somewhere(Permission.ADD)
    view = item_at(work, site, content_path(request))
    work.allow(Permission.ADD, view)
    told = _words(words)
    upload = Upload(
        uid=new_uid(),
        login=work.actor.login,
        path=view.path,
        length=length or 0,
        filename=told.get("filename", ""),
        kind=kind if (kind := told.get("@type", "")) in _KINDS else "",
        title=told.get("title", "")[:1000],
        began=work.now,
    )
    if not upload.filename:
        raise invalid("upload.words_wrong")
    site.uploads.begin(upload)
    location = addresses_of(request).service(f"@tus-upload/{upload.uid}")
    return _answer(201, {"Location": location, "Upload-Expires": _http_date(upload)})


@get(
    "/api/@tus-upload/{uid:str}",
    responses=may_answer(401, 403, 404),
    summary="Ask how far an upload is",
    description="tus asks by HEAD; the answer has no body.",
    tags=["content"],
    opt=CONTEXTUAL,
    sync_to_thread=True,
)
def upload_state(
    work: NamedDependency[Work], site: NamedDependency[Site], uid: FromPath[str]
) -> Response[None]:
    """Give how many bytes have come in, in `Upload-Offset`. Raises: upload.missing."""
    work.allow_somewhere(Permission.ADD)
    upload = _own(work, site, uid)
    offset = str(site.uploads.offset(upload))
    return _answer(200, {"Upload-Offset": offset, "Upload-Length": str(upload.length)})


@patch(
    "/api/@tus-upload/{uid:str}",
    responses=may_answer(400, 401, 403, 404, 409, 413),
    summary="Send a piece of an upload",
    description="204; with the last piece `Location` is the address of the new item.",
    tags=["content"],
    opt=CONTEXTUAL,
    status_code=204,
    sync_to_thread=True,
)
def add_piece(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    body: RawBody,
    offset: Offset = None,
) -> Response[None]:
    """Put a piece behind the others; the last one makes the item.

    Raises: upload.missing, upload.offset_wrong, upload.length_wrong, upload.form_wrong, file.*.
    """
    work.allow_somewhere(Permission.ADD)
    if request.headers.get("content-type", "").split(";")[0] != _PIECE or offset is None:
        raise invalid("upload.form_wrong")
    upload = _own(work, site, uid)
    work.pause()
    present = site.uploads.add(upload, offset, body)
    headers = {"Upload-Offset": str(present), "Upload-Expires": _http_date(upload)}
    if present == upload.length:
        headers["Location"] = addresses_of(request).item(_made(work, site, upload))
        # Behind the commit: where that fails nothing of what was sent is lost.
        work.later("uploads.forget", upload=upload.uid)
    return _answer(204, headers)


@delete(
    "/api/@tus-upload/{uid:str}",
    responses=may_answer(401, 403, 404),
    summary="Give an upload up",
    tags=["content"],
    opt=CONTEXTUAL,
    status_code=204,
    sync_to_thread=True,
)
def give_up(work: NamedDependency[Work], site: NamedDependency[Site], uid: FromPath[str]) -> None:
    """Drop what has come in. Raises: upload.missing."""
    work.allow_somewhere(Permission.ADD)
    site.uploads.forget(_own(work, site, uid))


def _own(work: Work, site: Site, uid: str) -> Upload:
    """Give an upload that was begun here; a handbook to be brought in is none of them.

    Raises: upload.missing.
    """
    upload = site.uploads.get(uid, work.actor.login, work.now)
    if upload.kind not in _KINDS:
        raise missing("upload.missing")
    return upload


def _made(work: Work, site: Site, upload: Upload) -> str:
    """Make the item of an upload that is whole; give its path, also when it is asked twice."""
    made = queries.cards(work, [upload.uid])
    if made:
        return made[Uid(upload.uid)].path
    try:
        kept = uploads.kept(
            site.blobs, upload.filename, site.uploads.data(upload), kind=upload.kind
        )
    except KbError:
        # What was refused once will be refused again.
        site.uploads.forget(upload)
        raise
    content = TYPES[kept.kind](title=upload.title or upload.filename, **kept.values)
    parent = queries.card_at(work, upload.path)
    text = codec.revision_text(codec.new(kept.kind, content, ""))
    uid = edit.create(work, parent.uid, text, uid=upload.uid)
    return next(iter(queries.cards(work, [uid]).values())).path


def _words(header: str) -> dict[str, str]:
    """Read `Upload-Metadata`: names with base64 values, by commas. Raises: upload.words_wrong."""
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise KbError("upload.words_wrong", Kind.INVALID) from error
    return found


def _http_date(upload: Upload) -> str:
    return upload.ends().strftime("%a, %d %b %Y %H:%M:%S GMT")


def _answer(status: int, headers: dict[str, str]) -> Response[None]:
    safe = {name: quote(value, safe=":/?&=@+%, ~") for name, value in headers.items()}
    return Response(None, status_code=status, headers={**_TUS, **safe})


routes: list[Any] = [begin_upload, upload_state, add_piece, give_up]
