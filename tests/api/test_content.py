"""Reading content by path: what Plone clients expect, field by field."""

import pytest

from tests.service import BASE, PROBLEM, Service

QUESTION = "/meters/kto-meniaet"
FIELDS = [
    "@id",
    "@type",
    "UID",
    "id",
    "title",
    "description",
    "created",
    "modified",
    "effective",
    "expires",
    "review_state",
    "subjects",
    "creators",
    "contributors",
    "language",
    "rights",
    "exclude_from_nav",
    "is_folderish",
    "layout",
    "version",
    "type_title",
    "parent",
    "previous_item",
    "next_item",
    "relatedItems",
    "lock",
    "working_copy",
    "working_copy_of",
    "allow_discussion",
    "versioning_enabled",
    "changeNote",
    "@components",
    "text",
    "html",
    "code",
    "wordings",
    "checked",
    "valid_from",
    "valid_to",
    "review_by",
    "owner",
    "sources",
    "actions",
    "audience",
    "revision",
]
COMPONENTS = [
    "actions",
    "aliases",
    "breadcrumbs",
    "contextnavigation",
    "navigation",
    "navroot",
    "types",
    "workflow",
]


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (f"/api{QUESTION}", "*/*"),
        (f"/api{QUESTION}/", "*/*"),
        ("/api//meters//kto-meniaet", "*/*"),
        (f"/++api++{QUESTION}", "*/*"),
        (f"/++api++/{QUESTION}", "*/*"),
        (QUESTION, "application/json"),
    ],
)
def test_an_item_is_the_same_however_it_is_asked_for(
    reading: Service, path: str, accept: str
) -> None:
    answer = reading.get(path, accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["@id"] == BASE + QUESTION


def test_an_item_has_exactly_the_fields_of_the_design(reading: Service) -> None:
    body = reading.get(f"/api{QUESTION}").json()
    assert set(body) == set(FIELDS)
    assert list(body["@components"]) == COMPONENTS
    assert body["@components"]["workflow"] == {"@id": f"{BASE}/api{QUESTION}/@workflow"}
    assert body["parent"]["@id"] == f"{BASE}/meters"
    assert body["parent"]["@type"] == "Folder"


def test_a_visitor_gets_the_public_part_and_nothing_else(reading: Service) -> None:
    answer = reading.get(f"/api{QUESTION}")
    body = answer.json()
    assert body["text"] == {
        "content-type": "text/markdown",
        "data": "Меняет сетевая организация, **бесплатно**.\n",
        "encoding": "utf-8",
    }
    assert body["html"] == "<p>Меняет сетевая организация, <strong>бесплатно</strong>.</p>"
    assert "поверки" not in answer.text.replace("Замена и поверка", "")
    assert body["creators"] == []


def test_an_employee_gets_staff_notes_letter_and_source(reading: Service) -> None:
    body = reading.get(f"/api{QUESTION}", "olga").json()
    assert set(body) - set(FIELDS) == {"staff", "letter", "source"}
    assert "::: staff" in body["text"]["data"]
    assert body["staff"] == "<p>Спросите дату поверки.</p>"
    assert body["source"].startswith("---\ntype: StandardQuestion\n")


def test_our_own_fields_speak_plain_values(reading: Service) -> None:
    body = reading.get(f"/api{QUESTION}").json()
    assert body["@type"] == "StandardQuestion"
    assert body["code"] == "M01"
    assert body["wordings"] == ["за чей счёт меняют счётчик"]
    assert (body["checked"], body["review_by"], body["valid_from"]) == (
        "2026-11-20",
        "2027-02-01",
        None,
    )
    assert body["sources"] == [{"act": "522-ФЗ", "clause": "ст. 1"}]
    assert body["effective"] == "2026-11-24T09:00:00+00:00"
    assert body["subjects"] == ["замена"]


@pytest.mark.parametrize(
    ("path", "wire"), [("/", "Plone Site"), ("/meters", "Folder"), ("/about", "Document")]
)
def test_types_have_plones_names_on_the_wire(reading: Service, path: str, wire: str) -> None:
    assert reading.get(f"/api{path}").json()["@type"] == wire


def test_titles_of_types_follow_the_language(reading: Service) -> None:
    russian = reading.get(f"/api{QUESTION}").json()["type_title"]
    english = reading.get(f"/api{QUESTION}", accept_language="en").json()["type_title"]
    assert (russian, english) == ("Типовой вопрос", "Standard question")


def test_a_topic_lists_what_this_reader_may_see(reading: Service) -> None:
    visitor = reading.get("/api/meters").json()
    editor = reading.get("/api/meters", "elena").json()
    operator = reading.get("/api/meters", "olga").json()
    names = [one["@id"].rsplit("/", 1)[1] for one in visitor["items"]]
    assert names == ["kto-meniaet", "pokazaniia", "new-place"]
    assert visitor["items_total"] == 3
    assert operator["items_total"] == 4
    assert editor["items_total"] == 5
    assert set(visitor["items"][0]) == {
        "@id",
        "@type",
        "title",
        "description",
        "review_state",
        "type_title",
    }


def test_a_long_topic_comes_in_batches_whose_links_lead_on(reading: Service) -> None:
    first = reading.get("/api/outage").json()
    assert len(first["items"]) == 25
    assert first["items_total"] == 30
    assert set(first["batching"]) == {"@id", "first", "last", "next"}
    second = reading.get(first["batching"]["next"].removeprefix(BASE)).json()
    assert len(second["items"]) == 5
    assert set(second["batching"]) == {"@id", "first", "last", "prev"}


def test_a_short_topic_has_no_batching(reading: Service) -> None:
    assert "batching" not in reading.get("/api/meters").json()


def test_members_come_in_three_sizes(reading: Service) -> None:
    named = reading.get("/api/meters?metadata_fields:list=UID&metadata_fields:list=code").json()
    assert {"UID", "code"} <= set(named["items"][0])
    every = reading.get("/api/meters?metadata_fields=_all").json()
    assert {"portal_type", "created", "Subject", "effective"} <= set(every["items"][0])
    whole = reading.get("/api/meters?fullobjects=1").json()
    assert set(whole["items"][0]) == set(FIELDS)
    assert "items" not in reading.get("/api/meters?include_items=0").json()


def test_components_are_embedded_where_asked(reading: Service) -> None:
    body = reading.get(f"/api{QUESTION}?expand=breadcrumbs,workflow&expand=navigation").json()
    parts = body["@components"]
    assert [one["title"] for one in parts["breadcrumbs"]["items"]] == [
        "Счётчики",
        "Кто меняет счётчик?",
    ]
    assert parts["workflow"]["state"] == {"id": "published", "title": "Опубликовано"}
    assert parts["workflow"]["history"] == []
    assert parts["navigation"]["items"] == []
    assert set(parts["types"]) == {"@id"}


def test_related_items_are_summaries(reading: Service) -> None:
    related = reading.get("/api/meters/pokazaniia").json()["relatedItems"]
    assert [one["@id"] for one in related] == [BASE + QUESTION]


def test_a_service_at_an_old_address_leads_to_the_same_one_at_the_present(
    reading: Service,
) -> None:
    answer = reading.get("/api/outage/old-place/@history/1?x=1", "rita")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/api/meters/new-place/@history/1?x=1"
    assert reading.get("/api/outage/old-place/@breadcrumbs").status_code == 302
    written = reading.ask("PATCH", "/api/outage/old-place", "rita", {"title": "Иначе?"})
    assert (written.status_code, written.json()["code"]) == (404, "item.moved")
    assert written.json()["params"]["present"] == "/meters/new-place"


def test_an_old_address_leads_to_the_present_one(reading: Service) -> None:
    answer = reading.get("/++api++/outage/old-place?expand=workflow")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/++api++/meters/new-place?expand=workflow"


@pytest.mark.parametrize(
    ("path", "who", "status", "name"),
    [
        ("/meters/nowhere", "", 404, "NotFound"),
        ("/meters/draft", "", 401, "Unauthorized"),
        ("/meters/draft", "olga", 403, "Forbidden"),
        ("/meters/draft", "elena", 200, None),
        ("/meters/staff-only", "", 401, "Unauthorized"),
        ("/meters/staff-only", "olga", 200, None),
    ],
)
def test_who_may_not_see_is_told_apart_as_plone_does(
    reading: Service, path: str, who: str, status: int, name: str | None
) -> None:
    answer = reading.get(f"/api{path}", who)
    assert answer.status_code == status
    assert (answer.json()["type"] if status >= 400 else None) == name


def test_a_wrong_token_is_never_taken_for_a_visitor(reading: Service) -> None:
    answer = reading.get(f"/api{QUESTION}", authorization="Bearer nonsense")
    assert answer.status_code == 401
    assert answer.json()["code"] == "session.token_wrong"


@pytest.mark.parametrize(
    "path", ["/@nothing", "/meters/@nothing", "/meters/@@view", "/meters/@a/b"]
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "POST"])
def test_a_service_that_nobody_knows_is_never_taken_for_its_item(
    reading: Service, method: str, path: str
) -> None:
    body = {"@type": "Document", "title": "x"} if method in ("PATCH", "POST") else None
    answer = reading.ask(method, f"/api{path}", "rita", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "service.missing")


