"""Journey i: a visitor with a telephone whose light was cut off for a debt, by keyboard alone."""

import re

import pytest

from tests.browser.chromium import PHONE_SIZE, Opener, Tab

BEGIN = "отключили свет"
QUESTION = "отключили свет долг заплатил когда включат"
RETURN = "Отключили за долг. Как вернуть свет и сколько это стоит?"
OUTAGE = "Нет света. Куда звонить и когда включат?"
ANSWER = "/restriction/vernut-svet-posle-otkliucheniia"
# A time that a reader could take for a promise: no source gives one.
PROMISE = re.compile(r"(в течение|через|за) (\d+|двух|трёх|трех|суток) ?(ч|час|дн|день|сут)")
HOME_KB = 60


def say(tab: Tab, words: str) -> None:
    """Type on a keyboard whose layout has the letters."""
    tab.page.keyboard.type(words, delay=5)


def titles(tab: Tab) -> list[str]:
    """Give the titles on a page of results, best first."""
    found = tab.page.locator("#found h2 a, #found h3 a").all_inner_texts()
    return [title.strip() for title in found]


def plain(text: str) -> str:
    """Give a text with common blanks, as it is read."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def phone(open_tab: Opener) -> Tab:
    """The first page on a telephone; nothing there asks for a consent or is kept."""
    return open_tab("/", size=PHONE_SIZE, has_touch=True, is_mobile=True)


def test_a_visitor_finds_what_to_do_and_says_that_it_helped(phone: Tab) -> None:
    expect_a_first_page(phone)
    expect_both_suggestions(phone)
    expect_the_best_answer(phone)
    expect_what_to_do_now(phone)
    say_why_it_did_not_help(phone)

    # back: the same list, the same question
    phone.page.go_back()
    assert phone.page.locator("#q").input_value() == QUESTION
    assert titles(phone)[0] == RETURN
    assert phone.page.context.cookies() == []


def expect_a_first_page(tab: Tab) -> None:
    """0:00: the field has the focus, and the emergency line can be called."""
    assert tab.focused() == "q"
    assert tab.page.context.cookies() == []
    assert tab.page.locator("main a[href^='tel:']").first.is_visible()


def expect_both_suggestions(tab: Tab) -> None:
    """0:04: the list lies below the field and holds both answers."""
    say(tab, BEGIN)
    listed = tab.page.locator(".suggest [role=option]")
    listed.filter(has_text=OUTAGE).wait_for()
    assert RETURN in [text.strip() for text in listed.all_inner_texts()]
    field, below = (tab.page.locator(it).bounding_box() for it in ("#q", ".suggest"))
    assert field is not None
    assert below is not None
    assert below["y"] >= field["y"] + field["height"]


def expect_the_best_answer(tab: Tab) -> None:
    """0:12: L03 is the best answer, and a reader of the screen says how many there are."""
    say(tab, QUESTION.removeprefix(BEGIN))
    tab.press("Enter")
    tab.page.wait_for_url("**/search?*")
    assert titles(tab)[0] == RETURN
    told = tab.page.get_by_role("status").filter(has_text=re.compile("Найден"))
    told.first.wait_for(state="attached")


def expect_what_to_do_now(tab: Tab) -> None:
    """0:14: the first lines say what to do; sum, day and source are there, no invented term."""
    tab.tab_to(RETURN)
    tab.press("Enter")
    tab.page.wait_for_url(f"**{ANSWER}*")
    first = plain(tab.page.locator(".answer .lead").inner_text())
    text = plain(tab.page.locator("article").inner_text())
    assert "Погасите долг" in first
    assert "не более 5 000 ₽" in first
    assert re.search(r"27\.12\.2025|27 декабря 2025", text)
    assert "№ 354" in text
    assert not PROMISE.search(text)
    assert tab.page.evaluate("scrollY") == 0


def say_why_it_did_not_help(tab: Tab) -> None:
    """0:40: «Помогло?», the reason, then thanks."""
    tab.tab_to("Сделал")
    tab.press("Enter")
    tab.page.locator("#helped-text").wait_for()
    assert tab.focused() == "helped-text"
    say(tab, "оплатил, а света нет")
    tab.tab_to("Отправить")
    tab.press("Enter")
    thanks = tab.page.locator("[data-step=thanks]")
    thanks.wait_for()
    assert "Спасибо" in thanks.inner_text()


def test_all_of_it_works_without_a_script(open_tab: Opener) -> None:
    tab = open_tab("/", size=PHONE_SIZE, java_script_enabled=False)
    page = tab.page
    page.locator("#q").focus()
    say(tab, QUESTION)
    tab.press("Enter")
    page.wait_for_url("**/search?*")
    assert titles(tab)[0] == RETURN
    assert "Найден" in page.locator("#found").inner_text()
    page.locator("#found h2 a").press("Enter")
    page.wait_for_url(f"**{ANSWER}*")
    page.locator("[name=helped][value=did_not_work]").press("Enter")
    page.wait_for_url("**/helped")
    page.locator("#helped-text").fill("оплатил, а света нет")
    page.locator("[name=helped][value=remark]").press("Enter")
    page.locator("[data-step=thanks]").wait_for()
    page.get_by_role("link", name="Вернуться к ответу").press("Enter")
    page.wait_for_url(f"**{ANSWER}")
    assert page.locator("h1").inner_text() == RETURN


def test_danger_stands_before_the_answers(open_tab: Opener) -> None:
    tab = open_tab(f"/search?q=искрит {QUESTION}", size=PHONE_SIZE)
    alarm = tab.page.locator("#found > div > *").first
    assert alarm.get_attribute("role") == "alert"
    assert alarm.locator("a[href='tel:112']").is_visible()
    box = alarm.locator("a[href='tel:112']").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE_SIZE[1], "112 lies below the first screen"
    assert RETURN in titles(tab)


ODDLY_TYPED = {
    "in the other layout": "jnrk.xbkb cdtn ljku pfgkfnbk rjulf drk.xfn",
    "in Latin letters": "otkluchili svet dolg zaplatil kogda vkluchat",
    "in capitals": QUESTION.upper(),
    "with misprints": "отклчили свет долг заплатли когда включат",
    "with blanks around": f"  {QUESTION}  ",
}


@pytest.mark.parametrize("name", ODDLY_TYPED)
def test_a_question_is_understood_as_it_is_typed(name: str, open_tab: Opener) -> None:
    tab = open_tab("/", size=PHONE_SIZE)
    say(tab, ODDLY_TYPED[name])
    tab.press("Enter")
    tab.page.wait_for_url("**/search?*")
    assert titles(tab)[0] == RETURN


def test_results_follow_the_field_without_moving_it(open_tab: Opener) -> None:
    tab = open_tab("/search?q=отключили", size=PHONE_SIZE)
    tab.page.locator("#q").focus()
    tab.press("End")
    say(tab, QUESTION.removeprefix("отключили"))
    tab.page.wait_for_url(re.compile("%D0%B2%D0%BA%D0%BB%D1%8E%D1%87%D0%B0%D1%82$"))
    assert tab.focused() == "q"
    assert titles(tab)[0] == RETURN
    assert "Найден" in tab.page.locator("#found-status").inner_text()


def test_a_question_without_an_answer_offers_a_person(open_tab: Opener) -> None:
    tab = open_tab("/search?q=где купить пиццу", size=PHONE_SIZE)
    assert "Найдено 0" not in tab.page.locator("body").inner_text()
    tab.page.locator("#found a[href*='/ask']").first.press("Enter")
    tab.page.wait_for_url("**/ask?*")
    assert "где купить пиццу" in tab.page.locator("#said").inner_text()


def test_suggestions_are_chosen_by_arrows_and_closed_by_escape(open_tab: Opener) -> None:
    tab = open_tab("/")
    say(tab, BEGIN)
    listed = tab.page.locator(".suggest")
    listed.wait_for()
    tab.press("Escape")
    listed.wait_for(state="hidden")
    assert tab.page.locator("#q").input_value() == BEGIN
    tab.press("ArrowDown", "ArrowUp", "ArrowDown")
    chosen = tab.page.locator("#q").get_attribute("aria-activedescendant")
    assert tab.page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    href = tab.page.locator(f"#{chosen}").get_attribute("href")
    tab.press("Enter")
    tab.page.wait_for_url(f"**{href}")


def test_the_first_page_is_light(open_tab: Opener) -> None:
    tab = open_tab(size=PHONE_SIZE)
    client = tab.page.context.new_cdp_session(tab.page)
    sizes: list[int] = []
    client.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    client.send("Network.enable")
    tab.page.goto("/", wait_until="networkidle")
    assert len(sizes) >= 4
    assert sum(sizes) <= HOME_KB * 1024


def test_ctrl_k_leads_to_the_field_in_a_russian_layout(open_tab: Opener) -> None:
    tab = open_tab(ANSWER)
    tab.page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'л', code: 'KeyK', ctrlKey: true, bubbles: true, cancelable: true}))"
    )
    assert tab.focused() == "q-bar"
