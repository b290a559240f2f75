"""Announcements above the pages: on every public page while they hold, on prepared ones too."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.handbook.test_announcements import announce
from tests.service import Service
from tests.web.people_site import Site
from tests.web.read import remarks

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("path", ["/", "/topics", "/ask", "/search?q=свет", "/en/"])
def test_every_public_page_says_what_holds_and_sets_no_cookie(site: Site, path: str) -> None:
    with site.work() as work:
        announce(work, "Работы на сетях", area="ул. Мира", ends=NOON + HOUR)
    page = site.get(path)
    assert "Работы на сетях" in page.text
    assert "ул. Мира" in page.text
    assert "13:00" in page.text
    assert "set-cookie" not in page.headers
    assert remarks(page.text) == []


def test_what_is_written_in_one_does_no_harm(site: Site) -> None:
    with site.work() as work:
        announce(work, "<script>x</script>", area='"><b>', description="<i>{{ 7 * 7 }}</i>" * 0)
    assert "<script>x" not in site.get("/").text


def test_a_prepared_page_changes_at_the_hour(service: Service) -> None:
    with service.work() as work:
        announce(work, "Отключение", starts=NOON + HOUR, ends=NOON + 2 * HOUR)
    seen = []
    for step in range(3):
        service.house.clock.moment = NOON + step * HOUR
        mark = service.front._read_mark()
        if mark != service.front._mark:
            service.front._mark = mark
            service.front.forget()
        seen.append("Отключение" in service.client.get("/", headers={"accept": "text/html"}).text)
    assert seen == [False, True, False]
