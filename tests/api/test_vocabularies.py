"""`@vocabularies`, `@sources`, `@querysources`: what can be chosen, by whom, in what pieces."""

import base64

import pytest

from kb_service.base.ids import Uid
from kb_service.people.acts import accounts
from kb_service.people.schemas import Profile
from tests.service import BASE, Service

PLONE = "plone.app.vocabularies"
TOKEN = base64.b64encode("замена".encode()).decode()


@pytest.mark.parametrize(
    "name",
    [
        "@vocabularies",
        f"@vocabularies/{PLONE}.Keywords",
        f"@vocabularies/{PLONE}.Catalog",
        "@sources/owner",
        "@querysources/relatedItems?query=a",
    ],
)
def test_lists_to_choose_from_are_for_staff(reading: Service, name: str) -> None:
    assert reading.get(f"/api/{name}").status_code == 401
    assert reading.get(f"/api/{name}", "olga").status_code == 200


def test_the_lists_have_names(reading: Service) -> None:
    body = reading.get("/api/@vocabularies", "olga").json()
    assert {"@id": f"{BASE}/api/@vocabularies/kb.topics", "title": "kb.topics"} in body
    for one in body:
        found = reading.get(one["@id"].removeprefix(BASE) + "?b_size=-1", "olga").json()
        assert found["items_total"] == len(found["items"]) > 0, one


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        (f"{PLONE}.Keywords", [(TOKEN, "замена")]),
        (
            f"{PLONE}.WorkflowStates",
            [
                ("private", "Личное"),
                ("pending", "На проверке"),
                ("published", "Опубликовано"),
                ("archived", "В архиве"),
            ],
        ),
        (f"{PLONE}.SupportedContentLanguages", [("ru", "Русский"), ("en", "Английский")]),
        ("kb.topics", [("/meters", "Счётчики"), ("/outage", "Нет света")]),
        ("kb.departments", [("metering", "metering")]),
        ("kb.audiences", [("public", "Всем"), ("staff", "Только сотрудникам")]),
        (
            f"{PLONE}.Users",
            [("anna", "Anna"), ("elena", "Elena"), ("olga", "Olga"), ("rita", "Rita")],
        ),
    ],
)
def test_what_can_be_chosen(reading: Service, name: str, terms: list[tuple[str, str]]) -> None:
    body = reading.get(f"/api/@vocabularies/{name}", "olga").json()
    assert set(body) == {"@id", "items", "items_total"}
    assert sorted((one["token"], one["title"]) for one in body["items"]) == sorted(terms)
    assert body["items_total"] == len(terms)


def test_roles_have_plones_names_and_ours(reading: Service) -> None:
    body = reading.get(f"/api/@vocabularies/{PLONE}.Roles?b_size=-1", "olga").json()
    known = {one["token"]: one["title"] for one in body["items"]}
    assert known["Manager"] == known["Site Administrator"] == "Администратор"
    assert known["operator"] == "Оператор"
    assert "Anonymous" not in known


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("title=сТРАН", ["Document"]),
        ("token=folder", ["Folder"]),
        ("tokens:list=File&tokens:list=Folder", ["Folder", "File"]),
        ("title=нет такого", []),
        ("sort_on=title&b_size=2", ["Image", "Regulation"]),
    ],
)
def test_terms_are_filtered_as_plone_clients_ask(
    reading: Service, query: str, tokens: list[str]
) -> None:
    path = f"/api/@vocabularies/{PLONE}.ReallyUserFriendlyTypes?{query}"
    body = reading.get(path, "olga").json()
    assert [one["token"] for one in body["items"]] == tokens


def test_terms_come_in_batches(reading: Service) -> None:
    path = f"/api/@vocabularies/{PLONE}.PortalTypes"
    first = reading.get(f"{path}?b_size=2", "olga").json()
    assert (len(first["items"]), first["items_total"]) == (2, 7)
    following = reading.get(first["batching"]["next"].removeprefix(BASE), "olga").json()
    assert first["items"] != following["items"]
    assert "batching" not in reading.get(f"{path}?b_size=-1", "olga").json()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("@vocabularies/nothing", 404, "vocabulary.missing"),
        ("@vocabularies/kb.topics?title=a&token=b", 400, "terms.both"),
        ("@vocabularies/kb.topics?b_start=-1", 400, "batch.wrong"),
        ("@sources/title", 404, "field.no_choice"),
        ("@querysources/subjects", 400, "terms.query"),
        ("meters/draft/@sources/owner", 403, "act.forbidden"),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    reading: Service, path: str, status: int, code: str
) -> None:
    answer = reading.get(f"/api/{path}", "olga")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("field", "token"), [("owner", "metering"), ("subjects", TOKEN), ("audience", "staff")]
)
def test_a_field_names_what_it_takes(reading: Service, field: str, token: str) -> None:
    body = reading.get(f"/api/meters/kto-meniaet/@sources/{field}", "olga").json()
    assert token in [one["token"] for one in body["items"]]


def test_related_items_are_looked_for_by_their_letters(reading: Service) -> None:
    body = reading.get("/api/@querysources/relatedItems?query=МЕНЯЕТ", "olga").json()
    assert [one["title"] for one in body["items"]] == ["Кто меняет счётчик?"]
    drafts = "/api/@querysources/relatedItems?query=внутренней"
    assert reading.get(drafts, "olga").json()["items"] == []
    assert len(reading.get(drafts, "rita").json()["items"]) == 1


def test_keywords_of_drafts_are_for_editors(service: Service) -> None:
    path = f"/api/@vocabularies/{PLONE}.Keywords"
    service.ask("PATCH", "/api/meters/draft", "rita", {"subjects": ["тайна"]})
    assert "тайна" not in service.get(path, "olga").text
    assert "тайна" in service.get(path, "rita").text


def test_a_blocked_colleague_and_a_department_of_an_account(service: Service) -> None:
    with service.work() as work:
        uid = Uid(service.uid_of("elena"))
        accounts.change(work, uid, Profile(name="Elena", department="Правка"))
    departments = service.get("/api/@vocabularies/kb.departments", "olga").json()
    assert "Правка" in [one["title"] for one in departments["items"]]
    with service.work() as work:
        accounts.block(work, uid)
    users = service.get(f"/api/@vocabularies/{PLONE}.Users", "olga").json()
    assert "elena" not in [one["token"] for one in users["items"]]
