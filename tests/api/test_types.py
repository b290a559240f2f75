"""`@types`: who may ask, what can be added where, and the fields of a type as a form needs them."""

import pytest

from kb_service.api.schemas.content import ContentBody, ContentItem
from kb_service.api.services._schema import FIELDS, FIELDSETS, shapes_of
from kb_service.base.i18n import translator
from kb_service.handbook.schemas import TYPES
from tests.service import BASE, Service

ADDED = {"Announcement", "Document", "File", "Folder", "Image", "Regulation", "StandardQuestion"}


@pytest.mark.parametrize("name", ["@types", "@types/Document"])
@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 200), ("rita", 200)])
def test_types_are_for_staff(reading: Service, name: str, who: str, status: int) -> None:
    assert reading.get(f"/api/meters/{name}", who).status_code == status


@pytest.mark.parametrize(
    ("place", "who", "addable"),
    [
        ("/meters", "rita", ADDED),
        ("", "elena", ADDED),
        ("/meters/kto-meniaet", "rita", set()),
        ("/meters", "olga", set()),
    ],
)
def test_what_can_be_added_is_said_for_the_place_and_the_reader(
    reading: Service, place: str, who: str, addable: set[str]
) -> None:
    body = reading.get(f"/api{place}/@types", who).json()
    assert {one["id"] for one in body if one["addable"]} == addable
    assert [one["title"] for one in body] == sorted(one["title"] for one in body)
    one = next(one for one in body if one["id"] == "Folder")
    assert one == {
        "@id": f"{BASE}/api{place}/@types/Folder",
        "id": "Folder",
        "title": "Тема",
        "addable": "Folder" in addable,
        "immediately_addable": "Folder" in addable,
    }


def test_a_place_that_is_hidden_or_not_there_has_no_types(reading: Service) -> None:
    assert reading.get("/api/nowhere/@types", "rita").status_code == 404
    assert reading.get("/api/meters/draft/@types", "olga").status_code == 403


def test_an_unknown_type_has_no_fields(reading: Service) -> None:
    answer = reading.get("/api/@types/Event", "rita")
    assert answer.status_code == 404
    assert answer.json()["code"] == "type.missing"


def test_the_fields_of_a_type_are_a_json_schema(reading: Service) -> None:
    body = reading.get("/api/@types/StandardQuestion", "olga").json()
    assert set(body) == {"title", "type", "properties", "required", "fieldsets", "layouts"}
    assert (body["title"], body["type"]) == ("Типовой вопрос", "object")
    assert body["required"] == ["title"]
    assert body["properties"]["effective"] == {
        "title": "Опубликовать в",
        "description": "Раньше этого времени материал видят только редакторы.",
        "behavior": "plone.dublincore",
        "type": "string",
        "factory": "Date/Time",
        "widget": "datetime",
    }
    subjects = body["properties"]["subjects"]
    assert (subjects["type"], subjects["factory"]) == ("array", "Tuple")
    assert subjects["widgetOptions"]["vocabulary"]["@id"].endswith(".Keywords")
    assert body["properties"]["owner"]["vocabulary"] == {
        "@id": f"{BASE}/api/@vocabularies/kb.departments"
    }
    assert body["properties"]["audience"]["choices"] == [
        ["public", "Всем"],
        ["staff", "Только сотрудникам"],
    ]
    assert body["properties"]["sources"]["items"]["required"] == ["act"]


def test_the_words_of_a_form_follow_the_reader(reading: Service) -> None:
    body = reading.get("/api/@types/Document", "olga", accept_language="en").json()
    assert body["title"] == "Page"
    assert body["properties"]["effective"]["title"] == "To be published at"
    assert body["fieldsets"][0]["title"] == "The answer"


@pytest.mark.parametrize("kind", TYPES)
def test_every_field_of_a_type_has_words_a_place_and_a_member_of_the_wire(kind: str) -> None:
    speaker = translator("ru")
    placed = [name for _title, names in FIELDSETS.values() for name in names]
    assert len(placed) == len(set(placed))
    known = {one.replace("_", "") for one in ContentBody.__struct_fields__}
    known |= {one.replace("_", "") for one in ContentItem.__struct_fields__}
    for name in shapes_of(kind):
        assert name in placed, name
        assert name.replace("_", "") in known, name
        assert speaker.knows(FIELDS[name].title), name
        assert not FIELDS[name].description or speaker.knows(FIELDS[name].description)


def test_every_type_can_be_described(reading: Service) -> None:
    for one in reading.get("/api/@types", "olga").json():
        body = reading.client.get(
            one["@id"].removeprefix(BASE),
            headers={"authorization": f"Bearer {reading.tokens['olga']}"},
        ).json()
        shown = [name for fieldset in body["fieldsets"] for name in fieldset["fields"]]
        assert set(shown) == set(body["properties"])
        assert all({"title", "type", "factory"} <= set(p) for p in body["properties"].values())
