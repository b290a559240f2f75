"""The JSON face over PostgreSQL: what a database may see differently."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from httpx import Response

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.handbook.render import Renderer
from tests import databases
from tests.api import make
from tests.service import Service, filled, house_in, serving
from tests.service_fixtures import NOON

QUESTION = "/api/meters/kto-meniaet"


@pytest.fixture
def service(
    postgres_fresh_database: Database, renderer: Renderer, tmp_path: Path
) -> Iterator[Service]:
    url = postgres_fresh_database.url.render_as_string(hide_password=False)
    house = house_in(tmp_path, renderer, SetClock(NOON), url)
    with serving(house, filled(house, make.handbook)) as one:
        yield one
    databases.empty(postgres_fresh_database)


def test_what_is_written_is_read_found_and_refused_when_stale(service: Service) -> None:
    tag = service.get(QUESTION, "rita").headers["etag"]
    first = service.ask("PATCH", QUESTION, "rita", {"text": "Абракадабра."}, if_match=tag)
    second = service.ask("PATCH", QUESTION, "rita", {"text": "Поздно."}, if_match=tag)
    assert (first.status_code, second.status_code) == (204, 412)
    assert service.get(QUESTION).json()["html"] == "<p>Абракадабра.</p>"
    found = service.get("/api/@search?SearchableText=абракадабра").json()
    assert [one["title"] for one in found["items"]] == ["Кто меняет счётчик?"]
    assert service.ask("POST", f"{QUESTION}/@workflow/retract", "rita").status_code == 200
    assert service.get(QUESTION).status_code == 401


@pytest.mark.parametrize("text", ["a\0b", "\ufffe", "😀" * 50, "'; drop table item; --", "%s"])
def test_letters_that_this_database_refuses_never_break_the_service(
    service: Service, text: str
) -> None:
    body = {"title": text, "code": text, "relatedItems": [text], "changeNote": text, "id": text}
    assert service.ask("PATCH", QUESTION, "rita", body).status_code < 500
    assert service.ask("PATCH", QUESTION, "rita", {"title": text}).status_code < 500
    step = {"comment": text}
    assert service.ask("POST", f"{QUESTION}/@workflow/retract", "rita", step).status_code == 200
    for name in ("@answers?q", "@suggest?q", "@search?SearchableText", "@search?Subject"):
        service_name, key = name.split("?")
        answer = service.client.get(f"/api/{service_name}", params={key: text})
        assert answer.status_code == 200
    login = {"login": text, "password": text}
    assert service.ask("POST", "/api/@login", "", login).status_code < 500


def test_two_with_one_key_at_once_make_one(service: Service) -> None:
    body = {"@type": "Document", "title": "Новая страница"}

    def made(_number: int) -> Response:
        return service.ask("POST", "/api/meters", "elena", body, idempotency_key="a")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(made, range(4)))
    assert [one.status_code for one in answers] == [201] * 4
    assert len({one.content for one in answers}) == 1
    assert service.ask("POST", "/api", "elena", body, idempotency_key="a").status_code == 409
