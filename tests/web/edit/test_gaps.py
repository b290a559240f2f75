"""The page of gaps: refused first, then ranked, mended, hidden, taken along as a table."""

import csv
import io
from datetime import timedelta

import pytest

from kb_service.base.permissions import Role
from kb_service.base.work import open_work
from kb_service.feedback import queries
from kb_service.feedback.acts import collect
from kb_service.feedback.schemas import Helped
from tests.letters import make as letters
from tests.persons import SERGEY
from tests.search.test_unanswered import event
from tests.web.edit.make import come, form_of, question
from tests.web.people_site import Site, csrf_of
from tests.web.read import Page, remarks

PATH = "/edit/gaps"
ASKED = "льготы многодетным"


def asked(site: Site, text: str = ASKED, times: int = 2) -> None:
    with site.work() as work:
        for _ in range(times):
            event(work, text, work.now - timedelta(hours=1))


def hidden(site: Site) -> list[str]:
    with site.work() as work:
        return [one.reason for one in queries.hidden_gaps(work).values()]


def key_of(site: Site, show: str = "") -> str:
    inputs = Page(site.get(f"{PATH}?show={show}").text).all("input")
    return next(one["value"] for one in inputs if one.get("name") == "key")


@pytest.mark.parametrize("path", [PATH, f"{PATH}/csv"])
def test_a_visitor_signs_in_and_an_operator_is_refused(site: Site, path: str) -> None:
    question(site)
    assert site.get(path).status_code == 303
    come(site, Role.OPERATOR, "olga")
    assert site.get(path).status_code == 403
    data = {"csrf": csrf_of(site.get("/desk/password")), "do": "hide", "key": "x", "reason": "y"}
    assert site.post(PATH, data).status_code == 403


@pytest.mark.parametrize("query", ["days=0", "days=366", "days=x"])
def test_days_that_are_none_are_refused(site: Site, query: str) -> None:
    question(site)
    come(site, Role.EDITOR)
    assert site.get(f"{PATH}?{query}").status_code == 400


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"do": "explode", "reason": "так"}, ""),
        ({"do": "hide", "reason": " "}, "Напишите, почему это не пробел."),
        ({"do": "hide", "reason": "так", "key": "search:none"}, "Такого пробела в списке нет"),
    ],
)
def test_what_is_wrong_is_told(site: Site, data: dict[str, str], sentence: str) -> None:
    question(site)
    asked(site)
    come(site, Role.EDITOR)
    answer = site.send(PATH, PATH, {"key": key_of(site), "days": "30", **data})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert remarks(answer.text) == []
    assert hidden(site) == []


def test_each_gap_says_what_it_costs_and_what_to_do(site: Site) -> None:
    uid = question(site)
    asked(site, times=4)
    asked(site, "как вернуть <деньги>", 2)
    with site.work() as work:
        collect.rate(work, uid, Helped.OUT_OF_DATE, remark="Старые <b>цены</b>")
    come(site, Role.EDITOR)
    page = site.get(PATH)
    assert remarks(page.text) == []
    assert page.text.index(ASKED) < page.text.index("как вернуть &lt;деньги&gt;")
    assert "спросили 4 раза" in page.text
    assert "Старые &lt;b&gt;цены&lt;/b&gt;" in page.text
    links = {one.get("href", "") for one in Page(page.text).all("a")}
    assert "/edit/repair?q=%D0%BB%D1%8C%D0%B3%D0%BE%D1%82%D1%8B+" in "".join(links)
    assert {"/edit/meters/kto", f"/edit/feedback?item={uid}&state=all&show=all"} <= links
    alone = site.get(f"{PATH}?show=dislike").text
    assert ASKED not in alone
    assert "Старые" in alone


def test_a_new_question_begins_with_the_words_of_the_gap(site: Site) -> None:
    question(site)
    come(site, Role.EDITOR)
    where = "/edit/new?type=StandardQuestion&parent=/meters&q=льготы многодетным"
    fields = form_of(site.get(f"{where}&wording=льгота на семью&wording=льготы многодетным"))
    assert fields["title"] == "Льготы многодетным?"
    assert fields["wordings"] == "льготы многодетным\nльгота на семью"
    assert form_of(site.get("/edit/new?parent=/meters&type=Topic&q=Льготы"))["title"] == "Льготы?"


def test_what_is_no_gap_is_hidden_with_a_reason_and_shown_again(site: Site) -> None:
    question(site)
    asked(site)
    come(site, Role.EDITOR)
    data = {"key": key_of(site), "days": "30", "do": "hide", "reason": "Это не к нам."}
    done = site.send(PATH, PATH, data)
    assert done.headers["location"] == f"{PATH}?days=30&done=hide"
    assert hidden(site) == ["Это не к нам."]
    assert ASKED not in site.get(PATH).text
    page = site.get(f"{PATH}?show=hidden")
    assert "Это не к нам." in page.text
    assert remarks(page.text) == []
    site.send(PATH, PATH, {**data, "key": key_of(site, "hidden"), "do": "show"})
    assert hidden(site) == []
    assert ASKED in site.get(PATH).text


def test_the_table_holds_no_formula(site: Site) -> None:
    question(site)
    asked(site, "=HYPERLINK(0) льготы")
    come(site, Role.EDITOR)
    answer = site.get(f"{PATH}/csv?days=7")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="gaps-2026-11-24-7.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Вид", "Чего не хватает", "Минуты"]
    assert rows[1][:4] == ["Не нашли", "'=HYPERLINK(0) льготы", "6,0", "2"]
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]


def test_a_text_that_is_changed_before_sending_leads_to_its_document(site: Site) -> None:
    uid = question(site)
    with open_work(site.house.database, SERGEY, site.house.clock) as work:
        for more in ("Возьмите <b>паспорт</b>.", "Возьмите <b>паспорт</b>.", ""):
            letters.replied(work, uid, more)
    come(site, Role.EDITOR)
    page = site.get(f"{PATH}?show=edited")
    assert remarks(page.text) == []
    assert "Меняют перед отправкой" in page.text
    assert "+ Возьмите &lt;b&gt;паспорт&lt;/b&gt;." in page.text
    assert "в 2 ответах" in page.text
    assert "изменили: 2" in page.text
    assert [one for one in Page(page.text).all("a") if "/meters/kto" in str(one.get("href"))]
    rows = list(
        csv.reader(io.StringIO(site.get(f"{PATH}/csv").text.lstrip("\ufeff")), delimiter=";")
    )
    (row,) = [one for one in rows if one[0] == "Меняют перед отправкой"]
    assert "изменили: 2, оставили как есть: 1" in row
