"""The page of a document: refused first, then saved and taken further, never with a letter lost."""

import pytest

from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, sheets, workflow
from tests.handbook import make as handbook
from tests.web.edit.make import (
    TITLE,
    action_of,
    come,
    errors_at,
    form_of,
    question,
    send,
    view,
)
from tests.web.people_site import Site
from tests.web.read import remarks

PATH = "/edit/meters/kto"


@pytest.mark.parametrize("path", [PATH, "/edit/meters", "/edit/new?parent=/meters", "/en" + PATH])
def test_a_visitor_is_sent_to_sign_in(site: Site, path: str) -> None:
    question(site)
    answer = site.get(path)
    assert answer.status_code == 303
    assert "/desk/sign-in" in answer.headers["location"]


@pytest.mark.parametrize("path", [PATH, "/edit/new?parent=/meters"])
def test_an_operator_is_refused(site: Site, path: str) -> None:
    uid = question(site)
    come(site, Role.OPERATOR, "olga")
    assert site.get(path).status_code == 403
    token = form_csrf(site)
    data = {"csrf": token, "title": "Чужое", "do": "save", "based_on": "1"}
    assert site.post(f"/edit/items/{uid}", data).status_code == 403
    assert view(site, uid).number == 1


def form_csrf(site: Site) -> str:
    return form_of(site.get("/desk/password"), "/desk/password")["csrf"]


def test_what_is_not_there_is_missing(site: Site) -> None:
    question(site)
    come(site, Role.EDITOR)
    for path in ("/edit/meters/net", f"/edit/items/{'0' * 32}", "/edit/new?parent=/net"):
        assert site.get(path).status_code == 404
    assert site.get("/edit/new?parent=/meters&type=Robot").status_code == 400


def test_without_the_forms_token_nothing_is_saved(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    fields = form_of(site.get(PATH))
    assert site.post(action_of(fields), {**fields, "csrf": "x", "do": "save"}).status_code == 403
    assert view(site, uid).number == 1


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"title": " "}, "title", "Напишите заголовок"),
        ({"valid_from": "вчера"}, "valid_from", "Укажите дату"),
        ({"sources": "Акт | п | javascript:x"}, "sources", "Строка 1: такой адрес"),
        ({"staff": "а\n::: letter"}, "staff", "Строка 2: "),
        ({"public": "Раз.\n\n{{ fact.nope }}"}, "public", "Строка 3: "),
        ({"letter": "{{ applicant.shoe }}"}, "letter", "Строка 1: "),
        ({"public": "{{ applicant.name }}"}, "public", "Строка 1: "),
        ({"description": "{{ company.nope }}"}, "description", ""),
        ({"public": "Раз.\n:: staff"}, "public", "Строка 2: "),
    ],
)
def test_a_wrong_text_comes_back_with_the_sentence_at_its_field(
    site: Site, typed: dict[str, str], field: str, sentence: str
) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    answer = send(site, PATH, **{"public": "Другой.", **typed})
    assert answer.status_code == 400
    assert sentence.lower() in errors_at(answer)[field].lower()
    assert form_of(answer)[field] == typed[field]
    assert remarks(answer.text) == []
    assert view(site, uid).number == 1


