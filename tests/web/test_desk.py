"""The desk over HTTP: only for employees, whole answers, a draft that survives without a script."""

import json
import re
from html import unescape

import pytest
from httpx import Response

from tests.service import Service
from tests.web.read import Page, remarks

PATHS = ("/desk", "/desk?q=счётчик", "/desk/picks?q=счётчик")


def look(reading: Service, path: str, who: str = "olga") -> Response:
    """Read a page as an employee."""
    return reading.get(path, who, accept="text/html")


def uid_of(reading: Service, title: str) -> str:
    """Find an answer at the desk."""
    page = look(reading, f"/desk?q={title}").text
    found = re.search(r'data-uid="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", [*PATHS, "/desk/faces/x", "/desk/items/x", "/en/desk"])
def test_a_visitor_is_sent_to_sign_in(reading: Service, path: str) -> None:
    answer = look(reading, path, "")
    assert answer.status_code == 303
    assert "/desk/sign-in" in answer.headers["location"]


@pytest.mark.parametrize("path", PATHS)
def test_desk_page(reading: Service, path: str) -> None:
    answer = look(reading, path)
    assert answer.status_code == 200
    assert remarks(answer.text) == []
    assert "no-store" in answer.headers["cache-control"]


def test_whole_answer_has_staff_notes_and_letter(reading: Service) -> None:
    page = look(reading, f"/desk/items/{uid_of(reading, 'кто меняет счётчик')}")
    assert "Спросите дату поверки" in page.text
    assert "Счётчик заменит" in page.text
    assert remarks(page.text) == []


def test_fragments_carry_where_they_come_from(reading: Service) -> None:
    page = look(reading, f"/desk/faces/{uid_of(reading, 'кто меняет счётчик')}").text
    found = re.search(r'data-fragments="([^"]*)"', page)
    assert found is not None
    fragments = json.loads(unescape(found[1]))
    assert fragments["public"]["code"] == "M01"
    assert fragments["public"]["text"] == "Меняет сетевая организация, бесплатно."
    assert fragments["letter"]["text"] == "Счётчик заменит сетевая организация."
    assert ["ok", "✓ проверено 20.11.2026"] in fragments["public"]["badges"]


def test_without_a_script_the_draft_lives_in_the_address(reading: Service) -> None:
    uid = uid_of(reading, "кто меняет счётчик")
    page = look(reading, f"/desk?q=счётчик&pad={uid}-public,{uid}-letter,junk,x-public")
    assert page.status_code == 200
    assert page.text.count("<textarea") == 2
    hidden = [one["value"] for one in Page(page.text).all("input") if one.get("name") == "pad"]
    assert hidden[0].startswith(f"{uid}-public,{uid}-letter")


def test_an_unknown_answer_is_missing(reading: Service) -> None:
    assert look(reading, f"/desk/items/{'0' * 32}").status_code == 404
