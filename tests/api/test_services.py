"""Services of our own and Plone's search: anonymous, wrong role, right role, and edges."""

from typing import Any

import pytest

from tests.service import BASE, Service

ANSWERS = {"query", "corrected", "danger", "confident", "legs", "items", "items_total", "ask"}
ANSWER = {
    "@id",
    "uid",
    "code",
    "title",
    "description",
    "excerpt",
    "confidence",
    "review_state",
    "checked",
}


def test_a_question_is_answered_to_everybody(reading: Service) -> None:
    body = reading.get("/api/@answers?q=кто меняет счётчик&limit=3").json()
    assert set(body) == ANSWERS
    assert set(body["items"][0]) == ANSWER
    assert body["items"][0]["code"] == "M01"
    assert body["query"] == "кто меняет счётчик"
    assert len(body["items"]) <= 3
    assert "lexical" in body["legs"]


@pytest.mark.parametrize("q", ["", "?", "%", "\\", "AND OR (", "😀", "а" * 4000, "a\0b", "﷽" * 50])
@pytest.mark.parametrize("service_name", ["@answers", "@suggest", "@search"])
def test_any_input_is_ordinary_input(reading: Service, service_name: str, q: str) -> None:
    key = "SearchableText" if service_name == "@search" else "q"
    answer = reading.client.get(f"/api/{service_name}", params={key: q})
    assert answer.status_code == 200


def test_wrong_layout_is_repaired_and_said(reading: Service) -> None:
    body = reading.get("/api/@answers?q=rnj vtyztn cx`nxbr").json()
    assert body["corrected"].replace("ё", "е") == "кто меняет счетчик"
    assert reading.get("/api/@answers?q=счётчик").json()["corrected"] is None


def test_danger_comes_with_what_to_do_and_whom_to_call(reading: Service) -> None:
    danger = reading.get("/api/@answers?q=на земле лежит оборванный провод и искрит").json()[
        "danger"
    ]
    assert set(danger) == {"text", "phone", "rule", "title", "steps", "matched", "items"}
    assert danger["steps"]


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 200)])
def test_staff_words_are_for_staff(reading: Service, who: str, status: int) -> None:
    answer = reading.get("/api/@answers?q=памятка сотрудника&audience=staff", who)
    assert answer.status_code == status
    if status == 200:
        assert "M04" in [one["code"] for one in answer.json()["items"]]
        assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize("who", ["", "olga", "anna"])
def test_without_asking_for_staff_words_nobody_gets_them(reading: Service, who: str) -> None:
    codes = [one["code"] for one in reading.get("/api/@answers?q=памятка", who).json()["items"]]
    assert "M04" not in codes


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=51", "limit=x", "audience=all", "as_of=x", "limit=" + "9" * 400]
)
def test_wrong_parameters_are_named(reading: Service, query: str) -> None:
    answer = reading.get(f"/api/@answers?q=свет&{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.split("=", maxsplit=1)[0]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_that_no_handbook_knows_is_refused(reading: Service, day: str) -> None:
    answer = reading.get(f"/api/@answers?q=свет&as_of={day}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "date.out_of_range"


@pytest.mark.parametrize(("day", "is_there"), [("2026-11-23", False), ("2026-11-24", True)])
def test_answers_as_of_a_day_hold_what_was_live_then(
    reading: Service, day: str, is_there: bool
) -> None:
    body = reading.get(f"/api/@answers?q=кто меняет счётчик&as_of={day}").json()
    assert set(body) == ANSWERS
    assert ("M01" in [one["code"] for one in body["items"]]) is is_there
    assert bool(body["items_total"]) is is_there


def test_suggestions_come_while_typing(reading: Service) -> None:
    body = reading.get("/api/@suggest?q=кто мен").json()
    assert set(body) == {"items", "completions"}
    assert body["items"][0] == {
        "@id": f"{BASE}/meters/kto-meniaet",
        "title": "Кто меняет счётчик?",
    }


@pytest.mark.parametrize("name", ["@suggest", "@answers"])
def test_the_widget_may_ask_from_the_companys_site(reading: Service, name: str) -> None:
    answer = reading.get(f"/api/{name}?q=свет", origin="https://company.example")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403), ("elena", 200)])
def test_only_writers_preview(reading: Service, who: str, status: int) -> None:
    answer = reading.ask("POST", "/api/@render", who, {"text": "**да**"})
    assert answer.status_code == status


