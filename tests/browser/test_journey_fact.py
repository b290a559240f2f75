"""Journey iv: an editor is told that a number changed; the clock goes over the date of it.

1,000 becomes 5,000 on 27 December 2025. In the copy of the handbook under test neither number
stands for anything else, so that every page can be searched for them.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import DESK_SIZE, Opener, Tab, sign_in
from tests.browser.test_axe import judge
from tests.process.clocked import ClockedKb
from tests.process.running import SHIPPED, until

FACT = "/edit/facts/reconnection_cost_max"
FACT_TITLE = "Предел расходов на отключение и включение за долг"
ANSWER = "/restriction/vernut-svet-posle-otkliucheniia"
ANSWER_UID = "01a20fe54ad177cc9df051e38d4b95dd"
TYPED, OTHER = "/restriction/vkliuchit-dom", "/restriction/kopiia-akta"
TYPED_UID, OTHER_UID = "01a20fe54ad177cc9df051e38d4b0001", "01a20fe54ad177cc9df051e38d4b0002"
TYPED_TEXT = """Расходы на включение частного дома — не больше 1 000 рублей.

::: letter
Расходы на включение не превышают 1000 руб. с НДС.
:::
"""
OTHER_TEXT = "Копия акта об отключении стоит 1 000 рублей."
# On that day the decree is a few days old; it is noon in Moscow.
TOLD = datetime(2025, 12, 22, 9, 0, tzinfo=UTC)
# 23:59:58 of 26 December in Moscow.
BEFORE = datetime(2025, 12, 26, 20, 59, 58, tzinfo=UTC)
AFTER = BEFORE + timedelta(seconds=4)
OLD, NEW = re.compile(r"(?<!\d)1000(?!\d)"), re.compile(r"(?<!\d)5000(?!\d)")
ASKED = ("сколько стоит включить свет после отключения за долг", "1 000 рублей", "5 000 рублей")
CHANGED = "изменилось 27.12"
FRESH_S = 5.0
_BETWEEN_DIGITS = re.compile("(?<=\\d)[ \u00a0\u202f](?=\\d)")
_ASKED_IN = re.compile("(?:q|SearchableText)=([^&]*)")
# Numbers of the shipped handbook that would be taken for ours.
_OTHERS = {
    '{value: "1 000", unit: ₽, source': '{value: "1 111", unit: ₽, source',
    '{value: "5 000", unit: ₽, source': '{value: "5 555", unit: ₽, source',
    '    - {value: "5 000", unit: ₽, from: 2025-12-27, source: "ПП РФ от 19.12.2025 № 2075",'
    " checked: 2026-11-20}\n": "",
    'unit: ₽, to: 2025-12-26, source: "Правила 354, прежний': 'unit: ₽, source: "Правила 354, п',
}


def a_file(uid: str, title: str, text: str) -> str:
    return (
        f"---\ntype: StandardQuestion\nuid: {uid}\ntitle: {title}\nstate: published\n---\n{text}\n"
    )


@pytest.fixture(scope="module")
def clocked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClockedKb]:
    """The service on 22 December 2025, as if nobody had heard of the decree yet."""
    with ClockedKb(tmp_path_factory.mktemp("fact"), TOLD) as kb:
        shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
        sheet = kb.read("_facts.yaml")
        for old, new in _OTHERS.items():
            assert old in sheet
            sheet = sheet.replace(old, new)
        kb.write("_facts.yaml", sheet)
        kb.write(f"{TYPED[1:]}.md", a_file(TYPED_UID, "Сколько стоит включить дом?", TYPED_TEXT))
        kb.write(f"{OTHER[1:]}.md", a_file(OTHER_UID, "Сколько стоит копия акта?", OTHER_TEXT))
        with kb.running():
            yield kb


class People:
    """Who takes part, each at an own desk; the clock moves, and some have to sign in again."""

    def __init__(self, browser: Browser, opener: Opener, kb: ClockedKb) -> None:
        self.browser = browser
        self.opener = opener
        self.kb = kb

    def at(self, path: str, who: str = "") -> Tab:
        state = sign_in(self.browser, self.kb.base, who) if who else None
        return self.opener(path, storage_state=state)


@pytest.fixture
def people(browser: Browser, clocked: ClockedKb) -> Iterator[People]:
    opener = Opener(browser, clocked.base)
    try:
        yield People(browser, opener, clocked)
        blame = opener.blame()
    finally:
        opener.close()
    assert not blame


def is_for_everybody(tab: Tab) -> None:
    """Judge the page as it stands, and leave it as it was."""
    assert judge(tab) == {}
    tab.page.set_viewport_size({"width": DESK_SIZE[0], "height": DESK_SIZE[1]})


def go(tab: Tab, words: str) -> None:
    """Follow a link or press a button, found by Tab alone."""
    tab.tab_to(words)
    with tab.page.expect_navigation():
        tab.press("Enter")


def press(tab: Tab, selector: str) -> None:
    """Press one of several like buttons, found by Tab alone."""
    for _ in range(60):
        tab.press("Tab")
        if tab.page.evaluate("one => document.activeElement.matches(one)", selector):
            with tab.page.expect_navigation():
                return tab.press("Enter")
    raise AssertionError(f"Tab did not lead to {selector}")


def plain(text: str) -> str:
    """Give what a reader reads, with numbers in one piece."""
    words = _BETWEEN_DIGITS.sub("", unescape(re.sub("<[^>]*>", "", unescape(text))))
    return words.replace("\u00a0", " ")


class Doors:
    """Everything that anybody can ask for, as texts by address."""

    def __init__(self, kb: ClockedKb) -> None:
        self.kb = kb
        listed = kb.get("/sitemap.xml", {"accept": "text/html"}).text
        self.paths = re.findall(rf"<loc>{kb.base}([^<]*)</loc>", listed)
        assert {ANSWER, TYPED, OTHER} <= set(self.paths)

    def texts(self) -> dict[str, str]:
        """Look behind every door, as a visitor and as an operator."""
        headers = self.kb.sign_in("operator")
        found = {address: self._shown(address) for address in self._public()}
        for path in (ANSWER, TYPED):
            found[f"operator {path}"] = self._shown(f"/api{path}", headers)
        asked = f"/api/@answers?q={ASKED[0]}&audience=staff"
        return found | {"operator asks": self._shown(asked, headers)}

    def _public(self) -> Iterator[str]:
        yield from ("/rss.xml", "/widget", "/en/")
        for path in self.paths:
            yield path
            if path not in ("/", "/topics", "/ask"):
                yield f"/api{path}"
        for asked in ASKED:
            yield from (f"/search?q={asked}", f"/api/@answers?q={asked}&limit=50")
            yield from (f"/api/@suggest?q={asked}", f"/api/@search?SearchableText={asked}")

    def _shown(self, address: str, headers: dict[str, str] | None = None) -> str:
        accept = "application/json" if address.startswith("/api") else "text/html"
        answer = self.kb.client.get(address, headers={"accept": accept, **(headers or {})})
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        # What was asked stands in the answer too, and is nobody's number; nor is the copy's price.
        asked = _ASKED_IN.search(address)
        words = plain(answer.text).replace(plain(OTHER_TEXT), "")
        return words.replace(plain(asked[1]), "") if asked else words


def showing(texts: dict[str, str], number: re.Pattern[str]) -> set[str]:
    return {address for address, text in texts.items() if number.search(text)}


def asked_widget(page: Page) -> str:
    page.goto("/widget")
    page.locator("[data-kb-search] input").fill(ASKED[0])
    page.locator("[data-kb-search] input").press("Enter")
    page.locator("[data-kb-search] .card").first.wait_for()
    return plain(" ".join(page.locator("[data-kb-search] .card").all_inner_texts()))


def type_day(tab: Tab, day: str) -> None:
    """Type a day into the field of the browser's own that has the focus, in its order."""
    year, month, number = day.split("-")
    field = tab.page.locator(f"#{tab.focused()}")
    for digits in (number + month + year, month + number + year):
        tab.press("ArrowLeft", "ArrowLeft")
        tab.page.keyboard.type(digits)
        if field.input_value() == day:
            return
    raise AssertionError(f"typed {day}, there is {field.input_value()}")


