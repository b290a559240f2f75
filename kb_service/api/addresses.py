"""Absolute addresses: `@id` of items is always the bare address, services keep the asked form.

The host is the one of the settings; where none is set, the one that was asked.
"""

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from litestar import Request

from kb_service.gate.paths import asked_path, content_path

_SAFE = "/@+:~"
_OF_BATCH = ("b_start", "b_size")


class Addresses(msgspec.Struct, frozen=True):
    """What addresses of one answer are made of. `base` has no slash at its end."""

    base: str
    asked: str
    content: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def root(self) -> str:
        """The address of the root."""
        return self.base + "/"

    def item(self, path: str) -> str:
        """Give the `@id` of an item."""
        return self.root if path == "/" else self.base + quote(path, safe=_SAFE)

    def service(self, name: str, path: str | None = None) -> str:
        """Give the address of a service of an item (the one that was asked for)."""
        prefix = self.prefix
        at = self.content if path is None else path
        return f"{self.base}{prefix}{quote(at.rstrip('/'), safe=_SAFE)}/{name}"

    def path_of(self, text: str) -> str:
        """Give the path that an address or a path names, whichever way of asking it has."""
        path = text.strip().removeprefix(self.base)
        for prefix in ("/++api++", "/api"):
            if path == prefix or path.startswith(prefix + "/"):
                path = path.removeprefix(prefix)
        return "/" + path.strip("/")

    def here(self, **batch: int) -> str:
        """Give the asked address without its batch, or with another one."""
        kept = [(key, value) for key, value in self.query if key not in _OF_BATCH]
        kept += [(key, str(value)) for key, value in batch.items()]
        path = self.base + quote(self.asked, safe=_SAFE)
        return f"{path}?{urlencode(kept)}" if kept else path

    @property
    def prefix(self) -> str:
        """By which the JSON face was asked: `/api`, `/++api++` or nothing but the Accept header."""
        first = self.asked.lstrip("/").split("/", 1)[0]
        return f"/{first}" if first in ("api", "++api++") else ""


def addresses_of(request: Request[Any, Any, Any]) -> Addresses:
    """Give the addresses of one answer."""
    site = request.app.state.get("site")
    base = site.base_url if site is not None else ""
    # In the order in which it was asked: Litestar's own reading of the query forgets it.
    query = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return Addresses(
        base=base or _asked_host(request),
        asked=asked_path(request),
        content=content_path(request),
        query=tuple(query),
    )


def _asked_host(request: Request[Any, Any, Any]) -> str:
    server = request.scope.get("server") or ("localhost", None)
    host = request.headers.get("host") or str(server[0])
    return f"{request.scope.get('scheme', 'http')}://{quote(host, safe=':[]-._~')}"
