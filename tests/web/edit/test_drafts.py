"""Unsaved texts over the page: kept, offered, compared, dropped; an ended session loses none."""

from html import unescape
from typing import Any

import pytest
from httpx import Response

from kb_service.base.ids import Uid
from kb_service.base.permissions import Role
from kb_service.handbook.acts import edit
from tests.service import Service
from tests.web.edit.make import come, form_of, question, view
from tests.web.people_site import PASSWORD, Site
from tests.web.read import remarks
from tests.web.test_desk import look

PATH = "/edit/meters/kto"
KEEP = "/edit/drafts"
JSON = "application/json"


def keep(
    site: Site, path: str = PATH, *, tab: str = "", **typed: str
) -> tuple[Response, dict[str, Any]]:
    """Do what the page's script does while somebody types; give the answer and the fields."""
    fields = form_of(site.get(path)) | typed
    fields["tab"] = tab or fields["tab"]
    return site.post(KEEP, fields, accept=JSON), fields


@pytest.fixture
def uid(site: Site) -> Uid:
    made = question(site)
    come(site, Role.EDITOR)
    return made


@pytest.mark.parametrize("who", ["", "olga"])
def test_who_may_not_edit_keeps_nothing(reading: Service, who: str) -> None:
    data = {"uid": "0" * 32, "tab": "a", "based_on": "1"}
    headers = {"authorization": f"Bearer {reading.tokens[who]}"} if who else {}
    answer = reading.client.post(KEEP, data=data, headers={"accept": JSON, **headers})
    assert answer.status_code in (401, 403, 404)
    assert look(reading, f"{KEEP}/{'0' * 32}", who).status_code in (303, 403)


def test_a_draft_of_nothing_is_refused(site: Site, uid: Uid) -> None:
    _answer, fields = keep(site)
    for wrong in ({"uid": "x"}, {"uid": "", "type": "Robot"}, {"tab": ""}):
        assert site.post(KEEP, {**fields, **wrong}, accept=JSON).status_code == 400
    assert site.get(f"{KEEP}/{'0' * 32}").status_code == 404


def test_a_kept_text_is_offered_and_gone_on_with(site: Site, uid: Uid) -> None:
    answer, _fields = keep(site, public="Начато.", valid_from="не дата")
    assert answer.status_code == 200
    assert "Черновик записан в" in answer.json()["said"]
    page = site.get(PATH)
    assert "Есть несохранённый текст от" in page.text
    assert form_of(page)["public"] == "Ответ для всех: светлячок."
    gone_on = site.get(f"{PATH}?draft={answer.json()['draft']}")
    assert form_of(gone_on)["public"] == "Начато."
    assert form_of(gone_on)["valid_from"] == "не дата"
    assert "Есть несохранённый" not in gone_on.text
    assert [remarks(one.text) for one in (page, gone_on)] == [[], []]


def test_it_survives_signing_out_and_belongs_to_nobody_else(site: Site, uid: Uid) -> None:
    draft = keep(site, public="Моё.")[0].json()["draft"]
    site.forget()
    come(site, Role.REVIEWER, "rita")
    assert "несохранённый текст" not in site.get(PATH).text
    assert site.get(f"{PATH}?draft={draft}").status_code == 404
    assert site.get(f"{KEEP}/{draft}").status_code == 404
    site.forget()
    site.sign_in("elena")
    assert form_of(site.get(f"{PATH}?draft={draft}"))["public"] == "Моё."


def test_the_difference_is_shown_and_the_text_thrown_away(site: Site, uid: Uid) -> None:
    draft = keep(site, public="Ответ для всех: жук.")[0].json()["draft"]
    page = site.get(f"{KEEP}/{draft}")
    assert "<del>светлячок</del><ins>жук</ins>" in page.text
    assert remarks(page.text) == []
    answer = site.send(f"{KEEP}/{draft}", f"{KEEP}/{draft}")
    assert answer.headers["location"] == f"{PATH}?done=discard"
    assert "Есть несохранённый" not in site.get(PATH).text


