"""The ASGI step before the application: prepared bytes, request id, log line, metrics, headers.

Published pages and JSON are kept as bytes after their first reading, compressed, and answered
before routing: only GET without cookie, authorization or query string, only while the last look at
the changes is fresh. All is forgotten at any change, at midnight, and when an item's time turns.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress

from anyio import to_thread

from kb_service.base.ids import new_uid
from kb_service.base.log import logger
from kb_service.base.permissions import VISITOR
from kb_service.base.work import open_work
from kb_service.gate import metrics
from kb_service.gate.sending import Message, Prepared, Receive, Recorder, Scope, Send, send_prepared
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import Banner

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Mark = tuple[int, str, float, list[Banner]]

_LOOK_S = 0.2
_FRESH_S = 0.25
_MAX_BYTES = 64 * 1024 * 1024


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
        self._mark: Mark = (-1, "", 0.0, [])
        self._epoch = 0
        site.forget = self.forget

    def forget(self) -> None:
        """Drop what is prepared, and what is being prepared now from older texts."""
        self._epoch += 1
        self.shelf.clear()

    @property
    def is_fresh(self) -> bool:
        """Whether the last look at the changes is of today and young enough to be relied upon."""
        is_young = time.monotonic() - self._looked < _FRESH_S
        return is_young and self._mark[1] == str(self.site.clock.today())

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
            status, size = await send_prepared(prepared, scope, send, request_id)
            self._note(scope, status, size, started, request_id, prepared.route)
            return
        recorder = Recorder(send, scope, request_id, is_kept=key is not None and is_fresh)
        epoch = self._epoch
        await self.inner(scope, receive, recorder)
        # Compressing may take longer than others should wait.
        kept = await to_thread.run_sync(recorder.prepared) if recorder.is_kept else None
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

    def _read_mark(self) -> Mark:
        """Give what prepared answers depend on; an item's end must not wait for the worker."""
        self.site.engine.refresh()
        with open_work(self.site.database, VISITOR, self.site.clock, write=False) as work:
            turn = self.site.engine.next_turn
            # An announcement begins and ends by the clock, too.
            return queries.last_change(work), str(work.today), turn, queries.banners(work)

    def _believe_proxy(self, scope: Scope) -> None:
        client = scope.get("client")
        if not client or client[0] not in self.site.proxies:
            return
        given = dict(scope["headers"])
        # Each proxy adds whom it saw at the end; what stands further ahead anybody may have sent.
        named = given.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        passed = [address.strip() for address in named if address.strip()]
        while len(passed) > 1 and passed[-1] in self.site.proxies:
            passed.pop()
        if passed:
            scope["client"] = (passed[-1], 0)
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


def _weight(prepared: Prepared) -> int:
    return len(prepared.body) + len(prepared.compressed) + 1024
