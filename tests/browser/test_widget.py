"""The widget on a page of another origin: it finds, it links, it leaves nothing behind."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator

from tests.browser.chromium import Opener, Tab
from tests.process.running import Kb

QUESTION = "отключили свет долг заплатил когда включат"
RETURN = "Отключили за долг. Как вернуть свет и сколько это стоит?"
ANSWER = "/restriction/vernut-svet-posle-otkliucheniia"
# The page's own rules are loud on purpose: they must not come in.
PAGE = """<!doctype html>
<html lang="ru"><meta charset="utf-8"><title>Чужой сайт</title>
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src {base}; connect-src {base}; style-src 'unsafe-inline'">
<style>html {{ color-scheme: light dark }} body {{ background: light-dark(#fff, #111) }}
h1 {{ color: light-dark(#111, #fff) }}
input, button, p {{ font-size: 60px !important; color: yellow !important }}</style>
<main><h1>Чужой сайт</h1>
<section aria-label="Первый"><div data-kb-search data-base="{base}"></div></section>
<section aria-label="Второй">
  <div data-kb-search data-base="{base}" data-lang="en" data-placeholder="Ask us"></div>
</section></main>
<script src="{base}/widget/search.js" defer></script></html>
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and writes nothing down."""

    def log_message(self, *_words: object) -> None:
        """Nothing is said."""


@pytest.fixture(scope="module")
def stranger(kb: Kb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page of another origin with two widgets."""
    folder = tmp_path_factory.mktemp("stranger")
    Path(folder, "index.html").write_text(PAGE.format(base=kb.base), encoding="utf-8")
    Path(folder, "favicon.ico").write_bytes(b"")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def foreign(stranger: str, open_tab: Opener) -> Tab:
    tab = open_tab()
    tab.own_hosts = {*tab.own_hosts, urlsplit(stranger).netloc}
    # The page brings its policy in a tag.
    tab.page.on("domcontentloaded", lambda _page: tab.bare.clear())
    tab.page.goto(stranger)
    return tab


def widget(tab: Tab, place: int) -> Locator:
    return tab.page.locator("[data-kb-search]").nth(place)


def test_two_widgets_live_on_one_page(foreign: Tab) -> None:
    first, second = widget(foreign, 0), widget(foreign, 1)
    assert first.locator("input").get_attribute("id") != second.locator("input").get_attribute("id")
    assert second.locator("input").get_attribute("placeholder") == "Ask us"
    foreign.press("Tab")
    foreign.page.keyboard.type("отключили свет")
    first.locator("[role=option]").filter(has_text=RETURN).wait_for()
    assert second.locator("[role=option]").count() == 0
    foreign.page.keyboard.type(QUESTION.removeprefix("отключили свет"))
    foreign.press("Enter")
    first.locator(".card .title").first.wait_for()
    assert first.locator(".card .title").first.inner_text() == RETURN
    assert "Найден" in first.locator("[role=status]").inner_text()
    assert second.locator(".card").count() == 0


def test_an_answer_opens_on_the_service(kb: Kb, foreign: Tab) -> None:
    first = widget(foreign, 0)
    first.locator("input").fill(QUESTION)
    first.locator("input").press("Enter")
    link = first.locator(".card a").first
    assert link.get_attribute("href") == kb.base + ANSWER
    with foreign.page.context.expect_page() as opened:
        link.press("Enter")
    opened.value.wait_for_load_state()
    assert opened.value.locator("h1").inner_text() == RETURN


def test_a_suggestion_is_chosen_by_arrows(kb: Kb, foreign: Tab) -> None:
    first = widget(foreign, 0)
    foreign.press("Tab")
    foreign.page.keyboard.type("отключили свет")
    first.locator("[role=option]").first.wait_for()
    foreign.press("ArrowDown")
    with foreign.page.context.expect_page() as opened:
        foreign.press("Enter")
    assert opened.value.url.startswith(kb.base)


def test_danger_is_said_first(foreign: Tab) -> None:
    first = widget(foreign, 0)
    first.locator("input").fill("искрит провод во дворе")
    first.locator("input").press("Enter")
    alarm = first.locator("[role=alert]")
    alarm.wait_for()
    assert alarm.locator("a[href='tel:112']").count() == 1


def test_the_widget_leaves_nothing_and_takes_no_style(foreign: Tab) -> None:
    first = widget(foreign, 0)
    first.locator("input").fill(QUESTION)
    first.locator("input").press("Enter")
    first.locator(".card").first.wait_for()
    assert foreign.page.context.cookies() == []
    assert foreign.page.evaluate("localStorage.length + sessionStorage.length") == 0
    size = first.locator("input").evaluate("input => getComputedStyle(input).fontSize")
    assert size == "16px"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_widget_has_no_hurdles(scheme: str, foreign: Tab) -> None:
    foreign.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    first = widget(foreign, 0)
    first.locator("input").fill(QUESTION)
    first.locator("input").press("Enter")
    first.locator(".card").first.wait_for()
    widget(foreign, 1).locator("input").press_sequentially("отключили")
    widget(foreign, 1).locator("[role=option]").first.wait_for()
    assert foreign.hurdles() == []
    foreign.page.set_viewport_size({"width": 320, "height": 640})
    assert foreign.page.evaluate("document.querySelector('main').scrollWidth") <= 320
