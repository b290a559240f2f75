"""Beside the text: a remark from its words to «settled», and two who write at once."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Opener
from tests.process.running import Kb, until

_NUMBERS = count(1)
Known = Callable[[str], Any]
BEAT_MS = 21_000


@pytest.fixture
def path(kb: Kb) -> Iterator[str]:
    """A question of the test's own, published."""
    headers = kb.sign_in("reviewer")
    title = f"Сколько ждать мастера, случай {next(_NUMBERS)}?"
    body = {"@type": "StandardQuestion", "title": title, "text": "Мастер придёт за три дня.\n"}
    made = kb.client.post("/api/meters", json=body, headers=headers)
    assert made.status_code == 201, made.text
    there = kb.path_of(made.json())
    assert kb.client.post(f"/api{there}/@workflow/publish", headers=headers).status_code == 200
    yield there
    kb.client.delete(f"/api{there}", headers=headers)


def write(page: Page, text: str) -> None:
    page.locator("#public").press("Control+End")
    page.keyboard.type(text)


def test_a_remark_goes_its_whole_way_by_keys_alone(
    open_tab: Opener, known: Known, path: str
) -> None:
    tab = open_tab(f"/edit{path}", storage_state=known("editor"))
    write(tab.page, " Недописано")
    tab.page.evaluate("document.querySelector('#public').setSelectionRange(14, 24)")
    tab.press("Control+Alt+KeyM")
    expect(tab.page.locator("#quote")).to_have_value("за три дня")
    assert tab.focused() == "remark"
    tab.page.keyboard.type("Рабочих или календарных?")
    tab.press("Control+Enter")
    thread = tab.page.locator(".threads > li").first
    expect(thread).to_contain_text("Рабочих или календарных?")
    assert tab.focused() == "h-remarks"
    # Neither the text nor the page has gone anywhere.
    expect(tab.page.locator("#public")).to_have_value("Мастер придёт за три дня. Недописано")
    assert tab.page.url.endswith(path)
    tab.tab_to("Показать в тексте")
    tab.press("Enter")
    assert tab.focused() == "public"
    chosen = "(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.activeElement)"
    assert tab.page.evaluate(chosen) == "за три дня"
    thread.locator("summary").focus()
    tab.press("Enter", "Tab")
    tab.page.keyboard.type("Рабочих.")
    tab.press("Control+Enter")
    expect(thread.locator(".answered")).to_contain_text("Рабочих.")
    thread.get_by_role("button", name="Решено").press("Enter")
    expect(tab.page.locator("#h-remarks .badge")).to_have_count(0)
    expect(tab.page.get_by_text("Решённые замечания")).to_be_visible()


def test_an_empty_remark_is_told_at_its_field(open_tab: Opener, known: Known, path: str) -> None:
    tab = open_tab(f"/edit{path}", storage_state=known("editor"))
    tab.press("Control+Alt+KeyM", "Control+Enter")
    expect(tab.page.locator("#remark-e")).to_contain_text("Напишите замечание")
    assert tab.focused() == "remark"
    tab.errors.clear()


def test_two_who_write_at_once_know_of_each_other(
    open_tab: Opener, known: Known, path: str
) -> None:
    first = open_tab(storage_state=known("editor"))
    first.page.clock.install()
    first.page.goto(f"/edit{path}")
    write(first.page, " Раз.")
    expect(first.page.locator("#kept")).to_contain_text("Черновик записан")
    second = open_tab(f"/edit{path}", storage_state=known("reviewer"))
    expect(second.page.locator("#lock")).to_contain_text("Сейчас правит Редактор (демо) (с ")
    write(second.page, " Два.")
    second.press("Control+s")
    second.page.locator(".errors").wait_for()
    expect(second.page.locator("#public")).to_have_value("Мастер придёт за три дня. Два.")
    second.page.get_by_role("button", name="Взять правку на себя").press("Enter")
    expect(second.page.locator("#lock")).to_contain_text("Теперь правите вы")
    assert second.focused() == "public"
    write(first.page, " Ещё.")
    first.page.clock.fast_forward(BEAT_MS)
    expect(first.page.locator("#lock")).to_contain_text("теперь правит вместо вас")
    second.press("Control+s")
    second.page.wait_for_url("**?done=save")
    first.press("Control+s")
    first.page.locator("#merge").wait_for()
    assert "Раз. Ещё." in first.page.locator("#whole").input_value()
    assert "Два." in first.page.locator("#whole").input_value()
    for tab in (first, second):
        tab.errors.clear()


def test_a_page_that_goes_gives_the_writing_back(
    kb: Kb, open_tab: Opener, known: Known, path: str
) -> None:
    tab = open_tab(f"/edit{path}", storage_state=known("editor"))
    headers = kb.sign_in("reviewer")
    with tab.page.expect_response("**/lock"):
        write(tab.page, " Раз.")
    assert kb.get(f"/api{path}/@lock", headers).json()["locked"]
    tab.page.goto("/edit")
    until(lambda: not kb.get(f"/api{path}/@lock", headers).json()["locked"])
