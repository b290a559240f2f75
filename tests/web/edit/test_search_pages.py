"""Pages that keep the search right: stored questions, synonyms, a failed question repaired."""

from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from kb_service.base.permissions import Role
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import edit, sharing, sheets
from kb_service.search import jobs, queries
from kb_service.search.acts import bench
from kb_service.search.queries import stored, words
from kb_service.search.schemas import Ask
from tests.handbook import make
from tests.service import Service
from tests.web.edit.make import form_of
from tests.web.people_site import Site, csrf_of
from tests.web.read import Page, remarks
from tests.web.test_desk import look

BENCH, SYNONYMS, REPAIR = "/edit/bench", "/edit/synonyms", "/edit/repair"
LIGHT, READINGS = "/outage/light", "/outage/readings"
FAILED = "светобокс мигает"


def settle(site: Site) -> None:
    """Do what the worker would do for the search."""
    with site.work() as work:
        jobs.rebuild(work, engine=site.house.engine)


@pytest.fixture
def desk(site: Site) -> Site:
    """A handbook of four questions with an editor and a reviewer."""
    with site.work() as work:
        topic = make.topic(work, "Отключения", "outage")
        make.question(work, topic, "Когда включат свет?", word="лампа", name="light", code="O01")
        make.question(work, topic, "Как передать показания?", word="цифры", name="readings")
        make.question(work, topic, "Кто платит за счётчик?", word="прибор", name="meter")
        make.question(work, topic, "Где взять квитанцию?", word="бумага", name="bill")
    settle(site)
    site.account("elena", Role.EDITOR)
    site.account("rita", Role.REVIEWER)
    return site


def as_person(site: Site, login: str) -> None:
    site.forget()
    site.sign_in(login)


def good(site: Site, path: str, status: int = 200) -> str:
    """Give a page that is there and well made."""
    answer = site.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    assert remarks(answer.text) == []
    return unescape(answer.text).replace("\u00a0", " ")


def repair_of(text: str, **more: str) -> str:
    return f"{REPAIR}?" + "&".join(f"{k}={quote(v)}" for k, v in {"q": text, **more}.items())


@pytest.mark.parametrize("path", [BENCH, f"{BENCH}/questions.jsonl", SYNONYMS, REPAIR])
@pytest.mark.parametrize(("who", "status"), [("", 303), ("olga", 403), ("elena", 200)])
def test_only_who_writes_comes_in(reading: Service, path: str, who: str, status: int) -> None:
    answer = look(reading, path, who)
    assert answer.status_code == status
    if status == 200 and "html" in answer.headers["content-type"]:
        assert remarks(answer.text) == []


@pytest.mark.parametrize("path", [BENCH, SYNONYMS, REPAIR])
def test_a_form_without_its_token_is_refused(desk: Site, path: str) -> None:
    as_person(desk, "rita")
    assert desk.post(path, {"do": "add", "text": "свет"}).status_code == 403


@pytest.mark.parametrize("path", [BENCH, SYNONYMS])
def test_a_button_that_is_none_changes_nothing(desk: Site, path: str) -> None:
    as_person(desk, "rita")
    assert desk.send(path, path, {"do": "dance", "words": "а, б"}).status_code == 400


def test_questions_are_stored_changed_and_removed(desk: Site) -> None:
    as_person(desk, "elena")
    assert "Пока не сохранён ни один вопрос" in good(desk, BENCH)
    sent = {"do": "add", "text": "долго нет света", "wanted": "o01", "note": "звонок"}
    assert desk.send(BENCH, BENCH, sent).status_code == 303
    page = good(desk, f"{BENCH}?done=add")
    assert "Вопрос сохранён." in page
    assert "долго нет света" in page
    assert "звонок" in page
    with desk.work() as work:
        (question,) = stored.stored_questions(work)
    edited = good(desk, f"{BENCH}?edit={question.uid}")
    assert [one["value"] for one in Page(edited).all("input") if one.get("id") == "wanted"] == [
        "O01"
    ]
    changed = {"do": "change", "uid": question.uid, "text": "нет света", "wanted": LIGHT}
    assert desk.send(BENCH, BENCH, changed).status_code == 303
    assert "нет света" in good(desk, BENCH)
    removed = {"do": "remove", "uid": question.uid, "text": "", "wanted": ""}
    assert desk.send(BENCH, BENCH, removed).status_code == 303
    assert "Пока не сохранён ни один вопрос" in good(desk, BENCH)


