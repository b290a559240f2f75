"""The page of readers' words: refused first, then filtered, taken up, settled and told."""

import pytest

from kb_service.base.permissions import SYSTEM, Role
from kb_service.base.work import open_work
from kb_service.feedback import queries
from kb_service.feedback.acts import collect
from kb_service.feedback.schemas import Helped, InboxFilter, Opinion
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import workflow
from kb_service.letters import queries as letters
from kb_service.letters.acts import suggesting
from kb_service.letters.schemas import SuggestionKind
from tests.persons import OLGA
from tests.web.edit.make import come, form_of, question
from tests.web.people_site import Site
from tests.web.read import Page, remarks

PATH = "/edit/feedback"


def rated(site: Site, text: str = "Нет срока.", helped: Helped = Helped.NOT_CLEAR) -> str:
    uid = question(site)
    with site.work() as work:
        return collect.rate(work, uid, helped, remark=text, query="сколько ждать")


def one(site: Site) -> Opinion:
    with site.work() as work:
        assert work.actor == SYSTEM
        return queries.inbox(work, InboxFilter(has_words=False)).items[0]


def test_a_visitor_signs_in_and_an_operator_is_refused(site: Site) -> None:
    uid = rated(site)
    assert site.get(PATH).status_code == 303
    assert site.post(f"{PATH}/{uid}", {"do": "done"}).status_code == 303
    come(site, Role.OPERATOR, "olga")
    assert site.get(PATH).status_code == 403
    token = form_of(site.get("/desk/password"), "/desk/password")["csrf"]
    assert site.post(f"{PATH}/{uid}", {"csrf": token, "do": "done"}).status_code == 403
    assert one(site).state == "new"


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"do": "explode"}, 400, ""),
        ({"do": "declined", "note": ""}, 400, "Напишите, почему отзыв отклонён."),
        ({"do": "done", "note": "а" * 1001}, 400, "не больше 1000 знаков"),
        ({"do": "work", "responsible": "x"}, 400, "Такого сотрудника нет"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    site: Site, data: dict[str, str], status: int, sentence: str
) -> None:
    uid = rated(site)
    come(site, Role.EDITOR)
    answer = site.send(PATH, f"{PATH}/{uid}", {"note": "мысль", **data})
    assert answer.status_code == status
    assert sentence in answer.text
    assert remarks(answer.text) == []
    if sentence:
        assert form_of(answer, f"{PATH}/{uid}")["note"] == data.get("note", "мысль")
    assert one(site).state == "new"


def test_a_word_is_taken_up_and_settled_with_a_note(site: Site) -> None:
    uid = rated(site, "Нет срока <b>замены</b>.")
    come(site, Role.EDITOR)
    page = site.get(PATH)
    assert "Нет срока &lt;b&gt;замены&lt;/b&gt;." in page.text
    assert "<q>сколько ждать</q>" in page.text
    assert remarks(page.text) == []
    taken = site.send(PATH, f"{PATH}/{uid}", {"do": "work"})
    assert taken.headers["location"] == f"{PATH}?done=work"
    assert one(site).responsible == "Elena"
    assert "Нет срока" not in site.get(PATH).text
    here = f"{PATH}?state=work"
    fields = {**form_of(site.get(here), f"{PATH}/{uid}?state=work"), "do": "done", "note": "Есть."}
    done = site.post(f"{PATH}/{uid}?state=work", fields)
    assert done.headers["location"] == f"{PATH}?state=work&done=done"
    assert (one(site).state, one(site).note, one(site).responsible) == ("done", "Есть.", "Elena")
    assert "Отмечено: сделано." in site.get(done.headers["location"]).text


def test_the_revision_that_the_reader_saw_is_one_press_away(site: Site) -> None:
    rated(site)
    uid = one(site).item_uid
    come(site, Role.EDITOR)
    links = {given["href"] for given in Page(site.get(PATH).text).all("a")}
    assert "/edit/meters/kto" in links
    page = form_of(site.get("/edit/meters/kto"))
    site.post(f"/edit/items/{uid}", {**page, "public": "Иначе.", "do": "save"})
    with site.work() as work:
        workflow.publish(work, uid)
    links = {given["href"] for given in Page(site.get(PATH).text).all("a")}
    assert f"/edit/items/{uid}/history?old=1&new=2" in links


