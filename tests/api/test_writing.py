"""Writing over Plone's protocol: refused first, then done, then seen in the file and the search."""

from typing import Any

import pytest

from kb_service.base.audit import AuditRow
from tests.service import BASE, Service

QUESTION = "/api/meters/kto-meniaet"
NEW = {"@type": "StandardQuestion", "title": "Где мой счётчик?"}


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403), ("elena", 201)])
@pytest.mark.parametrize("path", ["/api/meters", "/++api++//meters/"])
def test_only_writers_add(service: Service, path: str, who: str, status: int) -> None:
    assert service.ask("POST", path, who, NEW).status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", QUESTION), ("DELETE", QUESTION), ("POST", QUESTION + "/@workflow/retract")],
)
@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403)])
def test_nobody_else_changes(
    service: Service, method: str, path: str, who: str, status: int
) -> None:
    answer = service.ask(method, path, who, {} if method != "DELETE" else None)
    assert answer.status_code == status
    assert service.get(QUESTION).json()["title"] == "Кто меняет счётчик?"


def test_what_is_not_there_looks_to_a_visitor_like_what_is(service: Service) -> None:
    there = service.ask("PATCH", QUESTION, "", {"title": "x"})
    nowhere = service.ask("PATCH", "/api/nowhere", "", {"title": "x"})
    assert there.status_code == nowhere.status_code == 401
    assert service.ask("PATCH", "/api/nowhere", "elena", {"title": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "content.type_needed", "@type"),
        ({"@type": "Novelty", "title": "x"}, 403, "content.type_unknown", "@type"),
        ({"@type": "Event", "title": "x"}, 403, "content.type_unknown", "@type"),
        ({"@type": "Document"}, 400, "content.wrong", "title"),
        ({"@type": "Document", "title": "  "}, 400, "content.wrong", "title"),
        ({"@type": "Document", "title": None}, 400, "content.wrong", "title"),
        ({"@type": "Document", "title": 5}, 400, "request.wrong", "title"),
        (
            {"@type": "Document", "title": "x", "effective": "soon"},
            400,
            "content.wrong",
            "effective",
        ),
        ({"@type": "Document", "title": "x", "checked": "soon"}, 400, "content.wrong", "checked"),
        ({"@type": "Document", "title": "x", "code": "M99"}, 400, "content.wrong", "code"),
        ({"@type": "Document", "title": "x", "audience": "all"}, 400, "content.wrong", "audience"),
        (
            {"@type": "Document", "title": "x", "relatedItems": ["/nowhere"]},
            400,
            "content.wrong",
            "relatedItems",
        ),
        (
            {
                "@type": "Document",
                "title": "x",
                "text": {"data": "<p>", "content-type": "text/html"},
            },
            400,
            "content.wrong",
            "text",
        ),
        (
            {"@type": "Document", "title": "x", "source": "---\n"},
            400,
            "content.source_alone",
            "title",
        ),
        (NEW | {"code": "M01"}, 400, "item.code_taken", "code"),
        (NEW | {"title": "two\nlines"}, 400, "document.field_wrong", "title"),
        (NEW | {"text": "::: staff\nопен"}, 400, "part.unclosed", None),
        (NEW | {"text": "{{ fact.nothing }}"}, 400, "render.variable_unknown", "text"),
        (NEW | {"id": "kto-meniaet"}, 409, "item.exists", None),
        (NEW | {"id": "@login"}, 400, "path.wrong", None),
    ],
)
def test_a_wrong_item_is_refused_field_by_field(
    service: Service, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    answer = service.ask("POST", "/api/meters", "rita", body)
    error = answer.json()
    assert (answer.status_code, error["code"]) == (status, code)
    if field:
        assert error["errors"][0]["field"] == field
    assert service.get("/api/meters", "rita").json()["items_total"] == 5


def test_all_wrong_fields_are_named_at_once(service: Service) -> None:
    body = {"@type": "Document", "title": "", "effective": "?", "valid_to": "?"}
    errors = service.ask("POST", "/api/meters", "rita", body).json()["errors"]
    assert [one["field"] for one in errors] == ["title", "effective", "valid_to"]
    assert all(one["message"] for one in errors)


def test_a_body_that_is_no_json_is_said_to_be_unreadable(service: Service) -> None:
    answer = service.client.post(
        "/api/meters",
        content=b"{not json",
        headers={"authorization": f"Bearer {service.tokens['rita']}", "accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "DeserializationError")


def test_an_item_can_only_lie_in_a_topic(service: Service) -> None:
    answer = service.ask("POST", QUESTION, "rita", NEW)
    assert (answer.status_code, answer.json()["code"]) == (400, "item.parent_not_folder")


def test_a_new_item_is_private_and_comes_back_whole(service: Service) -> None:
    body = NEW | {
        "description": "В подъезде.",
        "code": "M50",
        "wordings": ["где искать счётчик"],
        "text": {"data": "Спросите соседа.", "content-type": "text/markdown"},
        "subjects": ["поиск"],
        "relatedItems": [f"{BASE}/meters/pokazaniia"],
        "checked": "2026-11-01",
        "sources": [{"act": "442-ПП", "clause": "п. 5"}],
        "unknown": "dropped",
    }
    answer = service.ask("POST", "/api/meters", "elena", body)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == made["@id"] == f"{BASE}/meters/gde-moi-schetchik"
    assert made["review_state"] == "private"
    assert made["text"]["data"] == "Спросите соседа.\n"
    assert made["relatedItems"][0]["@id"] == f"{BASE}/meters/pokazaniia"
    assert (made["code"], made["checked"], made["creators"]) == ("M50", "2026-11-01", ["elena"])
    assert service.get("/api/meters/gde-moi-schetchik").status_code == 401


def test_unknown_members_are_refused_only_on_demand(service: Service) -> None:
    body = NEW | {"titel": "typo"}
    strict = service.ask("POST", "/api/meters?strict=1", "rita", body)
    assert (strict.status_code, strict.json()["errors"][0]["field"]) == (400, "titel")
    assert service.ask("POST", "/api/meters", "rita", body).status_code == 201


def test_a_change_is_live_at_once_in_file_and_api(service: Service) -> None:
    answer = service.ask(
        "PATCH", QUESTION, "rita", {"text": "Теперь платно.", "changeNote": "цена"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert "etag" in answer.headers
    assert service.get(QUESTION).json()["html"] == "<p>Теперь платно.</p>"
    file = service.house.content_dir / "meters" / "kto-meniaet.md"
    assert "Теперь платно." in file.read_text(encoding="utf-8")


def test_a_change_can_answer_with_the_item(service: Service) -> None:
    answer = service.ask(
        "PATCH", QUESTION, "rita", {"title": "Новый вопрос?"}, prefer="return=representation"
    )
    assert (answer.status_code, answer.json()["title"]) == (200, "Новый вопрос?")
    assert answer.json()["wordings"] == ["за чей счёт меняют счётчик"]


def test_a_change_without_the_right_to_publish_waits(service: Service) -> None:
    assert service.ask("PATCH", QUESTION, "elena", {"title": "Ждёт?"}).status_code == 204
    assert service.get(QUESTION).json()["title"] == "Кто меняет счётчик?"
    assert service.get(QUESTION, "elena").json()["title"] == "Ждёт?"


def test_a_change_of_one_field_leaves_the_others_as_typed(service: Service) -> None:
    before = service.get(QUESTION, "rita").json()["source"]
    service.ask("PATCH", QUESTION, "rita", {"description": "Иначе."})
    after = service.get(QUESTION, "rita").json()["source"]
    assert after == before.replace("Сетевая организация, бесплатно.", "Иначе.", 1)


def test_a_whole_document_can_be_sent_as_it_stands_in_a_file(service: Service) -> None:
    source = "---\ntype: StandardQuestion\ntitle: Целиком?\ncode: M01\n---\nТекст.\n"
    assert service.ask("PATCH", QUESTION, "rita", {"source": source}).status_code == 204
    body = service.get(QUESTION, "rita").json()
    assert (body["title"], body["source"]) == ("Целиком?", source)


def test_a_tag_of_another_state_is_refused(service: Service) -> None:
    tag = service.get(QUESTION, "rita").headers["etag"]
    visitors = service.get(QUESTION).headers["etag"]
    first = service.ask("PATCH", QUESTION, "rita", {"title": "Один?"}, if_match=tag)
    second = service.ask("PATCH", QUESTION, "rita", {"title": "Два?"}, if_match=tag)
    assert (first.status_code, second.status_code) == (204, 412)
    assert second.json()["code"] == "item.stale"
    assert service.ask("DELETE", QUESTION, "rita", if_match=visitors).status_code == 412
    again = service.ask(
        "PATCH", QUESTION, "rita", {"title": "Три?"}, if_match=first.headers["etag"]
    )
    assert again.status_code == 204


def test_thrown_away_is_gone_and_can_be_made_anew(service: Service) -> None:
    answer = service.ask("DELETE", QUESTION, "rita")
    assert (answer.status_code, answer.content) == (204, b"")
    assert service.get(QUESTION).status_code == 404
    assert service.get(QUESTION, "rita").status_code == 404


def test_the_root_stays(service: Service) -> None:
    assert service.ask("DELETE", "/api", "anna").json()["code"] == "item.root_stays"


def test_an_item_is_renamed_by_its_id_and_the_old_address_leads_on(service: Service) -> None:
    assert service.ask("PATCH", QUESTION, "rita", {"id": "zamena"}).status_code == 204
    assert service.get("/api/meters/zamena").status_code == 200
    assert service.get(QUESTION).headers["location"] == "/api/meters/zamena"


@pytest.mark.parametrize(
    ("path", "who", "step", "status", "state"),
    [
        ("/api/meters/draft", "elena", "publish", 403, "private"),
        ("/api/meters/draft", "elena", "submit", 200, "pending"),
        ("/api/meters/draft", "rita", "publish", 200, "published"),
        (QUESTION, "rita", "retract", 200, "private"),
        (QUESTION, "rita", "reject", 400, "published"),
        (QUESTION, "rita", "fly", 400, "published"),
    ],
)
def test_steps_of_the_workflow(
    service: Service, path: str, who: str, step: str, status: int, state: str
) -> None:
    answer = service.ask("POST", f"{path}/@workflow/{step}", who, {"comment": "так надо"})
    assert answer.status_code == status
    assert service.get(path, "rita").json()["review_state"] == state
    if status == 200:
        entry = answer.json()
        assert (entry["action"], entry["actor"], entry["comments"]) == (step, who, "так надо")


def test_a_step_that_is_impossible_says_which_are_not(service: Service) -> None:
    answer = service.ask("POST", f"{QUESTION}/@workflow/reject", "rita", {})
    assert answer.json()["allowed"] == ["retract", "archive"]


def test_a_step_needs_no_body(service: Service) -> None:
    assert service.ask("POST", f"{QUESTION}/@workflow/retract", "rita").status_code == 200
    assert service.get(QUESTION).status_code == 401


def test_where_an_item_stands_is_read_by_staff(service: Service) -> None:
    assert service.get(f"{QUESTION}/@workflow").status_code == 401
    body = service.get(f"{QUESTION}/@workflow", "rita").json()
    assert body["state"]["id"] == "published"
    assert [one["action"] for one in body["history"]] == ["publish"]
    assert [one["@id"].rsplit("/", 1)[1] for one in body["transitions"]] == ["retract", "archive"]


def test_every_change_stands_in_the_journal(service: Service) -> None:
    service.ask("PATCH", QUESTION, "rita", {"title": "Записано?"})
    with service.work() as work:
        row = work.session.query(AuditRow).order_by(AuditRow.seq.desc()).first()
        assert row is not None
        assert (row.act, row.actor) == ("item.save", "rita")


@pytest.mark.parametrize("text", ["a\0b", "\ufeff", "```" * 400, "x" * 300_000, "{% if %}", "{{"])
def test_strange_texts_never_break_the_service(service: Service, text: str) -> None:
    answer = service.ask("PATCH", QUESTION, "rita", {"text": text, "changeNote": "a\0b"})
    assert answer.status_code < 500


IN_METERS = ["kto-meniaet", "pokazaniia", "draft", "staff-only", "new-place"]


def order_in(service: Service, who: str = "rita") -> list[str]:
    items = service.get("/api/meters", who).json()["items"]
    return [one["@id"].rsplit("/", 1)[1] for one in items]


@pytest.mark.parametrize(
    ("ordering", "code"),
    [
        ({"obj_id": "nowhere", "delta": "top"}, "ordering.missing"),
        ({"obj_id": "draft", "delta": "up"}, "ordering.delta"),
        ({"obj_id": "draft", "delta": 1, "subset_ids": ["draft", "kto-meniaet"]}, "ordering.stale"),
        ({"obj_id": "draft", "delta": 1, "subset_ids": ["kto-meniaet"]}, "ordering.stale"),
        ({"delta": "top"}, "request.wrong"),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    service: Service, ordering: dict[str, Any], code: str
) -> None:
    answer = service.ask("PATCH", "/api/meters", "elena", {"ordering": ordering})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert order_in(service) == IN_METERS


@pytest.mark.parametrize(
    ("ordering", "order"),
    [
        ({"obj_id": "draft", "delta": "top"}, [2, 0, 1, 3, 4]),
        ({"obj_id": "draft", "delta": "bottom"}, [0, 1, 3, 4, 2]),
        ({"obj_id": "draft", "delta": -1}, [0, 2, 1, 3, 4]),
        ({"obj_id": "draft", "delta": "1"}, [0, 1, 3, 2, 4]),
        ({"obj_id": "draft", "delta": 10**30}, [0, 1, 3, 4, 2]),
        (
            {"obj_id": "kto-meniaet", "delta": 1, "subset_ids": ["kto-meniaet", "draft"]},
            [1, 2, 0, 3, 4],
        ),
    ],
)
def test_a_patch_of_a_topic_orders_its_children_as_in_plone(
    service: Service, ordering: dict[str, Any], order: list[int]
) -> None:
    assert order_in(service) == IN_METERS
    answer = service.ask("PATCH", "/api/meters", "elena", {"ordering": ordering})
    assert answer.status_code == 204
    assert order_in(service) == [IN_METERS[place] for place in order]
    # Readers see it at once, though nothing waits for a second pair of eyes.
    public = ("kto-meniaet", "pokazaniia", "new-place")
    wanted = [IN_METERS[place] for place in order if IN_METERS[place] in public]
    assert order_in(service, "") == wanted


def test_a_place_is_a_number_that_can_be_sent_and_taken_away(service: Service) -> None:
    path = "/api/meters/new-place"
    assert service.ask("PATCH", path, "elena", {"order": 0.5}).status_code == 204
    assert order_in(service)[0] == "new-place"
    assert service.ask("PATCH", path, "elena", {"title": "Другой"}).status_code == 204
    assert order_in(service)[0] == "new-place"
    assert service.ask("PATCH", path, "elena", {"order": None}).status_code == 204
    assert order_in(service) == IN_METERS
