"""`@copy` and `@move` over the API: who may, by what a source is named, and where old ways lead."""

from typing import Any

import pytest

from tests.service import BASE, Service


@pytest.mark.parametrize("name", ["@copy", "@move"])
@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403)])
def test_only_writers_copy_and_move(reading: Service, name: str, who: str, status: int) -> None:
    body = {"source": "/about"}
    assert reading.ask("POST", f"/api/meters/{name}", who, body).status_code == status


@pytest.mark.parametrize("name", ["@copy", "@move"])
@pytest.mark.parametrize(
    ("target", "body", "status", "code"),
    [
        ("/meters", {"source": "/nowhere"}, 404, "item.missing"),
        ("/meters", {"source": "0" * 32}, 404, "item.missing"),
        ("/meters", {"source": []}, 400, "source.count"),
        ("/meters", {"source": ["/about"] * 101}, 400, "source.count"),
        ("/meters", {}, 400, "request.wrong"),
        ("/meters", {"source": 1}, 400, "request.wrong"),
        ("/meters", {"source": "/meters"}, 400, "item.into_itself"),
        ("/nowhere", {"source": "/about"}, 404, "item.missing"),
    ],
)
def test_what_cannot_be_is_refused(
    reading: Service, name: str, target: str, body: Any, status: int, code: str
) -> None:
    answer = reading.ask("POST", f"/api{target}/{name}", "rita", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_one_that_fails_takes_all_back(service: Service) -> None:
    body = {"source": ["/about", "/nowhere"]}
    assert service.ask("POST", "/api/meters/@move", "rita", body).status_code == 404
    body = {"source": ["/about", "/meters"]}
    assert service.ask("POST", "/api/meters/@move", "rita", body).status_code == 400
    assert service.get("/api/about").status_code == 200


@pytest.mark.parametrize(
    "source",
    [
        "/meters/kto-meniaet",
        "meters/kto-meniaet/",
        f"{BASE}/meters/kto-meniaet",
        f"{BASE}/api/meters/kto-meniaet",
        f"{BASE}/++api++/meters/kto-meniaet",
        "UID",
    ],
)
def test_a_source_is_named_by_path_address_or_uid(service: Service, source: str) -> None:
    uid = service.get("/api/meters/kto-meniaet").json()["UID"]
    source = uid if source == "UID" else source
    answer = service.ask("POST", "/++api++/outage/@copy", "elena", {"source": source})
    assert answer.status_code == 200
    assert answer.json() == [
        {"source": f"{BASE}/meters/kto-meniaet", "target": f"{BASE}/outage/kto-meniaet"}
    ]
    twin = service.get("/api/outage/kto-meniaet", "elena").json()
    assert (twin["review_state"], twin["code"]) == ("private", "")
    assert twin["UID"] != uid
    assert service.get("/api/outage/kto-meniaet").status_code == 401


def test_many_are_copied_at_once(service: Service) -> None:
    body = {"source": ["/about", "/outage"]}
    answer = service.ask("POST", "/api/meters/@copy", "rita", body)
    assert [one["target"].removeprefix(BASE) for one in answer.json()] == [
        "/meters/about",
        "/meters/outage",
    ]
    assert service.get("/api/meters/outage", "rita").json()["items_total"] == 30


def test_where_something_was_leads_to_where_it_is(service: Service) -> None:
    answer = service.ask("POST", "/api/outage/@move", "rita", {"source": ["/meters/kto-meniaet"]})
    assert answer.json()[0]["target"] == f"{BASE}/outage/kto-meniaet"
    old = service.get("/api/meters/kto-meniaet")
    assert (old.status_code, old.headers["location"]) == (302, "/api/outage/kto-meniaet")
    page = service.get("/meters/kto-meniaet", accept="text/html")
    assert (page.status_code, page.headers["location"]) == (301, "/outage/kto-meniaet")
    assert service.get("/api/outage/kto-meniaet").json()["code"] == "M01"
    again = service.ask("POST", "/api/outage/@move", "rita", {"source": "/outage/kto-meniaet"})
    assert again.json()[0]["target"] == f"{BASE}/outage/kto-meniaet"


def test_a_name_that_is_taken_gets_a_number(service: Service) -> None:
    service.ask("POST", "/api/@copy", "rita", {"source": "/meters/kto-meniaet"})
    answer = service.ask("POST", "/api/meters/@move", "rita", {"source": "/kto-meniaet"})
    assert answer.json()[0]["target"] == f"{BASE}/meters/kto-meniaet-1"
