"""«Did this help?» over HTTP: held back, kept with its question, told plainly where refused."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from httpx import Response
from sqlalchemy import select

from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.feedback.tables import Rating
from kb_service.search.jobs import write_journal
from kb_service.web.texts import plain
from tests.service import Service
from tests.web.read import Page, remarks


def look(service: Service, path: str) -> Response:
    """Read a page as a browser does."""
    return service.get(path, accept="text/html")


def vote(service: Service, accept: str = "application/json", **fields: str) -> Response:
    """Press a button under an answer."""
    return service.client.post("/helped", data=fields, headers={"accept": accept})


def uid_of(service: Service, path: str) -> str:
    """Give the uid that the form under an answer carries."""
    inputs = Page(look(service, path).text).all("input")
    return next(one["value"] for one in inputs if one.get("name") == "uid")


def test_one_press_is_a_vote_and_a_remark_may_follow(service: Service) -> None:
    uid = uid_of(service, "/meters/kto-meniaet")
    given = vote(service, uid=uid, helped="not_clear").json()
    assert given["state"] == "why"
    after = vote(service, uid=uid, helped="remark", vote=given["vote"], text="какой телефон?")
    assert after.json()["state"] == "thanks"


def test_without_a_script_the_vote_is_a_page(service: Service) -> None:
    uid = uid_of(service, "/meters/kto-meniaet")
    answer = vote(service, "text/html", uid=uid, helped="yes")
    assert answer.status_code == 200
    assert "Спасибо" in plain(answer.text)
    assert remarks(answer.text) == []


@pytest.mark.parametrize("fields", [{}, {"uid": "0" * 32, "helped": "yes"}])
def test_a_vote_for_nothing_is_missing(service: Service, fields: dict[str, str]) -> None:
    assert vote(service, "text/html", **fields).status_code == 404


def test_a_reason_that_comes_too_late_is_told(service: Service) -> None:
    uid = uid_of(service, "/meters/kto-meniaet")
    given = vote(service, uid=uid, helped="not_clear").json()
    service.house.clock.moment += timedelta(hours=1)  # type: ignore[attr-defined]  # a SetClock
    fields = {"uid": uid, "helped": "remark", "vote": given["vote"], "text": "какой телефон?"}
    answer = vote(service, "text/html", **fields)
    assert answer.status_code == 409
    assert "в течение часа" in plain(answer.text)
    assert remarks(answer.text) == []
    assert kept_ratings(service)[0][0] == ""


def kept_ratings(service: Service) -> list[tuple[str, str]]:
    """Give remark and question of what readers said, oldest first."""
    with open_work(service.house.database, SYSTEM, service.house.clock, write=False) as work:
        rows = work.session.scalars(select(Rating).order_by(Rating.uid))
        return [(row.remark, row.query) for row in rows]


def test_one_address_marks_an_answer_ten_times_an_hour(service: Service) -> None:
    uid = uid_of(service, "/meters/kto-meniaet")
    statuses = [vote(service, uid=uid, helped="yes").status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert len(kept_ratings(service)) == 10
    refused = vote(service, "text/html", uid=uid, helped="yes")
    assert refused.headers["retry-after"] == "3600"
    assert "слишком много отметок" in plain(refused.text)
    assert remarks(refused.text) == []
    service.house.clock.moment += timedelta(hours=1)  # type: ignore[attr-defined]  # a SetClock
    assert vote(service, uid=uid, helped="yes").status_code == 200


@pytest.mark.parametrize(("proxies", "status"), [(["testclient"], 200), ([], 429)])
def test_a_proxy_that_is_trusted_alone_says_who_marks(
    service: Service, proxies: list[str], status: int
) -> None:
    service.front.site.proxies = frozenset(proxies)
    uid = uid_of(service, "/meters/kto-meniaet")
    fields = {"uid": uid, "helped": "yes"}
    answers = [
        service.client.post(
            "/helped", data=fields, headers={"x-forwarded-for": f"192.0.2.{number // 10}"}
        )
        for number in range(11)
    ]
    assert answers[-1].status_code == status


def test_the_question_is_kept_with_the_mark_and_stands_in_no_address(service: Service) -> None:
    found = look(service, "/search?q=кто меняет счётчик лс 123456789012")
    links = [one["href"] for one in Page(found.text).all("a") if "kto-meniaet?" in one["href"]]
    assert links
    assert set(links) == {links[0]}
    assert re.fullmatch(r"/meters/kto-meniaet\?event=[0-9a-f]{32}", links[0])
    fields = {
        one["name"]: one["value"]
        for one in Page(look(service, links[0]).text).all("input")
        if one.get("name") in ("uid", "event")
    }
    for is_written in (False, True):
        if is_written:
            with open_work(service.house.database, SYSTEM, service.house.clock) as work:
                write_journal(work, service.house.engine)
        vote(service, **fields, helped="yes")
    queries = [query for _remark, query in kept_ratings(service)]
    assert queries[0] == queries[1]
    assert queries[0].startswith("кто меняет счётчик")
    assert "123456789012" not in queries[0]


@pytest.mark.parametrize("event", ["", "x", "0" * 32, "0" * 31 + "\0", "' OR 1=1", "A" * 5000])
def test_an_event_that_is_none_is_passed_over(service: Service, event: str) -> None:
    uid = uid_of(service, "/meters/kto-meniaet")
    assert look(service, f"/meters/kto-meniaet?event={quote(event)}").status_code == 200
    assert vote(service, uid=uid, helped="yes", event=event).status_code == 200
    assert kept_ratings(service) == [("", "")]
