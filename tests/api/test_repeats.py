"""`Idempotency-Key`: the same request sent twice is done once and answered twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from kb_service.base.repeats import Repeat, sweep
from kb_service.handbook.tables import Item
from tests.service import Service

KEY = {"idempotency_key": "a-1"}
PAGE = {"@type": "Document", "title": "Новая страница"}


def made(
    service: Service, body: dict[str, Any] = PAGE, who: str = "elena", **head: str
) -> Response:
    return service.ask("POST", "/api/meters", who, body, **(head or KEY))


def pages(service: Service) -> int:
    with service.work() as work:
        return len(work.session.scalars(select(Item).where(Item.title == PAGE["title"])).all())


@pytest.mark.parametrize("key", ["", " ", "x" * 201])
def test_a_key_that_cannot_be_kept_is_refused(service: Service, key: str) -> None:
    answer = made(service, idempotency_key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.key_wrong")
    assert pages(service) == 0


def test_another_request_under_the_same_key_is_refused(service: Service) -> None:
    assert made(service).status_code == 201
    for answer in (
        made(service, {**PAGE, "title": "Другое"}),
        service.ask("POST", "/api", "elena", PAGE, **KEY),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "request.key_reused")


def test_the_same_request_is_answered_as_at_first(service: Service) -> None:
    first, again = made(service), made(service)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for name in ("location", "etag", "content-type", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert pages(service) == 1


def test_a_key_is_its_accounts_own_and_none_means_twice(service: Service) -> None:
    assert made(service).status_code == 201
    assert made(service, who="rita").status_code == 201
    assert service.ask("POST", "/api/meters", "rita", PAGE).status_code == 201
    assert pages(service) == 3


def test_a_refusal_is_not_kept(service: Service) -> None:
    assert made(service, {"@type": "Document"}).status_code == 400
    assert made(service).status_code == 201


def test_two_sent_at_once_make_one(service: Service) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: made(service), range(2)))
    # On a busy machine SQLite may ask the second to come again.
    assert {201} <= {one.status_code for one in answers} <= {201, 503}
    assert made(service).content in {one.content for one in answers}
    assert pages(service) == 1


def test_a_remark_is_made_once(service: Service) -> None:
    def remark() -> Response:
        body = {"text": "Проверьте срок."}
        return service.ask("POST", "/api/meters/kto-meniaet/@comments", "olga", body, **KEY)

    first, again = remark(), remark()
    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers["location"] == first.headers["location"]
    found = service.get("/api/meters/kto-meniaet/@comments", "elena").json()["items"]
    assert len([one for one in found if "Проверьте" in str(one)]) == 1


def test_after_a_day_it_is_forgotten(service: Service) -> None:
    assert made(service).status_code == 201
    later = service.house.clock.now() + timedelta(days=1)
    with service.work() as work:
        sweep(work.session, later - timedelta(minutes=1))
        assert len(work.session.scalars(select(Repeat)).all()) == 1
        sweep(work.session, later)
        assert work.session.scalars(select(Repeat)).all() == []
    assert made(service).status_code == 201
    assert pages(service) == 2
