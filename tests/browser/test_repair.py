"""From a failed question to its repair by keys alone, the new place seen before it is saved."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.chromium import Opener
from tests.process.running import Kb, until

Known = Callable[[str], Any]
FAILED = "сплиттер щёлкает по ночам"


def found(kb: Kb, text: str) -> list[str]:
    """Give the titles that a visitor finds."""
    given = kb.get(f"/api/@answers?q={quote(text)}").json()
    return [item["title"] for item in given["items"]]


def test_a_question_is_repaired_by_keys_alone(kb: Kb, open_tab: Opener, known: Known) -> None:
    tab = open_tab("/edit/repair", storage_state=known("reviewer"))
    tab.page.locator("#q").focus()
    tab.page.keyboard.type(FAILED)
    tab.press("Enter")
    tab.page.wait_for_url("**/edit/repair?q=*")
    expect(tab.page.locator("#h-now")).to_be_visible()
    tab.tab_to("item ")
    tab.page.keyboard.type("M05")
    tab.press("Enter")
    tab.page.wait_for_url("**#h-wording")
    wording = tab.page.locator("section[aria-labelledby=h-wording]")
    expect(wording.locator(".say strong")).to_have_text("1")
    expect(wording.locator(".places [aria-current]")).to_contain_text("M05")
    title = wording.locator("p > strong").first.inner_text()
    assert title not in found(kb, FAILED)[:1]
    tab.press("Control+Enter")
    tab.page.wait_for_url("**done=live*")
    expect(tab.page.locator(".callout.ok").first).to_contain_text("поиск её знает")
    until(lambda: found(kb, FAILED)[:1] == [title], 10)


def test_a_new_question_begins_with_what_was_asked(open_tab: Opener, known: Known) -> None:
    tab = open_tab(f"/edit/repair?q={quote('где купить сплиттер')}", storage_state=known("editor"))
    tab.page.get_by_role("button", name="Написать новый вопрос").press("Enter")
    tab.page.wait_for_url("**/edit/new?*")
    expect(tab.page.locator("#title")).to_have_value("Где купить сплиттер?")
    expect(tab.page.locator("#wordings")).to_have_value("где купить сплиттер")


def test_what_would_fall_is_seen_before_it_is_published(
    kb: Kb, open_tab: Opener, known: Known
) -> None:
    """A question is stored; the item that answers it loses its words, and the page says so."""
    text = "кто платит за новый электросчётчик"
    tab = open_tab("/edit/bench", storage_state=known("reviewer"))
    tab.page.locator("#text").focus()
    tab.page.keyboard.type(text)
    tab.press("Tab")
    tab.page.keyboard.type("M01")
    tab.press("Control+Enter")
    tab.page.wait_for_url("**done=add")
    tab.page.locator(".outcomes .words a", has_text="электросчётчик").first.press("Enter")
    tab.page.wait_for_url("**/edit/meters/*")
    for field, words in (("title", "Как быть?"), ("wordings", ""), ("public", "Звоните нам.")):
        tab.page.locator(f"#{field}").fill(words)
    tab.page.locator("#description").fill("")
    tab.page.locator("[name=do][value=bench]").press("Enter")
    checked = tab.page.locator("#bench")
    expect(checked).to_contain_text("выпал из первых трёх")
    expect(checked.locator(".outcomes")).to_contain_text(text)
    expect(tab.page.locator("#title")).to_have_value("Как быть?")
    assert found(kb, text)[0].startswith("Кто платит за новый электросчётчик")
