"""Prepared answers, compression, proxies, slow senders: what one does must not reach another."""

import time
from typing import Any

import anyio
import pytest
from anyio import to_thread

from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.gate import limits
from kb_service.gate.headers import takes_gzip
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


@pytest.mark.parametrize("path", ["/helped", "/api/@login"])
def test_a_body_that_does_not_come_is_waited_for_in_vain(
    service: Service, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(limits, "BODY_S", 0.2)
    sent: list[Any] = []
    kind = (b"content-type", b"application/x-www-form-urlencoded")
    scope = _scope("POST", path, kind, (b"content-length", b"9"))

    async def never() -> dict[str, Any]:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        with anyio.fail_after(4):
            await service.front(scope, never, send)

    service.client.blocking_portal.call(ask)
    assert sent[0]["status"] == 408


WANTS = {"accept": "text/html", "accept-encoding": "gzip"}
PLAIN = {"accept": "text/html", "accept-encoding": "identity"}
TEXTS = ("/", "/en/search", "/search?q=счётчик", "/api/meters", "/net", "/sitemap.xml")


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("asked", [WANTS, PLAIN, {**WANTS, "accept-encoding": "gzip;q=0"}])
def test_what_may_be_compressed_says_so_also_when_it_is_not(
    service: Service, path: str, asked: dict[str, str]
) -> None:
    for _again in range(2):
        answer = service.client.get(path, headers=asked)
        names = [name.strip().lower() for name in answer.headers["vary"].split(",")]
        assert names.count("accept-encoding") == 1
        is_packed = answer.headers.get("content-encoding") == "gzip"
        assert is_packed is (asked is WANTS)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/meters/kto-meniaet?as_of=2026-11-24",
        "/rss.xml",
        "/api/meters",
        "/api/meters?b_size=5",
    ],
)
def test_a_page_that_the_reader_has_is_not_sent_again(service: Service, path: str) -> None:
    first = service.client.get(path, headers=WANTS)
    for tag in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        for headers in (WANTS, PLAIN):
            again = service.client.get(path, headers={**headers, "if-none-match": tag})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
            assert "accept-encoding" in again.headers["vary"].lower()
    changed = service.client.get(path, headers={**WANTS, "if-none-match": '"other"'})
    assert changed.text == first.text


def test_an_error_is_sent_whatever_tag_is_named(service: Service) -> None:
    assert service.client.get("/net", headers={"if-none-match": "*"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "is_taken"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("xgzip", False),
        ("", False),
    ],
)
def test_who_takes_compressed_answers(asked: str, is_taken: bool) -> None:
    assert takes_gzip(asked) is is_taken


def _believed(service: Service, client: str, *headers: tuple[bytes, bytes]) -> str:
    scope = {**_scope("GET", "/", *headers), "client": (client, 1)}

    async def ask() -> None:
        await service.front(scope, _nothing, _nowhere)

    service.client.blocking_portal.call(ask)
    return str(scope["client"][0])


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_message: Any) -> None:
    return None


@pytest.mark.parametrize(
    ("client", "named", "believed"),
    [
        pytest.param("192.0.2.9", "198.51.100.1", "192.0.2.9", id="a stranger says who asks"),
        pytest.param("10.0.0.1", "198.51.100.1", "198.51.100.1", id="our proxy says it"),
        pytest.param("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1", id="who asks says more"),
        pytest.param("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1", id="two proxies"),
        pytest.param("10.0.0.1", "", "10.0.0.1", id="nothing said"),
        pytest.param("10.0.0.1", "10.0.0.2", "10.0.0.2", id="a proxy itself"),
    ],
)
def test_whose_word_counts_for_an_address(
    service: Service, client: str, named: str, believed: str
) -> None:
    service.front.site.proxies = frozenset({"10.0.0.1", "10.0.0.2"})
    header = (b"x-forwarded-for", named.encode())
    assert _believed(service, client, header) == believed


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
