"""`@history`: who sees what an item was, drafts not by their number, and the way back."""

from datetime import timedelta

import pytest

from tests.service import BASE, Service

PATH = "/api/meters/kto-meniaet"


@pytest.fixture
def changed(service: Service) -> Service:
    """A service with a question of three texts, the last of them a draft."""
    service.ask("PATCH", PATH, "rita", {"title": "Второй?", "changeNote": "по закону"})
    clock = service.house.clock
    clock.moment = clock.now() + timedelta(minutes=1)  # type: ignore[attr-defined]  # a set clock
    # An editor may not publish: the third text waits beside the live one.
    service.ask("PATCH", PATH, "elena", {"title": "Третий?"})
    return service


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 200)])
@pytest.mark.parametrize("name", ["@history", "@history/1"])
def test_the_past_is_for_staff(reading: Service, name: str, who: str, status: int) -> None:
    assert reading.get(f"{PATH}/{name}", who).status_code == status


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403)])
def test_only_writers_go_back(reading: Service, who: str, status: int) -> None:
    answer = reading.ask("PATCH", f"{PATH}/@history", who, {"version": 1})
    assert answer.status_code == status


def test_texts_and_steps_come_newest_first(changed: Service) -> None:
    body = changed.get(f"{PATH}/@history", "rita").json()
    assert [(one["type"], one.get("version"), one.get("review_state")) for one in body] == [
        ("versioning", 3, None),
        ("workflow", None, "published"),
        ("versioning", 2, None),
        ("workflow", None, "published"),
        ("versioning", 1, None),
    ]
    assert body[2] == {
        "@id": f"{BASE}{PATH}/@history/2",
        "type": "versioning",
        "action": "Изменено",
        "actor": {
            "@id": f"{BASE}/api/@users/rita",
            "id": "rita",
            "username": "rita",
            "fullname": "Rita",
        },
        "comments": "по закону",
        "time": "2026-11-24T09:00:00+00:00",
        "transition_title": "Изменено",
        "version": 2,
        "may_revert": True,
    }
    assert set(body[1]) == {
        "type", "action", "actor", "comments", "time", "transition_title", "review_state",
        "state_title",
    }  # fmt: skip
    assert (body[1]["action"], body[1]["state_title"]) == ("publish", "Опубликовано")
    assert [one.get("may_revert") for one in body] == [False, None, True, None, True]


def test_who_may_not_see_drafts_does_not_meet_them_in_the_past(changed: Service) -> None:
    body = changed.get(f"{PATH}/@history", "olga").json()
    assert [one["version"] for one in body if one["type"] == "versioning"] == [2, 1]
    assert not any(one.get("may_revert") for one in body)
    answer = changed.get(f"{PATH}/@history/3", "olga")
    assert (answer.status_code, answer.json()["code"]) == (404, "revision.missing")
    assert changed.get("/api/meters/draft/@history", "olga").status_code == 403


def test_an_item_is_read_as_it_was(changed: Service) -> None:
    titles = {}
    for number in (1, 2, 3):
        body = changed.get(f"{PATH}/@history/{number}", "rita").json()
        titles[number] = body["title"]
        assert (body["version"], body["@id"]) == (str(number), f"{BASE}/meters/kto-meniaet")
    assert titles == {1: "Кто меняет счётчик?", 2: "Второй?", 3: "Третий?"}
    assert changed.get(f"{PATH}/@history/9", "rita").status_code == 404
    assert changed.get(f"{PATH}/@history/x", "rita").status_code == 404


def test_an_earlier_text_comes_back_into_the_draft_that_stands_beside(changed: Service) -> None:
    answer = changed.ask("PATCH", f"{PATH}/@history", "rita", {"version": 1})
    assert answer.json() == {"message": "Третий?: возвращена редакция 1."}
    assert changed.get(PATH).json()["title"] == "Второй?"
    assert changed.get(PATH, "rita").json()["title"] == "Кто меняет счётчик?"
    newest = changed.get(f"{PATH}/@history", "rita").json()[0]
    assert (newest["version"], newest["comments"]) == (4, "Возврат к редакции 1")


def test_what_an_editor_brings_back_waits_for_review(changed: Service) -> None:
    assert changed.ask("PATCH", f"{PATH}/@history", "elena", {"version": 1}).status_code == 200
    assert changed.get(PATH).json()["title"] == "Второй?"
    assert changed.get(PATH, "elena").json()["title"] == "Кто меняет счётчик?"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"version": 9}, {}, 404),
        ({"version": "один"}, {}, 400),
        ({}, {}, 400),
        ({"version": 1}, {"if_match": '"0000000000000000"'}, 412),
    ],
)
def test_a_way_back_that_cannot_be_is_refused(
    reading: Service, body: object, headers: dict[str, str], status: int
) -> None:
    answer = reading.ask("PATCH", f"{PATH}/@history", "rita", body, **headers)
    assert answer.status_code == status