def test_a_saved_text_is_not_offered_any_more(site: Site, uid: Uid) -> None:
    _answer, fields = keep(site, public="Сохраню.")
    assert site.post(f"/edit/items/{uid}", {**fields, "do": "save"}).status_code == 303
    assert "Есть несохранённый" not in site.get(PATH).text


def test_two_tabs_keep_two_texts_and_know_of_each_other(site: Site, uid: Uid) -> None:
    first, _ = keep(site, tab="a", public="Из первой.")
    second, fields = keep(site, tab="b", public="Из второй.")
    assert "other" not in first.json()
    assert second.json()["other"]["url"] == f"{KEEP}/{first.json()['draft']}"
    assert site.post(f"/edit/items/{uid}", {**fields, "do": "save"}).status_code == 303
    page = site.get(PATH)
    assert page.text.count("Есть несохранённый текст") == 1
    assert "С тех пор документ сохраняли" in page.text
    assert "Из первой." in site.get(f"{PATH}?draft={first.json()['draft']}").text


def test_going_on_takes_the_text_over_unless_its_tab_wrote_on(site: Site, uid: Uid) -> None:
    draft = keep(site, tab="a", public="Раз.")[0].json()["draft"]
    taken = form_of(site.get(f"{PATH}?draft={draft}")) | {"public": "Раз и два."}
    site.house.clock.moment = site.house.clock.moment.replace(minute=59)  # type: ignore[attr-defined]
    keep(site, tab="a", public="Раз и своё.")
    assert site.post(KEEP, taken, accept=JSON).status_code == 200
    assert site.get(PATH).text.count("Есть несохранённый текст") == 2
    again = form_of(site.get(f"{PATH}?draft={draft}"))
    assert again["public"] == "Раз и своё."
    assert site.post(KEEP, again, accept=JSON).status_code == 200
    assert site.get(PATH).text.count("Есть несохранённый текст") == 2


def test_a_text_typed_back_to_what_is_saved_is_dropped(site: Site, uid: Uid) -> None:
    _answer, fields = keep(site, public="Передумаю.")
    assert site.post(KEEP, {**fields, "do": "drop"}, accept=JSON).json() == {"said": ""}
    assert "Есть несохранённый" not in site.get(PATH).text


def test_a_new_document_is_kept_too(site: Site, uid: Uid) -> None:
    path = "/edit/new?parent=/meters"
    draft = keep(site, path, public="Черновик нового.")[0].json()["draft"]
    page = site.get(path)
    assert "Есть несохранённый текст от" in page.text
    assert form_of(site.get(f"{path}&draft={draft}"))["public"] == "Черновик нового."
    assert "Черновик нового." in site.get(f"{KEEP}/{draft}").text


def ended(site: Site) -> dict[str, str]:
    """Open the page, type, and let the session end meanwhile."""
    fields = form_of(site.get(PATH)) | {"public": "Долго писал.", "do": "save"}
    site.forget()
    return fields


def test_without_a_script_the_sign_in_carries_the_text(site: Site, uid: Uid) -> None:
    answer = site.post(f"/edit/items/{uid}", ended(site))
    assert answer.status_code == 401
    assert "Ваш текст на месте" in answer.text
    carried = form_of(answer, "/edit/resume")
    assert carried["public"] == "Долго писал."
    wrong = site.post("/edit/resume", {**carried, "login": "elena", "password": "нет"})
    assert wrong.status_code == 401
    carried = form_of(wrong, "/edit/resume") | {"login": "elena", "password": PASSWORD}
    back = site.post("/edit/resume", carried)
    assert back.status_code == 303
    page = site.get(back.headers["location"])
    assert form_of(page)["public"] == "Долго писал."
    assert "ваш текст на месте" in page.text
    assert view(site, uid).number == 1


