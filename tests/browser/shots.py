"""Pictures of the running service for README and docs: `python -m tests.browser.shots`.

Starts a service of its own on the shipped handbook with the encoder, waits until every vector is
there, and writes docs/screens/<page>-<width>-<scheme>.png with a palette of few colours.
"""

import io
import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.chromium import DESK_SIZE, PHONE_SIZE, Opener, chromium, sign_in
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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        kb = Kb(Path(folder), KB_ENCODER="on")
        with kb:
            shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
            with kb.running("serve", "--demo"):
                headers = kb.sign_in("administrator")
                until(lambda: vectors_are_there(kb, headers), VECTORS_S, 1.0)
                for picture in take_all(browser, kb):
                    sys.stdout.write(f"{picture.name}: {picture.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
