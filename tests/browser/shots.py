"""Pictures of the running service for README and docs: `python -m tests.browser.shots`.

Starts a service of its own on the shipped handbook with the encoder, waits until every vector is
there, and writes docs/screens/<page>-<width>-<scheme>.png with a palette of few colours. Then it
furnishes the workplace and takes that; `--workplace` takes nothing else and needs no vectors, and
names of pictures behind it take those alone.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Collection
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.chromium import DESK_SIZE, PHONE_SIZE, Opener, chromium, sign_in
from tests.browser.furnished import STAFF, address_of, furnish
from tests.process.running import SHIPPED, Kb, until

TARGET = SHIPPED.parent / "docs" / "screens"
QUESTION = "отключили свет долг заплатил когда включат"
SAID = "заплатил долг не включают"
ANSWER = "/restriction/vernut-svet-posle-otkliucheniia"
PATHS = {
    "home": "/",
    "results": f"/search?q={QUESTION}",
    "answer": ANSWER,
    "desk": f"/desk?q={SAID}",
}
# Name of the picture: name of the page in furnished.py.
WORKPLACE = {
    "edit": "workplace, unsaved",
    "edit-document": "document with a newer draft",
    "edit-history": "history in use",
    "edit-two-texts": "two texts",
    "edit-unsaved": "document, unsaved against saved",
    "edit-facts": "facts",
    "edit-fact": "fact",
    "edit-fact-change": "fact, what it touches",
    "edit-fact-preview": "fact, before and after",
    "edit-fact-proposal": "fact, a proposal",
    "edit-exchange": "in and out",
    "edit-plan": "a plan, what changes",
    "edit-readers": "who has read",
    "regulation": "regulation to read",
    "announcement": "home with an announcement",
    "tokens": "desk, tokens",
    "edit-tree": "tree, unfolded",
    "edit-place": "place of a document",
    "edit-trash": "trash",
    "edit-bulk": "many items, told",
    "edit-bulk-run": "many items, run",
    "edit-review": "what is to be checked",
    "edit-tags": "tags",
    "edit-topic": "a merge, told",
    "edit-gaps": "gaps",
    "edit-feedback": "feedback",
    "edit-repair": "repairs that are tried",
    "edit-bench": "check of the search",
    "edit-synonyms": "a synonym that is tried",
    "edit-checked": "document, checked",
    "edit-remark": "document with a remark",
    "admin": "administration",
    "admin-hooks": "webhooks",
    "admin-account": "account",
}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
COLOURS = 128
VECTORS_S = 600.0


def vectors_are_there(kb: Kb, headers: dict[str, str]) -> bool:
    """Say whether the semantic search has a vector for every text."""
    encoder = kb.get("/api/@health?ready", headers).json()["checks"]["encoder"]
    return bool(encoder["name"] != "off" and encoder["pending"] == 0)


def at_work(page: Page) -> None:
    """Show the desk with an unfolded answer and two fragments in the draft."""
    page.locator("#q").press("Enter")
    page.locator("#frag-0").wait_for()
    page.locator("#q").press("Control+Enter")
    page.locator("#frag-1").wait_for()
    page.locator("#q").press("ArrowRight")
    page.locator("#faces").wait_for()
    page.locator(".toast").evaluate_all("lines => lines.forEach(line => line.remove())")
    # The page and its columns, each of which scrolls by itself.
    page.evaluate("document.querySelectorAll('*').forEach(part => part.scrollTo(0, 0))")


def small(picture: bytes) -> bytes:
    """Give the same picture with a palette, which a page of text does not miss."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    out = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def take_all(browser: Browser, kb: Kb) -> list[Path]:
    """Take every page at two widths in two schemes."""
    TARGET.mkdir(parents=True, exist_ok=True)
    state = sign_in(browser, kb.base, "operator")
    written = []
    for name, size, scheme in product(PATHS, (DESK_SIZE, PHONE_SIZE), SCHEMES):
        opener = Opener(browser, kb.base)
        tab = opener(
            size=size, color_scheme=scheme, storage_state=state if name == "desk" else None
        )
        tab.page.goto(PATHS[name], wait_until="networkidle")
        if name == "desk":
            at_work(tab.page)
        picture = TARGET / f"{name}-{size[0]}-{scheme}.png"
        picture.write_bytes(small(tab.page.screenshot(animations="disabled", caret="hide")))
        written.append(picture)
        opener.close()
    return written


def take_workplace(browser: Browser, kb: Kb, wanted: Collection[str] = ()) -> list[Path]:
    """Take the pages of the workplace in use, and what of it visitors see; or the wanted ones."""
    made = furnish(kb)
    pages = {name: page for name, page in WORKPLACE.items() if not wanted or name in wanted}
    people = {STAFF[page].who for page in pages.values()} - {""}
    states = {who: sign_in(browser, kb.base, who) for who in people}
    written = []
    for (name, page), size, scheme in product(pages.items(), (DESK_SIZE, PHONE_SIZE), SCHEMES):
        look = STAFF[page]
        opener = Opener(browser, kb.base)
        tab = opener(size=size, color_scheme=scheme, storage_state=states.get(look.who))
        tab.page.goto(address_of(look, made))
        look.prepare(tab.page)
        tab.page.wait_for_load_state("networkidle")
        tab.page.evaluate("scrollTo(0, 0)")
        picture = TARGET / f"{name}-{size[0]}-{scheme}.png"
        picture.write_bytes(small(tab.page.screenshot(animations="disabled", caret="hide")))
        written.append(picture)
        opener.close()
    return written


def main() -> None:
    is_whole = "--workplace" not in sys.argv
    wanted = [name for name in sys.argv[1:] if name in WORKPLACE]
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        kb = Kb(Path(folder), KB_ENCODER="on" if is_whole else "off")
        with kb:
            shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
            with kb.running("serve", "--demo"):
                headers = kb.sign_in("administrator")
                if is_whole:
                    until(lambda: vectors_are_there(kb, headers), VECTORS_S, 1.0)
                taken = take_all(browser, kb) if is_whole else []
                for picture in [*taken, *take_workplace(browser, kb, wanted)]:
                    sys.stdout.write(f"{picture.name}: {picture.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
