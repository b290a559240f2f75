"""The editor: by keys alone, through a killed tab, an ended session, two tabs, two people."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Opener, Tab
from tests.process.running import Kb, until

_NUMBERS = count(1)
KEPT = "Черновик записан в"
Known = Callable[[str], Any]


@pytest.fixture
def path(kb: Kb) -> Iterator[str]:
    """A question of the test's own, published."""
    number = next(_NUMBERS)
    headers = kb.sign_in("reviewer")
    body = {"@type": "StandardQuestion", "title": f"Проба {number}?", "text": "Ответ.\n"}
    made = kb.client.post("/api/meters", json=body, headers=headers)
    assert made.status_code == 201, made.text
    there = kb.path_of(made.json())
    assert kb.client.post(f"/api{there}/@workflow/publish", headers=headers).status_code == 200
    yield there
    kb.client.delete(f"/api{there}", headers=headers)


def public(page: Page) -> Any:
    return page.locator("#public")


def kept(page: Page) -> None:
    expect(page.locator("#kept")).to_contain_text(KEPT)


def write(page: Page, text: str) -> None:
    """Type into the public answer, as the last thing that is there."""
    public(page).press("Control+End")
    page.keyboard.type(text)


def test_an_editor_edits_and_publishes_by_keys_alone(
    kb: Kb, open_tab: Opener, known: Known, path: str
) -> None:
    tab = open_tab("/edit?open=/meters", storage_state=known("reviewer"))
    tab.page.locator(f"a[href='/edit{path}']").focus()
    tab.press("Enter")
    tab.page.wait_for_url(f"**/edit{path}")
    tab.tab_to("title ")
    tab.tab_to("public ")
    tab.press("Control+End")
    tab.page.keyboard.type("\n\nПозвоните нам.")
    expect(tab.page.locator("#preview")).to_contain_text("Позвоните нам.")
    tab.press("Control+s")
    tab.page.wait_for_url("**?done=save")
    assert "Позвоните нам." not in kb.get(path, {"accept": "text/html"}).text
    tab.press("Control+Enter")
    tab.page.wait_for_url("**?done=publish")
    assert "Позвоните нам." in kb.get(path, {"accept": "text/html"}).text


def test_the_toolbar_is_one_stop_and_esc_leads_back(
    open_tab: Opener, known: Known, path: str
) -> None:
    tab = open_tab(f"/edit{path}", storage_state=known("editor"))
    public(tab.page).focus()
    tab.press("Shift+Tab")
    assert tab.page.evaluate("document.activeElement.closest('markdown-toolbar') !== null")
    tab.press("ArrowRight", "Escape")
    assert tab.focused() == "public"
    tab.press("Control+a", "Shift+Tab", "Home", "Enter")
    expect(public(tab.page)).to_have_value("**Ответ.**")
    tab.press("Tab")
    assert tab.focused() != "public"


def test_a_link_and_a_value_are_put_into_the_text(
    open_tab: Opener, known: Known, path: str
) -> None:
    tab = open_tab(f"/edit{path}", storage_state=known("editor"))
    write(tab.page, " ")
    tab.page.locator("markdown-toolbar[for=public] [data-panel=link]").press("Enter")
    tab.page.keyboard.type("нет света")
    tab.page.locator("#link-list button").first.wait_for()
    tab.press("Enter")
    tab.page.locator("[data-insert='{{ company.phone }}']").press("Enter")
    value = public(tab.page).input_value()
    assert value.startswith("Ответ. [")
    assert value.endswith("){{ company.phone }}")
    link = tab.page.locator("#preview article a[href='/outage/net-sveta']")
    expect(link).to_have_attribute("target", "_blank")


def test_a_text_survives_a_killed_tab(open_tab: Opener, known: Known, path: str) -> None:
    first = open_tab(f"/edit{path}", storage_state=known("editor"))
    write(first.page, " Не сохранено.")
    kept(first.page)
    first.page.context.close()
    second = open_tab(f"/edit{path}", storage_state=known("editor"))
    expect(public(second.page)).to_have_value("Ответ.")
    second.page.get_by_role("link", name="Показать разницу").press("Enter")
    expect(second.page.locator("ins")).to_contain_text("Не сохранено.")
    second.page.get_by_role("link", name="Продолжить").press("Enter")
    expect(public(second.page)).to_have_value("Ответ. Не сохранено.")


