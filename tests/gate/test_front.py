"""Prepared answers and slow senders: what one caller does must not reach another."""

import time
from typing import Any

import anyio
from anyio import to_thread

from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook import queries
from tests.service import Service
from tests.service_fixtures import renderer, service, template

__all__ = ["renderer", "service", "template"]
_BEGUN_S = 1.0


def test_a_header_given_twice_prepares_nothing_for_others(service: Service) -> None:
    scope = _scope("GET", "/", (b"accept", b"application/json"), (b"accept", b"*/*"))
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        while not service.front.is_fresh:
            await anyio.sleep(0.01)
        await service.front(scope, receive, send)

    service.client.blocking_portal.call(ask)
    assert (b"content-type", b"application/json") in sent[0]["headers"]
    second = service.client.get("/", headers={"accept": "*/*", "host": "help.example"})
    assert second.headers["content-type"].startswith("text/html")


def test_a_slow_sender_does_not_hold_the_writes_of_others(service: Service) -> None:
    sent: list[Any] = []
    waited: list[float] = []
    form = (b"content-type", b"application/x-www-form-urlencoded")
    cookie = (b"cookie", b"kb_session=nobody")
    scope = _scope("POST", "/desk/sign-in", form, cookie, (b"content-length", b"9"))

    async def never() -> dict[str, Any]:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    def write() -> None:
        with open_work(service.house.database, SYSTEM, service.house.clock) as work:
            begun = time.perf_counter()
            queries.last_change(work)
            waited.append(time.perf_counter() - begun)

    async def both() -> None:
        with anyio.fail_after(4):
            async with anyio.create_task_group() as group:
                group.start_soon(service.front, scope, never, send)
                await anyio.sleep(_BEGUN_S)
                await to_thread.run_sync(write)
                group.cancel_scope.cancel()

    service.client.blocking_portal.call(both)
    assert not sent
    assert waited[0] < _BEGUN_S


def _scope(method: str, path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"help.example"), *headers],
        "client": ("192.0.2.1", 1),
        "server": ("help.example", 443),
    }