def test_with_a_script_signing_in_happens_beside_the_text(site: Site, uid: Uid) -> None:
    fields = ended(site)
    told = site.post(KEEP, fields, accept=JSON)
    assert told.status_code == 401
    sign_in = {**fields, "csrf": told.json()["csrf"], "login": "elena", "password": PASSWORD}
    body = site.post("/edit/resume", sign_in, accept=JSON).json()
    assert body["login"] == "elena"
    assert form_of(site.get(f"{PATH}?draft={body['draft']}"))["public"] == "Долго писал."
    saved = site.post(f"/edit/items/{uid}", {**fields, "csrf": body["csrf"]})
    assert saved.status_code == 303
    assert site.get("/edit/session", accept=JSON).json() == {"csrf": body["csrf"], "login": "elena"}


@pytest.mark.parametrize("csrf", ["", "x.y.z"])
def test_a_forged_sign_in_keeps_nothing(site: Site, uid: Uid, csrf: str) -> None:
    fields = ended(site) | {"csrf": csrf, "login": "elena", "password": PASSWORD}
    assert site.post("/edit/resume", fields).status_code == 403
    site.sign_in("elena")
    assert "Есть несохранённый" not in site.get(PATH).text


def test_who_signs_in_without_the_right_keeps_nothing(site: Site, uid: Uid) -> None:
    site.account("olga", Role.OPERATOR)
    carried = form_of(site.post(f"/edit/items/{uid}", ended(site)), "/edit/resume")
    answer = site.post("/edit/resume", {**carried, "login": "olga", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Долго писал." in answer.text


def test_the_first_page_lists_what_is_not_saved(site: Site, uid: Uid) -> None:
    assert "Несохранённое" not in site.get("/edit").text
    keep(site, title="Кто меняет счётчик ночью?")
    keep(site, "/edit/new?parent=/meters", title="Сколько ждать мастера?")
    keep(site, "/edit/new?parent=/meters", tab="b", title=" ")
    page = site.get("/edit")
    assert remarks(page.text) == []
    listed = page.text.split('id="h-unsaved"')[1].split("</ul>")[0]
    rows = [unescape(row) for row in listed.split("<li")[1:]]
    assert len(rows) == 3
    for title, mark in (
        ("Кто меняет счётчик ночью?", PATH),
        ("Сколько ждать мастера?", "/edit/new?"),
        ("Новое: Типовой вопрос", "/edit/new?"),
    ):
        row = next(row for row in rows if title in row)
        assert ("ещё не создано" in row) is (mark != PATH)
        gone_on = site.get(row.split('href="')[1].split('"')[0])
        assert gone_on.status_code == 200
        assert "Это несохранённый текст" in gone_on.text


def test_nobody_sees_what_a_colleague_has_not_saved(site: Site, uid: Uid) -> None:
    keep(site, title="Чужая мысль")
    site.forget()
    come(site, Role.REVIEWER, "rita")
    assert "Чужая мысль" not in site.get("/edit").text


def test_an_unsaved_text_of_what_is_gone_is_not_listed(site: Site, uid: Uid) -> None:
    keep(site, title="Мысль о снятом")
    with site.work() as work:
        edit.trash(work, uid)
    assert "Мысль о снятом" not in site.get("/edit").text


def test_a_text_that_was_taken_over_stays_where_the_new_one_is_refused(
    site: Site, uid: Uid
) -> None:
    first, _ = keep(site, tab="one", public="Час работы, которого нет больше нигде.")
    name = first.json()["draft"]
    gone_on = form_of(site.get(f"{PATH}?draft={name}"))
    for wrong in ({"public": "x" * 800_000}, {"tab": "t" * 41}):
        answer = site.post(KEEP, {**gone_on, "tab": "two", **wrong}, accept=JSON)
        assert answer.status_code == 400
        assert answer.json()["problem"]
        kept = form_of(site.get(f"{PATH}?draft={name}"))
        assert kept["public"] == "Час работы, которого нет больше нигде."
    assert site.post(KEEP, {**gone_on, "tab": "two"}, accept=JSON).status_code == 200
    assert site.get(f"{KEEP}/{name}").status_code == 404
