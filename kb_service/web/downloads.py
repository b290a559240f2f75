"""The bytes of files and pictures, through the same door as their pages.

Whoever may not see the item gets no byte of it. A file is never a page: its type is the checked
one, nothing in it may run, and only pictures are shown in place.
"""

from urllib.parse import quote

from litestar import Response

from kb_service.base.errors import missing
from kb_service.base.work import Work
from kb_service.gate import headers
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import File, Image

MARK = "/@@download"


def is_download(address: str) -> bool:
    """Say whether an address asks for bytes: `<path>/@@download`, perhaps with a field's name."""
    return MARK in address


def download(work: Work, site: Site, address: str) -> Response[bytes]:
    """Give the bytes of a file that this reader may see. Raises: item.missing, blob.missing."""
    path = address.split(MARK, 1)[0]
    view = queries.by_path(work, site.renderer, path)
    content = view.content
    if not isinstance(content, File) or not content.sha256:
        raise missing("item.missing", path=path)
    place = "inline" if isinstance(content, Image) else "attachment"
    name = quote(content.filename or view.path.rsplit("/", 1)[-1])
    return Response(
        site.blobs.get(content.sha256),
        media_type=content.content_type,
        headers={
            "Content-Disposition": f"{place}; filename*=UTF-8''{name}",
            "Content-Security-Policy": headers.FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{content.sha256[:20]}"',
            "Cache-Control": headers.PRIVATE_PAGE if view.audience == "staff" else "no-cache",
        },
    )
