"""`@gaps` over the API: for editors alone, ranked, with evidence and nobody's data."""

from datetime import timedelta

import pytest

from kb_service.base.ids import new_uid
from kb_service.feedback.acts import collect
from kb_service.feedback.schemas import Helped
from kb_service.handbook import queries
from kb_service.search import jobs
from kb_service.search.journal import Event
from tests.letters import make as letters
from tests.persons import SERGEY
from tests.service import Service

GAPS = "/api/@gaps"


def asked(service: Service, text: str, times: int) -> None:
    """Note questions without an answer, an hour ago, as the search does."""
    moment = service.house.clock.now() - timedelta(hours=1)
    for _ in range(times):
        service.house.engine.journal.note(
            Event(
                uid=new_uid(), moment=moment, channel="site", staff=False, query=text,
                corrected="", found=[], total=0, confident=False, confidence=0.0, danger="",
                legs=[],
            )
        )  # fmt: skip
    with service.work() as work:
        jobs.write_journal(work, service.house.engine)


@pytest.mark.parametrize(("who", "status"), [("", 401), ("olga", 403)])
def test_who_does_not_edit_is_refused(reading: Service, who: str, status: int) -> None:
    assert reading.get(GAPS, who).status_code == status


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("days=0", "gap.days_wrong"),
        ("days=366", "gap.days_wrong"),
        ("days=x", "request.wrong"),
        ("kind=x", "request.wrong"),
        ("b_start=-1", "batch.wrong"),
    ],
)
def test_what_is_wrong_is_refused(reading: Service, query: str, code: str) -> None:
    answer = reading.get(f"{GAPS}?{query}", "elena")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_gaps_are_ranked_with_their_evidence(service: Service) -> None:
    """GET /api/@gaps: the dearest first."""
    asked(service, "как оформить возврат денег", 3)
    asked(service, "льготы многодетным, мой телефон 8 921 123-45-67", 4)
    with service.work() as work:
        item = queries.card_at(work, "/meters/kto-meniaet")
        collect.rate(work, item.uid, Helped.OUT_OF_DATE, remark="Цены старые")
    body = service.get(f"{GAPS}?days=7", "elena").json()
    costs = [one["minutes"] for one in body["items"]]
    assert costs == sorted(costs, reverse=True)
    first, second, third = body["items"][:3]
    assert (first["kind"], first["demand"], first["found_nothing"]) == ("search", 4, 4)
    assert (first["minutes"], second["minutes"], third["minutes"]) == (12.0, 9.0, 3.0)
    assert "921" not in str(body)
    assert third["@id"].endswith("/meters/kto-meniaet")
    assert (third["reasons"], third["examples"]) == ({"out_of_date": 1}, ["Цены старые"])
    assert body["minutes"] == pytest.approx(sum(costs))


def test_one_kind_and_one_page_are_asked_for(service: Service) -> None:
    for text in ("как оформить возврат денег", "льготы многодетным"):
        asked(service, text, 2)
    body = service.get(f"{GAPS}?kind=search&b_size=1", "elena").json()
    assert (body["items_total"], len(body["items"])) == (2, 1)
    assert body["batching"]["next"].endswith("b_start=1&b_size=1")


def test_what_employees_change_before_sending_is_a_gap(service: Service) -> None:
    with service.work(SERGEY) as work:
        item = queries.card_at(work, "/meters/kto-meniaet")
        for more in ("Возьмите паспорт.", "Возьмите паспорт.", ""):
            letters.replied(work, item.uid, more)
    (one,) = service.get(f"{GAPS}?kind=edited", "elena").json()["items"]
    assert one["@id"].endswith("/meters/kto-meniaet")
    assert (one["reasons"], one["examples"]) == (
        {"edited": 2, "kept": 1}, ["+ Возьмите паспорт."],
    )  # fmt: skip
