"""Every page in both schemes: axe finds nothing, nothing is wider than the window, no complaint."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Opener, Tab
from tests.handbook.exchange.make import zipped
from tests.process.running import Kb

QUESTION = "заплатил долг не включают"
ITEM = "01a20fe54ad177cc9df051e38d4b95dd"
TOPIC = "01a20fe1f8447242b405c8446bc682f6"
OTHER_TOPIC = "01a20fe54c067acebc2dc1f903d6daec"
COLOURS = ("color-contrast", "link-in-text-block")
TOUCH = ("target-size", "scrollable-region-focusable")
Prepare = Callable[[Page], None]


def nothing(_page: Page) -> None:
    """The page is looked at as it came."""


def typed(page: Page) -> None:
    page.locator("#q").press_sequentially("отключили")
    page.locator(".suggest").wait_for()


def unfolded(page: Page) -> None:
    page.locator("#q").press("ArrowRight")
    page.locator("#faces").wait_for()


def pad_filled(page: Page) -> None:
    page.locator("#q").press("Enter")
    page.locator("#frag-0").wait_for()
    page.locator("#q").press("Control+Enter")
    page.locator("#frag-1").wait_for()
    page.locator("#own").press("Enter")


def disliked(page: Page) -> None:
    page.locator("[name=helped][value=not_clear]").press("Enter")
    page.locator("#helped-text").wait_for()


def token_made(page: Page) -> None:
    page.locator("#name").fill("ночная копия")
    page.locator("[value=make]").press("Enter")
    page.locator("#made").wait_for()


def hook_made(page: Page) -> None:
    """Make a webhook with a long address, and open the page of one."""
    if page.locator("main li a[href*='/admin/hooks/']").count() == 0:
        page.locator("#url").fill("https://hooks.example.org/" + "priemnaia" * 40)
        page.locator("[name=do][value=add], main form button.primary").first.press("Enter")
        page.locator("main a[href*='/admin/hooks/']").first.wait_for()
    page.locator("main a[href*='/admin/hooks/']").first.press("Enter")
    page.wait_for_url("**/admin/hooks/*")
    if page.locator(".rows .badge").count() == 0:
        page.locator("[name=do][value=test]").press("Enter")
        page.wait_for_url("**done=test")


def token_refused(page: Page) -> None:
    page.locator("#name").fill("  ")
    page.locator("[value=make]").press("Enter")
    page.locator(".errors").wait_for()


def asked_widget(page: Page) -> None:
    page.locator("[data-kb-search] input").fill(QUESTION)
    page.locator("[data-kb-search] input").press("Enter")
    page.locator("[data-kb-search] .card").first.wait_for()


QUESTIONS = """Код;Вопрос;Ответ;Тема;Проверено;Цвет
M01;Кто платит за новый электросчётчик и его замену?;Платит поставщик, а не Вы.;;;красный
;Где посмотреть показания за прошлый год?;В личном кабинете.;Счётчики;;
;Можно ли вернуть старый счётчик?;Нельзя.;Счётчики;вчера;
"""


def sent(page: Page, name: str, data: bytes) -> None:
    """Choose a file and send it by the keyboard."""
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.locator("main form button.primary").press("Enter")


def refused_file(page: Page) -> None:
    sent(page, "archive.zip", zipped({"../evil.md": b"x"}))
    page.locator(".errors").wait_for()


def planned(page: Page) -> None:
    sent(page, "questions.csv", QUESTIONS.encode())
    page.wait_for_url("**/edit/exchange/*")


def plan_of_changes(page: Page) -> None:
    planned(page)
    page.locator("a.figure", has_text="Изменятся").press("Enter")
    page.locator("ins").first.wait_for()


def plan_of_refusals(page: Page) -> None:
    planned(page)
    page.locator("a.figure", has_text="Не приняты").press("Enter")
    page.locator("p.err").first.wait_for()


def drawn(page: Page) -> None:
    page.locator("#preview h1").wait_for()


def unfolded_snippets(page: Page) -> None:
    drawn(page)
    page.locator("#snippets summary").press("Enter")
    page.locator("#link-q").wait_for()


def mistaken(page: Page) -> None:
    drawn(page)
    page.locator("#staff").fill("::: staff")
    page.locator("#preview-problems li").wait_for()


def misplaced(page: Page) -> None:
    page.locator("#name").fill("не то")
    page.locator("[value=move]").press("Enter")
    page.locator(".errors").wait_for()


def thrown_away(page: Page) -> None:
    """Throw a new page away, so that there is one."""
    page.goto("/edit/new?type=Page&parent=/")
    page.locator("#title").fill("Лишняя страница")
    page.locator("#save").press("Enter")
    page.wait_for_url("**done=save")
    page.get_by_role("link", name="Место", exact=True).press("Enter")
    page.locator("[value=trash]").press("Enter")
    page.wait_for_url("**/edit/trash?done=trash")


def to_another_place(page: Page) -> None:
    thrown_away(page)
    page.locator("main a[href*='/edit/trash/']").first.press("Enter")
    page.locator("#parent").wait_for()


def chosen(page: Page) -> None:
    for number in (1, 2, 3):
        page.locator("input[name=uid][form=bulk]").nth(number).press("Space")
    page.locator("#bulk").wait_for()
    # Further up the bar lies over the list, which is what a bar that stays in sight is for.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def asked_many(page: Page, step: str = "owner") -> None:
    chosen(page)
    page.locator("#bulk-do").select_option(step)
    page.locator("#bulk button").press("Enter")
    page.wait_for_url("**/edit/bulk")


def told_many(page: Page) -> None:
    """What would be refused: these are published already."""
    asked_many(page, "publish")
    page.locator("p.figure.warn").wait_for()


def run_many(page: Page) -> None:
    """Run to its end, where nothing is to be done any more."""
    asked_many(page, "tag")
    page.locator("#tag").fill("много")
    page.locator("main form button.primary").press("Enter")
    page.locator("p.figure").first.wait_for()
    begin = page.locator("[formaction]")
    if begin.count():
        begin.press("Enter")
        page.wait_for_url("**/edit/bulk/*")
        page.locator("#run[data-run=over]").wait_for(timeout=30_000)


def stored_question(page: Page) -> None:
    if page.locator("strong", has_text="где мой счётчик").count() == 0:
        page.locator("#text").fill("где мой счётчик")
        page.locator("#wanted").fill("M01")
        page.locator("[value=add]").press("Enter")
        page.wait_for_url("**/edit/bench?done=add")


def refused_question(page: Page) -> None:
    page.locator("#text").fill("где мой счётчик сейчас")
    page.locator("#wanted").fill("Z99")
    page.locator("[value=add]").press("Enter")
    page.locator(".errors").wait_for()


def checked_search(page: Page) -> None:
    drawn(page)
    page.locator("[name=do][value=bench]").press("Enter")
    page.locator("#bench").wait_for()
    drawn(page)


def remarked(page: Page) -> None:
    drawn(page)
    page.locator("#public").press("Control+Alt+KeyM")
    page.keyboard.type("Спрашивают и про рассрочку.")
    page.keyboard.press("Control+Enter")
    page.locator(".threads > li").first.wait_for()
    page.locator(".threads summary").first.press("Enter")


def opinion_given(page: Page) -> None:
    page.goto(ANSWER)
    disliked(page)
    page.locator("#helped-text").fill("Какие чеки?")
    page.locator("[name=helped][value=remark]").press("Enter")
    page.locator("[data-step=thanks]").wait_for()
    page.goto("/edit/feedback")
    page.locator(".opinions summary").first.press("Enter")


def gap_met(page: Page) -> None:
    for _ in range(2):
        page.goto("/search?q=зарядка для электромобиля")
    page.goto("/edit/gaps?show=search")
    for _ in range(20):
        if page.locator(".gaps > li").count():
            break
        # The journal is written every two seconds.
        page.wait_for_timeout(500)
        page.reload()
    page.locator(".gaps summary").first.press("Enter")


@dataclass(frozen=True)
class Look:
    """A page and what is done to it before it is judged."""

    path: str
    who: str = ""
    prepare: Prepare = nothing
    status: int = 200
    # The browser itself complains of a form that is refused.
    is_refused: bool = False


ANSWER = "/restriction/vernut-svet-posle-otkliucheniia"
LOOKS = {
    "home": Look("/"),
    "home with suggestions": Look("/", prepare=typed),
    "a sure answer": Look(f"/search?q={QUESTION}"),
    "no sure answer": Look("/search?q=где купить пиццу"),
    "danger": Look("/search?q=искрит провод во дворе"),
    "corrected": Look("/search?q=jnrk.xbkb cdtn pf ljku"),
    "empty search": Look("/search"),
    "an answer": Look(ANSWER),
    "an answer as it was": Look(f"{ANSWER}?as_of=2199-01-01"),
    "an answer that did not help": Look(ANSWER, prepare=disliked),
    "a topic": Look("/meters"),
    "topics": Look("/topics"),
    "ask": Look("/ask"),
    "ask with a question": Look(f"/ask?q={QUESTION}"),
    "about": Look("/about"),
    "contacts": Look("/contacts"),
    "nothing there": Look("/net-takoi", status=404),
    "widget": Look("/widget"),
    "widget with an answer": Look("/widget", prepare=asked_widget),
    "English home": Look("/en/"),
    "English results": Look(f"/en/search?q={QUESTION}"),
    "English answer": Look(f"/en{ANSWER}"),
    "sign-in": Look("/desk/sign-in"),
    "desk, empty": Look("/desk", "operator"),
    "desk, results": Look(f"/desk?q={QUESTION}", "operator"),
    "desk, unfolded": Look(f"/desk?q={QUESTION}", "operator", unfolded),
    "desk, draft": Look(f"/desk?q={QUESTION}", "operator", pad_filled),
    "desk, danger": Look("/desk?q=искрит провод во дворе", "operator"),
    "desk, nothing": Look("/desk?q=ъъъ", "operator"),
    "desk, an item": Look(f"/desk/items/{ITEM}", "operator"),
    "desk, password": Look("/desk/password", "operator"),
    "workplace": Look("/edit", "editor"),
    "tree, unfolded": Look("/edit?open=/meters", "editor"),
    "a topic by itself": Look("/edit?in=/meters", "editor"),
    "texts that nobody checked": Look("/edit?show=unchecked", "editor"),
    "English tree": Look("/en/edit?open=/meters", "editor"),
    "place of a document": Look(f"/edit/items/{ITEM}/place", "editor"),
    "place, refused": Look(f"/edit/items/{ITEM}/place", "editor", misplaced, is_refused=True),
    "trash": Look("/edit/trash", "editor", thrown_away),
    "bring back": Look("/edit/trash", "editor", to_another_place),
    "workplace, some chosen": Look("/edit", "editor", chosen),
    "many items, asked": Look("/edit", "reviewer", asked_many),
    "many items, told": Look("/edit", "reviewer", told_many),
    "many items, run": Look("/edit", "reviewer", run_many),
    "runs of many items": Look("/edit/bulk", "reviewer"),
    "what is to be checked": Look("/edit?show=review", "editor"),
    "tags": Look("/edit/tags", "editor"),
    "texts of a tag": Look("/edit/tags?tag=много", "reviewer"),
    "a topic as a whole": Look(f"/edit/items/{TOPIC}/topic", "reviewer"),
    "a merge, told": Look(f"/edit/items/{TOPIC}/topic?into={OTHER_TOPIC}", "reviewer"),
    "English merge": Look(f"/en/edit/items/{TOPIC}/topic?into={OTHER_TOPIC}", "reviewer"),
    "desk, tokens": Look("/desk/tokens", "operator"),
    "desk, a token": Look("/desk/tokens", "operator", token_made),
    "desk, no token": Look("/desk/tokens", "operator", token_refused, is_refused=True),
    "English tokens": Look("/en/desk/tokens", "operator"),
    "in and out": Look("/edit/exchange", "reviewer"),
    "a file refused": Look("/edit/exchange", "reviewer", refused_file, is_refused=True),
    "a plan": Look("/edit/exchange", "reviewer", planned),
    "a plan, what changes": Look("/edit/exchange", "reviewer", plan_of_changes),
    "a plan, what is not taken": Look("/edit/exchange", "reviewer", plan_of_refusals),
    "English plan": Look("/en/edit/exchange", "reviewer", planned),
    "document": Look(f"/edit{ANSWER}", "editor", drawn),
    "document with all that can be put in": Look(f"/edit{ANSWER}", "reviewer", unfolded_snippets),
    "document as one text": Look(f"/edit{ANSWER}?view=whole", "editor", drawn),
    "document with mistakes": Look(f"/edit{ANSWER}", "editor", mistaken),
    "new document": Look("/edit/new?parent=/meters", "editor"),
    "history": Look(f"/edit/items/{ITEM}/history", "editor"),
    "English document": Look(f"/en/edit{ANSWER}", "editor", drawn),
    "failed questions": Look("/edit/repair", "editor"),
    "a question to repair": Look("/edit/repair?q=светобокс мигает ночью", "editor"),
    "repairs that are tried": Look(
        "/edit/repair?q=светобокс мигает&item=O01&word=светобокс&means=напряжение", "reviewer"
    ),
    "repairs refused": Look(
        "/edit/repair?q=светобокс&item=нет", "editor", status=400, is_refused=True
    ),
    "check of the search": Look("/edit/bench", "editor", stored_question),
    "a question refused": Look("/edit/bench", "editor", refused_question, is_refused=True),
    "synonyms": Look("/edit/synonyms", "editor"),
    "a synonym that is tried": Look(
        "/edit/synonyms?words=светобокс&means=счётчик&q=светобокс мигает", "reviewer"
    ),
    "document, checked": Look(f"/edit{ANSWER}", "editor", checked_search),
    "English repair": Look("/en/edit/repair?q=светобокс мигает&item=O01", "editor"),
    "English check": Look("/en/edit/bench", "editor"),
    "document with a remark": Look(f"/edit{ANSWER}", "reviewer", remarked),
    "document from a question": Look("/edit/new?parent=/meters&q=льготы", "editor"),
    "gaps": Look("/edit/gaps", "editor", gap_met),
    "gaps, hidden": Look("/edit/gaps?show=hidden", "editor"),
    "English gaps": Look("/en/edit/gaps", "editor"),
    "feedback": Look("/edit/feedback", "editor", opinion_given),
    "feedback, nothing": Look("/edit/feedback?state=declined", "editor"),
    "administration": Look("/admin", "administrator"),
    "accounts": Look("/admin/users", "administrator"),
    "company card": Look("/admin/company", "administrator"),
    "jobs": Look("/admin/jobs", "administrator"),
    "webhooks": Look("/admin/hooks", "administrator"),
    "a webhook": Look("/admin/hooks", "administrator", hook_made),
    "journal": Look("/admin/audit", "administrator"),
}


def judge(tab: Tab) -> dict[str, Any]:
    """Look at the page in light, in dark, with large letters and in a narrow window."""
    page = tab.page
    page.emulate_media(color_scheme="light")
    found: dict[str, Any] = {"light": tab.hurdles()}
    page.emulate_media(color_scheme="dark")
    found["dark"] = tab.hurdles(COLOURS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found["200 % letters"] = tab.overflow()
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 320, "height": 640})
    found["320 px"] = tab.overflow()
    found["320 px, to touch"] = tab.hurdles(TOUCH)
    return {name: value for name, value in found.items() if value}


def test_what_is_wrong_is_seen(kb: Kb, browser: Browser) -> None:
    opener = Opener(browser, kb.base)
    try:
        tab = opener("/about")
        tab.page.evaluate(
            """() => {
                document.querySelector("h1").className = "";
                document.querySelector("h1").style.color = "light-dark(#ccc, #333)";
                document.querySelector("main").style.minWidth = "100rem";
                document.querySelector("main").prepend(document.createElement("button"));
                console.error("said");
            }"""
        )
        found = judge(tab)
        assert {"light", "dark", "200 % letters", "320 px"} <= set(found)
        assert any(line.startswith("button-name") for line in found["light"])
        assert tab.blame() == ["said"]
    finally:
        opener.close()


@pytest.mark.parametrize("name", LOOKS)
def test_a_page_has_no_hurdles(name: str, open_tab: Opener, known: Callable[[str], Any]) -> None:
    look = LOOKS[name]
    options = {"storage_state": known(look.who)} if look.who else {}
    tab = open_tab(**options)
    answer = tab.page.goto(look.path)
    assert answer is not None
    assert answer.status == look.status
    look.prepare(tab.page)
    assert judge(tab) == {}
    if look.status != 200 or look.is_refused:
        tab.errors.clear()


def test_an_account_page_has_no_hurdles(
    kb: Kb, open_tab: Opener, known: Callable[[str], Any]
) -> None:
    tab = open_tab("/admin/users", storage_state=known("administrator"))
    tab.page.locator("main a[href*='/admin/users/']").first.press("Enter")
    tab.page.wait_for_url("**/admin/users/*")
    assert judge(tab) == {}