def test_marks_without_words_wait_behind_a_filter(site: Site) -> None:
    rated(site, "", Helped.OUT_OF_DATE)
    come(site, Role.EDITOR)
    assert "Отметки без текста не показаны." in site.get(PATH).text
    page = site.get(f"{PATH}?show=all&reason=out_of_date")
    assert "Без слов." in page.text
    assert remarks(page.text) == []
    assert "Без слов." not in site.get(f"{PATH}?show=all&reason=not_clear").text


@pytest.mark.parametrize("query", ["state=x&reason=y&item=z&show=w", "start=-5", "item=%27%00"])
def test_filters_that_are_none_are_passed_over(site: Site, query: str) -> None:
    rated(site)
    come(site, Role.EDITOR)
    assert site.get(f"{PATH}?{query}").status_code == 200


def suggested(site: Site, kind: SuggestionKind, text: str) -> tuple[str, str]:
    """Offer something for a question, as an operator does; give both uids."""
    item = question(site)
    with open_work(site.house.database, OLGA, site.house.clock) as work:
        return suggesting.make(work, item, kind, text, instead_of="Ждите <b>дома</b>."), item


def status_of(site: Site, uid: str) -> str:
    with site.work() as work:
        return str(letters.suggestion(work, uid).status)


def test_nobody_but_an_editor_settles_a_suggestion(site: Site) -> None:
    uid, _item = suggested(site, SuggestionKind.WORDING, "кто ставит прибор")
    path = f"{PATH}/suggestions/{uid}"
    assert site.post(path, {"do": "take"}).status_code == 303
    come(site, Role.OPERATOR, "olga")
    token = form_of(site.get("/desk/password"), "/desk/password")["csrf"]
    assert site.post(path, {"csrf": token, "do": "take"}).status_code == 403
    assert status_of(site, uid) == "new"


def test_a_step_that_is_none_settles_no_suggestion(site: Site) -> None:
    uid, _item = suggested(site, SuggestionKind.WORDING, "кто ставит прибор")
    come(site, Role.EDITOR)
    path = f"{PATH}/suggestions/{uid}"
    assert site.send(PATH, path, {"do": "explode"}).status_code == 400
    assert status_of(site, uid) == "new"


def test_a_suggested_wording_is_added_from_the_page(site: Site) -> None:
    uid, item = suggested(site, SuggestionKind.WORDING, "кто ставит прибор")
    come(site, Role.EDITOR)
    page = site.get(PATH)
    assert "кто ставит прибор" in page.text
    assert remarks(page.text) == []
    assert site.send(PATH, f"{PATH}/suggestions/{uid}", {"do": "take"}).status_code == 303
    assert status_of(site, uid) == "taken"
    with site.work() as work:
        assert "кто ставит прибор" in handbook.for_editing(work, uid=item).text
    assert "кто ставит прибор" not in site.get(PATH).text
    assert "кто ставит прибор" in site.get(f"{PATH}?offers=taken").text


def test_a_suggested_sentence_opens_the_text_or_is_declined(site: Site) -> None:
    uid, item = suggested(site, SuggestionKind.SENTENCE, "Ждите <i>мастера</i>.")
    with open_work(site.house.database, OLGA, site.house.clock) as work:
        other = suggesting.make(work, item, SuggestionKind.SENTENCE, "Звоните.")
    come(site, Role.EDITOR)
    page = site.get(PATH)
    assert "Ждите &lt;i&gt;мастера&lt;/i&gt;." in page.text
    assert "Ждите &lt;b&gt;дома&lt;/b&gt;." in page.text
    taken = site.send(PATH, f"{PATH}/suggestions/{uid}", {"do": "take"})
    assert "/meters/kto" in taken.headers["location"]
    assert site.send(PATH, f"{PATH}/suggestions/{other}", {"do": "decline"}).status_code == 303
    assert (status_of(site, uid), status_of(site, other)) == ("taken", "declined")