def propose(tab: Tab) -> None:
    """Minutes 0 to 2: from the list to what the new value touches; nothing is saved."""
    page = tab.page
    is_for_everybody(tab)
    go(tab, FACT_TITLE)
    expect(page.locator("#h-uses + .badge")).to_have_text("1")
    expect(page.locator(".typed li")).to_have_count(3)
    is_for_everybody(tab)
    go(tab, "Новое значение")
    tab.tab_to("value ")
    page.keyboard.type("5 000")
    tab.tab_to("valid_from ")
    type_day(tab, "2025-12-27")
    page.locator("#value").focus()
    tab.press("Control+Enter")
    # Without a source the browser itself keeps the form.
    assert page.evaluate("document.querySelector('#source').validity.valueMissing")
    assert tab.focused() == "source"
    page.keyboard.type("ПП РФ от 19.12.2025 № 2075")
    tab.press("Control+Enter")
    page.wait_for_url("**/change?**")
    is_for_everybody(tab)


def mend_texts(tab: Tab) -> None:
    """Minute 2: numbers typed by hand, each with its sentence, replaced or said to be another."""
    page = tab.page
    waiting = page.locator(".typed li:has([value=replace])")
    for left in (2, 1, 0):
        place = waiting.first
        choice = "dismiss" if "Копия" in place.inner_text() else "replace"
        press(tab, f"#{place.get_attribute('id')} [value={choice}]")
        expect(waiting).to_have_count(left)
    # The world reads them until somebody who may do so publishes the newer text.
    expect(page.locator(".typed li")).to_have_count(2)
    # What was typed into the form is still there.
    expect(page.locator("#value")).to_have_value("5 000")
    expect(page.locator("#source")).to_have_value("ПП РФ от 19.12.2025 № 2075")