def test_what_is_wrong_with_a_question_is_told_at_its_field(desk: Site) -> None:
    as_person(desk, "elena")
    answer = desk.send(BENCH, BENCH, {"do": "add", "text": "свет", "wanted": "Z99"})
    assert answer.status_code == 400
    assert remarks(answer.text) == []
    page = Page(answer.text)
    assert [one["name"] for one in page.all("input") if one.get("aria-invalid")] == ["wanted"]
    assert "Материала «Z99» нет" in unescape(answer.text)
    assert [one["value"] for one in page.all("input") if one.get("id") == "text"] == ["свет"]


def test_places_are_kept_and_what_fell_is_shown(desk: Site) -> None:
    with desk.work() as work:
        bench.add(work, "когда включат свет", LIGHT)
    as_person(desk, "elena")
    assert "новый" in good(desk, BENCH)
    assert desk.send(BENCH, BENCH, {"do": "keep"}).status_code == 303
    page = good(desk, BENCH)
    assert "как раньше" in page
    assert "Запомнить эти места" not in page
    with desk.work() as work:
        edit.trash(work, handbook.card_at(work, LIGHT).uid)
    settle(desk)
    page = good(desk, BENCH)
    assert "выпал из первых трёх" in page
    assert "1 материала больше нет" in page


def upload(site: Site, data: bytes) -> Any:
    files = {"file": ("questions.jsonl", data, "application/octet-stream")}
    return site.client.post(
        BENCH, data={"csrf": csrf_of(site.get(BENCH)), "do": "file"}, files=files,
        headers={"origin": "https://help.example"}, follow_redirects=False,
    )  # fmt: skip


def test_questions_come_from_a_file_and_go_into_one(desk: Site) -> None:
    as_person(desk, "elena")
    lines = f'{{"text":"где свет","ids":["{LIGHT}"],"note":"файл"}}\n{{"text":"борщ","ids":[]}}\n'
    assert upload(desk, lines.encode()).status_code == 303
    page = good(desk, BENCH)
    assert "где свет" in page
    assert "ответа нет: поиск не должен быть уверен" in page
    given = desk.get(f"{BENCH}/questions.jsonl")
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.text == (
        '{"text":"борщ","ids":[]}\n{"text":"где свет","ids":["O01"],"note":"файл"}\n'
    )


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"{", b'{"text": "a", "ids": ["Z99"]}', b"x" * 1_050_000]
)
def test_a_file_that_is_none_is_refused_at_its_field(desk: Site, data: bytes) -> None:
    as_person(desk, "elena")
    answer = upload(desk, data)
    assert answer.status_code == 400
    assert remarks(answer.text) == []
    page = Page(answer.text)
    assert [one["id"] for one in page.all("input") if one.get("aria-invalid")] == ["file"]
    with desk.work() as work:
        assert stored.stored_questions(work) == []


def test_a_synonym_is_tried_before_it_is_saved(desk: Site) -> None:
    as_person(desk, "rita")
    before = len(good(desk, SYNONYMS).split("<li"))
    query = f"{SYNONYMS}?words={quote('светобокс')}&means={quote('показания')}&weight=0,7"
    page = good(desk, f"{query}&q={quote('светобокс')}")
    assert "С этой группой" in page
    assert "Ищется также: <span>показание</span>" in page
    with desk.work() as work:
        assert words.synonyms(work)[1] == 0
    sent = {
        "do": "save",
        "words": "светобокс",
        "means": "показания",
        "weight": "0,7",
        "number": "0",
    }
    answer = desk.send(f"{query}&q=1", SYNONYMS, sent)
    assert answer.status_code == 303
    with desk.work() as work:
        group = words.synonyms(work)[0][-1]
    assert (group.words, group.means, group.weight) == (["светобокс"], ["показания"], 0.7)
    assert len(good(desk, SYNONYMS).split("<li")) == before + 1


