"""Two texts that met, and the history: nobody's save is lost, whoever comes second."""

import pytest
from httpx import Response

from kb_service.base.ids import Uid
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from kb_service.handbook.rules.drafts import Place
from kb_service.people.queries.actors import actor_of
from kb_service.people.queries.directory import user_by_login
from tests.web.edit.make import come, errors_at, form_of, question, send, view
from tests.web.people_site import Site
from tests.web.read import remarks

PATH = "/edit/meters/kto"


@pytest.fixture
def uid(site: Site) -> Uid:
    made = question(site)
    come(site, Role.EDITOR)
    return made


def meanwhile(site: Site, uid: Uid, old: str, new: str) -> None:
    """Let somebody else save a change."""
    with site.work() as work:
        text = queries.for_editing(work, uid=uid).text
        assert old in text
        edit.save(work, uid, text.replace(old, new))


def stale(site: Site, uid: Uid, *, old: str, new: str, do: str = "save", **typed: str) -> Response:
    fields = form_of(site.get(PATH)) | typed | {"do": do}
    meanwhile(site, uid, old, new)
    return site.post(f"/edit/items/{uid}", fields)


@pytest.mark.parametrize("do", ["save", "submit"])
def test_a_stale_save_ends_in_both_texts_put_together(site: Site, uid: Uid, do: str) -> None:
    answer = stale(site, uid, old="title: Кто", new="title: Кто же", do=do, staff="Моя заметка.")
    assert answer.status_code == 412
    assert view(site, uid).number == 2
    assert remarks(answer.text) == []
    assert "Вы правили разные строки" in answer.text
    fields = form_of(answer, "merge")
    merged = fields["whole"]
    assert "title: Кто же меняет счётчик?" in merged
    assert "Моя заметка." in merged
    assert "<del>Для своих: светлячок-внутри</del><ins>Моя заметка</ins>" in answer.text
    saved = site.post(f"/edit/items/{uid}", {**fields, "do": "save"})
    assert saved.status_code == 303
    assert (view(site, uid).text, view(site, uid).number) == (merged, 3)


def test_an_overtaken_text_waits_also_where_its_comparison_is_left(site: Site, uid: Uid) -> None:
    stale(site, uid, old="title: Кто", new="title: Кто же", staff="Моя заметка.", tab="")
    assert "С тех пор документ сохраняли" in site.get(PATH).text
    with site.work() as work:
        elena = actor_of(work, user_by_login(work, "elena"))
        work.as_actor(elena)
        (kept,) = queries.unsaved(work, Place(uid=uid))
    assert (kept.fields["staff"], kept.based_on) == ("Моя заметка.", 1)
    assert "<ins>Моя заметка</ins>" in site.get(f"/edit/drafts/{kept.uid}").text
    again = form_of(site.get(f"{PATH}?draft={kept.uid}"))
    merged = form_of(site.post(f"/edit/items/{uid}", {**again, "do": "save"}), "merge")
    assert site.post(f"/edit/items/{uid}", {**merged, "do": "save"}).status_code == 303
    assert "Моя заметка." in view(site, uid).text


def test_lines_that_both_changed_must_be_decided(site: Site, uid: Uid) -> None:
    answer = stale(site, uid, old="Ответ для всех", new="Ответ чужой", public="Ответ мой.")
    assert "В 1 месте оба текста изменили одни и те же строки" in answer.text
    fields = form_of(answer, "merge") | {"do": "save"}
    assert "Ответ мой.\n=======\nОтвет чужой: светлячок.\n>>>>>>> system\n" in fields["whole"]
    refused = site.post(f"/edit/items/{uid}", fields)
    assert refused.status_code == 400
    assert "остались отметки" in errors_at(refused)["whole"]
    assert form_of(refused)["whole"] == fields["whole"]
    assert view(site, uid).number == 2


def test_ones_own_text_can_be_saved_instead_and_the_other_stays(site: Site, uid: Uid) -> None:
    answer = stale(site, uid, old="Ответ для всех", new="Ответ чужой", public="Ответ мой.")
    fields = form_of(answer, "own") | {"do": "save"}
    assert site.post(f"/edit/items/{uid}", fields).status_code == 303
    assert "Ответ мой." in view(site, uid).text
    with site.work() as work:
        assert "Ответ чужой" in queries.revision_text(work, uid, 2)


def test_a_text_kept_before_others_saved_meets_theirs(site: Site, uid: Uid) -> None:
    fields = form_of(site.get(PATH)) | {"public": "Начато вчера."}
    draft = site.post("/edit/drafts", fields, accept="application/json").json()["draft"]
    meanwhile(site, uid, "светлячок-внутри", "жук-внутри")
    assert "С тех пор документ сохраняли" in site.get(PATH).text
    page = site.get(f"{PATH}?draft={draft}")
    assert form_of(page)["staff"] == "Для своих: светлячок-внутри."
    answer = site.post(f"/edit/items/{uid}", {**form_of(page), "do": "save"})
    assert answer.status_code == 412
    merged = form_of(answer, "merge")["whole"]
    assert "Начато вчера." in merged
    assert "жук-внутри" in merged


@pytest.mark.parametrize("role", [None, Role.OPERATOR])
def test_the_history_is_for_editors(site: Site, role: Role | None) -> None:
    made = question(site)
    if role:
        come(site, role, "olga")
    assert site.get(f"/edit/items/{made}/history").status_code == (403 if role else 303)


def test_the_history_shows_revisions_steps_and_words(site: Site, uid: Uid) -> None:
    send(site, PATH, public="Ответ для всех: жук.", comment="насекомое")
    send(site, PATH, "submit", public="Ответ для всех: шмель.")
    page = site.get(f"/edit/items/{uid}/history")
    assert remarks(page.text) == []
    assert "насекомое" in page.text
    assert "<del>жук</del><ins>шмель</ins>" in page.text
    assert "Отправить на публикацию" in page.text
    far = site.get(f"/edit/items/{uid}/history?old=1&new=3").text
    assert "<del>светлячок</del><ins>шмель</ins>" in far
    assert site.get(f"/edit/items/{uid}/history?old=1&new=9").status_code == 404


def test_an_earlier_text_comes_back_as_a_new_revision(site: Site, uid: Uid) -> None:
    before = view(site, uid).text
    send(site, PATH, public="Ошибка.")
    path = f"/edit/items/{uid}/history"
    data = {"number": "1", "based_on": "2"}
    assert site.send(path, path, data).headers["location"] == f"{PATH}?done=revision"
    assert (view(site, uid).text, view(site, uid).number) == (before, 3)
    assert "Возвращена редакция 1" in site.get(path).text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"number": "1", "based_on": "1"}, 412),
        ({"number": "9", "based_on": "2"}, 404),
        ({"number": "x", "based_on": "2"}, 400),
        ({"number": "1"}, 400),
    ],
)
def test_bringing_back_refuses_what_it_cannot(
    site: Site, uid: Uid, data: dict[str, str], status: int
) -> None:
    send(site, PATH, public="Второй.")
    path = f"/edit/items/{uid}/history"
    assert site.send(path, path, data).status_code == status
    assert view(site, uid).number == 2
