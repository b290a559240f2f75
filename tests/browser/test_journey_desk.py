"""Journey ii, its search: an operator finds an answer during a call and makes a draft, by keys."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Opener, Tab

SAID = "заплатил долг не включают"
RETURN = "Отключили за долг. Как вернуть свет и сколько это стоит?"
LIST_S = 0.5
Known = Callable[[str], Any]
COUNT_MOUSE = """
    window.mouse = 0;
    for (const name of ["mousedown", "mouseup", "pointerdown", "touchstart"])
        addEventListener(name, () => { window.mouse += 1; }, true);
"""


@pytest.fixture
def desk(open_tab: Opener, known: Known) -> Tab:
    """The desk of an operator who has just come, with leave to copy."""
    tab = open_tab(
        storage_state=known("operator"), permissions=["clipboard-read", "clipboard-write"]
    )
    tab.page.add_init_script(COUNT_MOUSE)
    tab.page.goto("/desk")
    return tab


def ask(tab: Tab, words: str = SAID) -> None:
    """Type what the caller says and wait for the list."""
    tab.page.keyboard.type(words)
    tab.page.locator(f"[data-picks][data-query='{words}']").wait_for()


def chosen(tab: Tab) -> str:
    return tab.page.locator(".pick[aria-selected=true] strong").inner_text().strip()


def codes(tab: Tab) -> list[str]:
    """Give the codes of the fragments of the draft in their order."""
    return [text.strip() for text in tab.page.locator(".frag .meta a").all_inner_texts()]


def drafts(tab: Tab) -> list[str]:
    return [area.input_value() for area in tab.page.locator(".frag textarea").all()]


def test_a_visitor_does_not_come_to_the_desk(open_tab: Opener) -> None:
    tab = open_tab("/desk")
    assert tab.page.url.split("?")[0].endswith("/desk/sign-in")
    assert tab.page.locator("#desk").count() == 0


def test_an_operator_signs_in_by_keys_and_stands_in_the_search(open_tab: Opener) -> None:
    tab = open_tab("/desk")
    assert tab.focused() == "login"
    tab.page.keyboard.type("operator")
    tab.press("Tab")
    tab.page.keyboard.type("demo")
    tab.press("Enter")
    tab.page.wait_for_url("**/desk")
    assert tab.focused() == "q"


def test_a_call_is_answered_and_a_reply_made_by_keys_alone(desk: Tab) -> None:
    page = desk.page
    assert desk.focused() == "q"

    # 3 s the list is there half a second after the last letter, the first answer is chosen
    page.keyboard.type(SAID)
    started = time.perf_counter()
    page.locator(f"[data-picks][data-query='{SAID}']").wait_for()
    assert time.perf_counter() - started <= LIST_S
    assert RETURN in page.locator(".picks").inner_text()
    first = chosen(desk)

    # ↓ ↑ choose, and the field keeps the focus
    desk.press("ArrowDown")
    assert chosen(desk) != first
    desk.press("ArrowUp")
    assert chosen(desk) == first
    while chosen(desk) != RETURN:
        desk.press("ArrowDown")

    # → unfolds, Esc folds, and the words stay
    desk.press("ArrowRight")
    page.locator("#faces").wait_for()
    assert "не более 5 000" in page.locator("#faces").inner_text().replace(
        "\N{NO-BREAK SPACE}", " "
    )
    desk.press("Escape")
    page.locator("#faces").wait_for(state="hidden")
    assert page.locator("#q").input_value() == SAID
    assert desk.focused() == "q"

    # Enter: the answer; Ctrl+Enter: the letter text; then another answer behind them
    desk.press("Enter")
    expect(page.locator(".frag")).to_have_count(1)
    desk.press("Control+Enter")
    expect(page.locator(".frag")).to_have_count(2)
    desk.press("ArrowDown", "Enter")
    expect(page.locator(".frag")).to_have_count(3)
    texts = drafts(desk)
    assert codes(desk)[:2] == ["L03", "L03"]
    assert "Погасите долг" in texts[0]
    assert texts[1].startswith("Вы спрашиваете")
    assert "::: staff" not in "".join(texts)
    assert page.evaluate("mouse") == 0


def test_fragments_are_moved_removed_and_copied_by_keys(desk: Tab) -> None:
    ask(desk)
    desk.press("Enter", "ArrowDown")
    expect(desk.page.locator(".frag")).to_have_count(1)
    desk.press("Enter", "ArrowDown")
    expect(desk.page.locator(".frag")).to_have_count(2)
    desk.press("Enter")
    expect(desk.page.locator(".frag")).to_have_count(3)
    one, two, three = codes(desk)
    desk.tab_to("frag-0")
    desk.press("Alt+ArrowDown")
    assert codes(desk) == [two, one, three]
    assert desk.focused() == "frag-1"
    desk.press("Alt+ArrowUp", "Alt+ArrowUp")
    assert codes(desk) == [one, two, three]
    desk.press("Alt+Delete")
    assert codes(desk) == [two, three]
    desk.press("Control+End")
    desk.page.keyboard.type(" Дописано.")
    desk.press("Control+Enter")
    desk.page.locator(".toast").filter(has_text="Скопировано").wait_for()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied == "\n\n".join(text.strip() for text in drafts(desk))
    assert "Дописано." in copied
    assert desk.page.evaluate("mouse") == 0


def test_a_reload_and_another_page_keep_the_draft(desk: Tab) -> None:
    ask(desk)
    desk.press("Enter")
    desk.page.locator("#frag-0").focus()
    desk.press("Control+End")
    desk.page.keyboard.type(" Своё слово.")
    before = drafts(desk)
    desk.press("F2", "Shift+Enter")
    desk.page.wait_for_url("**/desk/items/*")
    desk.page.go_back()
    desk.page.locator("#frag-0").wait_for()
    assert drafts(desk) == before
    desk.page.reload()
    assert drafts(desk) == before
    assert desk.page.locator("#q").input_value() == SAID


SEARCH_KEYS = {
    "F2": "{key: 'F2', code: 'F2'}",
    "Ctrl+K in a Latin layout": "{key: 'k', code: 'KeyK', ctrlKey: true}",
    "Ctrl+K in a Russian layout": "{key: 'л', code: 'KeyK', ctrlKey: true}",
}


@pytest.mark.parametrize("name", SEARCH_KEYS)
def test_the_search_is_reached_by_the_place_of_a_key(name: str, desk: Tab) -> None:
    ask(desk)
    desk.press("Enter")
    desk.page.locator("#frag-0").focus()
    pressed = desk.page.evaluate(
        "detail => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        f" {{...{SEARCH_KEYS[name]}, bubbles: true, cancelable: true}}))"
    )
    assert pressed is False, "the browser would do its own"
    assert desk.focused() == "q"
    assert desk.page.evaluate("getSelection().toString()") == SAID


def test_the_desk_works_without_a_script(open_tab: Opener, known: Known) -> None:
    tab = open_tab("/desk", storage_state=known("operator"), java_script_enabled=False)
    page = tab.page
    page.locator("#q").fill(SAID)
    tab.press("Enter")
    page.get_by_role("link", name=RETURN).press("Enter")
    page.locator("#faces [data-take=public]").press("Enter")
    expect(page.locator(".frag")).to_have_count(1)
    page.locator("#faces [data-take=letter]").press("Enter")
    expect(page.locator(".frag")).to_have_count(2)
    assert drafts(tab)[1].startswith("Вы спрашиваете")
    page.locator(".frag").nth(1).locator("a.btn").first.press("Enter")
    page.wait_for_load_state()
    assert drafts(tab)[0].startswith("Вы спрашиваете")
