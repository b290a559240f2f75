"""Regulations and announcements over the API: our own members beside Plone's, both ways."""

import pytest

from tests.service import Service

REGULATION = {
    "@type": "Regulation",
    "title": "Порядок ответов",
    "regulation_version": "3",
    "in_force_from": "2026-12-01",
    "acknowledgement_required": True,
}
WORKS = {
    "@type": "Announcement",
    "title": "Работы на улице Мира",
    "area": "ул. Мира",
    "starts": "2026-11-24T10:00:00+03:00",
    "ends": "2026-11-24T18:00:00+03:00",
}


@pytest.mark.parametrize("who", ["", "olga"])
@pytest.mark.parametrize("body", [REGULATION, WORKS])
def test_only_writers_add_them(service: Service, who: str, body: dict[str, object]) -> None:
    assert service.ask("POST", "/api/meters", who, body).status_code in (401, 403)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**REGULATION, "in_force_from": "soon"}, "in_force_from"),
        ({**REGULATION, "area": "ул. Мира"}, "area"),
        ({**WORKS, "starts": "soon"}, "starts"),
        ({**WORKS, "ends": WORKS["starts"]}, "ends"),
        ({**WORKS, "regulation_version": "3"}, "regulation_version"),
    ],
)
def test_a_wrong_field_is_named(service: Service, body: dict[str, object], field: str) -> None:
    answer = service.ask("POST", "/api/meters", "rita", body)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("body", [REGULATION, WORKS])
def test_what_was_sent_comes_back_and_stands_in_the_file(
    service: Service, body: dict[str, object]
) -> None:
    made = service.ask("POST", "/api/meters", "rita", body)
    assert made.status_code == 201
    path = made.headers["location"].removeprefix("https://help.example")
    found = service.get(f"/api{path.removeprefix('/api')}", "rita").json()
    assert {name: found[name] for name in body} == body
    # Plone's member of the same name says which text this is.
    assert found["version"] == "current"
    assert f"type: {body['@type']}\n" in found["source"]


def test_a_change_of_one_member_leaves_the_others(service: Service) -> None:
    made = service.ask("POST", "/api/meters", "rita", WORKS).json()
    path = "/api" + made["@id"].split("/api")[-1].removeprefix("https://help.example")
    service.ask("PATCH", path, "rita", {"area": "ул. Ленина", "ends": None})
    found = service.get(path, "rita").json()
    assert (found["area"], found["ends"], found["starts"]) == ("ул. Ленина", None, WORKS["starts"])
