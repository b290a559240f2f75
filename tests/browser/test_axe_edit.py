"""The workplace in use: its pages are without hurdles, and all of them can be walked by keys."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Opener, Tab, sign_in
from tests.browser.furnished import FURNISHED, STAFF, address_of, furnish
from tests.browser.test_axe import Look, judge
from tests.browser.walking import walk
from tests.process.running import SHIPPED, Kb


class Office:
    """A service of its own, furnished, and tabs on it; signed in once an account."""

    def __init__(self, browser: Browser, kb: Kb) -> None:
        self.browser = browser
        self.kb = kb
        self.made = furnish(kb)
        self._states: dict[str, Any] = {}

    def state_of(self, who: str) -> Any:
        if who and who not in self._states:
            self._states[who] = sign_in(self.browser, self.kb.base, who)
        return self._states.get(who)


@pytest.fixture(scope="module")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Kb(tmp_path_factory.mktemp("office")) as kb:
        shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
        with kb.running("serve", "--demo"):
            yield Office(browser, kb)


@pytest.fixture
def show(office: Office) -> Iterator[Callable[[Look], Tab]]:
    """Gives the tab of a page that is ready to be judged; nothing may have gone wrong in it."""
    opener = Opener(office.browser, office.kb.base)

    def shown(look: Look) -> Tab:
        tab = opener(storage_state=office.state_of(look.who))
        answer = tab.page.goto(address_of(look, office.made))
        assert answer is not None
        assert answer.status == look.status
        look.prepare(tab.page)
        if look.status != 200 or look.is_refused:
            tab.errors.clear()
        return tab

    try:
        yield shown
        blame = opener.blame()
    finally:
        opener.close()
    assert not blame


@pytest.mark.parametrize("name", FURNISHED)
def test_a_page_in_use_has_no_hurdles(name: str, show: Callable[[Look], Tab]) -> None:
    assert judge(show(FURNISHED[name])) == {}


# One page of each form; the others are walked by name: `pytest -m proof tests/browser`.
WALKED = (
    "desk, unfolded",
    "tree, unfolded",
    "place of a document",
    "many items, told",
    "tags",
    "a merge, told",
    "document with a remark",
    "fact, what it touches",
    "fact, a proposal",
    "a plan",
    "repairs that are tried",
    "check of the search",
    "gaps",
    "feedback",
    "account",
)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[] if one in WALKED else pytest.mark.proof) for one in STAFF]
)
def test_a_page_is_walked_by_tab_alone(name: str, show: Callable[[Look], Tab]) -> None:
    assert walk(show(STAFF[name])) == []
