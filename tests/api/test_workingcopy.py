"""`@workingcopy` over the API: by role, and that no change beside a draft is published unseen."""

from typing import Any

import pytest

from tests.service import BASE, Service

QUESTION = "/api/meters/kto-meniaet"
COPY = f"{QUESTION}/@workingcopy"
OLD, NEW = "Кто меняет счётчик?", "Кто ставит счётчик?"


@pytest.mark.parametrize(
    ("method", "who", "status"),
    [
        ("GET", "", 401),
        ("GET", "olga", 403),
        ("GET", "elena", 200),
        ("POST", "", 401),
        ("POST", "olga", 403),
        ("PATCH", "", 401),
        ("PATCH", "elena", 403),
        ("PATCH", "rita", 404),
        ("DELETE", "", 401),
        ("DELETE", "olga", 403),
        ("DELETE", "elena", 404),
    ],
)
def test_who_may_have_a_working_copy(service: Service, method: str, who: str, status: int) -> None:
    assert service.ask(method, COPY, who).status_code == status


def test_a_working_copy_is_begun_once(service: Service) -> None:
    made = service.ask("POST", COPY, "elena")
    assert (made.status_code, made.json()) == (201, {"@id": f"{BASE}/meters/kto-meniaet"})
    assert made.headers["location"] == f"{BASE}/meters/kto-meniaet"
    again = service.ask("POST", COPY, "rita")
    assert (again.status_code, again.json()["code"]) == (409, "working_copy.exists")
    private = service.ask("POST", "/api/meters/draft/@workingcopy", "rita")
    assert (private.status_code, private.json()["code"]) == (409, "working_copy.needs_live")


def test_a_working_copy_is_told_to_editors_alone(service: Service) -> None:
    service.ask("POST", COPY, "elena")
    service.ask("PATCH", QUESTION, "elena", {"title": NEW})
    link: dict[str, Any] = {
        "@id": f"{BASE}/meters/kto-meniaet",
        "title": NEW,
        "review_state": "private",
        "created": "2026-11-24T09:00:00+00:00",
        "creator_name": "elena",
        "creator_url": f"{BASE}/api/@users/elena",
    }
    live = {"@id": f"{BASE}/meters/kto-meniaet", "title": OLD}
    told = {"working_copy": link, "working_copy_of": live}
    assert service.get(COPY, "rita").json() == told
    body = service.get(QUESTION, "rita").json()
    assert {name: body[name] for name in told} == told
    for who in ("", "olga"):
        body = service.get(QUESTION, who).json()
        assert (body["title"], body["working_copy"], body["working_copy_of"]) == (OLD, None, None)


@pytest.mark.parametrize("path", [QUESTION, "/api"])
def test_a_publishers_change_stays_in_the_copy_until_it_is_checked_in(
    service: Service, path: str
) -> None:
    before = service.get(path).json()["title"]
    assert service.ask("POST", f"{path}/@workingcopy", "rita").status_code == 201
    for title in ("Раз?", NEW):
        assert service.ask("PATCH", path, "rita", {"title": title}).status_code == 204
    assert service.get(path).json()["title"] == before
    assert service.get(path, "rita").json()["title"] == NEW
    assert service.ask("PATCH", f"{path}/@workingcopy", "rita").status_code == 204
    assert service.get(path).json()["title"] == NEW
    assert service.get(path, "rita").json()["working_copy"] is None


def test_a_publisher_does_not_publish_anothers_draft_unseen(service: Service) -> None:
    service.ask("PATCH", QUESTION, "elena", {"description": "Чужое, ещё не прочитано."})
    service.ask("PATCH", QUESTION, "rita", {"title": NEW})
    assert service.get(QUESTION).json()["title"] == OLD
    body = service.get(QUESTION, "rita").json()
    assert (body["title"], body["working_copy"]["review_state"]) == (NEW, "pending")


def test_a_copy_is_thrown_away_and_stays_in_the_history(service: Service) -> None:
    service.ask("POST", COPY, "elena")
    service.ask("PATCH", QUESTION, "elena", {"title": NEW})
    assert service.ask("DELETE", COPY, "rita").status_code == 204
    body = service.get(QUESTION, "rita").json()
    assert (body["title"], body["working_copy"], body["review_state"]) == (OLD, None, "published")
    file = service.house.content_dir / "meters" / "kto-meniaet.md"
    assert OLD in file.read_text(encoding="utf-8")
    service.ask("PATCH", QUESTION, "rita", {"title": NEW})
    assert service.get(QUESTION).json()["title"] == NEW


def test_a_copy_of_another_state_is_not_checked_in(service: Service) -> None:
    service.ask("POST", COPY, "rita")
    tag = service.get(QUESTION, "rita").headers["etag"]
    service.ask("PATCH", QUESTION, "elena", {"title": NEW})
    for method in ("PATCH", "DELETE"):
        answer = service.ask(method, COPY, "rita", if_match=tag)
        assert (answer.status_code, answer.json()["code"]) == (412, "item.stale")


def test_an_earlier_text_comes_back_into_the_copy(service: Service) -> None:
    service.ask("PATCH", QUESTION, "rita", {"title": NEW})
    service.ask("POST", COPY, "elena")
    answer = service.ask("PATCH", f"{QUESTION}/@history", "rita", {"version": 1})
    assert answer.status_code == 200
    assert service.get(QUESTION).json()["title"] == NEW
    assert service.get(QUESTION, "rita").json()["title"] == OLD
