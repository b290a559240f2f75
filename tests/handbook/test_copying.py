"""Copying: refused first, then a private twin with its own uid and no code, and the journal."""

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.handbook import queries
from kb_service.handbook.acts import _tree, copying, edit, workflow
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_who_may_not_write_copies_nothing(work_as: WorkAs, actor: object, code: str) -> None:
    with work_as(RITA) as work:
        parent = make.topic(work)
        uid = make.question(work, parent)
    with work_as(actor) as work, pytest.raises(KbError, match=code):
        copying.copy(work, uid, parent)


def test_nothing_is_copied_into_itself_or_below_a_question(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        parent = make.topic(work)
        uid = make.question(work, parent)
        for source, target, code in (
            (parent, parent, "item.into_itself"),
            (parent, uid, "item.into_itself"),
            (make.root(work), parent, "item.into_itself"),
            (make.page(work, "Страница", "page"), uid, "item.parent_not_folder"),
        ):
            with pytest.raises(KbError) as caught:
                copying.copy(work, source, target)
            assert caught.value.code == code


def test_too_much_at_once_is_refused(work_as: WorkAs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tree, "MAX_ITEMS", 2)
    with work_as(RITA) as work:
        parent = make.topic(work)
        make.question(work, parent)
        make.question(work, parent)
        with pytest.raises(KbError) as caught:
            copying.copy(work, parent, make.root(work))
        assert (caught.value.code, caught.value.params["count"]) == ("tree.too_many", 3)


def test_a_copy_is_a_private_twin_without_a_code(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        parent = make.topic(work)
        uid = make.question(work, parent, name="kto", code="M01", tags=["замена"])
    with work_as(ELENA) as work:
        twin = copying.copy(work, uid, parent)
    with work_as(RITA, write=False) as work:
        item, source = work.session.get_one(Item, twin), work.session.get_one(Item, uid)
        assert (item.path, item.state, item.code) == ("/meters/kto-1", State.PRIVATE, None)
        assert (item.creator, source.code, source.state) == ("elena", "M01", State.PUBLISHED)
        texts = [work.session.get_one(Revision, one.latest_uid).text for one in (source, item)]
        assert texts[0].replace("code: M01\n", "") == texts[1]
        rows = list(work.session.scalars(select(AuditRow).where(AuditRow.actor == "elena")))
        assert [(row.act, row.object_uid) for row in rows] == [
            ("item.create", twin),
            ("item.copy", uid),
        ]
        assert rows[1].changes[0]["fields"] == {"copied_from": [None, uid]}


def test_all_that_lies_below_is_copied_too(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        root = make.root(work)
        parent = make.topic(work)
        make.question(work, parent, name="a", code="M01")
        gone = make.question(work, parent, name="b")
        edit.trash(work, gone)
        twin = copying.copy(work, parent, root, name="neu")
        cards = queries.children(work, "/neu")
        assert [(card.path, card.state) for card in cards] == [("/neu/a", State.PRIVATE)]
        assert len(queries.children(work, "/meters")) == 1
        workflow.publish(work, twin)


def test_the_newest_text_is_copied(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        parent = make.topic(work)
        uid = make.question(work, parent, name="a")
        edit.save(work, uid, make.question_text("Новый заголовок?"))
        twin = copying.copy(work, uid, parent)
        assert work.session.get_one(Item, twin).title == "Новый заголовок?"
