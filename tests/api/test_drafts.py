"""`@drafts` over the API: who may, what is kept, what is refused and kept all the same."""

from typing import Any

import pytest

from tests.service import Service

DRAFTS = "/api/@drafts"
LETTER = "Прошу объяснить, кто меняет счётчик. До какого числа платить?"
CONTENT: dict[str, Any] = {
    "letter": LETTER,
    "subject": "Счётчик и срок",
    "card": {"name": "Смирнова Анна Петровна", "account": "740012345678", "number": "1187/П"},
    "questions": [
        {"id": "q1", "text": "Прошу объяснить, кто меняет счётчик.", "start": 0, "end": 36},
        {"id": "q2", "text": "До какого числа платить?", "start": 37, "end": 61},
    ],
}
OWN = {"id": "f1", "kind": "own", "text": "Платите до 15-го числа.", "questions": ["q2"]}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def begun(service: Service, **fields: Any) -> str:
    answer = service.ask("POST", DRAFTS, "olga", {**CONTENT, **fields})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].endswith(answer.json()["uid"])
    return f"{DRAFTS}/{answer.json()['uid']}"


def keep(service: Service, place: str, edition: str, who: str = "olga", **fields: Any) -> Any:
    return service.ask("PUT", place, who, {**CONTENT, **fields}, if_match=f'"{edition}"')


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", DRAFTS),
        ("POST", DRAFTS),
        ("GET", f"{DRAFTS}/{'0' * 32}"),
        ("PUT", f"{DRAFTS}/{'0' * 32}"),
        ("POST", f"{DRAFTS}/{'0' * 32}/ready"),
        ("POST", f"{DRAFTS}/{'0' * 32}/take-over"),
        ("GET", f"{DRAFTS}/{'0' * 32}/checks"),
        ("GET", f"{DRAFTS}/{'0' * 32}/text?form=pdf"),
        ("GET", f"{DRAFTS}/{'0' * 32}/versions"),
        ("GET", f"{DRAFTS}/{'0' * 32}/versions/1"),
    ],
)
def test_who_answers_no_customers_is_refused(reading: Service, method: str, path: str) -> None:
    body = {} if method in ("POST", "PUT") else None
    for who, status in {"": 401, "elena": 403}.items():
        assert reading.ask(method, path, who, body, if_match="*").status_code == status, who
    if path != DRAFTS:
        assert reading.ask(method, path, "olga", body, if_match="*").status_code == 404


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"letter": "я" * 60_001}, "letter", "reply.invalid"),
    ({"questions": [{"id": "q1", "text": "?"}] * 2}, "questions", "reply.invalid"),
    ({"fragments": [{**OWN, "kind": "standard"}]}, "fragment.f1", "reply.invalid"),
    ({"card": {"kind": "ghost"}}, "card.kind", "request.wrong"),
]


@pytest.mark.parametrize(("body", "field", "code"), WRONG)
def test_what_cannot_be_kept_is_refused_at_its_field(
    service: Service, body: dict[str, Any], field: str, code: str
) -> None:
    answer = service.ask("POST", DRAFTS, "olga", {**CONTENT, **body})
    assert code_of(answer) == (400, code)
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert service.get(DRAFTS, "olga").json()["items_total"] == 0


def test_a_draft_is_begun_kept_and_read_whole(service: Service) -> None:
    place = begun(service)
    assert code_of(service.ask("PUT", place, "olga", CONTENT)) == (428, "tag.needed")
    assert keep(service, place, "1", fragments=[OWN]).json() == {"edition": 2}
    draft = service.get(place, "olga")
    assert draft.headers["etag"].startswith('"2-')
    assert draft.json()["content"]["fragments"] == [OWN]
    row = service.get(DRAFTS, "olga").json()["items"][0]
    assert (row["subject"], row["question_count"], row["open_count"]) == ("Счётчик и срок", 2, 1)
    assert service.get(DRAFTS + "?status=ready", "olga").json()["items_total"] == 0


def test_a_late_text_is_refused_and_kept(service: Service) -> None:
    place = begun(service)
    keep(service, place, "1", fragments=[OWN])
    late = keep(service, place, "1", subject="Опоздал")
    assert code_of(late) == (412, "reply.stale_kept")
    number = late.json()["params"]["version"]
    kept = service.get(f"{place}/versions/{number}", "olga").json()
    assert (kept["is_beside"], kept["content"]["subject"]) == (True, "Опоздал")
    assert service.get(place, "olga").json()["content"]["fragments"] == [OWN]


