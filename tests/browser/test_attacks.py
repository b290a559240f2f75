"""Hostile documents, published by files and opened in Chromium: no script runs, no host is asked.

Where a text stands is all one: a page of its own, a list, a suggestion, the desk, a draft.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page

from kb_service.base.ids import new_uid
from tests.browser.chromium import Opener, Tab
from tests.handbook.attacks import ATTACKS
from tests.process.running import Kb, until

Known = Callable[[str], Any]
Publish = Callable[[list[str]], dict[str, str]]
PUBLISH_S = 30.0
# Every fourth in the daily run; all of them in `-m proof`.
SOME = list(ATTACKS)[::4]
# Texts with which the door refuses the whole file: there is no page to open.
REFUSED = {"script with NUL", "comment not closed"}
# Fewer than the number of vanished files at which the service takes fright.
PORTION = 20
HOSTILE = "Зловредик"
MARKUP = "<img src=//evil.example/p.png onerror=alert(1)><script>alert(1)</script>"
# What must not stand in what an editor wrote: anything that runs, loads, or sends.
ALIVE = """place => [...document.querySelectorAll(place + ' *')].flatMap(node => [
    ...(/^(script|iframe|object|embed|form|input|style|link|meta|base|svg|video|audio)$/
        .test(node.localName) ? [node.localName] : []),
    ...[...node.attributes].filter(({name}) => /^on|^style$|^srcset$/.test(name))
        .map(({name}) => node.localName + ' ' + name),
    ...(node.protocol !== undefined && !/^(https?|mailto|tel):$/.test(node.protocol)
        ? [node.localName + ' ' + node.href] : []),
])"""


def document(name: str, text: str) -> str:
    """Give a file whose parts are all hostile."""
    head = f"---\ntype: StandardQuestion\nuid: {new_uid()}\ntitle: Проба {name}\nstate: published\n"
    return f"{head}---\n{text}\n\n::: staff\n{text}\n:::\n\n::: letter\n{text}\n:::\n"


def hostile_fields() -> str:
    """Give a file whose plain fields, too, would be HTML if somebody took them for it."""
    fields = {
        "type": "StandardQuestion",
        "uid": new_uid(),
        "title": f"'{HOSTILE} {MARKUP}'",
        "description": f"'{HOSTILE} описан {MARKUP}'",
        "wordings": f"['{HOSTILE} \"><script>alert(1)</script>']",
        "sources": f"[{{act: '{MARKUP}', clause: '{MARKUP}'}}]",
        "state": "published",
    }
    head = "\n".join(f"{name}: {value}" for name, value in fields.items())
    return f"---\n{head}\n---\n{HOSTILE} отвечает.\n\n::: letter\n{MARKUP}\n:::\n"


def take_away(kb: Kb, served: str) -> None:
    """Take all files away, a portion at a time, and wait until the service has noticed."""

    def is_gone(path: str) -> bool:
        return kb.get(path).status_code != 200

    files = sorted((kb.content / "attacks").glob("*.md"))
    for start in range(0, len(files), PORTION):
        for file in files[start : start + PORTION]:
            file.unlink()
        last = f"{served}/{files[start : start + PORTION][-1].stem}".removesuffix("/index")
        until(partial(is_gone, last), PUBLISH_S, 0.1)


@pytest.fixture(scope="module")
def published(kb: Kb) -> Iterator[Publish]:
    """Publishes attacks by their names, gives their addresses; all of it is taken away again."""
    served = "/attacks"

    def is_there(path: str) -> bool:
        return kb.get(path).status_code == 200

    def publish(names: list[str]) -> dict[str, str]:
        paths = {}
        for number, name in enumerate(ATTACKS):
            if name not in names:
                continue
            paths[name] = f"{served}/attack-{number}"
            if not is_there(paths[name]):
                kb.write(f"attacks/attack-{number}.md", document(str(number), ATTACKS[name]))
        until(lambda: all(map(is_there, paths.values())), PUBLISH_S, 0.5)
        return paths

    topic = f"---\ntype: Topic\nuid: {new_uid()}\ntitle: Пробы\nstate: published\n---\n"
    kb.write("attacks/index.md", topic)
    kb.write("attacks/fields.md", hostile_fields())
    until(lambda: f"{served}/fields" in kb.answered(HOSTILE), PUBLISH_S, 0.1)
    yield publish
    take_away(kb, served)


def alarmed(tab: Tab) -> list[str]:
    """Give a list that fills when a script of a document opens a window."""
    opened: list[str] = []

    def refuse(dialog: Any) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    tab.page.on("dialog", refuse)
    return opened


def judge(page: Page, path: str, place: str) -> list[str]:
    page.goto(path)
    found: list[str] = page.evaluate(ALIVE, place)
    return found


def open_all(paths: dict[str, str], tab: Tab) -> None:
    opened = alarmed(tab)
    alive = {name: judge(tab.page, path, ".prose") for name, path in paths.items()}
    assert {name: found for name, found in alive.items() if found} == {}
    assert opened == []
    # A picture that the service itself has not got is no harm; other hosts are blamed by name.
    tab.errors[:] = [text for text in tab.errors if "status of 404" not in text]
    assert tab.blame() == []


def test_a_hostile_document_does_nothing(published: Publish, open_tab: Opener) -> None:
    open_all(published(SOME), open_tab())


@pytest.mark.proof
@pytest.mark.timeout(400)
def test_no_hostile_document_does_anything(published: Publish, open_tab: Opener) -> None:
    assert set(ATTACKS) >= REFUSED
    open_all(published([name for name in ATTACKS if name not in REFUSED]), open_tab())


@pytest.mark.usefixtures("published")
def test_hostile_fields_stay_text_wherever_they_are_shown(open_tab: Opener, known: Known) -> None:
    tab = open_tab(storage_state=known("operator"))
    page, opened = tab.page, alarmed(tab)
    assert judge(page, "/attacks/fields", "h1") == []
    assert MARKUP in page.locator("h1").inner_text()
    assert judge(page, "/attacks", "main .rows") == []
    assert judge(page, f"/search?q={HOSTILE}", "#found h2") == []
    assert MARKUP in page.locator("#found h2").first.inner_text()

    page.goto("/")
    page.locator("#q").press_sequentially(HOSTILE.lower())
    suggested = page.locator(".suggest [role=option]").filter(has_text=HOSTILE).first
    suggested.wait_for()
    assert MARKUP in suggested.inner_text()

    page.goto(f"/desk?q={HOSTILE}")
    page.locator("#q").press("Enter")
    page.locator("#frag-0").wait_for()
    page.locator("#q").press("ArrowRight")
    page.locator("#faces").wait_for()
    assert MARKUP in page.locator("#faces h2").inner_text()
    assert MARKUP in page.locator("#pad").inner_text()
    page.reload()
    page.locator("#frag-0").wait_for()
    assert page.locator("#pad img, #pad script, #faces img, #picks img").count() == 0
    assert opened == []
