"""`@workflow` with dates and with all below: refused as a whole, or done and told what was left."""

import pytest

from tests.service import BASE, Service

DRAFT = "/api/meters/draft"
QUESTION = "/api/meters/kto-meniaet"
LATER = "2026-12-01T09:00:00+03:00"


def state(service: Service, path: str) -> str:
    found: str = service.get(path, "rita").json()["review_state"]
    return found


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("", {"effective": LATER}, 401),
        ("olga", {"effective": LATER}, 403),
        ("elena", {"effective": LATER}, 403),
        ("rita", {"effective": "soon"}, 400),
        ("rita", {"expires": "soon"}, 400),
    ],
)
def test_a_step_with_dates_is_refused_as_a_whole(
    service: Service, who: str, body: dict[str, str], status: int
) -> None:
    answer = service.ask("POST", f"{DRAFT}/@workflow/publish", who, body)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["field"] == next(iter(body))
    item = service.get(DRAFT, "rita").json()
    assert (item["review_state"], item["effective"], item["revision"]) == ("private", None, 1)


def test_an_impossible_step_leaves_no_dates_behind(service: Service) -> None:
    body = {"effective": LATER, "comment": "x"}
    answer = service.ask("POST", f"{QUESTION}/@workflow/restore", "rita", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "workflow.impossible")
    assert "archive" in answer.json()["allowed"]
    assert "restore" not in answer.json()["allowed"]
    assert service.get(QUESTION, "rita").json()["revision"] == 1


def test_dates_of_a_step_become_a_revision(service: Service) -> None:
    body = {"effective": LATER, "expires": "2027-01-01T00:00:00+03:00", "comment": "с декабря"}
    entry = service.ask("POST", f"{DRAFT}/@workflow/publish", "rita", body).json()
    assert (entry["action"], entry["comments"], entry["review_state"]) == (
        "publish", "с декабря", "published",
    )  # fmt: skip
    item = service.get(DRAFT, "rita").json()
    assert (item["effective"], item["revision"]) == ("2026-12-01T06:00:00+00:00", 2)
    assert item["expires"] == "2026-12-31T21:00:00+00:00"
    assert "publish_at: 2026-12-01" in item["source"]
    # its time is still to come
    assert service.get(DRAFT).status_code == 401


def test_with_four_eyes_dates_are_an_own_text(service: Service) -> None:
    sheet = "short_name: Тест\nrules: {four_eyes: true}\n"
    (service.house.content_dir / "_company.yaml").write_text(sheet, encoding="utf-8")
    service.house.sync().take_in()
    service.settle()
    service.ask("PATCH", DRAFT, "elena", {"title": "Чужое?"})
    answer = service.ask("POST", f"{DRAFT}/@workflow/publish", "rita", {"effective": LATER})
    assert (answer.status_code, answer.json()["code"]) == (403, "workflow.four_eyes")
    assert service.get(DRAFT, "rita").json()["revision"] == 2


def test_a_step_goes_down_the_tree_and_tells_what_was_left(service: Service) -> None:
    # This one is not published, so it cannot be taken back.
    answer = service.ask(
        "POST",
        "/api/meters/@workflow/retract",
        "rita",
        {"include_children": True, "comment": "все"},
    )
    entry = answer.json()
    assert (answer.status_code, entry["action"]) == (200, "retract")
    (left,) = entry["left"]
    assert (left["@id"], left["code"]) == (f"{BASE}/meters/draft", "workflow.impossible")
    assert left["title"]
    assert left["message"]
    for path in ("", "/kto-meniaet", "/pokazaniia", "/staff-only", "/new-place", "/draft"):
        assert state(service, f"/api/meters{path}") == "private"
    assert state(service, "/api/outage/svet-01") == "published"


def test_a_locked_child_is_left_with_its_dates(service: Service) -> None:
    service.ask("POST", "/api/meters/@workflow/retract", "rita", {"include_children": True})
    service.ask("POST", f"{QUESTION}/@lock", "elena")
    body = {"include_children": True, "expires": LATER}
    entry = service.ask("POST", "/api/meters/@workflow/publish", "rita", body).json()
    assert [(one["@id"], one["code"]) for one in entry["left"]] == [
        (f"{BASE}/meters/kto-meniaet", "item.locked")
    ]
    item = service.get(QUESTION, "rita").json()
    assert (item["review_state"], item["expires"]) == ("private", None)
    assert service.get("/api/meters/pokazaniia").json()["expires"] == "2026-12-01T06:00:00+00:00"


def test_without_children_nothing_is_told_of_them(service: Service) -> None:
    entry = service.ask("POST", "/api/meters/@workflow/retract", "rita", {}).json()
    assert "left" not in entry
    assert state(service, QUESTION) == "published"


def test_a_step_of_the_root_reaches_everything(service: Service) -> None:
    body = {"include_children": True}
    entry = service.ask("POST", "/api/@workflow/retract", "rita", body).json()
    assert [one["@id"] for one in entry["left"]] == [f"{BASE}/meters/draft"]
    assert state(service, "/api/outage/svet-29") == "private"
