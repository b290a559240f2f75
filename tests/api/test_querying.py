"""`@querystring` and `@querystring-search`, and the orders of `@search`, as Plone clients ask."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from kb_service.api.services._indexes import INDEX_WORDS, OPERATION_WORDS
from kb_service.base.i18n import translator
from kb_service.handbook.rules.conditions import INDEXES, OPERATIONS, PREFIX, SORTABLE
from tests.service import BASE, Service

QUESTIONS = {"i": "portal_type", "o": PREFIX + "selection.any", "v": ["StandardQuestion"]}
METERS = {"i": "path", "o": PREFIX + "string.absolutePath", "v": "/meters"}


def ask(service: Service, body: Any, who: str = "", place: str = "") -> Any:
    return service.ask("POST", f"/api{place}/@querystring-search", who, body)


def names(body: Any) -> list[str]:
    return [one["@id"].removeprefix(BASE) for one in body["items"]]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"query": []}, "query.empty", "query"),
        ({}, "query.empty", "query"),
        ({"query": [QUESTIONS], "sort_on": "start"}, "query.sort_unknown", "sort_on"),
        ({"query": [QUESTIONS], "b_size": "many"}, "request.wrong", "b_size"),
        ({"query": [{**QUESTIONS, "i": "end"}]}, "query.index_unknown", "query"),
        ({"query": [{**QUESTIONS, "v": 5}]}, "query.value", "query"),
        ({"query": [{"i": "Title"}]}, "request.wrong", "o"),
    ],
)
def test_a_query_that_cannot_be_is_refused(
    reading: Service, body: Any, code: str, field: str
) -> None:
    answer = ask(reading, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][0]["field"] == field


def test_an_unknown_operation_is_named_with_what_is_known(reading: Service) -> None:
    answer = ask(reading, {"query": [{"i": "Title", "o": "plone.app.x", "v": "a"}]})
    body = answer.json()
    assert (answer.status_code, body["params"]["name"]) == (400, "plone.app.x")
    assert "plone.app.x" in body["message"]
    assert body["allowed"] == [PREFIX + "string.contains"]


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("", ["/meters/kto-meniaet", "/meters/new-place", "/meters/pokazaniia"]),
        (
            "rita",
            [
                "/meters/draft",
                "/meters/kto-meniaet",
                "/meters/new-place",
                "/meters/pokazaniia",
                "/meters/staff-only",
            ],
        ),
    ],
)
def test_items_are_found_by_all_conditions(reading: Service, who: str, found: list[str]) -> None:
    body = ask(reading, {"query": [QUESTIONS, METERS], "sort_on": "path"}, who).json()
    assert names(body) == found
    assert set(body) == {"@id", "items", "items_total"}
    assert body["items_total"] == len(found)


def test_words_are_looked_for_by_the_search(reading: Service) -> None:
    words = {"i": "SearchableText", "o": PREFIX + "string.contains", "v": "счётчик меняют"}
    assert names(ask(reading, {"query": [words, METERS]}).json())[0] == "/meters/kto-meniaet"
    hidden = {**words, "v": "секретик"}
    assert ask(reading, {"query": [hidden]}).json()["items_total"] == 0
    assert names(ask(reading, {"query": [hidden], "sort_on": "path"}, "rita").json()) == [
        "/meters/draft"
    ]


@pytest.mark.parametrize("who", ["", "olga"])
def test_who_made_something_is_no_question_of_a_stranger(reading: Service, who: str) -> None:
    own = {"i": "Creator", "o": PREFIX + "string.currentUser", "v": ""}
    assert ask(reading, {"query": [own]}, who).status_code == (200 if who else 401)


def test_pages_limits_and_sizes_of_items(reading: Service) -> None:
    body = {"query": [{**METERS, "v": "/outage::1"}], "sort_on": "code", "b_size": "2"}
    first = ask(reading, {**body, "sort_order": "descending"}).json()
    assert names(first) == ["/outage/svet-29", "/outage/svet-28"]
    assert (first["items_total"], len(ask(reading, {**body, "b_start": 30}).json()["items"])) == (
        31,
        1,
    )
    assert first["batching"]["next"].endswith("b_start=2&b_size=2")
    assert ask(reading, {**body, "limit": 1}).json()["items_total"] == 1
    whole = ask(reading, {**body, "fullobjects": True}).json()["items"][0]
    assert whole["text"]["data"]
    more = ask(reading, {**body, "metadata_fields": ["code", "UID"]}).json()["items"][0]
    assert {"code", "UID"} <= set(more)


def test_seen_from_an_item_itself_is_left_out(reading: Service) -> None:
    near = {"i": "path", "o": PREFIX + "string.relativePath", "v": ".."}
    body = ask(reading, {"query": [near, QUESTIONS], "sort_on": "path"}, "", "/meters/kto-meniaet")
    assert names(body.json()) == ["/meters/new-place", "/meters/pokazaniia"]
    assert ask(reading, {"query": [near]}, "", "/meters/draft").status_code == 401
    assert ask(reading, {"query": [near]}, "rita", "/nowhere").status_code == 404


@pytest.mark.parametrize("times", [1, 2])
def test_a_query_may_stand_in_the_address(reading: Service, times: int) -> None:
    written = json.dumps({"query": [METERS], "b_size": 1, "sort_on": "path"})
    for _time in range(times):
        written = quote(written)
    body = reading.get(f"/api/@querystring-search?query={written}").json()
    assert names(body) == ["/meters"]


@pytest.mark.parametrize("written", ["", "{", "[]", "%7B%22query%22%3A1%7D"])
def test_an_address_without_a_query_is_refused(reading: Service, written: str) -> None:
    answer = reading.get(f"/api/@querystring-search?query={written}")
    assert (answer.status_code, answer.json()["code"]) == (400, "query.no_json")


def test_by_what_items_can_be_found(reading: Service) -> None:
    body = reading.get("/api/@querystring").json()
    assert set(body) == {"@id", "indexes", "sortable_indexes"}
    assert set(body["indexes"]) == set(INDEX_WORDS) >= set(INDEXES)
    assert set(body["sortable_indexes"]) == set(SORTABLE)
    state = body["indexes"]["review_state"]
    assert (state["title"], state["sortable"], state["enabled"]) == ("Состояние", True, True)
    assert state["vocabulary"] == "plone.app.vocabularies.WorkflowStates"
    assert set(state["operations"]) == set(state["operators"])
    assert state["operators"][PREFIX + "selection.any"]["widget"] == "MultipleSelectionWidget"
    assert body["indexes"]["sortable_title"]["enabled"] is False


def test_every_word_of_a_query_is_translated() -> None:
    speaker = translator("ru")
    said = [one.title for one in INDEX_WORDS.values()] + [one.group for one in INDEX_WORDS.values()]
    said += [title for title, _widget in OPERATION_WORDS.values()]
    assert [one for one in said if not speaker.knows(one)] == []
    assert set(OPERATION_WORDS) == set(OPERATIONS)


@pytest.mark.parametrize("index", [*SORTABLE, "Title", "id", "relevance"])
def test_the_catalogue_is_ordered_by_every_index(reading: Service, index: str) -> None:
    path = f"/api/@search?path.query=/meters&sort_on={index}"
    up = reading.get(path, "rita").json()
    down = reading.get(f"{path}&sort_order=descending", "rita").json()
    assert sorted(names(up)) == sorted(names(down))
    assert up["items_total"] == 6
    if index == "code":
        assert names(up)[0] == "/meters/kto-meniaet"
        assert names(down)[0] == "/meters/new-place"


def test_the_catalogue_is_not_ordered_by_who_made_it_for_strangers(reading: Service) -> None:
    assert reading.get("/api/@search?sort_on=Creator").status_code == 401


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("path.query=/outage&path.depth=0", 1),
        ("path.query=/outage&path.depth:int=1", 31),
        ("path.query=/&path.depth=1", 4),
        ("path.query=/outage&portal_type=Image&use_site_search_settings=1", 0),
        ("path.query=/outage&portal_type=Folder&use_site_search_settings=1", 1),
        ("path.query=/outage&use_site_search_settings=1", 31),
    ],
)
def test_the_catalogue_is_narrowed(reading: Service, query: str, count: int) -> None:
    assert reading.get(f"/api/@search?{query}").json()["items_total"] == count


def test_all_metadata_of_the_catalogue(reading: Service) -> None:
    path = "/api/@search?path.query=/meters/kto-meniaet&metadata_fields=_all"
    [item] = reading.get(path, "olga").json()["items"]
    plones = {"UID", "created", "modified", "effective", "expires", "Creator", "Subject", "id"}
    assert plones | {"portal_type", "getId", "Title", "Description"} <= set(item)
    assert item["Creator"] == "system"
    [public] = reading.get(path).json()["items"]
    assert (public["Creator"], public["listCreators"]) == ("", [])


@pytest.mark.parametrize(
    ("query", "status", "count"),
    [("b_size=0", 200, 0), ("b_size=5000", 200, 37), ("b_size=-1", 400, None)],
)
def test_pages_of_the_catalogue_have_a_size(
    reading: Service, query: str, status: int, count: int | None
) -> None:
    answer = reading.get(f"/api/@search?{query}")
    assert answer.status_code == status
    if count is not None:
        assert len(answer.json()["items"]) == count
