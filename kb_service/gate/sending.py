"""An answer on its way out: the headers that all carry, 304 for who has it, compression, its bytes.

Whether it is kept for others is decided in gate/front.py.
"""

import gzip
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

import msgspec
from anyio import to_thread

from kb_service.gate import headers

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_MAX_ONE = 1024 * 1024
_MIN_GZIP = 512
_TEXTS = tuple(
    b"text/ application/json application/problem application/xml application/rss image/svg "
    b"application/javascript".split()
)


class Prepared(msgspec.Struct):
    """An answer as it goes over the wire, plain and compressed."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    compressed: bytes
    etag: bytes
    route: str


class Recorder:
    """Sends an answer on with the headers that all carry, compressed, and keeps a public one."""

    def __init__(self, send: Send, scope: Scope, request_id: str, *, is_kept: bool) -> None:
        self.send = send
        self.scope = scope
        self.request_id = request_id
        self.is_kept = is_kept
        self.status = 500
        self.size = 0
        self._start: Message | None = None
        self._body = b""
        self._is_whole = False
        self._is_streamed = False

    @property
    def route(self) -> str:
        """The template of the route that answered: never a path with somebody's words in it."""
        return str(self.scope.get("path_template") or "other")

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._start = message
            return
        if message["type"] != "http.response.body" or self._start is None:
            await self.send(message)
            return
        body = message.get("body", b"")
        self.size += len(body)
        if message.get("more_body") or self._is_streamed:
            await self._stream(message)
            return
        self._body, self._is_whole = body, True
        head = _with_always(self._start["headers"], self.scope, self.request_id)
        if self.status == HTTPStatus.OK and _is_known(self.scope, dict(head).get(b"etag", b"")):
            self.status, self.size, body = HTTPStatus.NOT_MODIFIED, 0, b""
            head = [pair for pair in head if pair[0] != b"content-length"]
        elif _takes_gzip(self.scope) and self._is_compressible(head, body):
            body = await to_thread.run_sync(gzip.compress, body, 5)
            head = _sized(head, len(body), is_gzip=True)
        await self.send({**self._start, "status": self.status, "headers": head})
        await self.send({"type": "http.response.body", "body": body})

    def _is_compressible(self, head: list[tuple[bytes, bytes]], body: bytes) -> bool:
        # The bounds of a part are those of the plain bytes.
        is_part = self.status == HTTPStatus.PARTIAL_CONTENT
        return len(body) >= _MIN_GZIP and not is_part and _is_text(head)

    async def _stream(self, message: Message) -> None:
        if not self._is_streamed and self._start is not None:
            self._is_streamed = True
            head = _with_always(self._start["headers"], self.scope, self.request_id)
            await self.send({**self._start, "headers": head})
        await self.send(message)

    def prepared(self) -> Prepared | None:
        """Give the answer to keep, if it is whole, public and has a tag."""
        if not (self.is_kept and self._is_whole and self._start):
            return None
        given = {name.lower(): value for name, value in self._start["headers"]}
        is_public = given.get(b"cache-control", b"").startswith(b"public")
        is_good = self._start["status"] == HTTPStatus.OK and is_public
        if not is_good or b"set-cookie" in given or len(self._body) > _MAX_ONE:
            return None
        head = [
            pair
            for pair in _with_always(self._start["headers"], self.scope, "")
            if pair[0] != b"content-length"
        ]
        etag = given.get(b"etag", b"")
        return Prepared(200, head, self._body, gzip.compress(self._body, 6), etag, self.route)


async def send_prepared(
    prepared: Prepared, scope: Scope, send: Send, request_id: str
) -> tuple[int, int]:
    """Send what was prepared, or 304 to who has it; give the status and the bytes of the body."""
    mark = (b"x-request-id", request_id.encode())
    if _is_known(scope, prepared.etag):
        await send(
            {"type": "http.response.start", "status": 304, "headers": [*prepared.headers, mark]}
        )
        await send({"type": "http.response.body", "body": b""})
        return 304, 0
    is_gzip = _takes_gzip(scope) and len(prepared.body) >= _MIN_GZIP
    body = prepared.compressed if is_gzip else prepared.body
    head = _sized([*prepared.headers, mark], len(body), is_gzip=is_gzip)
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})
    return 200, len(body)


def _is_known(scope: Scope, etag: bytes) -> bool:
    return headers.is_known(_asked(scope, b"if-none-match"), etag.decode("latin-1"))


def _with_always(
    given: Iterable[tuple[bytes, bytes]], scope: Scope, request_id: str
) -> list[tuple[bytes, bytes]]:
    head = [(name.lower(), value) for name, value in given]
    names = {name for name, _value in head}
    head += [pair for pair in headers.ALWAYS if pair[0] not in names]
    # «You have it already» has lost its type on the way to here.
    is_unchanged = b"etag" in names and b"content-type" not in names
    if _is_text(head) or is_unchanged:
        head = _varied(head)
    if scope.get("scheme") == "https":
        head.append(headers.HSTS)
    if request_id:
        head.append((b"x-request-id", request_id.encode()))
    return head


def _sized(
    head: list[tuple[bytes, bytes]], length: int, *, is_gzip: bool
) -> list[tuple[bytes, bytes]]:
    kept = [pair for pair in head if pair[0] != b"content-length"]
    kept.append((b"content-length", str(length).encode()))
    if is_gzip:
        kept.append((b"content-encoding", b"gzip"))
    return kept


def _varied(head: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Say of what can be compressed that it may be, also where it was not this time.

    A cache between us and others would else hand compressed bytes to who cannot read them.
    """
    named = [value for name, value in head if name == b"vary"]
    if b"accept-encoding" in b",".join(named).lower():
        return head
    kept = [pair for pair in head if pair[0] != b"vary"]
    return [*kept, (b"vary", b", ".join([*named, b"Accept-Encoding"]))]


def _takes_gzip(scope: Scope) -> bool:
    return headers.takes_gzip(_asked(scope, b"accept-encoding"))


def _asked(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key == name]
    return b",".join(values).decode("latin-1")


def _is_text(head: list[tuple[bytes, bytes]]) -> bool:
    given = dict(head)
    kind = given.get(b"content-type", b"")
    return b"content-encoding" not in given and kind.startswith(_TEXTS)
