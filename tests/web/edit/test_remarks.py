"""Remarks beside the text: refused first, then said, answered, settled, with nothing typed lost."""

import pytest
from httpx import Response

from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import remarks as acts
from kb_service.handbook.acts import workflow
from kb_service.handbook.queries.remarks import RemarkView
from tests.web.edit.make import action_of, come, form_of, question, send, view
from tests.web.people_site import Site, csrf_of
from tests.web.read import remarks

PATH = "/edit/meters/kto"
QUOTE = "Ответ для всех"


def said(site: Site, uid: str) -> list[RemarkView]:
    with site.work() as work:
        return queries.remarks(work, uid)


def press(site: Site, uid: str, do: str, *, script: bool = False, **typed: str) -> Response:
    """Open the document, type and press a button of a remark."""
    fields = {**form_of(site.get(PATH)), **typed, "do": do}
    accept = "application/json" if script else "text/html"
    return site.post(f"/edit/items/{uid}/remarks", fields, accept=accept)


def test_who_is_not_signed_in_says_nothing_and_loses_nothing(site: Site) -> None:
    uid = question(site)
    fields = {"uid": uid, "public": "Долго писал.", "remark": "Так?", "do": "remark"}
    answer = site.post(f"/edit/items/{uid}/remarks", fields)
    assert answer.status_code == 401
    assert "Долго писал." in answer.text
    told = site.post(f"/edit/items/{uid}/remarks", fields, accept="application/json")
    assert (told.status_code, list(told.json())) == (401, ["csrf"])
    assert said(site, uid) == []


def test_an_operator_has_no_document_page(site: Site) -> None:
    uid = question(site)
    come(site, Role.OPERATOR, "olga")
    data = {"csrf": csrf_of(site.get("/desk/password")), "remark": "Так?", "do": "remark"}
    assert site.post(f"/edit/items/{uid}/remarks", data).status_code == 403
    assert said(site, uid) == []


@pytest.mark.parametrize("script", [False, True])
@pytest.mark.parametrize(
    ("do", "typed", "status"),
    [
        ("remark", {"remark": " "}, 400),
        ("remark", {"remark": "а" * 4001}, 400),
        ("remark", {"remark": "Так?", "quote": "а" * 501}, 400),
        (f"answer:{'0' * 32}", {}, 404),
        (f"resolve:{'0' * 32}", {}, 404),
        ("explode", {}, 400),
    ],
)
def test_what_is_wrong_is_told_and_the_text_stays(
    site: Site, do: str, typed: dict[str, str], status: int, *, script: bool
) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    answer = press(site, uid, do, script=script, public="Не сохранено.", **typed)
    assert answer.status_code == status
    assert said(site, uid) == []
    if do == "remark" and script:
        assert answer.json()["problem"]
        assert "{" not in answer.json()["problem"]
    elif do == "remark":
        assert remarks(answer.text) == []
        assert form_of(answer)["public"] == "Не сохранено."
        assert form_of(answer)["remark"] == typed["remark"].rstrip("\n")


def test_a_remark_of_another_item_is_none_here(site: Site) -> None:
    uid = question(site)
    with site.work() as work:
        other = acts.add(work, queries.card_at(work, "/meters").uid, "О теме.")
    come(site, Role.REVIEWER)
    for do in (f"resolve:{other}", f"delete:{other}", f"answer:{other}"):
        assert press(site, uid, do, **{f"answer-{other}": "Да."}).status_code == 404


def test_a_remark_is_said_answered_settled_and_opened_again(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    answer = press(site, uid, "remark", remark="Кто все?", quote=QUOTE)
    assert answer.headers["location"] == f"{PATH}?done=remark#remarks"
    (first,) = said(site, uid)
    assert (first.quote, first.text, first.number) == (QUOTE, "Кто все?", 1)
    page = site.get(PATH)
    assert remarks(page.text) == []
    assert "1 открытое" in page.text
    press(site, uid, f"answer:{first.uid}", **{f"answer-{first.uid}": "Клиенты."})
    assert [one.text for one in said(site, uid)] == ["Кто все?", "Клиенты."]
    for do, is_settled in (("resolve", True), ("reopen", False)):
        press(site, uid, f"{do}:{first.uid}")
        assert (said(site, uid)[0].resolved_at is not None) is is_settled
    assert view(site, uid).number == 1


def test_the_script_gets_the_remarks_anew(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    body = press(site, uid, "remark", script=True, remark="Кто все?", quote="нет таких слов").json()
    assert "Кто все?" in body["html"]
    assert "этих слов в тексте больше нет" in body["html"]
    assert body["problem"] == ""


def test_only_who_publishes_deletes(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    press(site, uid, "remark", remark="Лишнее.")
    (one,) = said(site, uid)
    assert press(site, uid, f"delete:{one.uid}").status_code == 403
    site.forget()
    come(site, Role.REVIEWER, "rita")
    assert press(site, uid, f"delete:{one.uid}").status_code == 303
    assert said(site, uid) == []


def test_a_typed_text_comes_back_with_a_remark_that_was_taken(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    answer = press(site, uid, "remark", remark="Кто все?", public="Не сохранено.")
    assert answer.status_code == 200
    assert form_of(answer)["public"] == "Не сохранено."
    assert form_of(answer)["remark"] == ""
    assert len(said(site, uid)) == 1


def test_an_unsent_remark_is_said_when_the_document_is_saved(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    refused = send(site, PATH, title="", remark="Кто все?")
    assert form_of(refused)["remark"] == "Кто все?"
    fields = {**form_of(refused), "title": "Иначе?", "do": "save"}
    assert site.post(action_of(fields), fields).status_code == 303
    (one,) = said(site, uid)
    assert one.text == "Кто все?"
    assert "remark" not in view(site, uid).text


def test_what_was_sent_back_shows_why_until_it_is_submitted_anew(site: Site) -> None:
    uid = question(site, live=False)
    with site.work() as work:
        workflow.submit(work, uid)
        workflow.reject(work, uid, comment="Нет срока замены.")
    come(site, Role.EDITOR)
    page = site.get(PATH)
    assert "Текст возвращён на доработку" in page.text
    assert "Нет срока замены." in page.text
    assert remarks(page.text) == []
    send(site, PATH, "submit")
    assert "Нет срока замены." not in site.get(PATH).text


def test_an_operator_tells_the_editors_from_the_desk(site: Site) -> None:
    uid = question(site)
    come(site, Role.OPERATOR, "olga")
    page = f"/desk/items/{uid}"
    refused = site.send(page, f"{page}/remarks", {"do": "remark", "remark": " ", "quote": QUOTE})
    assert refused.status_code == 400
    assert "Напишите замечание" in refused.text
    assert form_of(refused, f"{page}/remarks#remarks")["quote"] == QUOTE
    done = site.send(page, f"{page}/remarks", {"do": "remark", "remark": "Спрашивают про цену."})
    assert done.headers["location"] == f"{page}?done=remark#remarks"
    shown = site.get(f"{page}?done=remark")
    assert "Редакторы увидят ваше замечание." in shown.text
    assert "Спрашивают про цену." in shown.text
    assert remarks(shown.text) == []


def test_an_operator_does_not_read_what_was_said_of_a_draft(site: Site) -> None:
    uid = question(site)
    with site.work() as work:
        workflow.retract(work, uid)
        acts.add(work, uid, "Тайное.")
        workflow.publish(work, uid)
    come(site, Role.OPERATOR, "olga")
    assert "Тайное." not in site.get(f"/desk/items/{uid}").text