def test_who_comes_second_is_told_and_may_take_over(service: Service) -> None:
    place = begun(service)
    second = keep(service, place, "1", "anna", subject="Анна")
    assert code_of(second) == (409, "reply.held_kept")
    assert "olga" in second.json()["params"]["name"].lower()
    assert service.ask("POST", f"{place}/take-over", "anna", {}).status_code == 204
    assert keep(service, place, "1", "anna", subject="Анна").status_code == 200
    assert code_of(keep(service, place, "2", subject="Ольга")) == (409, "reply.held_kept")


def test_a_standard_text_goes_in_with_its_origin(service: Service) -> None:
    place = begun(service)
    item = service.get("/api/meters/kto-meniaet").json()["UID"]
    answer = service.ask("POST", f"{place}/fragments", "olga", {"item": item, "questions": ["q1"]})
    assert answer.status_code == 201, answer.text
    fragment = answer.json()["fragment"]
    assert fragment["questions"] == ["q1"]
    assert fragment["origin"]["path"] == "/meters/kto-meniaet"
    assert service.get(place, "olga").json()["open_count"] == 1


def test_ready_is_refused_with_every_place_that_blocks(service: Service) -> None:
    text = "Ваше письмо от {{ enquiry.date }} получено."
    place = begun(service, fragments=[{**OWN, "text": text}])
    checks = service.get(f"{place}/checks", "olga").json()
    assert checks["is_ready"] is False
    blocking = {(one.get("where", ""), one["check"]) for one in checks["findings"]}
    assert {("question.q1", "question_open"), ("f1", "variable_unfilled")} <= blocking
    assert all(one["message"] for one in checks["findings"])
    refused = service.ask("POST", f"{place}/ready", "olga", None, if_match='"1"')
    assert code_of(refused) == (409, "reply.not_ready")
    assert {one["field"] for one in refused.json()["errors"]} == {"question.q1", "f1"}


def test_a_ready_draft_is_frozen_until_it_is_opened_again(service: Service) -> None:
    answered = {**OWN, "questions": ["q1", "q2"]}
    place = begun(service, fragments=[answered])
    assert code_of(service.ask("POST", f"{place}/ready", "olga", None)) == (428, "tag.needed")
    ready = service.ask("POST", f"{place}/ready", "olga", None, if_match='"1"')
    assert ready.status_code == 200, ready.text
    assert service.get(place, "olga").json()["status"] == "ready"
    assert code_of(keep(service, place, "1", subject="позже")) == (409, "reply.frozen_kept")
    assert service.ask("POST", f"{place}/reopen", "olga", {"reason": "опечатка"}).status_code == 204
    assert keep(service, place, "1", subject="позже").status_code == 200
    reasons = [one["reason"] for one in service.get(f"{place}/versions", "olga").json()["items"]]
    assert "ready" in reasons


def test_a_step_that_is_none_is_missing(service: Service) -> None:
    place = begun(service)
    assert service.ask("POST", f"{place}/burn", "olga", {}).status_code == 404
    assert service.ask("POST", f"{place}/put-away", "olga", {}).status_code == 204
    assert service.get(place, "olga").json()["status"] == "put_away"


FORMS = {"txt": b"\xd0", "md": b"\xd0", "docx": b"PK", "pdf": b"%PDF-"}


def test_a_reply_goes_out_in_every_form(service: Service) -> None:
    place = begun(service, fragments=[OWN])
    assert code_of(service.get(f"{place}/text?form=exe", "olga")) == (400, "request.wrong")
    assert code_of(service.get(f"{place}/text?version=7", "olga")) == (404, "version.missing")
    for form, start in FORMS.items():
        answer = service.get(f"{place}/text?form={form}", "olga")
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(start)
        named = answer.headers["content-disposition"]
        assert named == f'attachment; filename="reply-1.{form}"'
        assert "private" in answer.headers["cache-control"]
        assert answer.headers["content-type"].count("charset") == (form in ("txt", "md"))


def test_a_kept_version_goes_out_as_it_was(service: Service) -> None:
    place = begun(service, fragments=[OWN])
    keep(service, place, "1", fragments=[{**OWN, "text": "Платите до {{ 7 }} #eval."}])
    old = service.get(f"{place}/text?version=1", "olga").text
    assert old.startswith("Уважаемая Анна Петровна!\n\nПлатите до 15-го числа.")
    assert "#eval" in service.get(f"{place}/text", "olga").text


def test_a_name_in_curly_brackets_is_not_filled_in_again(service: Service) -> None:
    card = {"organisation": "{{ company.phone }}"}
    text = {**OWN, "text": "Для {{ applicant.organisation }}."}
    place = begun(service, card=card, fragments=[text])
    assert "Для {{ company.phone }}." in service.get(f"{place}/text", "olga").text
