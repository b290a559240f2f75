"""`@linkintegrity`, `@relations` and lasting addresses: by role, refused first, then done."""

from typing import Any

import pytest

from tests.service import BASE, Service

QUESTION = "/api/meters/kto-meniaet"
READINGS = "/api/meters/pokazaniia"
# Made by the handbook of the tests: the second names the first as related.
WHOLE = {"@id": f"{BASE}/meters/pokazaniia", "title": "Как передать показания?"}


def uid_of(service: Service, path: str) -> str:
    uid: str = service.get(path, "rita").json()["UID"]
    return uid


def related(service: Service, path: str = READINGS) -> list[str]:
    found = service.get(path, "rita").json()["relatedItems"]
    return [one["@id"].removeprefix(BASE) for one in found]


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("/api/@linkintegrity?uids=x", "", 401),
        ("/api/@linkintegrity?uids=x", "olga", 403),
        ("/api/@linkintegrity?uids=x", "elena", 200),
        ("/api/@linkintegrity", "elena", 400),
        ("/api/@relations", "", 401),
        ("/api/@relations", "olga", 200),
        ("/api/@relations?relation=unknown", "olga", 400),
        ("/api/@relations?source=/nowhere", "olga", 404),
        ("/api/@relations?max=0", "olga", 400),
    ],
)
def test_who_may_ask_where_links_lead(service: Service, path: str, who: str, status: int) -> None:
    assert service.get(path, who).status_code == status


def test_who_leads_to_an_item_is_told_before_it_goes(service: Service) -> None:
    uid = uid_of(service, QUESTION)
    (row,) = service.get(f"/api/@linkintegrity?uids={uid}&uids={'0' * 32}", "rita").json()
    assert (row["@id"], row["@type"]) == (f"{BASE}/meters/kto-meniaet", "StandardQuestion")
    assert row["breaches"] == [WHOLE | {"uid": uid_of(service, READINGS)}]
    assert service.ask("DELETE", QUESTION, "rita").status_code == 204
    assert service.get(f"/api/@linkintegrity?uids={uid}", "rita").json() == []
    broken = service.get("/api/@relations?onlyBroken=true", "rita").json()["relations"]
    assert broken == {"relatedItems": {"items": [WHOLE["@id"]], "items_total": 1}}


def test_a_topic_warns_only_of_links_from_outside(service: Service) -> None:
    uid = uid_of(service, "/api/meters")
    assert service.get(f"/api/@linkintegrity?uids={uid}", "rita").json() == []
    service.ask("PATCH", "/api/about", "rita", {"text": "[так](/meters/kto-meniaet#x)"})
    (row,) = service.get(f"/api/@linkintegrity?uids={uid}", "rita").json()
    assert [one["@id"] for one in row["breaches"]] == [f"{BASE}/about"]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?source=/meters/pokazaniia",
        f"?source={BASE}/api/meters/pokazaniia",
        "?target=/meters/kto-meniaet",
        "?relation=relatedItems",
        "?relation=relatedItems&source=/meters/pokazaniia&target=/meters/kto-meniaet",
    ],
)
def test_relations_are_asked_by_either_end(service: Service, asked: str) -> None:
    body = service.get(f"/api/@relations{asked}", "olga").json()
    if not asked:
        assert (body["relations"], body["broken"]) == ({"relatedItems": 1}, {})
        return
    group = body["relations"]["relatedItems"]
    assert group["items_total"] == 1
    assert group["items"][0]["source"]["@id"] == WHOLE["@id"]
    assert group["items"][0]["target"]["UID"] == uid_of(service, QUESTION)


