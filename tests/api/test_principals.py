"""`@principals`, `@roles`, `@userschema`: names for who may use them, addresses for nobody."""

import pytest

from kb_service.api.services._roles import our_roles, wire_roles
from kb_service.base.permissions import Role
from tests.service import BASE, Service


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("@principals?search=ol", {"": 401, "olga": 403, "elena": 403, "rita": 200, "anna": 200}),
        ("@roles", {"": 401, "olga": 200}),
        ("@userschema", {"": 401, "olga": 200}),
    ],
)
def test_who_may_name_people(reading: Service, path: str, statuses: dict[str, int]) -> None:
    for who, status in statuses.items():
        assert reading.get(f"/api/{path}", who).status_code == status, who


def test_people_and_departments_are_found_without_addresses(service: Service) -> None:
    service.ask("PATCH", "/api/@users/olga", "anna", {"email": "o@x.ru", "groups": ["Олово"]})
    body = service.get("/api/@principals?search=OL", "rita").json()
    assert body["users"] == [
        {"@id": f"{BASE}/api/@users/olga", "id": "olga", "username": "olga", "fullname": "Olga"}
    ]
    groups = service.get("/api/@principals?search=олов", "rita").json()["groups"]
    assert [(one["id"], one["title"]) for one in groups] == [("Олово", "Олово")]
    assert "o@x.ru" not in service.get("/api/@principals?search=o", "anna").text


def test_nobody_is_found_by_nothing(reading: Service) -> None:
    answer = reading.get("/api/@principals?search=+", "rita")
    assert (answer.status_code, answer.json()["code"]) == (400, "principals.search")


def test_roles_are_named_as_plone_names_them(reading: Service) -> None:
    body = reading.get("/api/@roles", "olga").json()
    assert {
        "@id": f"{BASE}/api/@roles/Site%20Administrator",
        "@type": "role",
        "id": "Site Administrator",
        "title": "Администратор",
    } in body
    named = [one["id"] for one in body]
    assert len(named) == len(set(named))
    assert our_roles(named) == set(Role) - {Role.VISITOR}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VISITOR])
def test_a_role_comes_back_by_its_names_on_the_wire(role: Role) -> None:
    assert our_roles(wire_roles([str(role)])) == {role}
    assert our_roles([str(role), "Member", "Authenticated"]) == {role}


def test_the_form_of_an_account(reading: Service) -> None:
    body = reading.get("/api/@userschema", "olga").json()
    assert set(body) == {"properties", "required", "fieldsets"}
    assert body["fieldsets"][0]["fields"] == list(body["properties"])
    assert body["properties"]["email"]["title"] == "Электронная почта"
    assert body["properties"]["groups"]["widgetOptions"]["vocabulary"]["@id"] == (
        f"{BASE}/api/@vocabularies/plone.app.vocabularies.Groups"
    )
