"""A fact past its last day: readers see a quiet word, editors are told, a letter is held back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kb_service.handbook import queries
from kb_service.handbook.acts import sheets, workflow
from kb_service.handbook.schemas import StandardQuestion
from tests.api import make
from tests.service import Service

PATH = "/meters/perezvonim"
BODY = """Перезвоним за {{ fact.call_term }}.

{% if fact.call_term %}Точно.{% endif %}

::: staff
Обещайте {{ fact.call_term }}.
:::

::: letter
Мы перезвоним за {{ fact.call_term }}.
:::
"""
ENDING = """call_term:
  title: Срок, в который перезванивают
  values:
    - {value: "4", unit: часов, to: 2026-11-30, source: приказ № 186}
"""
MARK = '<span class="var warn">уточняется</span>'


@pytest.fixture
def expired(service: Service) -> Service:
    """A live text whose fact held until yesterday."""
    with service.work() as work:
        above = queries.by_path(work, service.house.renderer, "/meters").uid
        content = StandardQuestion(
            title="За сколько перезвоните?", description="За {{ fact.call_term }}.", code="M77"
        )
        make.item(work, above, "StandardQuestion", content, BODY, name="perezvonim")
        sheets.save(work, "facts", ENDING)
    assert "уточняется" not in service.get(f"/api{PATH}").text
    service.house.clock.moment = datetime(2026, 12, 1, 9, tzinfo=UTC)  # type: ignore[attr-defined]
    with service.work() as work:
        workflow.turn_day(work)
    service.forget()
    return service


def rendered(service: Service, text: str) -> Any:
    return service.ask("POST", "/api/@render", "elena", {"text": text}).json()


def test_a_name_that_no_fact_ever_had_stays_a_mistake(expired: Service) -> None:
    found = rendered(expired, "За {{ fact.call_terms }}.")
    assert [one["code"] for one in found["errors"]] == ["render.variable_unknown"]
    body = {"text": "За {{ fact.call_terms }}.\n"}
    answer = expired.ask("PATCH", f"/api{PATH}", "elena", body, if_match="*")
    assert (answer.status_code, answer.json()["code"]) == (400, "render.variable_unknown")


def test_the_api_gives_the_quiet_word_and_no_figure(expired: Service) -> None:
    item = expired.get(f"/api{PATH}").json()
    assert item["description"] == "За уточняется."
    assert item["text"]["data"].strip() == "Перезвоним за уточняется."
    staff = expired.get(f"/api{PATH}", "olga").text
    assert staff.count("уточняется") >= 4


def test_the_page_of_the_site_is_shown(expired: Service) -> None:
    answer = expired.ask("GET", PATH, accept="text/html")
    assert answer.status_code == 200
    assert MARK in answer.text


def test_the_search_finds_the_text_by_its_words(expired: Service) -> None:
    found = expired.get("/api/@search?SearchableText=перезвоним").json()
    assert [one["@id"].endswith(PATH) for one in found["items"]] == [True]
    answers = expired.get("/api/@answers?q=за сколько перезвоните").json()
    assert "уточняется" in answers["items"][0]["excerpt"]


def test_an_editor_may_save_and_publish_it(expired: Service) -> None:
    body = {"text": "Обещаем {{ fact.call_term }}.\n"}
    answer = expired.ask("PATCH", f"/api{PATH}", "rita", body, if_match="*")
    assert answer.status_code in (200, 204), answer.text
    assert rendered(expired, body["text"])["errors"] == []
    assert MARK in rendered(expired, body["text"])["html"]
    for step in ("retract", "publish"):
        answer = expired.ask("POST", f"/api{PATH}/@workflow/{step}", "rita", {}, if_match="*")
        assert answer.status_code == 200, answer.text
    assert "Обещаем уточняется" in expired.get(f"/api{PATH}").text


def test_a_day_on_which_it_held_is_shown_with_its_value(expired: Service) -> None:
    assert "4" in expired.get(f"/api{PATH}?as_of=2026-11-29").json()["text"]["data"]


def test_a_letter_with_it_is_held_back(expired: Service) -> None:
    fragment = {"id": "f1", "kind": "own", "text": "За {{ fact.call_term }}.", "questions": ["q1"]}
    letter = "За сколько перезвоните?"
    content = {
        "letter": letter,
        "questions": [{"id": "q1", "text": letter, "start": 0, "end": len(letter)}],
        "fragments": [fragment],
    }
    made = expired.ask("POST", "/api/@drafts", "olga", content)
    assert made.status_code == 201, made.text
    checks = expired.get(f"/api/@drafts/{made.json()['uid']}/checks", "olga").json()
    expiry = [one for one in checks["findings"] if one["check"] == "fact_expired"]
    assert [(one["level"], one["where"]) for one in expiry] == [("block", "f1")]