def test_links_of_texts_are_relations_that_stand_in_the_text(service: Service) -> None:
    service.ask("PATCH", "/api/about", "rita", {"text": "[так](/meters/kto-meniaet)"})
    found = service.get("/api/@relations?source=/about", "rita").json()["relations"]
    assert list(found) == ["isReferencing"]
    body = {"source": "/about", "target": "/meters/kto-meniaet", "relation": "isReferencing"}
    answer = service.ask("DELETE", "/api/@relations", "rita", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "relation.fixed")


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("", {"items": [{"source": "/about", "target": "/meters"}]}, 401, "session.needed"),
        ("olga", {"items": [{"source": "/about", "target": "/meters"}]}, 403, "act.forbidden"),
        ("rita", None, 400, "content.wrong"),
        ("rita", {"items": []}, 400, "content.wrong"),
        ("rita", {"items": [{"source": "/about", "target": "/nowhere"}]}, 400, "content.wrong"),
        ("rita", {"items": [{"source": "/about"}]}, 400, "content.wrong"),
        ("rita", {"items": [{"relation": "isReferencing"}]}, 400, "relation.fixed"),
        ("rita", {"items": [{"relation": "unknown"}]}, 400, "content.wrong"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_wrong_relation_changes_nothing(
    service: Service, method: str, who: str, body: Any, status: int, code: str
) -> None:
    answer = service.ask(method, "/api/@relations", who, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert related(service) == ["/meters/kto-meniaet"]


def test_related_items_are_added_and_taken_away_one_by_one(service: Service) -> None:
    uid = uid_of(service, READINGS)
    pairs = [
        {"source": uid, "target": "/about", "relation": "relatedItems"},
        {"source": WHOLE["@id"], "target": "/meters/kto-meniaet"},
        {"source": uid, "target": "/outage/old-place"},
    ]
    assert service.ask("POST", "/api/@relations", "rita", {"items": pairs}).status_code == 204
    assert related(service) == ["/meters/kto-meniaet", "/about", "/meters/new-place"]
    gone = {"items": [{"source": "/meters/pokazaniia", "target": "/about"}]}
    assert service.ask("DELETE", "/api/@relations", "rita", gone).status_code == 204
    assert related(service) == ["/meters/kto-meniaet", "/meters/new-place"]
    again = service.ask("DELETE", "/api/@relations", "rita", gone)
    assert (again.status_code, again.json()["code"]) == (404, "relation.missing")


@pytest.mark.parametrize(
    "end", [{"source": "/meters/pokazaniia"}, {"target": "/meters/kto-meniaet"}]
)
def test_all_relations_of_one_end_are_taken_away(service: Service, end: dict[str, str]) -> None:
    assert service.ask("DELETE", "/api/@relations", "rita", end).status_code == 204
    assert related(service) == []


def test_an_item_has_an_address_that_no_move_changes(service: Service) -> None:
    uid = uid_of(service, QUESTION)
    service.ask("PATCH", QUESTION, "rita", {"id": "zamena"})
    for path, location in (
        (f"/api/resolveuid/{uid}", "/api/meters/zamena"),
        (f"/resolveuid/{uid}", "/meters/zamena"),
        (f"/en/resolveuid/{uid}", "/en/meters/zamena"),
    ):
        answer = service.ask("GET", path, accept="*/*")
        assert (answer.status_code, answer.headers["location"]) == (302, location)


def test_a_lasting_address_tells_nothing_of_what_is_hidden(service: Service) -> None:
    uid = uid_of(service, "/api/meters/draft")
    for hidden in (uid, "0" * 32, "x", "%00"):
        for prefix in ("/api", ""):
            answer = service.ask("GET", f"{prefix}/resolveuid/{hidden}", accept="*/*")
            assert answer.status_code == 404
    assert service.ask("GET", f"/api/resolveuid/{uid}", "elena").status_code == 302


def test_plones_way_to_name_an_item_works_in_a_text(service: Service) -> None:
    uid = uid_of(service, QUESTION)
    service.ask("PATCH", "/api/about", "rita", {"text": f"[так](../resolveuid/{uid}#x)"})
    html = service.get("/api/about").json()["html"]
    assert f'<a href="/resolveuid/{uid}#x">' in html
