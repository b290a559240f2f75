"""A fact changes at midnight: the clock goes over it, and every door is looked behind.

No page, answer of the API, excerpt, suggestion or letter text may show the new number a moment too
early or the old one a moment too late, whether or not the worker has been there yet.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.permissions import SYSTEM, VISITOR
from kb_service.base.work import open_work
from kb_service.handbook import queries
from kb_service.handbook.acts import facts
from kb_service.handbook.render import Renderer
from kb_service.handbook.rules.facts import NewValue
from tests.process.running import SHIPPED
from tests.service import Service, filled, house_in, serving
from tests.service_fixtures import renderer

__all__ = ["renderer"]
KEY = "reconnection_cost_max"
OLD, NEW = "4321", "8765"
# 23:59:58 of 31 December in Moscow.
BEFORE = datetime(2026, 12, 31, 20, 59, 58, tzinfo=UTC)
AFTER = BEFORE + timedelta(seconds=4)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d)")
_ASKED_IN = re.compile("(?:q|SearchableText)=([^&]*)")
_ASKED = ("сколько стоит включить свет после отключения за долг", "заплатил долг не включают")


@pytest.fixture(scope="module")
def handbook(
    sqlite_template: Path, renderer: Renderer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, SetClock]]:
    """The shipped handbook, where a number that stands nowhere else changes on 1 January."""
    folder = tmp_path_factory.mktemp("midnight")
    shutil.copyfile(sqlite_template, folder / "kb.sqlite")
    shutil.copytree(SHIPPED, folder / "content")
    sheet = folder / "content" / "_facts.yaml"
    text = sheet.read_text(encoding="utf-8")
    assert '{value: "5 000", unit: ₽, from: 2025-12-27' in text
    sheet.write_text(text.replace('"5 000", unit: ₽, from', '"4 321", unit: ₽, from'), "utf-8")
    clock = SetClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    house = house_in(folder, renderer, clock)
    house.sync().take_in()
    tokens = filled(house, lambda work: None)
    change = NewValue(
        key=KEY, value="8 765", unit="₽", valid_from=date(2027, 1, 1), source="ПП № 3000"
    )
    with open_work(house.database, SYSTEM, clock) as work:
        facts.approve(work, facts.propose(work, change))
    with serving(house, tokens) as service:
        service.settle()
        yield service, clock


class Doors:
    """Everything that anybody can ask for, as texts by address."""

    def __init__(self, service: Service) -> None:
        self.service = service
        with open_work(service.house.database, VISITOR, service.house.clock) as work:
            self.paths = [path for path, _moment in queries.live_paths(work)]
        with open_work(service.house.database, SYSTEM, service.house.clock) as work:
            self.uses = queries.fact_uses(work, KEY)

    def texts(self) -> dict[str, str]:
        """Look behind every door, as a visitor and as an operator."""
        found: dict[str, str] = {}
        for address in self._public():
            accept = "application/json" if address.startswith("/api") else "text/html"
            found[address] = self._shown(address, accept=accept)
        for address in self._staff():
            found[f"olga {address}"] = self._shown(address, who="olga")
        return found

    def _public(self) -> Iterator[str]:
        yield from ("/", "/topics", "/rss.xml", "/sitemap.xml", "/widget", "/en/")
        for path in self.paths:
            yield path
            yield f"/api{path}"
        for use in self.uses:
            yield from (f"/en{use.path}", f"{use.path}?as_of=2027-06-01")
            yield f"/api{use.path}?as_of=2027-06-01"
            yield f"/api/@search?SearchableText={use.title}&fullobjects=1"
            yield f"/api/@suggest?q={use.title}"
            yield f"/api/@answers?q={use.title} {OLD}"
        for asked in (*_ASKED, OLD, "4 321 ₽", "4 321 рубль включение", "8 765 рубль включение"):
            yield from (f"/search?q={asked}", f"/api/@answers?q={asked}&limit=50")
            yield from (f"/api/@suggest?q={asked}", f"/api/@search?SearchableText={asked}")

    def _staff(self) -> Iterator[str]:
        for use in self.uses:
            yield f"/api{use.path}"
            yield f"/api/@answers?q={use.title}&audience=staff"

    def _shown(self, address: str, *, who: str = "", accept: str = "application/json") -> str:
        answer = self.service.ask("GET", address, who, accept=accept)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        # What was asked stands in the answer too, and is nobody's number.
        asked = _ASKED_IN.search(address)
        plain = unescape(re.sub("<[^>]*>", "", unescape(answer.text)))
        plain = plain.replace(asked[1], "") if asked else plain
        return _BETWEEN_DIGITS.sub("", plain)


def showing(texts: dict[str, str], number: str) -> set[str]:
    return {address for address, text in texts.items() if number in text}


def test_a_number_changes_at_midnight_everywhere_at_once(
    handbook: tuple[Service, SetClock],
) -> None:
    service, clock = handbook
    clock.moment = BEFORE
    doors = Doors(service)
    doors.texts()
    before = doors.texts()
    assert showing(before, NEW) == set()
    told = showing(before, OLD)
    assert {use.path for use in doors.uses if "public" in use.parts} <= told
    assert any(address.startswith("olga") for address in told)
    assert any("@answers" in address for address in told)
    clock.moment = AFTER
    for _ in ("before the worker", "after it"):
        after = doors.texts()
        assert showing(after, OLD) == set()
        assert showing(after, NEW) >= {one for one in told if not _ASKED_IN.search(one)}
        service.house._new_day()
        service.settle()
        service.forget()


def test_letter_texts_change_with_the_rest(handbook: tuple[Service, SetClock]) -> None:
    service, clock = handbook
    shown = []
    for moment in (BEFORE, AFTER):
        clock.moment = moment
        with open_work(service.house.database, SYSTEM, clock) as work:
            uses = [use for use in queries.fact_uses(work, KEY) if "letter" in use.parts]
            views = [queries.by_uid(work, service.house.renderer, use.uid) for use in uses]
            shown.append({_BETWEEN_DIGITS.sub("", view.letter_text) for view in views})
    assert shown[0]
    assert all(OLD in text and NEW not in text for text in shown[0])
    assert all(NEW in text and OLD not in text for text in shown[1])
