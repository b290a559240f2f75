"""`@groups`: departments over the API, in the words of a client of Plone."""

from typing import Any

import pytest

from tests.service import BASE, Service

NEW = {"groupname": "учёт", "title": "Отдел учёта", "email": "u@x.ru", "users": ["olga"]}
PATH = "/api/@groups/%D1%83%D1%87%D1%91%D1%82"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/@groups", None),
        ("GET", "/api/@groups/metering", None),
        ("POST", "/api/@groups", NEW),
        ("PATCH", "/api/@groups/metering", {"title": "x"}),
        ("DELETE", "/api/@groups/metering", None),
    ],
)
@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403), ("rita", 403)])
def test_only_administrators_manage_departments(
    reading: Service, method: str, path: str, body: Any, who: str, status: int
) -> None:
    assert reading.ask(method, path, who, body).status_code == status


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"groupname": ""}, 400, "department.wrong"),
        ({"groupname": "a/b"}, 400, "department.wrong"),
        ({"roles": ["Manager"]}, 400, "department.roles"),
        ({"users": ["nobody"]}, 404, "user.missing"),
    ],
)
def test_a_wrong_department_is_refused(
    service: Service, change: dict[str, Any], status: int, code: str
) -> None:
    answer = service.ask("POST", "/api/@groups", "anna", {**NEW, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert service.get("/api/@groups", "anna").json() == []


def test_a_department_is_described(service: Service) -> None:
    answer = service.ask("POST", "/api/@groups", "anna", NEW)
    assert answer.status_code == 201
    assert answer.headers["location"] == BASE + PATH
    assert (
        answer.json()
        == service.get(PATH, "anna").json()
        == {
            "@id": BASE + PATH,
            "id": "учёт",
            "groupname": "учёт",
            "title": "Отдел учёта",
            "description": "",
            "email": "u@x.ru",
            "roles": ["Authenticated"],
            "members": {"@id": BASE + PATH, "items": ["olga"], "items_total": 1},
        }
    )
    assert service.get("/api/@groups/nothing", "anna").status_code == 404


def test_departments_are_a_bare_list_of_all_that_are_named(service: Service) -> None:
    service.ask("POST", "/api/@groups", "anna", NEW)
    service.ask("PATCH", "/api/@users/rita", "anna", {"groups": ["правка"]})
    body = service.get("/api/@groups", "anna").json()
    assert [(one["id"], one["members"]["items"]) for one in body] == [
        ("правка", ["rita"]),
        ("учёт", ["olga"]),
    ]
    assert [one["id"] for one in service.get("/api/@groups?query=УЧЁТ", "anna").json()] == ["учёт"]
    assert len(service.get("/api/@groups?limit=1", "anna").json()) == 1


def test_members_are_put_in_and_out(service: Service) -> None:
    service.ask("POST", "/api/@groups", "anna", NEW)
    change = {"title": "Учёт", "users": {"olga": False, "rita": True}}
    assert service.ask("PATCH", PATH, "anna", change).status_code == 204
    body = service.get(PATH, "anna").json()
    assert (body["title"], body["email"], body["members"]["items"]) == ("Учёт", "u@x.ru", ["rita"])
    assert service.get("/api/@users/rita", "rita").json()["groups"]["items"] == [
        {"id": "учёт", "title": "Учёт"}
    ]
    assert service.ask("PATCH", "/api/@groups/x", "anna", {}).status_code == 404


def test_a_department_that_is_taken_away_leaves_its_members(service: Service) -> None:
    service.ask("POST", "/api/@groups", "anna", NEW)
    assert service.ask("DELETE", PATH, "anna").status_code == 204
    assert service.get(PATH, "anna").status_code == 404
    assert service.get("/api/@users/olga", "anna").json()["groups"]["items_total"] == 0
