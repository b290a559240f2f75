"""The ASGI step before the application: prepared bytes, request id, log line, metrics, headers.

Published pages and JSON are kept as bytes after their first reading, compressed, and answered
before routing: only GET without cookie, authorization or query string, only while the last look at
the changes is fresh. All is forgotten at any change, at midnight, and when an item's time turns.
"""

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any

import msgspec
from anyio import to_thread

from kb_service.base.ids import new_uid
from kb_service.base.log import logger
from kb_service.base.permissions import VISITOR
from kb_service.base.work import open_work
from kb_service.gate import headers, metrics
from kb_service.gate.site import Site
from kb_service.handbook import queries

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOOK_S = 0.2
_FRESH_S = 0.25
_MAX_BYTES = 64 * 1024 * 1024
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


class Shelf:
    """Prepared answers in order of use, within a number of bytes."""

    def __init__(self, limit: int = _MAX_BYTES) -> None:
        self.limit = limit
        self._kept: OrderedDict[tuple[str, str], Prepared] = OrderedDict()
        self._size = 0

    def get(self, key: tuple[str, str]) -> Prepared | None:
        """Give an answer and count it as just used."""
        prepared = self._kept.get(key)
        if prepared is not None:
            self._kept.move_to_end(key)
        return prepared

    def put(self, key: tuple[str, str], prepared: Prepared) -> None:
        """Keep an answer; those not used for longest make room."""
        self._drop(key)
        self._kept[key] = prepared
        self._size += _weight(prepared)
        while self._size > self.limit:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._size = 0

    def _drop(self, key: tuple[str, str]) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._size -= _weight(old)


class Front:
    """Wraps the application; `inner` is what answers when nothing is prepared."""

    def __init__(self, inner: Asgi, site: Site) -> None:
        self.inner = inner
        self.site = site
        self.shelf = Shelf()
        self._looked = 0.0
        self._mark: tuple[int, str, float] = (-1, "", 0.0)
        self._epoch = 0
        site.forget = self.forget

    def forget(self) -> None:
        """Drop what is prepared, and what is being prepared now from older texts."""
        self._epoch += 1
        self.shelf.clear()

    @property
    def is_fresh(self) -> bool:
        """Whether the last look at the changes is young enough to serve what is prepared."""
        return time.monotonic() - self._looked < _FRESH_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand a lifespan or socket through."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._live(scope, receive, send)
            else:
                await self.inner(scope, receive, send)
            return
        started = time.perf_counter()
        self._believe_proxy(scope)
        request_id = new_uid()
        scope["request_id"] = request_id
        key = _key(scope)
        is_fresh = self.is_fresh
        prepared = self.shelf.get(key) if key and is_fresh else None
        if prepared is not None:
            status, size = await _send_prepared(prepared, scope, send, request_id)
            self._note(scope, status, size, started, request_id, prepared.route)
            return
        recorder = _Recorder(send, scope, request_id, is_kept=key is not None and is_fresh)
        epoch = self._epoch
        await self.inner(scope, receive, recorder)
        kept = recorder.prepared()
        if key and kept is not None and epoch == self._epoch:
            self.shelf.put(key, kept)
        self._note(scope, recorder.status, recorder.size, started, request_id, recorder.route)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at changes while the application lives, and no longer when it closes its house."""
        is_over = asyncio.Event()
        looking = asyncio.get_running_loop().create_task(self._look(is_over))

        async def told() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                is_over.set()
                await looking
            return message

        try:
            await self.inner(scope, told, send)
        finally:
            is_over.set()

    async def _look(self, is_over: asyncio.Event) -> None:
        """Look at the sequence of changes five times a second."""
        while not is_over.is_set():
            try:
                mark = await to_thread.run_sync(self._read_mark)
                if mark != self._mark:
                    self._mark = mark
                    self.forget()
                self._looked = time.monotonic()
            except Exception as error:
                # The database is away: nothing prepared is served until it answers again.
                logger().warning("look failed", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), _LOOK_S)

    def _read_mark(self) -> tuple[int, str, float]:
        """Give what prepared answers depend on; an item's end must not wait for the worker."""
        self.site.engine.refresh()
        with open_work(self.site.database, VISITOR, self.site.clock, write=False) as work:
            return queries.last_change(work), str(work.today), self.site.engine.next_turn

    def _believe_proxy(self, scope: Scope) -> None:
        client = scope.get("client")
        if not client or client[0] not in self.site.proxies:
            return
        given = dict(scope["headers"])
        address = given.get(b"x-forwarded-for", b"").decode("latin-1").split(",")[-1].strip()
        if address:
            scope["client"] = (address, 0)
        if given.get(b"x-forwarded-proto") in (b"https", b"http"):
            scope["scheme"] = given[b"x-forwarded-proto"].decode()
        host = given.get(b"x-forwarded-host")
        if host:
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope["headers"].append((b"host", host))

    def _note(
        self, scope: Scope, status: int, size: int, started: float, request_id: str, route: str
    ) -> None:
        seconds = time.perf_counter() - started
        metrics.request(str(scope["method"]), route, status, seconds)
        logger().info(
            "request",
            request=request_id,
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            bytes=size,
        )


