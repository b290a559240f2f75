"""Pages of facts: for who writes the handbook; a new value goes from the form to its approval."""

from html import unescape
from typing import Any

import pytest

from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, sheets, workflow
from tests.handbook import make
from tests.service import Service
from tests.web.people_site import Site, csrf_of
from tests.web.read import Page, remarks
from tests.web.test_desk import look

SHEET = """cost_max:
  title: Предел расходов на включение
  values:
    - {value: "1 000", unit: ₽, source: прежние правила}
"""
BODY = """Включение стоит не больше {{ fact.cost_max }}.

::: letter
Раньше писали 1\u00a0000 руб. за включение.
:::
"""
VALUE = {"value": "5 000", "unit": "₽", "valid_from": "2027-01-01", "source": "ПП № 2075"}
FACT = "/edit/facts/cost_max"


@pytest.fixture
def desk(site: Site) -> Site:
    """A service with a fact, a text that uses it, an editor and a reviewer."""
    with site.work() as work:
        sheets.save(work, "facts", SHEET)
        text = f"---\ntype: StandardQuestion\ntitle: Сколько стоит включение?\n---\n{BODY}"
        workflow.publish(work, edit.create(work, make.topic(work), text, name="price"))
    site.account("elena", Role.EDITOR)
    site.account("rita", Role.REVIEWER)
    return site


def as_person(site: Site, login: str) -> None:
    site.forget()
    site.sign_in(login)


def good(site: Site, path: str) -> str:
    """Give a page that is there and well made."""
    answer = site.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    assert remarks(answer.text) == []
    return unescape(answer.text).replace("\u00a0", " ")


def proposed(site: Site, **changes: str) -> str:
    """Send a value to the reviewer as Elena; give the address of the proposal."""
    as_person(site, "elena")
    values = {**VALUE, **changes}
    query = "&".join(f"{name}={text}" for name, text in values.items())
    answer = site.send(f"{FACT}/change?{query}", f"{FACT}/change", values)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


@pytest.mark.parametrize("path", ["/edit/facts", "/edit/facts/new-fact", f"{FACT}/change"])
@pytest.mark.parametrize(("who", "status"), [("", 303), ("olga", 403)])
def test_only_who_writes_sees_facts(reading: Service, path: str, who: str, status: int) -> None:
    assert look(reading, path, who).status_code == status


def test_a_fact_that_is_not_there_is_missing(desk: Site) -> None:
    as_person(desk, "elena")
    for path in ("/edit/facts/none", "/edit/facts/none/change", f"{FACT}/changes/{'0' * 32}"):
        assert desk.get(path).status_code == 404


def test_the_list_tells_what_holds_and_where(desk: Site) -> None:
    as_person(desk, "elena")
    page = good(desk, "/edit/facts")
    assert "Предел расходов на включение" in page
    assert "1 000 ₽" in page
    assert "прежние правила" in page
    one = good(desk, FACT)
    assert "Сколько стоит включение?" in one
    assert "<mark>1 000 руб.</mark>" in one


