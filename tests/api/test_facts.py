"""`@facts` over the API: everybody reads what holds, who writes proposes, a reviewer decides."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.service import Service

FACT = "/api/@facts/call_term"
VALUE = {"value": "2", "unit": "часов", "valid_from": "2027-01-01", "source": "приказ № 200"}
ANY = {"if_match": "*"}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{FACT}/impact", None),
        ("GET", f"{FACT}/changes", None),
        ("GET", f"{FACT}/changes/{'0' * 32}", None),
        ("POST", FACT, VALUE),
        ("POST", f"{FACT}/changes/{'0' * 32}/approve", {}),
    ],
)
def test_who_does_not_write_is_refused(reading: Service, method: str, path: str, body: Any) -> None:
    for who, status in {"": 401, "olga": 403}.items():
        assert reading.ask(method, path, who, body, **ANY).status_code == status, who


WRONG: list[tuple[dict[str, Any], dict[str, str], int, str]] = [
    (VALUE, {}, 428, "tag.needed"),
    (VALUE, {"if_match": '"0123456789abcdef"'}, 412, "item.stale"),
    ({**VALUE, "source": ""}, ANY, 400, "fact.wrong"),
    ({**VALUE, "valid_from": "2026-01-01"}, ANY, 400, "fact.reason_needed"),
    ({**VALUE, "value": "4"}, ANY, 400, "fact.unchanged"),
    ({**VALUE, "kind": "new", "title": "т"}, ANY, 400, "fact.exists"),
    ({**VALUE, "colour": "red"}, ANY, 400, "request.wrong"),
]


@pytest.mark.parametrize(("body", "headers", "status", "code"), WRONG)
def test_what_is_wrong_is_refused_and_nothing_is_kept(
    service: Service, body: dict[str, Any], headers: dict[str, str], status: int, code: str
) -> None:
    assert code_of(service.ask("POST", FACT, "elena", body, **headers)) == (status, code)
    assert service.get(f"{FACT}/changes", "elena").json()["items_total"] == 0


@pytest.mark.parametrize("path", ["/api/@facts/none", "/api/@facts/none/impact"])
def test_what_is_not_there_is_missing(reading: Service, path: str) -> None:
    assert code_of(reading.get(path, "elena")) == (404, "fact.unknown")


def propose(service: Service, who: str = "elena") -> str:
    tag = service.get(FACT, who).headers["etag"]
    answer = service.ask("POST", FACT, who, VALUE, if_match=tag)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == answer.json()["@id"]
    return str(answer.json()["@id"]).removeprefix("https://help.example")


def decide(service: Service, path: str, step: str, who: str, comment: str = "") -> Any:
    tag = service.get(path, who).headers["etag"]
    return service.ask("POST", f"{path}/{step}", who, {"comment": comment}, if_match=tag)


def test_a_value_is_proposed_and_decided(service: Service) -> None:
    path = propose(service)
    listed = service.get(f"{FACT}/changes", "elena").json()
    assert [(one["status"], one["author"]) for one in listed["items"]] == [("proposed", "elena")]
    assert decide(service, path, "approve", "elena").status_code == 403
    assert code_of(service.ask("POST", f"{path}/approve", "rita", {})) == (428, "tag.needed")
    assert code_of(decide(service, path, "reject", "rita")) == (400, "fact.remark_needed")
    assert code_of(decide(service, path, "eat", "rita")) == (400, "workflow.unknown")
    done = decide(service, path, "approve", "rita", "сверено")
    assert (done.status_code, done.json()["status"]) == (200, "approved")
    assert code_of(decide(service, path, "withdraw", "rita")) == (409, "fact.decided")
    file = service.house.content_dir / "_facts.yaml"
    assert '{value: "2", unit: часов, from: 2027-01-01' in file.read_text(encoding="utf-8")


def test_nobody_reads_ahead_but_who_writes(service: Service) -> None:
    assert decide(service, propose(service), "approve", "rita").status_code == 200
    texts = {
        who: service.get("/api/@facts?as_of=2027-06-01", who).json()["items"][0]["text"]
        for who in ("", "olga", "elena")
    }
    assert texts == {"": "4\u00a0часов", "olga": "4\u00a0часов", "elena": "2\u00a0часов"}
    assert "values" not in service.get(FACT).json()
    service.house.clock.moment = datetime(2026, 12, 31, 21, 0, 2, tzinfo=UTC)  # type: ignore[attr-defined]
    assert service.get("/api/@facts").json()["items"][0]["text"] == "2\u00a0часов"
    assert service.get(f"{FACT}?as_of=2026-12-31").json()["text"] == "4\u00a0часов"


def test_who_writes_sees_all_values_and_the_tag(service: Service) -> None:
    before = service.get(FACT, "elena")
    assert decide(service, propose(service), "approve", "rita").status_code == 200
    after = service.get(FACT, "elena")
    assert [one["valid_to"] for one in after.json()["values"]] == ["2026-12-31", None]
    assert after.json()["next"]["value"] == "2"
    stale = service.ask(
        "POST", FACT, "elena", {**VALUE, "valid_from": "2028-01-01", "value": "1"},
        if_match=before.headers["etag"],
    )  # fmt: skip
    assert code_of(stale) == (412, "item.stale")


def test_what_a_value_touches(service: Service) -> None:
    text = "Перезвоним за {{ fact.call_term }}.\n\n::: letter\nМы перезвоним за 4 часа.\n:::\n"
    body = {"@type": "Page", "title": "Связь", "text": {"data": text}}
    made = service.ask("POST", "/api", "rita", body)
    assert made.status_code == 201, made.text
    found = service.get(f"{FACT}/impact?valid_from=2027-01-01", "elena").json()
    assert (found["before"], found["day"]) == ("4\u00a0часов", "2027-01-01")
    assert [(one["parts"], one["is_live"]) for one in found["uses"]] == [(["public"], False)]
    (typed,) = found["typed"]
    assert (typed["text"], typed["part"], typed["field"]) == ("4 часа", "letter", "body")
    assert text[typed["start"] : typed["end"]] == "4 часа"
    assert found["drafts"] == []


def test_drafts_are_told_of_without_their_subject(service: Service) -> None:
    own = {"id": "f1", "kind": "own", "text": "Ждите {{ fact.call_term }}."}
    body = {"letter": "Когда?", "subject": "Смирнова А. П.", "fragments": [own]}
    draft = service.ask("POST", "/api/@drafts", "olga", body).json()
    answer = service.get(f"{FACT}/impact", "elena")
    (one,) = answer.json()["drafts"]
    assert (one["UID"], one["owner"]) == (draft["uid"], "olga")
    assert one["@id"].endswith(f"/api/@drafts/{draft['uid']}")
    assert "Смирнова" not in answer.text