def compare(tab: Tab) -> None:
    """Minute 6: the page as a visitor sees it today and on the date, and word by word."""
    page = tab.page
    form = page.url
    go(tab, "До и после")
    answer = page.locator("article.answer")
    assert "не более 5000 ₽" in plain(answer.inner_text())
    is_for_everybody(tab)
    go(tab, "сегодня")
    assert "не более 1000 ₽" in plain(answer.inner_text())
    assert plain(page.locator(".compared del").first.inner_text()) == "1000"
    assert plain(page.locator(".compared ins").first.inner_text()) == "5000"
    go(tab, "с 27.12.2025")
    assert "не более 5000 ₽" in plain(answer.inner_text())
    page.goto(form)


def send(tab: Tab, kb: ClockedKb) -> str:
    """Minute 8: to the reviewer; no door lets the author approve it. Give the address."""
    page = tab.page
    tab.press("Control+Enter")
    page.wait_for_url("**/changes/**")
    expect(page.locator("[value=approve]")).to_have_count(0)
    address = page.url.partition("?")[0].removeprefix(kb.base)
    csrf = page.locator("[name=csrf]").first.input_value()
    refused = page.request.post(address, form={"csrf": csrf, "do": "approve", "remark": ""})
    assert refused.status == 403
    is_for_everybody(tab)
    return address


def approve(tab: Tab, address: str) -> None:
    """The reviewer finds the proposal, sees its source first, and approves it."""
    page = tab.page
    tab.tab_to(FACT_TITLE + ": 5")
    tab.press("Enter")
    page.wait_for_url(f"**{address}")
    assert page.locator(".pairs dd").first.inner_text() == "ПП РФ от 19.12.2025 № 2075"
    is_for_everybody(tab)
    tab.press("Control+Enter")
    page.wait_for_url("**?done=approve")
    expect(page.locator("[role=status]")).to_contain_text("Утверждено")
    page.goto(f"/edit{TYPED}")
    tab.press("Control+Enter")
    page.wait_for_url("**?done=publish")


def the_number_is(people: People, right: re.Pattern[str], wrong: re.Pattern[str]) -> None:
    """Look at every door, and with a browser at the page, the widget, the desk and the letter."""
    texts = Doors(people.kb).texts()
    assert showing(texts, wrong) == set()
    told = showing(texts, right)
    assert {ANSWER, f"/api{ANSWER}", TYPED, "operator asks", f"/search?q={ASKED[0]}"} <= told
    visitor = people.at(ANSWER).page
    shown = {"page": plain(visitor.locator("main").inner_text()), "widget": asked_widget(visitor)}
    operator = people.at(f"/desk?q={ASKED[0]}", "operator").page
    shown["desk"] = plain(operator.locator("#picks").inner_text())
    for uid in (ANSWER_UID, TYPED_UID):
        operator.goto(f"/desk/items/{uid}")
        shown[f"item {uid}"] = plain(operator.locator("main").inner_text())
        shown[f"letter {uid}"] = plain(operator.locator(".letter-text").inner_text())
    for place, text in shown.items():
        assert right.search(text), place
        assert not wrong.search(text), place


def badges(people: People) -> str:
    page = people.at("/desk", "operator").page
    fresh = page.locator("main").inner_text()
    page.goto(f"/desk?q={ASKED[0]}")
    return fresh + page.locator(f"#pick-{ANSWER_UID}").inner_text()


@pytest.mark.timeout(480)
def test_a_number_changes_from_the_decree_to_the_desk(people: People, clocked: ClockedKb) -> None:
    editor = people.at("/edit/facts", "editor")
    propose(editor)
    mend_texts(editor)
    compare(editor)
    address = send(editor, clocked)
    approve(people.at("/edit/facts", "reviewer"), address)
    # Approved is not yet in force: to the last moment before its day the old number stands.
    for moment in (TOLD, BEFORE):
        clocked.set_clock(moment)
        until(lambda: TYPED in clocked.answered("сколько стоит включить дом"), FRESH_S)
        the_number_is(people, OLD, NEW)
        assert CHANGED not in badges(people)
    clocked.set_clock(AFTER)
    for _ in ("before the worker", "after it"):
        the_number_is(people, NEW, OLD)
    for days, is_news in ((0, True), (14, True), (15, False)):
        clocked.set_clock(AFTER + timedelta(days=days))
        assert (CHANGED in badges(people)) is is_news, f"{days} days after"