WRONG: list[tuple[dict[str, str], str]] = [
    ({"source": ""}, "source"),
    ({"valid_from": ""}, "valid_from"),
    ({"valid_from": "завтра"}, "valid_from"),
    ({"valid_from": "2026-01-01"}, "reason"),
    ({"valid_to": "2027-06-30"}, "valid_to"),
    ({"value": "1 000"}, "value"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_what_is_wrong_is_told_at_the_field_before_and_after_sending(
    desk: Site, changes: dict[str, str], field: str
) -> None:
    as_person(desk, "elena")
    values = {**VALUE, **changes}
    query = "&".join(f"{name}={text}" for name, text in values.items())
    looked = desk.get(f"{FACT}/change?{query}")
    sent = desk.send(f"{FACT}/change?{query}", f"{FACT}/change", values)
    for answer in (looked, sent):
        assert answer.status_code == 400
        wrong = [one["name"] for one in _inputs(answer.text) if one.get("aria-invalid")]
        assert wrong == [field]
        assert remarks(answer.text) == []
    with desk.work() as work:
        assert queries.fact_changes(work) == []


def _inputs(html: str) -> list[dict[str, str]]:
    page = Page(html)
    return [*page.all("input"), *page.all("textarea")]


def test_the_form_shows_what_it_touches_and_saves_nothing(desk: Site) -> None:
    as_person(desk, "elena")
    query = "&".join(f"{name}={text}" for name, text in VALUE.items())
    page = good(desk, f"{FACT}/change?{query}")
    assert "Сколько стоит включение?" in page
    assert "Раньше писали <mark>1 000 руб.</mark> за включение." in page
    preview = next(one["href"] for one in Page(page).all("a") if "/preview/" in one["href"])
    after, before = good(desk, preview), good(desk, f"{preview}&shown=before")
    assert "не больше 5 000 ₽" in after
    assert "не больше 1 000 ₽" in before
    for one in (after, before):
        assert "не больше <del>1 000</del><ins>5 000</ins> ₽." in one
    with desk.work() as work:
        assert queries.fact_changes(work) == []


def test_a_value_is_proposed_by_one_and_approved_by_another(desk: Site) -> None:
    path = proposed(desk)
    page = good(desk, path)
    assert "ждёт проверки" in page
    assert "Утвердить" not in page
    as_person(desk, "rita")
    assert "5 000 ₽" in good(desk, "/edit/facts")
    page = good(desk, path)
    assert page.index("ПП № 2075") < page.index("<ins>5 000 ₽</ins>")
    refused = desk.send(path, path, {"do": "reject", "remark": ""})
    assert refused.status_code == 400
    done = desk.send(path, path, {"do": "approve"})
    assert done.headers["location"] == f"{path}?done=approve"
    assert "утверждено" in good(desk, path)
    assert "по 31.12.2026" in good(desk, FACT)


def test_with_four_eyes_the_author_finds_no_button(desk: Site) -> None:
    with desk.work() as work:
        sheets.save(work, "company", "name: Пример\nrules: {four_eyes: true}\n")
    as_person(desk, "rita")
    answer = desk.send(f"{FACT}/change", f"{FACT}/change", VALUE)
    path = str(answer.headers["location"]).partition("?")[0]
    assert "Своё предложение утверждает другой сотрудник." in good(desk, path)
    assert 'value="approve"' not in desk.get(path).text
    assert desk.send(path, path, {"do": "approve"}).status_code == 403


def test_a_number_typed_by_hand_is_replaced_from_the_list(desk: Site) -> None:
    as_person(desk, "rita")
    page = desk.get(FACT)
    hidden = {
        one["name"]: one["value"]
        for one in Page(page.text).all("input")
        if one.get("type") == "hidden" and one["name"] != "csrf"
    }
    data: dict[str, Any] = {"csrf": csrf_of(page), **hidden, "do": "replace"}
    assert desk.post(f"{FACT}/texts", data).headers["location"] == FACT
    with desk.work() as work:
        view = queries.by_path(work, desk.house.renderer, "/meters/price")
        assert "писали {{ fact.cost_max }} за" in view.source
    assert desk.post(f"{FACT}/texts", data).status_code == 409


def test_a_sentence_about_something_else_goes_from_the_list(desk: Site) -> None:
    as_person(desk, "elena")
    page = desk.get(FACT)
    hidden = {
        one["name"]: one["value"]
        for one in Page(page.text).all("input")
        if one.get("type") == "hidden" and one["name"] != "csrf"
    }
    data = {"csrf": csrf_of(page), **hidden, "do": "dismiss", "back": "//elsewhere.example"}
    answer = desk.post(f"{FACT}/texts", data)
    assert answer.headers["location"] == f"{FACT}?done=dismiss"
    assert "Раньше писали" not in good(desk, FACT)


def test_a_new_fact_is_proposed(desk: Site) -> None:
    as_person(desk, "rita")
    values = {"key": "meter_term", "title": "Срок замены", "value": "6", "source": "ПП № 442"}
    refused = desk.send("/edit/facts/new-fact", "/edit/facts/new-fact", {**values, "key": "Имя"})
    assert refused.status_code == 400
    assert "Срок замены" in refused.text
    answer = desk.send("/edit/facts/new-fact", "/edit/facts/new-fact", values)
    path = str(answer.headers["location"]).partition("?")[0]
    assert "Срок замены" in good(desk, path)
    assert desk.send(path, path, {"do": "approve"}).status_code == 303
    assert "Срок замены" in good(desk, "/edit/facts/meter_term")


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_a_day_that_nobody_counts_from_is_a_plain_refusal(desk: Site, day: str) -> None:
    as_person(desk, "elena")
    page = desk.get(f"{FACT}/change?value=5&unit=₽&source=x&valid_from={day}")
    assert page.status_code == 400
    assert "между 1900 и 2199" in page.text
    until = desk.get(f"{FACT}/change?value=5&unit=₽&source=x&valid_from=2027-01-01&valid_to={day}")
    assert until.status_code == 400
    form = {"csrf": csrf_of(page), **VALUE, "valid_from": day}
    assert desk.post(f"{FACT}/change", form).status_code == 400
