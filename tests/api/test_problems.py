"""Errors have two shapes from one function; a defect shows its number and nothing else."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient

from kb_service.api.problems import FAMILIES, PROBLEM_JSON, problem
from kb_service.base.errors import FieldError, KbError, Kind, conflict, invalid

SECRET = "geheim-4711"


class Body(msgspec.Struct):
    title: str
    count: int = 0


@get("/kind/{kind:str}", sync_to_thread=False)
def raise_kind(kind: FromPath[str]) -> None:
    raise KbError("item.missing", Kind(kind), path="/a", nested={"a": {1, 2}}, retry_after=7)


@get("/bug", sync_to_thread=False)
def raise_bug() -> None:
    raise RuntimeError(SECRET)


@get("/group", sync_to_thread=False)
def raise_group() -> None:
    raise ExceptionGroup("cleanup", [conflict("item.exists", allowed=("publish",))])


@get("/status/{status:int}", sync_to_thread=False)
def raise_status(status: FromPath[int]) -> None:
    raise HTTPException(status_code=status, detail=SECRET)


@get("/query", sync_to_thread=False)
def read_number(number: FromQuery[int]) -> int:
    return number


@post("/body", sync_to_thread=False)
def read_body(data: JSONBody[Body]) -> str:
    raise invalid("content.wrong", FieldError("title", "title.needed"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar(
        [raise_kind, raise_bug, raise_group, raise_status, read_number, read_body],
        exception_handlers={Exception: problem},
        openapi_config=None,
        request_max_body_size=1000,
    )
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def asked(client: TestClient[Litestar], path: str, accept: str = "*/*", **more: Any) -> Any:
    method = "POST" if more else "GET"
    return client.request(method, path, headers={"accept": accept}, **more)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_status_and_two_shapes(client: TestClient[Litestar], kind: Kind) -> None:
    family = FAMILIES[kind]
    standard = asked(client, f"/kind/{kind}")
    plone = asked(client, f"/kind/{kind}", "application/json")
    assert standard.status_code == plone.status_code == family.status
    assert standard.headers["content-type"] == PROBLEM_JSON
    assert plone.headers["content-type"] == "application/json"
    first, second = standard.json(), plone.json()
    assert first.pop("type") == "/problems/item.missing"
    assert second.pop("type") == family.plone
    assert second.pop("message") == first["detail"]
    assert second.pop("context") == "http://testserver.local/"
    assert first == second
    assert first["params"]["path"] == "/a"


@pytest.mark.parametrize(
    ("kind", "header", "value"),
    [
        (Kind.UNAUTHENTICATED, "www-authenticate", 'Bearer realm="kb_service"'),
        (Kind.TOO_MANY, "retry-after", "7"),
        (Kind.UNAVAILABLE, "retry-after", "7"),
    ],
)
def test_what_to_do_next_stands_in_headers(
    client: TestClient[Litestar], kind: Kind, header: str, value: str
) -> None:
    assert asked(client, f"/kind/{kind}").headers[header] == value


def test_errors_are_never_kept_by_caches(client: TestClient[Litestar]) -> None:
    headers = asked(client, "/kind/missing").headers
    assert headers["cache-control"] == "no-store"
    assert "Accept-Language" in headers["vary"]


@pytest.mark.parametrize("path", ["/bug", "/status/500", "/status/502"])
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_a_defect_tells_nothing_of_itself(
    client: TestClient[Litestar], path: str, accept: str
) -> None:
    answer = asked(client, path, accept)
    assert answer.status_code == 500
    assert answer.json()["code"] == "service.bug"
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "address.missing"),
        (405, "method.wrong"),
        (413, "request.too_large"),
        (415, "request.media_type"),
        (418, "request.wrong"),
        (429, "request.too_many"),
    ],
)
def test_refusals_before_a_handler_have_codes_too(
    client: TestClient[Litestar], status: int, code: str
) -> None:
    answer = asked(client, f"/status/{status}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert SECRET not in answer.text


def test_an_error_of_a_commit_is_found_in_its_group(client: TestClient[Litestar]) -> None:
    answer = asked(client, "/group")
    assert (answer.status_code, answer.json()["allowed"]) == (409, ["publish"])


@pytest.mark.parametrize(
    ("path", "more", "field", "code"),
    [
        ("/query", {}, "number", "field.needed"),
        ("/query?number=x", {}, "number", "field.kind"),
        ("/body", {"json": {}}, "title", "field.needed"),
        ("/body", {"json": {"title": 1}}, "title", "field.kind"),
        ("/body", {"json": {"title": "a", "count": "x"}}, "count", "field.kind"),
        ("/body", {"json": {"title": "a"}}, "title", "title.needed"),
    ],
)
def test_the_wrong_field_is_named(
    client: TestClient[Litestar], path: str, more: dict[str, Any], field: str, code: str
) -> None:
    answer = asked(client, path, **more)
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert (error["field"], error["code"]) == (field, code)
    assert error["message"] != code


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "request.unreadable"),
        (b"\xff\xfe", 400, "request.unreadable"),
        (b'{"title": "\\ud800"}', 400, "request.unreadable"),
        (b"[" * 900, 400, "request.unreadable"),
        (b" " * 2000, 413, "request.too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: TestClient[Litestar], content: bytes, status: int, code: str
) -> None:
    answer = asked(client, "/body", content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_sentence_is_in_the_language_of_the_caller(client: TestClient[Litestar]) -> None:
    headers = {"accept": "application/json", "accept-language": "en"}
    english = client.get("/nowhere", headers=headers)
    russian = client.get("/nowhere")
    assert english.json()["detail"] == "There is nothing at this address. Check the address."
    assert russian.json()["detail"] == "По этому адресу ничего нет. Проверьте адрес."
    assert (english.headers["content-language"], russian.headers["content-language"]) == (
        "en",
        "ru",
    )
