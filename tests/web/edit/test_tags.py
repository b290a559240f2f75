"""Tags over HTTP: counted, renamed, put together and taken off; live texts stay live."""

import pytest

from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from kb_service.handbook.tables import Item
from kb_service.worker import worker_of
from tests.handbook import make
from tests.web.edit.make import come, form_of
from tests.web.edit.test_bulk import BULK, begin, figures
from tests.web.people_site import Site, csrf_of
from tests.web.read import remarks

TAGS = "/edit/tags"


@pytest.fixture
def uids(site: Site) -> list[str]:
    """A live text with two tags, a draft with one, and a live one with a newer text beside it."""
    with site.work() as work:
        topic = make.topic(work)
        live = make.question(work, topic, "Жив?", tags=["счётчик", "замена"])
        draft = make.question(work, topic, "Черновик?", live=False, tags=["счётчик"])
        both = make.question(work, topic, "Новее?", name="both", tags=["счётчик"])
        edit.save(work, both, make.question_text("Ещё новее?", tags=["счётчик", "долг"]))
        return [live, draft, both]


def change(site: Site, do: str, tag: str, to: str = "") -> None:
    """Name the change, agree to what would happen, let it be done."""
    data = {"csrf": csrf_of(site.get(TAGS)), "do": do, "tag": tag, "to": to, "sent": "1"}
    begin(site, site.post(BULK, data))
    worker_of(site.house).run_due({"handbook.bulk"})


def tags_of(site: Site, uid: str) -> list[str]:
    with site.work() as work:
        return queries.cards(work, [uid])[uid].tags  # type: ignore[index]  # a uid by its column


@pytest.mark.parametrize("role", [None, Role.OPERATOR])
def test_tags_are_for_editors(site: Site, role: Role | None) -> None:
    if role:
        come(site, role, "olga")
    assert site.get(TAGS).status_code == (403 if role else 303)


def test_each_tag_is_shown_with_its_count(site: Site, uids: list[str]) -> None:
    come(site, Role.EDITOR)
    page = site.get(TAGS)
    assert remarks(page.text) == []
    assert "3 текста, опубликовано: 2" in page.text
    assert f"{TAGS}?tag=%D0%B4%D0%BE%D0%BB%D0%B3" in page.text
    shown = site.get(f"{TAGS}?tag=счётчик")
    assert remarks(shown.text) == []
    assert all(uid in shown.text for uid in uids)
    assert "ни у одного" in site.get(f"{TAGS}?tag=нет такой").text


def test_a_new_name_must_be_given(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    data = {"csrf": csrf_of(site.get(TAGS)), "do": "retag", "tag": "счётчик", "sent": "1"}
    answer = site.post(BULK, data)
    assert answer.status_code == 400
    assert form_of(answer, BULK)["tag"] == "счётчик"
    assert tags_of(site, uids[0]) == ["счётчик", "замена"]


def test_a_tag_is_renamed_everywhere_and_live_texts_stay_live(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    change(site, "retag", "счётчик", "прибор учёта")
    assert tags_of(site, uids[0]) == ["прибор учёта", "замена"]
    with site.work() as work:
        assert queries.tags(work) == ["замена", "прибор учёта"]
        assert queries.tagged(work, "счётчик") == []
        assert sorted(queries.tagged(work, "прибор учёта")) == sorted(uids)
        found = [work.session.get_one(Item, uid) for uid in uids]
        assert [(one.state, one.draft) for one in found] == [
            ("published", ""), ("private", ""), ("published", "private"),
        ]  # fmt: skip
        assert queries.for_editing(work, uid=uids[2]).text.count("прибор учёта") == 1
        assert "Ещё новее?" in queries.for_editing(work, uid=uids[2]).text
    assert "Ещё новее?" not in site.get("/meters/both").text


def test_the_name_of_another_tag_puts_both_together(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    change(site, "retag", "замена", "счётчик")
    assert tags_of(site, uids[0]) == ["счётчик"]
    assert "замена" not in site.get(TAGS).text


def test_a_tag_is_taken_off(site: Site, uids: list[str]) -> None:
    come(site, Role.REVIEWER)
    change(site, "untag", "счётчик")
    assert tags_of(site, uids[0]) == ["замена"]
    with site.work() as work:
        assert queries.tagged(work, "счётчик") == []


def test_of_an_editor_the_live_texts_wait(site: Site, uids: list[str]) -> None:
    come(site, Role.EDITOR)
    change(site, "retag", "счётчик", "прибор")
    assert tags_of(site, uids[0]) == ["счётчик", "замена"]
    with site.work() as work:
        assert work.session.get_one(Item, uids[0]).draft == "pending"
    # The live text still has the old name, the newest one has not: nothing is left to be done.
    data = {"csrf": csrf_of(site.get(TAGS)), "do": "retag", "tag": "счётчик", "to": "прибор"}
    assert figures(site.post(BULK, data)) == {"будет сделано": 0, "уже так": 2}