@pytest.mark.parametrize(
    "path",
    [
        "/api/%00",
        "/api/a%5Cb",
        "/api/%ff",
        "/api/%2e%2e/b",
        "/api/%1f/@search",
        "/api/" + "a" * 9000,
    ],
)
def test_hostile_paths_are_nowhere(reading: Service, path: str) -> None:
    assert reading.get(path).json()["code"] == "service.missing"


@pytest.mark.parametrize("method", ["PUT", "TRACE"])
def test_methods_without_meaning_are_405(reading: Service, method: str) -> None:
    answer = reading.ask(method, f"/api{QUESTION}")
    assert answer.status_code == 405


def test_a_known_tag_answers_304_without_a_body(reading: Service) -> None:
    tag = reading.get("/api/meters").headers["etag"]
    again = reading.get("/api/meters", if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag


def test_what_everybody_may_read_may_be_kept_and_what_not_not(reading: Service) -> None:
    public = reading.get(f"/api{QUESTION}").headers
    assert public["cache-control"].startswith("public")
    assert "Authorization" in public["vary"]
    assert reading.get(f"/api{QUESTION}", "olga").headers["cache-control"].startswith("private")


def test_head_is_get_without_its_body(reading: Service) -> None:
    full, head = reading.get("/api/about"), reading.ask("HEAD", "/api/about")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == full.headers["etag"]


def test_options_names_the_methods(reading: Service) -> None:
    answer = reading.ask("OPTIONS", "/api/about")
    assert answer.status_code == 204
    assert set(answer.headers["allow"].split(", ")) == {
        "GET",
        "HEAD",
        "POST",
        "PATCH",
        "DELETE",
        "OPTIONS",
    }


def test_other_sites_may_read_what_everybody_may(reading: Service) -> None:
    answer = reading.get("/api/about", origin="https://company.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in reading.get("/api/about", "olga").headers
    refused = reading.get("/api/nowhere", origin="https://company.example")
    assert refused.headers["access-control-allow-origin"] == "*"


def test_a_browser_may_ask_before_reading_but_not_before_writing(reading: Service) -> None:
    asked = {"origin": "https://company.example", "access_control_request_method": "POST"}
    answer = reading.ask("OPTIONS", "/api/@answers", **asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "authorization" not in answer.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("as_of=2026-11-24", 200),
        ("as_of=2020-01-01", 404),
        ("as_of=yesterday", 400),
        ("as_of=0001-01-01", 400),
        ("as_of=9999-12-31", 400),
    ],
)
def test_an_item_can_be_read_as_of_a_day(reading: Service, query: str, status: int) -> None:
    assert reading.get(f"/api{QUESTION}?{query}").status_code == status


def test_errors_are_problem_json_by_default(reading: Service) -> None:
    answer = reading.get("/api/nowhere", accept="*/*")
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["type"] == "/problems/item.missing"
