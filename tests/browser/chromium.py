"""Chromium as the tests drive it: one browser, a fresh tab for a test, what goes wrong in it.

A tab writes down every error of the console and every request to another host, so that a test has
to look at the page only.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

EXECUTABLE = Path(os.environ.get("KB_TEST_CHROMIUM") or "/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_AXE = Axe().axe_script
DESK_SIZE = (1280, 800)
PHONE_SIZE = (390, 844)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A page of its own context, and what must not happen in it."""

    page: Page
    own_hosts: set[str]
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in self.own_hosts:
            self.strangers.append(request.url)

    def _answered(self, response: Response) -> None:
        is_page = response.request.resource_type == "document" and response.status < 300
        if is_page and "script-src 'self'" not in response.headers.get(
            "content-security-policy", ""
        ):
            self.bare.append(response.url)

    def blame(self) -> list[str]:
        """Give all that went wrong."""
        return [
            *self.errors,
            *(f"asked another host: {url}" for url in self.strangers),
            *(f"no policy: {url}" for url in self.bare),
        ]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """Give the id of what has the focus, else its name."""
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.name"))

    def tab_to(self, words: str, *, at_most: int = 60) -> None:
        """Press Tab until the element with these words (or this id) has the focus.

        A region that scrolls has the words of all that it holds, and is none of it.
        """
        script = "(e => e.matches('body, [role=region]') ? '' : e.id + ' ' + e.textContent)"
        for _ in range(at_most):
            self.press("Tab")
            if words in self.page.evaluate(f"{script}(document.activeElement)"):
                return
        raise AssertionError(f"{at_most} times Tab did not lead to «{words}»")

    def overflow(self) -> int:
        """Give by how many pixels the page is wider than the window."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))

    def hurdles(self, rules: Sequence[str] = ()) -> list[str]:
        """Give what axe finds by the rules of WCAG A and AA or by some, a line an element."""
        only = {"type": "rule", "values": list(rules)} if rules else _WCAG
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE)
        # Only a rule of the whole set wants the style sheets loaded once more.
        options = {"runOnly": only, "resultTypes": ["violations"], "preload": not rules}
        found: dict[str, Any] = self.page.evaluate("options => axe.run(options)", options)
        return [
            f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['html'][:120]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]


class Opener:
    """Opens tabs on one service."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self.own_hosts = {urlsplit(base).netloc}
        self.contexts: list[BrowserContext] = []
        self.tabs: list[Tab] = []

    def __call__(self, path: str = "", *, size: tuple[int, int] = DESK_SIZE, **options: Any) -> Tab:
        """Open a tab of a context of its own; options are those of a Playwright context."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=self.base,
            locale="ru-RU",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        tab = Tab(context.new_page(), self.own_hosts)
        tab.watch()
        self.tabs.append(tab)
        if path:
            tab.page.goto(path)
        return tab

    def blame(self) -> list[str]:
        return [line for tab in self.tabs for line in tab.blame()]

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()
        self.tabs.clear()


def sign_in(browser: Browser, base: str, who: str) -> Any:
    """Sign a demo account in by its keyboard; give the state of the context that knows it."""
    context = browser.new_context(base_url=base, locale="ru-RU")
    page = context.new_page()
    page.goto("/desk/sign-in")
    page.locator("[name=login]").fill(who)
    page.locator("[name=password]").fill("demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    state = context.storage_state()
    context.close()
    return state
