"""`@hooks` over the API: administrators alone, a secret once, nothing but what was sent changes."""

from typing import Any

import pytest

from tests.service import Service

HOOKS = "/api/@hooks"
NOBODY = f"{HOOKS}/{'0' * 32}"
NEW = {"url": "https://hooks.example.org/in", "events": ["item.published", "fact.changed"]}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def made(service: Service) -> str:
    """Make a hook; give its path."""
    answer = service.ask("POST", HOOKS, "anna", NEW)
    assert answer.status_code == 201, answer.text
    return f"{HOOKS}/{answer.json()['UID']}"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", HOOKS, None),
        ("POST", HOOKS, NEW),
        ("GET", NOBODY, None),
        ("PATCH", NOBODY, {"is_active": False}),
        ("DELETE", NOBODY, None),
        ("GET", f"{NOBODY}/deliveries", None),
        ("POST", f"{NOBODY}/test", None),
    ],
)
def test_nobody_but_an_administrator_is_let_in(
    reading: Service, method: str, path: str, body: Any
) -> None:
    for who, status in {"": 401, "olga": 403, "rita": 403}.items():
        assert reading.ask(method, path, who, body).status_code == status, who
    if path != HOOKS:
        assert code_of(reading.ask(method, path, "anna", body)) == (404, "hook.missing")


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({**NEW, "url": "http://hooks.example.org/in"}, "hook.wrong", "url"),
    ({**NEW, "url": "https://other.example.org/in"}, "hook.wrong", "url"),
    ({**NEW, "events": []}, "hook.wrong", "events"),
    ({**NEW, "events": ["hook.test"]}, "hook.wrong", "events"),
    ({**NEW, "secret": "свой"}, "request.wrong", ""),
    ({"url": NEW["url"]}, "request.wrong", "events"),
]


@pytest.mark.parametrize(("body", "code", "field"), WRONG)
def test_what_is_wrong_is_refused_and_nothing_is_made(
    service: Service, body: dict[str, Any], code: str, field: str
) -> None:
    answer = service.ask("POST", HOOKS, "anna", body)
    assert code_of(answer) == (400, code)
    assert not field or field in [one["field"] for one in answer.json()["errors"]]
    assert service.get(HOOKS, "anna").json()["items_total"] == 0


def test_the_secret_is_given_once(service: Service) -> None:
    answer = service.ask("POST", HOOKS, "anna", NEW)
    assert answer.headers["location"] == answer.json()["@id"]
    secret = answer.json()["secret"]
    assert len(secret) >= 32
    for path in (HOOKS, f"{HOOKS}/{answer.json()['UID']}"):
        assert secret not in service.get(path, "anna").text


def test_a_webhook_is_listed_without_its_secret(service: Service) -> None:
    path = made(service)
    body = service.get(HOOKS, "anna").json()
    assert body["items_total"] == 1
    assert body["items"] == [service.get(path, "anna").json()]
    assert (body["items"][0]["url"], body["items"][0]["events"]) == (NEW["url"], NEW["events"])
    assert "secret" not in body["items"][0]
    assert set(NEW["events"]) < set(body["offered"])


def test_only_what_was_sent_is_changed(service: Service) -> None:
    path = made(service)
    wrong = service.ask("PATCH", path, "anna", {"url": "https://other.example.org/"})
    assert code_of(wrong) == (400, "hook.wrong")
    off = service.ask("PATCH", path, "anna", {"is_active": False}).json()
    assert (off["is_active"], off["url"], off["events"]) == (False, NEW["url"], NEW["events"])
    told = service.ask("PATCH", path, "anna", {"events": ["item.moved"]}).json()
    assert (told["is_active"], told["url"], told["events"]) == (False, NEW["url"], ["item.moved"])
    assert service.ask("PATCH", path, "anna", {"is_active": True}).json()["is_active"] is True


def test_a_webhook_is_removed(service: Service) -> None:
    path = made(service)
    assert service.ask("DELETE", path, "anna").status_code == 204
    assert code_of(service.get(path, "anna")) == (404, "hook.missing")
    assert service.get(HOOKS, "anna").json()["items"] == []


def test_a_test_is_sent_and_listed(service: Service) -> None:
    path = made(service)
    assert service.get(f"{path}/deliveries", "anna").json()["items"] == []
    for _ in range(2):
        assert service.ask("POST", f"{path}/test", "anna").status_code == 204
    page = service.get(f"{path}/deliveries?b_size=1", "anna").json()
    assert (page["items_total"], len(page["items"])) == (2, 1)
    assert page["items"][0]["event"] == "hook.test"
    # Nobody listens at an example: a try may have failed by now.
    assert page["items"][0]["state"] in ("waiting", "failing")
    assert "b_start=1" in page["batching"]["next"]
    assert code_of(service.get(f"{path}/deliveries?b_size=x", "anna")) == (400, "request.wrong")