class _Recorder:
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
        if _takes_gzip(self.scope) and _is_text(head) and len(body) >= _MIN_GZIP:
            body = await to_thread.run_sync(gzip.compress, body, 5)
            head = _sized(head, len(body), is_gzip=True)
        await self.send({**self._start, "headers": head})
        await self.send({"type": "http.response.body", "body": body})

    async def _stream(self, message: Message) -> None:
        if not self._is_streamed and self._start is not None:
            self._is_streamed = True
            head = _with_always(self._start["headers"], self.scope, self.request_id)
            await self.send({**self._start, "headers": head})
        await self.send(message)

    def prepared(self) -> Prepared | None:
        """Give the answer to keep, if it is whole, public and has a tag."""
        if not (self.is_kept and self._is_whole and self._start and self.status == 200):  # noqa: PLR2004
            return None
        given = {name.lower(): value for name, value in self._start["headers"]}
        is_public = given.get(b"cache-control", b"").startswith(b"public")
        if not is_public or b"set-cookie" in given or len(self._body) > _MAX_ONE:
            return None
        head = [
            pair
            for pair in _with_always(self._start["headers"], self.scope, "")
            if pair[0] != b"content-length"
        ]
        etag = given.get(b"etag", b"")
        return Prepared(200, head, self._body, gzip.compress(self._body, 6), etag, self.route)


async def _send_prepared(
    prepared: Prepared, scope: Scope, send: Send, request_id: str
) -> tuple[int, int]:
    asked = dict(scope["headers"])
    mark = (b"x-request-id", request_id.encode())
    if prepared.etag and _knows(asked.get(b"if-none-match", b""), prepared.etag):
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


def _knows(known: bytes, etag: bytes) -> bool:
    # One tag or several, also marked weak by a proxy.
    return etag in (tag.strip().removeprefix(b"W/") for tag in known.split(b","))


def _key(scope: Scope) -> tuple[str, str] | None:
    if scope["method"] != "GET" or scope.get("query_string"):
        return None
    asked = dict(scope["headers"])
    if b"cookie" in asked or b"authorization" in asked:
        return None
    # One of two equal names would be read here and perhaps the other one behind us.
    if len(asked) != len(scope["headers"]):
        return None
    # Where the address is not set, absolute links are made of the host that was asked.
    names = (b"accept", b"accept-language", b"host", b"origin")
    kind = b"|".join([str(scope.get("scheme")).encode(), *(asked.get(name, b"") for name in names)])
    return str(scope["path"]), kind.decode("latin-1")


def _with_always(
    given: Iterable[tuple[bytes, bytes]], scope: Scope, request_id: str
) -> list[tuple[bytes, bytes]]:
    head = [(name.lower(), value) for name, value in given]
    names = {name for name, _value in head}
    head += [pair for pair in headers.ALWAYS if pair[0] not in names]
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
        kept.append((b"vary", b"accept-encoding"))
    return kept


def _takes_gzip(scope: Scope) -> bool:
    return b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"")


def _is_text(head: list[tuple[bytes, bytes]]) -> bool:
    given = dict(head)
    kind = given.get(b"content-type", b"")
    return b"content-encoding" not in given and kind.startswith(_TEXTS)


def _weight(prepared: Prepared) -> int:
    return len(prepared.body) + len(prepared.compressed) + 1024
