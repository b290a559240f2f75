"""Many items by keys alone: chosen, told, published, and watched to the end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Opener, Tab
from tests.process.running import Kb

Known = Callable[[str], Any]
COUNT = 5


@pytest.fixture
def topic(kb: Kb) -> Iterator[str]:
    """A topic of the test's own with five private questions."""
    headers = kb.sign_in("reviewer")
    body = {"@type": "Topic", "title": "Для многих", "id": "for-many"}
    made = kb.client.post("/api", json=body, headers=headers)
    assert made.status_code == 201, made.text
    path = kb.path_of(made.json())
    for number in range(COUNT):
        body = {"@type": "StandardQuestion", "title": f"Многие {number}?", "text": "Ответ.\n"}
        assert kb.client.post(f"/api{path}", json=body, headers=headers).status_code == 201
    yield path
    kb.client.delete(f"/api{path}", headers=headers)


def states(kb: Kb, path: str) -> list[str]:
    headers = kb.sign_in("reviewer")
    items = kb.get(f"/api{path}", headers).json()["items"]
    return [item["review_state"] for item in items]


def tick_five(tab: Tab) -> None:
    """Go from box to box by Tab and tick each by the space bar."""
    tab.page.locator("#bulk-all").focus()
    for number in range(COUNT):
        tab.press("Tab")
        while tab.page.evaluate("document.activeElement.name") != "uid":
            tab.press("Tab")
        tab.press("Space")
        expect(tab.page.locator("#bulk-count")).to_contain_text(str(number + 1))


def test_five_are_published_by_keys_alone_and_watched_to_the_end(
    kb: Kb, open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab(f"/edit?in={topic}", storage_state=known("reviewer"))
    expect(tab.page.locator("#bulk")).to_be_hidden()
    tick_five(tab)
    tab.press("Control+Enter")
    assert tab.focused() == "bulk-do"
    tab.press("ArrowDown")
    expect(tab.page.locator("#bulk-do")).to_have_value("publish")
    tab.press("Control+Enter")
    tab.page.wait_for_url("**/edit/bulk")
    expect(tab.page.locator("p.figure.ok b")).to_have_text(str(COUNT))
    assert states(kb, topic) == ["private"] * COUNT
    tab.tab_to("Сделать с 5 материалами")
    tab.press("Enter")
    tab.page.wait_for_url("**/edit/bulk/*")
    # Nobody touches the page: it looks again by itself until all is done.
    expect(tab.page.locator("#run[data-run=over]")).to_be_visible(timeout=30_000)
    expect(tab.page.locator("p.figure.ok b")).to_have_text(str(COUNT))
    expect(tab.page.locator("#run-said")).to_contain_text("5 из 5")
    assert states(kb, topic) == ["published"] * COUNT


def test_without_scripts_the_same_page_works(
    kb: Kb, open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab("/edit", storage_state=known("reviewer"), java_script_enabled=False)
    tab.page.locator("li:has(a[href='/edit/for-many']) input[name=uid]").first.check()
    tab.page.locator("#bulk [name=deep]").check()
    tab.page.locator("#bulk-do").select_option("archive")
    tab.page.locator("#bulk button").press("Enter")
    tab.page.locator("[formaction]").press("Enter")
    tab.page.wait_for_url("**/edit/bulk/*")
    # The page comes again by itself.
    tab.page.locator("#run[data-run=over]").wait_for(timeout=30_000)
    assert states(kb, topic) == ["archived"] * COUNT


def test_esc_gives_the_choice_up_and_shift_takes_a_range(
    open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab("/edit", storage_state=known("editor"))
    boxes = tab.page.locator("input[name=uid][form=bulk]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(tab.page.locator("#bulk-count")).to_contain_text("4")
    tab.press("Escape")
    expect(tab.page.locator("#bulk")).to_be_hidden()
    assert tab.page.locator("input[name=uid]:checked").count() == 0
    tab.page.locator("#bulk-all").press("Space")
    assert tab.page.locator("input[name=uid]:not(:checked)").count() == 0


def test_what_was_chosen_stays_so_when_the_tree_is_unfolded(
    open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab("/edit", storage_state=known("editor"))
    row = tab.page.locator("#tree > ul > li:has(a[href='/edit/for-many'])")
    row.locator("input[name=uid]").first.press("Space")
    row.locator("a.fold").press("Enter")
    row.locator("ul input[name=uid]").first.press("Space")
    expect(tab.page.locator("#bulk-count")).to_contain_text("2")
    assert tab.page.locator("input[name=uid]:checked").count() == 2
