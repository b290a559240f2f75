"""`@lock` over the API: its fields, who meets it, and that the account matters, not the token."""

from typing import Any

import pytest

from tests.service import BASE, Service

QUESTION = "/api/meters/kto-meniaet"
LOCK = f"{QUESTION}/@lock"


def lock(service: Service, method: str, who: str, body: Any = None) -> Any:
    return service.ask(method, LOCK, who, body)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403), ("elena", 200)])
def test_locks_are_for_who_may_edit(service: Service, method: str, who: str, status: int) -> None:
    if method == "GET" and who == "olga":
        status = 200
    assert lock(service, method, who).status_code == status


def test_a_lock_has_the_fields_that_plone_clients_read(service: Service) -> None:
    assert lock(service, "GET", "rita").json() == {"locked": False, "stealable": True}
    body = lock(service, "POST", "rita", {"timeout": 900}).json()
    assert len(body.pop("token")) == 32
    assert body == {
        "locked": True,
        "stealable": True,
        "creator": "rita",
        "creator_name": "Rita",
        "creator_url": f"{BASE}/api/@users/rita",
        "created": "2026-11-24T09:00:00+00:00",
        "time": 1795510800.0,
        "timeout": 900,
        "name": "plone.locking.stealable",
    }
    assert "token" not in lock(service, "GET", "elena").json()


def test_an_item_tells_staff_who_is_writing_it(service: Service) -> None:
    lock(service, "POST", "rita")
    assert service.get(QUESTION, "olga").json()["lock"]["creator"] == "rita"
    assert service.get(QUESTION).json()["lock"] == {"locked": False, "stealable": True}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", QUESTION, {"title": "Иначе?"}),
        ("PATCH", QUESTION, {"id": "inache"}),
        ("DELETE", QUESTION, None),
        ("DELETE", "/api/meters", None),
        ("POST", LOCK, None),
        ("PATCH", LOCK, None),
        ("DELETE", LOCK, None),
        ("POST", f"{QUESTION}/@workingcopy", None),
        (
            "POST",
            "/api/@relations",
            {"items": [{"source": "/meters/kto-meniaet", "target": "/about"}]},
        ),
    ],
)
def test_another_is_refused_with_who_and_since_when(
    service: Service, method: str, path: str, body: Any
) -> None:
    lock(service, "POST", "elena")
    answer = service.ask(method, path, "rita", body)
    error = answer.json()
    assert (answer.status_code, error["code"], error["type"]) == (403, "item.locked", "Forbidden")
    assert (error["params"]["holder"], error["params"]["name"]) == ("elena", "Elena")
    assert "Elena" in error["message"]
    assert service.get(QUESTION).json()["title"] == "Кто меняет счётчик?"


@pytest.mark.parametrize("token", ["", "own", "wrong"])
def test_the_holder_writes_with_or_without_the_token(service: Service, token: str) -> None:
    own = lock(service, "POST", "rita").json()["token"]
    headers = {"lock_token": own if token == "own" else token} if token else {}
    answer = service.ask("PATCH", QUESTION, "rita", {"title": "Иначе?"}, **headers)
    assert answer.status_code == 204


def test_taking_a_lock_makes_no_tag_stale(service: Service) -> None:
    tag = service.get(QUESTION, "rita").headers["etag"]
    lock(service, "POST", "rita")
    assert service.ask("PATCH", QUESTION, "rita", {"title": "Да?"}, if_match=tag).status_code == 204


@pytest.mark.parametrize("how", ["DELETE", "POST"])
def test_a_lock_taken_away_is_told_to_who_had_it(service: Service, how: str) -> None:
    lock(service, "POST", "elena")
    body = lock(service, how, "rita", {"force": True}).json()
    assert body.get("creator") == ("rita" if how == "POST" else None)
    answer = lock(service, "PATCH", "elena")
    assert (answer.status_code, answer.json()["code"]) == (409, "item.lock_lost")
    assert answer.json()["params"]["name"] == "Rita"


def test_the_root_can_be_locked(service: Service) -> None:
    assert service.ask("POST", "/api/@lock", "rita").json()["locked"] is True
    assert service.ask("PATCH", "/api", "elena", {"title": "x"}).status_code == 403
    assert service.ask("DELETE", "/api/@lock", "rita").json()["locked"] is False
    assert service.ask("PATCH", "/api", "elena", {"title": "x"}).status_code == 204
