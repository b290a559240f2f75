"""The tree of the workplace: ordered by keys, by the mouse, by buttons; topics unfolded."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import PHONE_SIZE, Opener
from tests.process.running import Kb, until

_NUMBERS = count(1)
NAMES = ("Первый?", "Второй?", "Третий?", "Четвёртый?")
Known = Callable[[str], Any]


@pytest.fixture
def topic(kb: Kb) -> Iterator[str]:
    """A live topic of the test's own with four live questions."""
    headers = kb.sign_in("reviewer")

    def made(where: str, body: dict[str, Any]) -> str:
        answer = kb.client.post(f"/api{where}", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        path = kb.path_of(answer.json())
        step = kb.client.post(f"/api{path}/@workflow/publish", headers=headers)
        assert step.status_code == 200
        return path

    path = made("/", {"@type": "Folder", "title": f"Опытная тема {next(_NUMBERS)}"})
    for title in NAMES:
        made(path, {"@type": "StandardQuestion", "title": title, "text": "Ответ.\n"})
    yield path
    kb.client.delete(f"/api{path}", headers=headers)


def line(page: Page, title: str) -> Locator:
    return page.locator("#tree .tree .tree > li", has_text=title)


def titles(page: Page, path: str) -> list[str]:
    """Give the questions of the topic as the tree shows them."""
    return page.locator(f"#tree .name > a[href^='/edit{path}/']").all_inner_texts()


def published(kb: Kb, path: str) -> list[str]:
    """Give the order in which the world sees the topic."""
    return [one["title"] for one in kb.client.get(f"/api{path}").json()["items"]]


def told(page: Page, sentence: str) -> None:
    expect(page.locator("#told")).to_have_text(sentence)


def test_keys_move_a_line_and_the_world_follows(
    kb: Kb, open_tab: Opener, known: Known, topic: str
) -> None:
    start = published(kb, topic)
    last = start[3]
    tab = open_tab(f"/edit?open={topic}", storage_state=known("editor"))
    link = line(tab.page, last).locator(".name > a")
    link.focus()
    tab.press("Alt+ArrowUp")
    told(tab.page, f"{last}: место 3 из 4")
    expect(link).to_be_focused()
    tab.press("Alt+ArrowUp")
    told(tab.page, f"{last}: место 2 из 4")
    tab.press("Alt+ArrowUp")
    told(tab.page, f"{last}: место 1 из 4")
    # No higher than the first: nothing happens, nothing is lost.
    tab.press("Alt+ArrowUp", "Alt+ArrowDown")
    told(tab.page, f"{last}: место 2 из 4")
    wanted = [start[0], last, start[1], start[2]]
    assert titles(tab.page, topic) == wanted
    until(lambda: published(kb, topic) == wanted, 10.0)
    tab.page.reload()
    assert titles(tab.page, topic) == wanted


def test_the_keys_are_meant_by_their_place_in_every_layout(
    open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab(f"/edit?open={topic}", storage_state=known("editor"))
    shown = titles(tab.page, topic)
    line(tab.page, shown[0]).locator(".name > a").dispatch_event(
        "keydown", {"key": "ы", "code": "ArrowDown", "altKey": True, "bubbles": True}
    )
    told(tab.page, f"{shown[0]}: место 2 из 4")


def test_the_mouse_takes_a_line_by_its_dots(
    kb: Kb, open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab(f"/edit?open={topic}", storage_state=known("editor"))
    page = tab.page
    start = titles(page, topic)
    drag(page, line(page, start[3]), line(page, start[1]), at=0.2)
    told(page, f"{start[3]}: место 2 из 4")
    drag(page, line(page, start[0]), line(page, start[2]), at=0.8)
    told(page, f"{start[0]}: место 4 из 4")
    wanted = [start[3], start[1], start[2], start[0]]
    assert titles(page, topic) == wanted
    until(lambda: published(kb, topic) == wanted, 10.0)
    # Left where it was, or far away, or let go by Esc: it stays.
    drag(page, line(page, start[1]), line(page, start[1]), at=0.9)
    drag(page, line(page, start[1]), page.locator("h1"), at=0.5)
    drag(page, line(page, start[1]), line(page, start[0]), at=0.9, key="Escape")
    assert titles(page, topic) == wanted


def drag(page: Page, taken: Locator, over: Locator, *, at: float, key: str = "") -> None:
    """Take a line by its dots, over a part of another one, and let it go."""
    over.scroll_into_view_if_needed()
    taken.scroll_into_view_if_needed()
    grip, target = taken.locator(".grip").bounding_box(), over.bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, target["y"] + target["height"] * at, steps=4)
    if key:
        page.keyboard.press(key)
    page.mouse.up()


def test_arrows_go_along_the_lines_and_unfold_topics(
    open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab("/edit", storage_state=known("editor"))
    top = tab.page.locator(f"#tree .name > a[href='/edit{topic}']")
    top.focus()
    assert titles(tab.page, topic) == []
    tab.press("ArrowRight")
    expect(line(tab.page, NAMES[0])).to_be_visible()
    expect(top).to_be_focused()
    shown = titles(tab.page, topic)
    tab.press("ArrowRight", "ArrowDown")
    expect(line(tab.page, shown[1]).locator(".name > a")).to_be_focused()
    tab.press("ArrowLeft")
    expect(top).to_be_focused()
    # What is unfolded is in the address: the page comes back as it was.
    assert f"open={topic}" in tab.page.url
    tab.press("ArrowLeft")
    expect(line(tab.page, NAMES[0])).to_have_count(0)
    tab.press("Home")
    expect(tab.page.locator("#tree .name > a").first).to_be_focused()
    tab.press("End")
    expect(tab.page.locator("#tree .name > a").last).to_be_focused()


def test_without_scripts_buttons_and_links_do_the_same(
    open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab(
        "/edit", storage_state=known("editor"), java_script_enabled=False, size=PHONE_SIZE
    )
    page = tab.page
    unfold = page.locator("#tree > .tree > li", has=page.locator(f"a[href='/edit{topic}']"))
    unfold.locator("a.fold").click()
    start = titles(page, topic)
    assert len(start) == 4
    expect(page.locator(".grip").first).to_be_hidden()
    line(page, start[1]).locator("button[name=up]").click()
    assert titles(page, topic) == [start[1], start[0], *start[2:]]
    line(page, start[0]).get_by_role("link", name="Место").click()
    page.wait_for_url("**/place")
    page.locator("#name").fill("pereimenovan")
    page.get_by_role("button", name="Переместить").click()
    expect(page.locator("[role=status]").first).to_contain_text("Прежний адрес ведёт на новый")


def test_a_topic_is_found_by_typing_and_the_new_address_is_shown(
    open_tab: Opener, known: Known, topic: str
) -> None:
    tab = open_tab(f"/edit?open={topic}", storage_state=known("editor"))
    page = tab.page
    line(page, NAMES[0]).get_by_role("link", name="Место").press("Enter")
    page.wait_for_url("**/place")
    page.locator("#parent-q").press_sequentially("СЧЕТЧИК")
    expect(page.locator("#parent-n")).to_have_text("2")
    tab.press("ArrowDown")
    page.locator("#parent").select_option(label="Счётчики")
    expect(page.locator("#address")).to_have_text("/meters/pervyi")
    tab.press("Control+Home")
    page.get_by_role("button", name="Переместить").press("Enter")
    page.wait_for_url("**done=move")
    page.get_by_role("button", name="Убрать в корзину").press("Enter")
    page.wait_for_url("**/edit/trash?done=trash")
    # The latest stands first.
    thrown = page.locator(".found > li").first
    expect(thrown.locator("strong")).to_have_text(NAMES[0])
    thrown.get_by_role("button", name="Вернуть").press("Enter")
    page.wait_for_url("**/edit/meters/pervyi?done=untrash")
    page.get_by_role("link", name="Место", exact=True).press("Enter")
    page.get_by_role("button", name="Убрать в корзину").press("Enter")
    page.wait_for_url("**/edit/trash?done=trash")