def test_a_preview_shows_every_part(reading: Service) -> None:
    text = "Всем.\n\n::: staff\nНам.\n:::\n\n::: letter\nВам.\n:::\n"
    body = reading.ask("POST", "/api/@render", "elena", {"text": text}).json()
    assert body == {
        "html": "<p>Всем.</p>",
        "staff": "<p>Нам.</p>",
        "letter": "<p>Вам.</p>",
        "errors": [],
    }


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("Да\n\n::: staff\nнет", 3, "part.unclosed"),
        ("Да\n{{ fact.nothing }}", 2, "render.variable_unknown"),
    ],
)
def test_a_preview_names_mistakes_by_line(
    reading: Service, text: str, line: int, code: str
) -> None:
    body = reading.ask("POST", "/api/@render", "elena", {"text": text}).json()
    assert [(one["line"], one["code"]) for one in body["errors"]] == [(line, code)]
    assert body["html"] == ""


@pytest.mark.parametrize("body", [{}, {"text": 1}, {"text": "a", "more": 1}, []])
def test_a_preview_takes_a_text_and_nothing_else(reading: Service, body: Any) -> None:
    assert reading.ask("POST", "/api/@render", "elena", body).status_code == 400


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("SearchableText=показания", ["/meters/pokazaniia"]),
        ("portal_type=Folder&sort_on=sortable_title", ["/outage", "/meters"]),
        ("portal_type:list=Document", ["/", "/about"]),
        ("path.query=/meters&path.depth:int=0", ["/meters"]),
        (
            "path.query=/%2B%2Bapi%2B%2B/meters&portal_type=StandardQuestion&sort_on=path",
            ["/meters/kto-meniaet", "/meters/new-place", "/meters/pokazaniia"],
        ),
        ("Subject=замена", ["/meters/kto-meniaet"]),
        ("review_state=private", []),
        ("SearchableText=секретик", []),
        ("SearchableText=поверки", ["/meters"]),
        ("unknown=1&Subject=замена", ["/meters/kto-meniaet"]),
    ],
)
def test_the_catalogue_is_searched_as_plone_clients_do(
    reading: Service, query: str, paths: list[str]
) -> None:
    body = reading.get(f"/api/@search?{query}").json()
    assert [one["@id"].removeprefix(BASE) for one in body["items"]] == paths
    assert body["items_total"] == len(paths)


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 200), ("elena", 200)])
def test_the_advanced_syntax_is_for_staff(reading: Service, who: str, status: int) -> None:
    answer = reading.get("/api/@search?SearchableText=staff:поверки&query_syntax=whoosh", who)
    assert answer.status_code == status
    if status == 200:
        assert [one["title"] for one in answer.json()["items"]] == ["Кто меняет счётчик?"]


@pytest.mark.parametrize(("who", "total"), [("olga", 0), ("elena", 1)])
def test_the_advanced_syntax_finds_what_one_may_see(reading: Service, who: str, total: int) -> None:
    body = reading.get("/api/@search?SearchableText=code:M03&query_syntax=whoosh", who).json()
    assert (len(body["items"]), body["items_total"]) == (total, total)


@pytest.mark.parametrize("q", ["staff:поверки", "state:private", "проверк*  AND (", 'code:"M03'])
def test_what_a_visitor_types_is_never_read_as_advanced_syntax(reading: Service, q: str) -> None:
    body = reading.get(f"/api/@search?SearchableText={q}").json()
    titles = {one["title"] for one in body["items"]}
    assert titles.isdisjoint({"Что с внутренней проверкой?", "Кто меняет счётчик?"})


def test_a_mistake_of_the_advanced_syntax_is_named_with_its_place(reading: Service) -> None:
    answer = reading.get("/api/@search?SearchableText=autor:свет&query_syntax=whoosh", "elena")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "query.field_unknown")
    assert body["errors"][0]["field"] == "SearchableText"
    assert body["params"]["place"] == 1


def test_a_search_within_a_topic_stays_there(reading: Service) -> None:
    body = reading.get("/api/meters/@search?portal_type=StandardQuestion").json()
    assert body["items_total"] == 3


