"""`@users`: who may see and change accounts over the API, and what a client of Plone gets."""

from typing import Any

import pytest

from tests.people.make import PASSWORD
from tests.service import BASE, Service

NEW = "другая лошадь скоба"
SERGEY = {"username": "sergey", "fullname": "Сергей", "email": "s@x.ru", "roles": ["specialist"]}


def signed_in(service: Service, login: str, password: str) -> dict[str, str]:
    """Sign in and give the header that says so."""
    answer = service.ask("POST", "/api/@login", json={"login": login, "password": password})
    assert answer.status_code == 200
    return {"authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/@users", None),
        ("POST", "/api/@users", SERGEY),
        ("PATCH", "/api/@users/olga", {"fullname": "Другая"}),
        ("DELETE", "/api/@users/olga", None),
        ("POST", "/api/@users/olga/reset-password", {}),
    ],
)
@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403), ("rita", 403)])
def test_only_administrators_manage_accounts(
    reading: Service, method: str, path: str, body: Any, who: str, status: int
) -> None:
    assert reading.ask(method, path, who, body).status_code == status


def test_everybody_sees_their_own_account_and_no_other(reading: Service) -> None:
    body = reading.get("/api/@users/olga", "olga").json()
    assert body == {
        "@id": f"{BASE}/api/@users/olga",
        "id": "olga",
        "username": "olga",
        "fullname": "Olga",
        "email": "",
        "roles": ["operator"],
        "groups": {"@id": f"{BASE}/api/@users/olga", "items": [], "items_total": 0},
        "description": "",
        "home_page": "",
        "location": "",
        "portrait": None,
        "is_blocked": False,
    }
    assert reading.get("/api/@users/olga").status_code == 401
    there, not_there = (reading.get(f"/api/@users/{one}", "olga") for one in ("anna", "nobody"))
    assert there.status_code == not_there.status_code == 404
    assert reading.get("/api/@users/olga", "anna").json()["roles"] == ["operator"]


@pytest.mark.parametrize(
    ("query", "logins"),
    [
        ("", ["anna", "elena", "olga", "rita"]),
        ("query=OL", ["olga"]),
        ("search=rit", ["rita"]),
        ("roles-filter:list=Editor", ["elena"]),
        ("roles-filter:list=Manager&roles-filter:list=operator", ["anna", "olga"]),
        ("groups-filter:list=metering", []),
        ("limit=2", ["anna", "elena"]),
        ("blocked=1", []),
        ("b_start=2", ["olga", "rita"]),
    ],
)
def test_accounts_are_listed_and_filtered_for_administrators(
    reading: Service, query: str, logins: list[str]
) -> None:
    body = reading.get(f"/api/@users?{query}", "anna").json()
    assert [one["id"] for one in body["items"]] == logins
    assert {"@id", "items", "items_total"} <= set(body)
    assert body["items_total"] == (len(logins) if "b_start" not in query else 4)


