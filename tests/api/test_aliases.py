"""`@aliases` over the API: of an item for who may edit it, of the site for administrators."""

from typing import Any

import pytest

from tests.service import BASE, Service

ITEM = "/api/meters/kto-meniaet/@aliases"
ONE = {"items": [{"path": "/m1"}]}


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", ONE), ("DELETE", ONE)])
@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        (ITEM, {"": 401, "olga": 403}),
        ("/api/@aliases", {"": 401, "olga": 403, "elena": 403, "rita": 403}),
    ],
)
def test_who_may_not_is_refused(
    reading: Service, method: str, body: Any, path: str, statuses: dict[str, int]
) -> None:
    for who, status in statuses.items():
        assert reading.ask(method, path, who, body).status_code == status, who


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (ITEM, {"items": []}, 400, "address.too_many"),
        (ITEM, {"items": [{"path": f"/m{n}"} for n in range(101)]}, 400, "address.too_many"),
        (ITEM, {"items": [{"path": "/about"}]}, 409, "item.exists"),
        (ITEM, {"items": [{"path": "/admin/x"}]}, 400, "path.reserved"),
        (ITEM, {"items": [{"path": "/m1", "datetime": "вчера"}]}, 400, "moment.wrong"),
        ("/api/@aliases", ONE, 400, "address.target"),
        ("/api/@aliases", {"items": [{"path": "/m", "redirect-to": "/no"}]}, 404, "item.missing"),
        ("/api/nowhere/@aliases", ONE, 404, "item.missing"),
    ],
)
def test_what_cannot_be_an_address_is_refused(
    service: Service, path: str, body: Any, status: int, code: str
) -> None:
    answer = service.ask("POST", path, "anna", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_address_leads_here_until_it_is_removed(service: Service) -> None:
    body = {"items": [{"path": "/m1"}, {"path": "/korotko", "datetime": "2026-01-02"}]}
    assert service.ask("POST", ITEM, "elena", body).status_code == 204
    assert service.get("/api/m1").headers["location"] == "/api/meters/kto-meniaet"
    page = service.get("/korotko", accept="text/html")
    assert (page.status_code, page.headers["location"]) == (301, "/meters/kto-meniaet")
    assert service.get(ITEM, "elena").json() == {
        "@id": BASE + ITEM,
        "items": [
            {
                "path": "/m1",
                "redirect-to": "/meters/kto-meniaet",
                "manual": True,
                "datetime": "2026-11-24T09:00:00+00:00",
            },
            {
                "path": "/korotko",
                "redirect-to": "/meters/kto-meniaet",
                "manual": True,
                "datetime": "2026-01-01T21:00:00+00:00",
            },
        ],
        "items_total": 2,
    }
    assert service.ask("DELETE", ITEM, "elena", ONE).status_code == 204
    assert service.get("/api/m1").status_code == 404
    assert service.ask("DELETE", ITEM, "elena", ONE).json()["code"] == "alias.missing"


def test_the_administrator_sees_and_changes_the_addresses_of_the_site(service: Service) -> None:
    new = {"items": [{"path": "/m1", "redirect-to": "/meters/kto-meniaet"}]}
    assert service.ask("POST", "/api/@aliases", "anna", new).status_code == 204
    body = service.get("/api/@aliases", "anna").json()
    assert [(one["path"], one["manual"]) for one in body["items"]] == [
        ("/m1", True),
        ("/outage/old-place", False),
    ]
    assert service.ask("DELETE", "/api/@aliases", "anna", ONE).status_code == 204
    assert service.get("/api/@aliases", "anna").json()["items_total"] == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("manual=0", 1),
        ("manual=1", 0),
        ("q=OLD-place", 1),
        ("query=nothing", 0),
        ("start=2026-11-24", 1),
        ("end=2026-11-24", 0),
        ("b_size=0", 0),
    ],
)
def test_addresses_are_filtered(reading: Service, query: str, count: int) -> None:
    body = reading.get(f"/api/@aliases?{query}", "anna").json()
    assert len(body["items"]) == count


def test_a_wrong_bound_is_named(reading: Service) -> None:
    answer = reading.get("/api/@aliases?start=вчера", "anna")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "start")