def test_a_group_is_changed_and_removed_in_its_row(desk: Site) -> None:
    with desk.work() as work:
        sheets.save(work, "synonyms", "- {words: [а1, б1]}\n# мои\n- {words: [в1, г1]}\n")
    as_person(desk, "rita")
    page = good(desk, f"{SYNONYMS}?row=1")
    assert [one["value"] for one in Page(page).all("input") if one.get("id") == "words"] == [
        "в1, г1"
    ]
    at = f"{SYNONYMS}?row=1"
    sent = {"do": "save", "row": "1", "words": "в1, д1", "weight": "0.5", "number": "1"}
    assert desk.send(at, SYNONYMS, sent).status_code == 303
    sent = {"do": "remove", "row": "0", "number": "2"}
    assert desk.send(at.replace("row=1", "row=0"), SYNONYMS, sent).status_code == 303
    with desk.work() as work:
        assert words.synonyms_text(work)[0] == "# мои\n- {words: [в1, д1], weight: 0.5}\n"
    stale = {"do": "remove", "row": "0", "number": "1"}
    assert desk.send(f"{SYNONYMS}?row=0", SYNONYMS, stale).status_code == 412


@pytest.mark.parametrize(
    ("query", "field"),
    [("words=%D0%B0", "words"), ("words=%D0%B0,%D0%B1&weight=x", "weight"),
     ("words=%D0%B0,%D0%B1&weight=9", "weight")],
)  # fmt: skip
def test_what_is_wrong_with_a_group_is_told_at_its_field(
    desk: Site, query: str, field: str
) -> None:
    as_person(desk, "rita")
    page = Page(good(desk, f"{SYNONYMS}?{query}", 400))
    assert [one["name"] for one in page.all("input") if one.get("aria-invalid")] == [field]


def test_an_editor_tries_synonyms_and_leaves_saving_to_who_publishes(desk: Site) -> None:
    as_person(desk, "elena")
    page = good(desk, f"{SYNONYMS}?words={quote('ток, свет')}")
    assert "сохраняет их тот, кто публикует" in page
    assert "Сохранить группу" not in page
    sent = {"do": "save", "words": "ток, свет", "weight": "0.6"}
    assert desk.send(BENCH, SYNONYMS, sent).status_code == 403


def test_failed_questions_lead_to_their_repair(desk: Site) -> None:
    with desk.work() as work:
        queries.answer(work, desk.house.engine, Ask(text="рецепт борща"))
        jobs.write_journal(work, desk.house.engine)
    as_person(desk, "elena")
    page = good(desk, REPAIR)
    assert f'href="{REPAIR}?q=' in page
    assert "рецепт борща" in page
    assert "1 раз," in page


def test_a_wording_is_tried_and_added_in_one_click(desk: Site) -> None:
    as_person(desk, "rita")
    page = good(desk, repair_of(FAILED))
    assert "Этих слов нет ни в одном тексте: <strong>светобокс, мигает</strong>" in page
    with desk.work() as work:
        light = handbook.card_at(work, LIGHT).uid
    tried = good(desk, repair_of(FAILED, item="O01"))
    assert "→ <strong>1</strong>" in tried
    assert "Добавить формулировку" in tried
    with desk.work() as work:
        assert "светобокс" not in handbook.for_editing(work, uid=light).text
    fields = form_with(tried, "wording")
    answer = desk.post(REPAIR, {**fields, "keep": "1"})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("done=live")
    settle(desk)
    page = good(desk, answer.headers["location"])
    assert "поиск её знает" in page
    with desk.work() as work:
        found = queries.answer(work, desk.house.engine, Ask(text=FAILED))
        assert found.hits[0].card.path == LIGHT
        assert [one.text for one in stored.stored_questions(work)] == [FAILED]


def form_with(html: str, do: str) -> dict[str, str]:
    """Give the fields that the form of a button sends."""
    inside: dict[str, str] = {}
    for tag, given in Page(html).elements:
        if tag == "form":
            inside = {}
        if tag == "input" and given.get("type") == "hidden":
            inside[given["name"]] = given["value"]
        if tag == "button" and given.get("value") == do:
            return {**inside, "do": do}
    raise AssertionError(do)


def test_an_editors_wording_becomes_a_draft(desk: Site) -> None:
    as_person(desk, "elena")
    tried = good(desk, repair_of(FAILED, item=LIGHT))
    assert "который опубликует коллега" in tried
    answer = desk.post(REPAIR, form_with(tried, "wording"))
    assert answer.headers["location"].endswith("done=draft")
    with desk.work() as work:
        view = handbook.for_editing(work, path=LIGHT)
    assert FAILED in view.text
    assert view.live < view.number