def test_a_role_that_nobody_has_is_named(reading: Service) -> None:
    answer = reading.get("/api/@users?roles-filter=Owner", "anna")
    assert (answer.status_code, answer.json()["code"]) == (400, "role.unknown")
    assert "Reviewer" in answer.json()["allowed"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "olga"}, "username"),
        ({"email": "нет"}, "email"),
        ({"roles": ["Owner"]}, "roles"),
        ({"groups": ["a", "b"]}, "groups"),
        ({"password": "short"}, "password"),
    ],
)
def test_a_wrong_account_is_refused_at_the_field(
    service: Service, change: dict[str, Any], field: str
) -> None:
    answer = service.ask("POST", "/api/@users", "anna", {**SERGEY, **change})
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_an_account_is_made_with_a_one_time_link(service: Service) -> None:
    answer = service.ask("POST", "/api/@users", "anna", {**SERGEY, "groups": ["учёт"]})
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == body["@id"] == f"{BASE}/api/@users/sergey"
    assert body["groups"]["items"] == [{"id": "учёт", "title": "учёт"}]
    assert body["password_link"].startswith(f"{BASE}/welcome/")
    page = service.client.get(body["password_link"], headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "password_link" not in service.get("/api/@users/sergey", "anna").json()


def test_an_account_with_a_password_signs_in(service: Service) -> None:
    body = {"username": "Petr", "email": "p@x.ru", "password": PASSWORD}
    made = service.ask("POST", "/api/@users", "anna", body).json()
    assert (made["id"], made["fullname"], made["roles"]) == ("petr", "Petr", ["Reader"])
    signed_in(service, "petr", PASSWORD)


def test_an_account_is_changed(service: Service) -> None:
    change = {"fullname": "Ольга", "email": "o@x.ru", "groups": ["линия"], "unknown": 1}
    assert service.ask("PATCH", "/api/@users/olga", "anna", change).status_code == 204
    roles = {"Reviewer": True, "operator": False}
    assert service.ask("PATCH", "/api/@users/olga", "anna", {"roles": roles}).status_code == 204
    body = service.get("/api/@users/olga", "anna").json()
    assert (body["fullname"], body["email"], body["roles"]) == ("Ольга", "o@x.ru", ["Reviewer"])
    assert body["groups"]["items_total"] == 1
    # Who lost a role is signed out everywhere.
    assert service.get("/api/@users/olga", "olga").status_code == 401


def test_a_password_is_given_and_the_old_token_ends(service: Service) -> None:
    answer = service.ask("PATCH", "/api/@users/olga", "anna", {"password": NEW, "email": "o@x.ru"})
    assert answer.status_code == 204
    assert service.get("/api/@users/olga", "olga").status_code == 401
    signed_in(service, "olga", NEW)


def test_the_last_administrator_stays(service: Service) -> None:
    service.ask("PATCH", "/api/@users/anna", "anna", {"password": NEW})
    anna = signed_in(service, "anna", NEW)
    answer = service.ask("PATCH", "/api/@users/anna", "", {"roles": ["Reader"]}, **anna)
    assert (answer.status_code, answer.json()["code"]) == (409, "user.last_administrator")
    answer = service.ask("DELETE", "/api/@users/anna", **anna)
    assert (answer.status_code, answer.json()["code"]) == (409, "user.own_block")


def test_a_deleted_account_is_blocked_and_stays_in_the_journal(service: Service) -> None:
    assert service.ask("DELETE", "/api/@users/olga", "anna").status_code == 204
    assert service.get("/api/@users/olga", "anna").status_code == 404
    assert service.ask("DELETE", "/api/@users/olga", "anna").status_code == 404
    assert service.get("/api/@health", "olga").status_code == 200
    assert service.get("/api/@users/olga", "olga").status_code == 401
    blocked = service.get("/api/@users?blocked=1", "anna").json()["items"]
    assert [(one["id"], one["is_blocked"]) for one in blocked] == [("olga", True)]
    assert service.ask("POST", "/api/@users", "anna", {"username": "olga"}).status_code == 400
    back = service.ask("PATCH", "/api/@users/olga", "anna", {"is_blocked": False})
    assert back.status_code == 204
    assert service.get("/api/@users/olga", "anna").status_code == 200


def test_ones_own_password_is_changed_and_all_tokens_end(service: Service) -> None:
    path = "/api/@users/olga/reset-password"
    service.ask("PATCH", "/api/@users/olga", "anna", {"password": PASSWORD})
    olga = signed_in(service, "olga", PASSWORD)
    wrong = {"old_password": "не то, что было", "new_password": NEW}
    answer = service.ask("POST", path, "", wrong, **olga)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "old_password")
    assert service.ask("POST", path, "rita", wrong).json()["code"] == "user.not_own"
    right = {"old_password": PASSWORD, "new_password": NEW}
    assert service.ask("POST", path, "", right, **olga).status_code == 204
    assert service.get("/api/@users/olga", **olga).status_code == 401
    signed_in(service, "olga", NEW)


def test_an_administrator_gets_a_one_time_link_for_somebody(service: Service) -> None:
    answer = service.ask("POST", "/api/@users/olga/reset-password", "anna", {})
    assert answer.json()["password_link"].startswith(f"{BASE}/welcome/")
    assert service.ask("POST", "/api/@users/nobody/reset-password", "anna").status_code == 404
