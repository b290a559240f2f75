"""Static files under addresses that hold their content's hash, so that browsers keep them for ever.

The folder is read once, at start: hash, gzip and ETag are made then, a request costs a look into a
dictionary, and no path from outside ever reaches the file system. A name without a hash, or with
the hash of an earlier release, gives the present file and is asked for again each time.
"""

import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from kb_service.base.errors import missing
from kb_service.gate.headers import is_known, takes_gzip

STATIC_DIR = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
# Smaller than this a packed file is no shorter on the wire.
_WORTH_PACKING = 512
_HASHED = re.compile(r"^(?P<stem>.+)\.(?P<hash>[0-9a-f]{10})(?P<end>\.[a-z0-9]+)$")
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain",
}


class Asset(msgspec.Struct, frozen=True):
    """One file: its bytes, plain and packed, and the address that changes with them."""

    name: str
    url: str
    content_type: str
    etag: str
    body: bytes
    packed: bytes | None


class Assets:
    """All static files of a folder, by name."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, Asset] = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TYPES and path.is_file():
                asset = _read(path, path.relative_to(folder).as_posix())
                self._by_name[asset.name] = asset

    def __iter__(self) -> Any:
        return iter(self._by_name.values())

    def url(self, name: str) -> str:
        """Give the address of a file; an unknown name is a mistake in a template."""
        return self._by_name[name].url

    def find(self, path: str) -> tuple[Asset, bool] | None:
        """Give the file of an address and whether the address names exactly these bytes."""
        name = path.removeprefix("/")
        if name in self._by_name:
            return self._by_name[name], False
        parts = _HASHED.match(name)
        asset = self._by_name.get(parts["stem"] + parts["end"]) if parts else None
        return None if asset is None else (asset, asset.url.endswith(name))


def _read(path: Path, name: str) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:10]
    stem, dot, end = name.rpartition(".")
    packed = gzip.compress(body, 9, mtime=0) if len(body) > _WORTH_PACKING else None
    return Asset(
        name=name,
        url=f"/static/{stem}.{digest}{dot}{end}",
        content_type=_TYPES[path.suffix],
        etag=f'"{digest}"',
        body=body,
        packed=packed if packed and len(packed) < len(body) else None,
    )


ASSETS = Assets(STATIC_DIR)


def static_url(name: str) -> str:
    """Give the address of a static file with its hash; templates call it."""
    return ASSETS.url(name)


def answer(asset: Asset, headers: Any, cache: str) -> Response[bytes]:
    """Give the file, packed if the reader takes it, or 304 if the reader has it already."""
    fixed = {"ETag": asset.etag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if is_known(headers.get("if-none-match", ""), asset.etag):
        return Response(b"", status_code=304, headers=fixed, media_type=asset.content_type)
    body = asset.body
    if asset.packed is not None and takes_gzip(headers.get("accept-encoding", "")):
        body = asset.packed
        fixed["Content-Encoding"] = "gzip"
    fixed["X-Content-Type-Options"] = "nosniff"
    return Response(body, headers=fixed, media_type=asset.content_type)


@get("/static/{path:path}", sync_to_thread=False, include_in_schema=False)
def static_file(path: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give a static file. Raises: file.missing."""
    found = ASSETS.find(path)
    if found is None:
        raise missing("file.missing", path=path)
    asset, is_exact = found
    return answer(asset, request.headers, FOREVER if is_exact else ASK_AGAIN)
