"""`@comments` over the API: remarks to editors, by role; refused first, then said and settled."""

from typing import Any

import pytest

from tests.service import BASE, Service

QUESTION = "/api/meters/kto-meniaet"
COMMENTS = f"{QUESTION}/@comments"
ANY = "0" * 32


def say(service: Service, who: str = "olga", **body: Any) -> str:
    """Say something and give the address of it."""
    answer = service.ask("POST", COMMENTS, who, {"text": "Спрашивают иначе.", **body})
    assert answer.status_code == 204, answer.text
    location: str = answer.headers["location"]
    return location.removeprefix(BASE)


def items(service: Service, who: str = "olga") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.get(COMMENTS, who).json()["items"]
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", COMMENTS),
        ("POST", COMMENTS),
        *((method, f"{COMMENTS}/{ANY}") for method in ("GET", "POST", "PATCH", "DELETE")),
    ],
)
def test_remarks_are_never_public(service: Service, method: str, path: str) -> None:
    say(service)
    body = {"text": "x"} if method in ("POST", "PATCH") else None
    assert service.ask(method, path, "", body).status_code == 401
    assert "comment" not in service.get(QUESTION).text.lower()


@pytest.mark.parametrize(
    ("method", "path", "who", "status", "code"),
    [
        ("GET", "/api/meters/draft/@comments", "olga", 403, "act.forbidden"),
        ("POST", "/api/meters/draft/@comments", "olga", 403, "act.forbidden"),
        ("GET", f"{COMMENTS}/{ANY}", "olga", 404, "remark.missing"),
        ("POST", f"{COMMENTS}/{ANY}", "olga", 404, "remark.missing"),
        ("PATCH", f"{COMMENTS}/{ANY}", "olga", 404, "remark.missing"),
        ("DELETE", f"{COMMENTS}/{ANY}", "elena", 403, "act.forbidden"),
        ("DELETE", f"{COMMENTS}/{ANY}", "rita", 404, "remark.missing"),
    ],
)
def test_what_is_not_there_is_neither_read_nor_changed(
    service: Service, method: str, path: str, who: str, status: int, code: str
) -> None:
    body = {"text": "x"} if method in ("POST", "PATCH") else None
    answer = service.ask(method, path, who, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "remark.empty"),
        ({}, "remark.empty"),
        ({"text": None}, "remark.empty"),
        ({"text": 5}, "request.wrong"),
        ({"text": "x" * 4001}, "remark.too_long"),
        ({"text": "x", "quote": "y" * 501}, "remark.quote_too_long"),
    ],
)
def test_a_wrong_remark_is_refused(service: Service, body: Any, code: str) -> None:
    answer = service.ask("POST", COMMENTS, "olga", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert items(service) == []


def test_a_remark_has_the_fields_that_plone_clients_read(service: Service) -> None:
    address = say(service, quote="сетевая организация")
    body = service.get(COMMENTS, "elena").json()
    (one,) = body.pop("items")
    assert body == {
        "@id": f"{BASE}{COMMENTS}",
        "items_total": 1,
        "permissions": {"can_reply": True, "view_comments": True},
    }
    uid = address.rsplit("/", 1)[1]
    assert one == {
        "@id": f"{BASE}{address}",
        "@type": "Discussion Item",
        "@parent": None,
        "comment_id": uid,
        "in_reply_to": None,
        "text": {"data": "Спрашивают иначе.", "mime-type": "text/plain"},
        "author_name": "Olga",
        "author_username": "olga",
        "author_image": None,
        "creation_date": "2026-11-24T09:00:00+00:00",
        "modification_date": "2026-11-24T09:00:00+00:00",
        "is_editable": False,
        "is_deletable": False,
        "can_reply": True,
        "user_notification": None,
        "quote": "сетевая организация",
        "place": [7, 26],
        "revision": 1,
        "resolved": None,
        "resolved_by": "",
    }
    assert service.get(address, "elena").json() == one


def test_a_remark_is_answered(service: Service) -> None:
    address = say(service)
    answer = service.ask("POST", address, "elena", {"text": "Поправила."})
    assert answer.status_code == 204
    reply = service.get(answer.headers["location"].removeprefix(BASE), "olga").json()
    assert (reply["@parent"], reply["in_reply_to"]) == (f"{BASE}{address}", address[-32:])


def test_a_remark_is_found_only_at_its_item(service: Service) -> None:
    uid = say(service)[-32:]
    for method in ("GET", "PATCH"):
        elsewhere = f"/api/meters/pokazaniia/@comments/{uid}"
        answer = service.ask(
            method, elsewhere, "olga", {"text": "x"} if method == "PATCH" else None
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "remark.missing")


def test_own_words_are_changed_and_nobody_elses(service: Service) -> None:
    address = say(service)
    refused = service.ask("PATCH", address, "rita", {"text": "Чужое."})
    assert (refused.status_code, refused.json()["code"]) == (403, "remark.not_own")
    changed = service.ask("PATCH", address, "olga", {"text": "Своё."})
    assert (changed.status_code, changed.headers["location"]) == (204, f"{BASE}{address}")
    (one,) = items(service)
    assert (one["text"]["data"], one["is_editable"]) == ("Своё.", True)


def test_an_editor_settles_a_remark_and_opens_it_again(service: Service) -> None:
    address = say(service)
    assert service.ask("PATCH", address, "olga", {"resolved": True}).status_code == 403
    for is_resolved, who in ((True, "elena"), (False, "")):
        body = {"resolved": is_resolved}
        assert service.ask("PATCH", address, "elena", body).status_code == 204
        (one,) = items(service)
        assert (one["resolved"] is not None, one["resolved_by"]) == (is_resolved, who)


def test_who_publishes_takes_a_remark_away(service: Service) -> None:
    address = say(service)
    service.ask("POST", address, "elena", {"text": "Ответ."})
    assert service.ask("DELETE", address, "elena").status_code == 403
    assert service.ask("DELETE", address, "rita").status_code == 204
    assert items(service) == []


def test_remarks_come_in_pages(service: Service) -> None:
    for _ in range(3):
        say(service)
    body = service.get(f"{COMMENTS}?b_size=2", "olga").json()
    assert (len(body["items"]), body["items_total"]) == (2, 3)
    assert body["batching"]["next"].endswith("b_start=2&b_size=2")
