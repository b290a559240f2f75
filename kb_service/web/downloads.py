"""The bytes of files and pictures, through the same door as their pages.

Whoever may not see the item gets no byte of it. A file is never a page: its type is the checked
one, nothing in it may run, and only pictures are shown in place. Who has the bytes already is told
so without reading them, and a broken download goes on where it stopped.
"""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from kb_service.base.errors import missing
from kb_service.base.work import Work
from kb_service.gate import headers
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import File, Image

MARK = "/@@download"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def is_download(address: str) -> bool:
    """Say whether an address asks for bytes: `<path>/@@download`, perhaps with a field's name."""
    return MARK in address


def download(
    request: Request[Any, Any, Any], work: Work, site: Site, address: str
) -> Response[bytes]:
    """Give the bytes of a file that this reader may see. Raises: item.missing, blob.missing."""
    path = address.split(MARK, 1)[0]
    view = queries.by_path(work, site.renderer, path)
    content = view.content
    if not isinstance(content, File) or not content.sha256:
        raise missing("item.missing", path=path)
    place = "inline" if isinstance(content, Image) else "attachment"
    name = quote(content.filename or view.path.rsplit("/", 1)[-1])
    etag = f'"{content.sha256[:20]}"'
    told = {
        "Content-Disposition": f"{place}; filename*=UTF-8''{name}",
        "Content-Security-Policy": headers.FILE_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": headers.PRIVATE_PAGE if view.audience == "staff" else "no-cache",
    }
    answer = Response(b"", media_type=content.content_type, headers=told)
    if headers.is_known(request.headers.get("if-none-match", ""), etag):
        answer.status_code = HTTPStatus.NOT_MODIFIED
        return answer
    answer.content = site.blobs.get(content.sha256)
    if request.headers.get("if-range", etag) == etag:
        _cut(answer, request.headers.get("range", ""))
    return answer


def part_of(asked: str, size: int) -> range | None:
    """Give which bytes a `Range` asks for; an empty range where there are none, None for all.

    One part is given; who asks for several, or in words unknown, gets the whole, as HTTP allows.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _cut(answer: Response[bytes], asked: str) -> None:
    """Leave of an answer the part that is asked for."""
    size = len(answer.content)
    part = part_of(asked, size)
    if part is None:
        return
    if not part:
        answer.status_code = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        answer.headers["Content-Range"] = f"bytes */{size}"
        answer.content = b""
        return
    answer.status_code = HTTPStatus.PARTIAL_CONTENT
    answer.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    answer.content = answer.content[part.start : part.stop]
