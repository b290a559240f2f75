"""`@sharing` over the API: by role, with the fields of Plone; what a change opens and closes."""

from typing import Any

import pytest

from tests.service import Service

SHARING = "/api/meters/@sharing"
DRAFT = "/api/meters/draft"
NONE = {"Contributor": False, "Editor": False, "Reader": False, "Reviewer": False}


def give(service: Service, who: str = "rita", **entry: Any) -> Any:
    return service.ask("POST", SHARING, who, {"entries": [entry]})


def roles(service: Service, path: str = SHARING) -> dict[str, Any]:
    entries = service.get(path, "rita").json()["entries"]
    return {entry["id"]: entry["roles"] for entry in entries}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("who", "status"), [("", 401), ("olga", 403), ("elena", 403), ("rita", 0), ("anna", 0)]
)
def test_only_publishers_share(service: Service, method: str, who: str, status: int) -> None:
    expected = status or (200 if method == "GET" else 204)
    assert service.ask(method, SHARING, who).status_code == expected


def test_sharing_has_the_fields_that_plone_clients_read(service: Service) -> None:
    assert give(service, id="olga", type="user", roles={"Editor": True}).status_code == 204
    body = service.get(SHARING, "rita").json()
    assert body == {
        "available_roles": [
            {"id": "Reader", "title": "Читатель"},
            {"id": "Editor", "title": "Редактор"},
            {"id": "Reviewer", "title": "Рецензент"},
        ],
        "entries": [
            {
                "id": "olga",
                "login": "olga",
                "title": "Olga",
                "type": "user",
                "disabled": False,
                "roles": NONE | {"Editor": True},
            }
        ],
        "inherit": True,
    }
    below = roles(service, "/api/meters/kto-meniaet/@sharing")
    assert below == {"olga": NONE | {"Editor": "acquired"}}


def test_others_are_found_by_their_letters(service: Service) -> None:
    service.ask("POST", "/api/@groups", "anna", {"groupname": "metering", "title": "Отдел учёта"})
    found = service.get(f"{SHARING}?search=el", "rita").json()["entries"]
    assert [(one["id"], one["roles"]) for one in found] == [("elena", NONE | {"Editor": "global"})]
    (group,) = service.get(f"{SHARING}?search=учёта", "rita").json()["entries"]
    assert (group["id"], group["login"], group["title"], group["type"]) == (
        "metering", None, "Отдел учёта", "group",
    )  # fmt: skip
    assert service.get(SHARING, "rita").json()["entries"] == []


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"id": "nobody", "roles": {"Editor": True}}, "share.nobody"),
        ({"id": "olga", "type": "group", "roles": {"Editor": True}}, "share.nobody"),
        ({"id": "olga", "type": "robot", "roles": {"Editor": True}}, "share.kind_wrong"),
        ({"id": "", "roles": {"Editor": True}}, "share.name_wrong"),
        ({"id": "olga", "roles": {"Manager": True}}, "share.role_wrong"),
        ({"id": "olga", "roles": {"administrator": True}}, "share.role_wrong"),
        ({"id": "olga", "roles": []}, "request.wrong"),
    ],
)
def test_a_wrong_entry_changes_nothing(service: Service, entry: Any, code: str) -> None:
    answer = give(service, **entry)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert roles(service) == {}


@pytest.mark.parametrize("name", ["Editor", "Contributor"])
def test_a_local_editor_writes_here_and_nowhere_else(service: Service, name: str) -> None:
    assert service.ask("PATCH", DRAFT, "olga", {"title": "Иначе?"}).status_code == 403
    give(service, id="olga", roles={name: True})
    assert service.ask("PATCH", DRAFT, "olga", {"title": "Иначе?"}).status_code == 204
    assert service.ask("PATCH", "/api/about", "olga", {"title": "Иначе?"}).status_code == 403
    give(service, id="olga", roles=NONE)
    assert service.ask("PATCH", DRAFT, "olga", {"title": "Снова?"}).status_code == 403
    assert roles(service) == {}


def test_what_was_read_can_be_sent_back_and_changes_nothing(service: Service) -> None:
    give(service, id="olga", roles={"Editor": True, "Reader": True})
    for path in (SHARING, "/api/meters/kto-meniaet/@sharing"):
        body = service.get(f"{path}?search=el", "rita").json()
        sent = {"entries": body["entries"], "inherit": body["inherit"]}
        assert service.ask("POST", path, "rita", sent).status_code == 204
        assert service.get(f"{path}?search=el", "rita").json() == body


def test_roles_from_above_end_where_nothing_is_inherited(service: Service) -> None:
    give(service, id="olga", roles={"Editor": True})
    below = f"{DRAFT}/@sharing"
    assert service.ask("POST", below, "rita", {"inherit": False}).status_code == 204
    assert service.get(below, "rita").json() == {
        "available_roles": service.get(SHARING, "rita").json()["available_roles"],
        "entries": [],
        "inherit": False,
    }
    assert service.get(DRAFT, "olga").status_code == 403


def test_a_department_shares_as_one(service: Service) -> None:
    service.ask("POST", "/api/@groups", "anna", {"groupname": "metering", "users": ["olga"]})
    assert give(service, id="metering", roles={"Reviewer": True}).status_code == 204
    assert service.ask("POST", f"{DRAFT}/@workflow/publish", "olga").status_code == 200
