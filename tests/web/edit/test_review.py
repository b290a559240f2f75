"""«Checked today» over HTTP: who may, what is live at once, and that no other text comes out."""

from datetime import date

import pytest
from httpx import Response

from kb_service.base.ids import Uid
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, locks
from kb_service.handbook.schemas import Card
from tests.handbook import make
from tests.persons import RITA
from tests.web.edit.make import come, question, view
from tests.web.people_site import Site
from tests.web.read import remarks

PATH = "/edit/meters/kto"
NEXT = "2027-06-01"


def check(site: Site, uid: Uid, day: str = NEXT) -> Response:
    return site.send(PATH, f"/edit/items/{uid}/check", {"review_by": day})


def card(site: Site, uid: Uid) -> Card:
    with site.work() as work:
        return queries.cards(work, [uid])[uid]


def test_who_edits_nothing_checks_nothing(site: Site) -> None:
    uid = question(site)
    come(site, Role.OPERATOR, "olga")
    page = "/desk/password"
    answer = site.send(page, f"/edit/items/{uid}/check", {"review_by": NEXT})
    assert answer.status_code == 403
    assert card(site, uid).checked is False


@pytest.mark.parametrize(
    ("day", "sentence"), [("", "Укажите дату"), ("скоро", "Укажите дату"), ("2026-11-24", "позже")]
)
def test_a_wrong_day_is_told(site: Site, day: str, sentence: str) -> None:
    uid = question(site)
    come(site, Role.REVIEWER)
    answer = check(site, uid, day)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'href="#next-check"' in answer.text
    assert remarks(answer.text) == []


def test_a_reviewers_check_is_live_at_once_and_the_newer_text_is_not(site: Site) -> None:
    uid = question(site, review_by=date(2026, 11, 20))
    with site.work() as work:
        edit.save(work, uid, make.question_text("Совсем другой?", review_by=date(2026, 11, 20)))
    come(site, Role.REVIEWER)
    page = site.get(PATH)
    assert remarks(page.text) == []
    assert "Проверить до 20.11.2026." in page.text
    assert 'name="review_by" value="2027-05-25"' in page.text
    answer = check(site, uid)
    assert answer.headers["location"] == f"{PATH}?done=check"
    assert "проверено сегодня" in site.get(answer.headers["location"]).text
    found = card(site, uid)
    assert (found.title, found.checked, found.review_by) == (
        "Кто меняет счётчик?", date(2026, 11, 24), date(2027, 6, 1),
    )  # fmt: skip
    assert view(site, uid).draft == "private"
    assert "Совсем другой?" not in site.get("/meters/kto").text
    assert "Изменены метки или сроки" in site.get(f"/edit/items/{uid}/history").text


def test_an_editors_check_waits(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    answer = check(site, uid)
    assert answer.headers["location"] == f"{PATH}?done=check-waits"
    assert "ждёт публикации" in site.get(answer.headers["location"]).text
    assert card(site, uid).checked is False
    assert view(site, uid).draft == "pending"


def test_a_colleagues_lock_is_told_in_place(site: Site) -> None:
    uid = question(site)
    with site.work() as work:
        work.as_actor(RITA)
        locks.take(work, uid)
    come(site, Role.EDITOR)
    answer = check(site, uid)
    assert answer.status_code == 403
    assert "правит" in answer.text
    assert card(site, uid).checked is False


def test_the_first_page_says_what_is_to_be_checked(site: Site) -> None:
    question(site, review_by=date(2026, 11, 20))
    come(site, Role.EDITOR)
    page = site.get("/edit")
    assert remarks(page.text) == []
    assert "К проверке: 1, из них просрочен 1" in page.text
    assert "/meters/kto" in site.get("/edit?show=review").text


def test_the_form_offers_departments(site: Site) -> None:
    question(site, owner="Отдел сбыта")
    come(site, Role.EDITOR)
    page = site.get(PATH).text
    assert 'list="owner-known"' in page
    assert '<option value="Отдел сбыта">' in page
