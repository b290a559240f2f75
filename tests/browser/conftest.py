"""One real service and one Chromium for all tests here; a tab with a complaint fails its test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import EXECUTABLE, Opener, chromium, sign_in
from tests.databases import REQUIRED
from tests.process.running import SHIPPED, Kb

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # One worker process drives the browser, where the runner can keep tests together.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not EXECUTABLE.exists():
        sentence = f"There is no Chromium at {EXECUTABLE} (KB_TEST_CHROMIUM)."
        if "browser" in REQUIRED:
            pytest.fail(f"{sentence} KB_TEST_REQUIRE asks for it.", pytrace=False)
        pytest.skip(sentence)
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def kb(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    """The service with the shipped handbook and the demo accounts."""
    folder = tmp_path_factory.mktemp("browser")
    with Kb(folder, KB_WEBHOOK_HOSTS="hooks.example.org") as made:
        shutil.copytree(SHIPPED, made.content, dirs_exist_ok=True)
        with made.running("serve", "--demo"):
            yield made


@pytest.fixture(scope="session")
def known(browser: Browser, kb: Kb) -> Callable[[str], Any]:
    """Give the state of a context in which a demo account is signed in."""
    states: dict[str, Any] = {}

    def state_of(who: str) -> Any:
        if who not in states:
            states[who] = sign_in(browser, kb.base, who)
        return states[who]

    return state_of


@pytest.fixture
def open_tab(browser: Browser, kb: Kb) -> Iterator[Opener]:
    """Opens tabs; at the end nothing may have gone wrong in any of them."""
    opener = Opener(browser, kb.base)
    try:
        yield opener
        blame = opener.blame()
    finally:
        opener.close()
    assert not blame