def test_found_items_come_in_batches_that_lead_on(reading: Service) -> None:
    first = reading.get("/++api++/@search?path.query=/outage&b_size:int=10").json()
    assert first["@id"] == f"{BASE}/++api++/@search?path.query=%2Foutage"
    assert (len(first["items"]), first["items_total"]) == (10, 31)
    second = reading.get(first["batching"]["next"].removeprefix(BASE)).json()
    assert second["batching"]["prev"].endswith("b_start=0&b_size=10")
    assert {one["@id"] for one in first["items"]}.isdisjoint(one["@id"] for one in second["items"])


@pytest.mark.parametrize(("who", "total"), [("", 0), ("olga", 0), ("elena", 1)])
def test_what_one_may_not_see_is_not_found(reading: Service, who: str, total: int) -> None:
    body = reading.get("/api/@search?SearchableText=внутренней проверкой", who).json()
    assert body["items_total"] == total


def test_what_was_just_written_is_found_in_the_next_request(service: Service) -> None:
    service.ask("PATCH", "/api/meters/kto-meniaet", "rita", {"text": "Слово абракадабра."})
    assert service.get("/api/@search?SearchableText=абракадабра").json()["items_total"] == 1
    service.ask("POST", "/api/meters/kto-meniaet/@workflow/retract", "rita")
    assert service.get("/api/@search?SearchableText=абракадабра").json()["items_total"] == 0


def test_what_was_taken_back_is_not_suggested_though_the_index_is_held_back(
    service: Service,
) -> None:
    title = "Кто меняет счётчик?"
    before = service.house.engine.seq

    def suggested() -> list[str]:
        return [one["title"] for one in service.get("/api/@suggest?q=кто мен").json()["items"]]

    assert suggested() == [title]
    # A worker that never comes to its jobs.
    service.front.site.wake = lambda: None
    service.ask("POST", "/api/meters/kto-meniaet/@workflow/retract", "rita")
    assert suggested() == []
    body = service.get("/api/@suggest?q=кто").json()
    assert "кто меняет счётчик" not in body["completions"]
    assert service.house.engine.seq == before


def test_whole_items_can_be_found_at_once(reading: Service) -> None:
    body = reading.get("/api/@search?Subject=замена&fullobjects=1").json()
    assert body["items"][0]["html"].startswith("<p>Меняет")
    assert "staff" not in body["items"][0]


def test_the_way_to_an_item(reading: Service) -> None:
    body = reading.get("/api/meters/kto-meniaet/@breadcrumbs").json()
    assert body["@id"] == f"{BASE}/api/meters/kto-meniaet/@breadcrumbs"
    assert [one["@id"] for one in body["items"]] == [
        f"{BASE}/meters",
        f"{BASE}/meters/kto-meniaet",
    ]


def test_the_tree_unfolds_as_deep_as_asked(reading: Service) -> None:
    flat = reading.get("/api/@navigation").json()["items"]
    assert {one["title"] for one in flat} == {"О компании", "Счётчики", "Нет света"}
    assert all(one["items"] == [] for one in flat)
    deep = reading.get("/api/@navigation?expand.navigation.depth=2").json()["items"]
    by_title = {one["title"]: one for one in deep}
    assert len(by_title["Нет света"]["items"]) == 30
    assert by_title["Счётчики"]["items"][0]["title"] == "Кто меняет счётчик?"


@pytest.mark.parametrize("name", ["@breadcrumbs", "@navigation"])
@pytest.mark.parametrize(("path", "status"), [("/meters/draft", 401), ("/nowhere", 404)])
def test_hidden_places_have_no_way_to_them(
    reading: Service, name: str, path: str, status: int
) -> None:
    assert reading.get(f"/api{path}/{name}").status_code == status


def test_the_service_says_that_it_lives(reading: Service) -> None:
    assert reading.get("/api/@health").json() == {"status": "ok"}
    ready = reading.get("/api/@health?ready").json()
    assert ready["status"] == "ready"
    assert ready["checks"]["database"] is True
    assert ready["checks"]["encoder"] == {"name": "off", "pending": 0}


def test_a_service_without_its_index_is_not_ready(service: Service) -> None:
    service.house.engine.is_broken = True
    answer = service.get("/api/@health?ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert service.get("/api/@health").status_code == 200


def test_counters_hold_templates_and_no_words(reading: Service) -> None:
    reading.get("/api/meters/geheimnis")
    reading.get("/api/@answers?q=тайное слово")
    answer = reading.get("/api/@metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'route="/api/{path}"' in answer.text
    assert "kb_jobs" in answer.text
    assert "geheimnis" not in answer.text
    assert "тайное" not in answer.text