def test_an_ended_session_keeps_the_text_in_its_field(
    browser: Browser, kb: Kb, open_tab: Opener, path: str
) -> None:
    tab = open_tab("/desk/sign-in")
    sign_in(tab)
    tab.page.goto(f"/edit{path}")
    cookies = tab.page.context.cookies()
    write(tab.page, " Долго писал.")
    kept(tab.page)
    tab.page.context.clear_cookies()
    write(tab.page, " И дописал.")
    expect(tab.page.locator("#again")).to_be_visible()
    tab.page.locator("#again-password").fill("demo")
    tab.press("Enter")
    expect(tab.page.locator("#again")).to_be_hidden()
    assert tab.focused() == "public"
    assert tab.page.context.cookies() != cookies
    tab.press("Control+s")
    tab.page.wait_for_url("**?done=save")
    expect(public(tab.page)).to_have_value("Ответ. Долго писал. И дописал.")
    expect(tab.page.get_by_text("Есть несохранённый текст")).to_have_count(0)
    tab.errors.clear()


def sign_in(tab: Tab) -> None:
    tab.page.locator("[name=login]").fill("editor")
    tab.page.locator("[name=password]").fill("demo")
    tab.press("Enter")
    tab.page.wait_for_url("**/desk")


def test_two_tabs_keep_two_texts(open_tab: Opener, known: Known, path: str) -> None:
    first = open_tab(f"/edit{path}", storage_state=known("editor"))
    other = first.page.context.new_page()
    other.goto(f"/edit{path}")
    write(first.page, " Первая.")
    kept(first.page)
    write(other, " Вторая.")
    expect(other.locator("#kept")).to_contain_text("В другой вкладке другой текст")
    write(first.page, " Ещё.")
    kept(first.page)
    other.reload()
    offers = other.get_by_text("Есть несохранённый текст")
    expect(offers).to_have_count(2)
    texts = set()
    for number in range(2):
        other.goto(f"/edit{path}")
        other.get_by_role("link", name="Продолжить").nth(number).click()
        other.wait_for_url("**draft=**")
        texts.add(public(other).input_value())
    assert texts == {"Ответ. Первая. Ещё.", "Ответ. Вторая."}


def test_a_stale_save_shows_both_texts(open_tab: Opener, known: Known, path: str) -> None:
    mine = open_tab(f"/edit{path}", storage_state=known("editor"))
    theirs = open_tab(f"/edit{path}", storage_state=known("reviewer"))
    write(theirs.page, " Их правка.")
    theirs.press("Control+s")
    theirs.page.wait_for_url("**?done=save")
    write(mine.page, " Моя правка.")
    mine.press("Control+s")
    mine.page.locator("#merge").wait_for()
    merged = mine.page.locator("#whole").input_value()
    assert "Ответ. Моя правка." in merged
    assert "Ответ. Их правка." in merged
    assert mine.hurdles() == []
    marks = ("<<<<<<<", "=======", ">>>>>>>")
    decided = [line for line in merged.split("\n") if not line.startswith(marks)]
    mine.page.locator("#whole").fill("\n".join(decided))
    mine.page.get_by_role("button", name="Сохранить этот текст").press("Enter")
    mine.page.wait_for_url("**?done=save")
    expect(public(mine.page)).to_have_value("Ответ. Моя правка.\nОтвет. Их правка.")
    mine.errors.clear()


def test_a_picture_dropped_into_the_text_is_linked(
    open_tab: Opener, known: Known, path: str
) -> None:
    tab = open_tab(f"/edit{path}", storage_state=known("editor"))
    write(tab.page, "\n\n")
    tab.page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(4, 3);
            canvas.getContext("2d").fillRect(0, 0, 4, 3);
            const data = new DataTransfer();
            data.items.add(new File([await canvas.convertToBlob()], "snimok.png"));
            document.querySelector("#public").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(public(tab.page)).to_have_value("Ответ.\n\n![snimok](/meters/snimok.png)")
    picture = tab.page.locator("#preview img")
    until(lambda: bool(picture.evaluate("image => image.naturalWidth === 4")))


def test_the_preview_follows_within_its_time(open_tab: Opener, known: Known, path: str) -> None:
    tab = open_tab(f"/edit{path}", storage_state=known("editor"))
    expect(tab.page.locator("#preview")).to_contain_text("Ответ.")
    with tab.page.expect_response("**/edit/preview") as got:
        write(tab.page, "!")
    assert got.value.request.timing["responseEnd"] < 300
    tab.page.locator("[name=as][value=letter]").check(force=True)
    expect(tab.page.locator("#preview")).to_contain_text("Текста для письма нет")