def test_a_page_shows_the_three_texts_and_is_good_html(site: Site) -> None:
    question(site, wordings=["за чей счёт"])
    come(site, Role.EDITOR)
    answer = site.get(PATH)
    fields = form_of(answer)
    assert fields["public"] == "Ответ для всех: светлячок."
    assert fields["staff"] == "Для своих: светлячок-внутри."
    assert fields["letter"].startswith("Вы спрашиваете, {{ applicant.salutation }}.")
    assert (fields["title"], fields["wordings"]) == (TITLE, "за чей счёт")
    assert remarks(answer.text) == []
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_save_is_a_new_revision_and_the_world_sees_the_old_one(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    before = view(site, uid).text
    answer = send(site, PATH, staff="Спросить про пломбу.", comment="пломба")
    assert answer.headers["location"] == f"{PATH}?done=save"
    after = view(site, uid)
    assert (after.number, after.live, after.author) == (2, 1, "elena")
    assert after.text == before.replace("Для своих: светлячок-внутри.", "Спросить про пломбу.")
    assert "Сохранено." in site.get(f"{PATH}?done=save").text
    assert "не опубликован" in site.get(PATH).text


def test_a_form_that_nobody_touched_saves_nothing(site: Site) -> None:
    uid = question(site, wordings=["а", "б"], order=2.5)
    come(site, Role.EDITOR)
    assert send(site, PATH).status_code == 303
    assert view(site, uid).number == 1


def test_the_document_as_one_text_keeps_what_was_typed_in_fields(site: Site) -> None:
    uid = question(site)
    come(site, Role.EDITOR)
    whole = send(site, PATH, "whole", title="Новый заголовок?")
    assert whole.status_code == 200
    text = form_of(whole)["whole"]
    assert "title: Новый заголовок?" in text
    fields = {**form_of(whole), "whole": text + "\n## Ещё\n", "do": "save"}
    assert site.post(f"/edit/items/{uid}", fields).status_code == 303
    assert view(site, uid).text == text + "\n## Ещё\n"


def test_a_mistake_in_the_one_text_is_named_by_its_line(site: Site) -> None:
    question(site)
    come(site, Role.EDITOR)
    answer = send(site, f"{PATH}?view=whole", whole="---\ntype: Page\n---\n")
    assert answer.status_code == 400
    assert "whole" in errors_at(answer)


def test_an_editor_submits_and_a_reviewer_publishes(site: Site) -> None:
    uid = question(site, live=False)
    come(site, Role.EDITOR)
    assert 'value="publish"' not in site.get(PATH).text
    send(site, PATH, "submit", public="Готово.")
    assert (view(site, uid).state, view(site, uid).number) == ("pending", 2)
    site.forget()
    come(site, Role.REVIEWER, "rita")
    assert send(site, PATH, "publish").headers["location"] == f"{PATH}?done=publish"
    assert view(site, uid).live == 2
    assert "Готово." in site.get("/meters/kto").text


def test_a_step_that_nobody_may_take_changes_nothing(site: Site) -> None:
    uid = question(site, live=False)
    come(site, Role.EDITOR)
    assert send(site, PATH, "publish", public="Чужое право.").status_code == 403
    assert send(site, PATH, "dance", public="Нет такого.").status_code == 400
    assert view(site, uid).number == 1


def four_eyes(site: Site) -> None:
    with site.work() as work:
        sheets.save(work, "company", "name: Проба\nrules: {four_eyes: true}\n")


def test_the_four_eyes_rule_is_told_before_and_after(site: Site) -> None:
    uid = question(site, live=False)
    four_eyes(site)
    come(site, Role.REVIEWER, "rita")
    send(site, PATH, public="Мой текст.")
    page = site.get(PATH).text
    assert "публикует коллега" in page
    assert 'value="publish"' not in page
    refused = send(site, PATH, "publish", public="Мой второй текст.")
    assert refused.status_code == 403
    assert "должен опубликовать другой человек" in refused.text
    assert form_of(refused)["public"] == "Мой второй текст."
    assert view(site, uid).number == 2


def test_a_scheduled_publication_says_when(site: Site) -> None:
    uid = question(site, live=False)
    come(site, Role.REVIEWER, "rita")
    send(site, PATH, "publish", publish_at="2099-01-01T09:00", expires_at="2099-02-01T00:00")
    assert "Посетители увидят это 01.01.2099 09:00." in site.get(PATH).text
    assert "Исчезнет 01.02.2099 00:00." in site.get(PATH).text
    assert str(view(site, uid).expires) == "2099-01-31 21:00:00+00:00"
    site.forget()
    assert site.get("/meters/kto").status_code == 404


def test_a_new_question_is_made_and_opened(site: Site) -> None:
    question(site)
    come(site, Role.EDITOR)
    page = site.get("/edit/new?parent=/meters")
    assert remarks(page.text) == []
    answer = send(site, "/edit/new?parent=/meters", "submit", title="Где счётчик?", public="Дома.")
    assert answer.headers["location"] == "/edit/meters/gde-schetchik?done=submit"
    with site.work() as work:
        made = queries.for_editing(work, path="/meters/gde-schetchik")
    assert (made.state, made.type, made.author) == ("pending", "StandardQuestion", "elena")
    assert made.text.endswith("---\nДома.\n")


@pytest.mark.parametrize("kind", ["Page", "Topic", "StandardQuestion"])
def test_each_type_can_be_made(site: Site, kind: str) -> None:
    question(site)
    come(site, Role.EDITOR)
    path = f"/edit/new?parent=/meters&type={kind}"
    assert send(site, path, title="Проба").headers["location"] == "/edit/meters/proba?done=save"


def test_a_new_document_without_a_title_comes_back(site: Site) -> None:
    question(site)
    come(site, Role.EDITOR)
    answer = send(site, "/edit/new?parent=/meters", public="Текст без заголовка.")
    assert answer.status_code == 400
    assert "title" in errors_at(answer)
    assert form_of(answer)["public"] == "Текст без заголовка."


def test_old_addresses_lead_on_and_the_root_has_its_uid(site: Site) -> None:
    uid = question(site)
    with site.work() as work:
        root = handbook.root(work)
        edit.move(work, uid, queries.card_at(work, "/meters").uid, name="novoe")
    come(site, Role.EDITOR)
    assert site.get(PATH).headers["location"] == "/edit/meters/novoe"
    assert site.get(f"/edit/items/{root}").status_code == 200
    assert send(site, f"/edit/items/{root}").headers["location"].startswith(f"/edit/items/{root}")


def test_an_item_named_like_a_page_of_the_workplace_has_its_uid(site: Site) -> None:
    with site.work() as work:
        uid = handbook.topic(work, "Новое", "new")
        workflow.retract(work, uid)
    come(site, Role.EDITOR)
    assert send(site, f"/edit/items/{uid}", title="Иначе").headers["location"] == (
        f"/edit/items/{uid}?done=save"
    )


def test_a_text_that_names_bytes_which_nobody_brought_is_not_saved(site: Site) -> None:
    question(site)
    come(site, Role.EDITOR)
    text = f"---\ntype: File\ntitle: a\nfilename: a.pdf\nsha256: {'ab' * 32}\n---\n"
    fields = form_of(site.get("/edit/new?type=File&parent=/meters"))
    sent = {**fields, "view": "whole", "whole": text, "do": "save"}
    answer = site.post("/edit/new", sent)
    assert answer.status_code == 400
    assert "никто не загружал" in answer.text