def test_a_text_saved_meanwhile_is_told(desk: Site) -> None:
    as_person(desk, "rita")
    fields = form_with(good(desk, repair_of(FAILED, item=LIGHT)), "wording")
    with desk.work() as work:
        view = handbook.for_editing(work, path=LIGHT)
        edit.save(work, view.uid, view.text.replace("Ответ", "Новый ответ"))
    answer = desk.post(REPAIR, fields)
    assert answer.status_code == 412
    assert remarks(answer.text) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"item": "Z99"}, "item"),
        ({"item": "/outage"}, "item"),
        ({"item": f"{LIGHT}, {READINGS}"}, "item"),
        ({"word": "?", "means": "свет"}, "word"),
        ({"word": "ток", "means": "а" * 61}, "means"),
    ],
)
def test_what_cannot_be_tried_is_told_at_its_field(
    desk: Site, values: dict[str, str], field: str
) -> None:
    as_person(desk, "rita")
    page = Page(good(desk, repair_of(FAILED, **values), 400))
    assert [one["id"] for one in page.all("input") if one.get("aria-invalid")] == [field]


def test_a_synonym_repairs_a_question(desk: Site) -> None:
    as_person(desk, "rita")
    tried = good(desk, repair_of("светобокс", word="светобокс", means="показания"))
    fields = form_with(tried, "synonym")
    answer = desk.post(REPAIR, fields)
    assert answer.headers["location"].endswith("done=synonym")
    settle(desk)
    with desk.work() as work:
        assert queries.answer(work, desk.house.engine, Ask(text="светобокс")).words == ["показание"]


def test_a_new_question_begins_with_what_was_asked(desk: Site) -> None:
    as_person(desk, "elena")
    with desk.work() as work:
        topic = handbook.card_at(work, "/outage").uid
    path = f"/edit/new?type=StandardQuestion&parent={topic}&q={quote('как починить?')}"
    good(desk, path)
    fields = form_of(desk.get(path))
    assert (fields["title"], fields["wordings"]) == ("Как починить?", "как починить?")


def test_an_editor_of_one_topic_repairs_there_alone(desk: Site) -> None:
    desk.account("olga", Role.OPERATOR)
    with desk.work() as work:
        other = make.topic(work, "Чужое", "foreign")
        make.question(work, other, "Чужой вопрос?", name="foreign")
        topic = handbook.card_at(work, "/outage").uid
        sharing.share(work, topic, roles={("user", "olga"): [Role.EDITOR]})
    settle(desk)
    as_person(desk, "olga")
    assert "Добавить формулировку" in good(desk, repair_of(FAILED, item=LIGHT))
    assert desk.get(repair_of(FAILED, item="/foreign/foreign")).status_code == 403
    assert desk.get(BENCH).status_code == 403


def test_a_text_is_checked_before_it_is_published(desk: Site) -> None:
    with desk.work() as work:
        bench.add(work, "когда включат свет", LIGHT)
        uid = handbook.card_at(work, READINGS).uid
    as_person(desk, "elena")
    fields = form_of(desk.get(f"/edit{READINGS}"))
    title = "Когда включат свет и когда включат свет?"
    sent = {**fields, "title": title, "wordings": "когда включат свет", "do": "bench"}
    answer = desk.post(f"/edit/items/{uid}", sent)
    assert answer.status_code == 200
    assert remarks(answer.text) == []
    page = unescape(answer.text)
    assert "1 хуже" in page
    assert "когда включат свет" in page
    assert form_of(answer)["title"] == title
    with desk.work() as work:
        assert handbook.for_editing(work, uid=uid).number == 1
    same = desk.post(f"/edit/items/{uid}", {**fields, "do": "bench"})
    assert "1 вопрос как раньше" in unescape(same.text)


def test_a_text_that_cannot_be_shown_is_told_instead_of_checked(desk: Site) -> None:
    with desk.work() as work:
        uid = handbook.card_at(work, READINGS).uid
    as_person(desk, "elena")
    fields = form_of(desk.get(f"/edit{READINGS}"))
    answer = desk.post(f"/edit/items/{uid}", {**fields, "public": "{{ fact.none }}", "do": "bench"})
    assert answer.status_code == 400
    assert "aria-invalid" in answer.text
