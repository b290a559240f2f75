"""Creating, saving, moving, throwing away: refused first, then done, then what follows."""

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.outbox import Job
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_who_may_not_write_is_refused(work_as: WorkAs, actor: object, code: str) -> None:
    with work_as(RITA) as work:
        parent = make.topic(work)
    with work_as(actor) as work, pytest.raises(KbError, match=code):
        edit.create(work, parent, make.question_text("Вопрос?"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{ fact.unknown_key }}", "render.variable_unknown"),
        ("::: staff\nне закрыто", "part.unclosed"),
        ("{{ applicant.name }}", "render.letter_variable"),
    ],
)
def test_a_text_that_could_not_be_shown_is_refused(work_as: WorkAs, body: str, code: str) -> None:
    with work_as(RITA) as work:
        parent = make.topic(work)
        text = f"---\ntype: StandardQuestion\ntitle: Вопрос?\n---\n{body}\n"
        with pytest.raises(KbError) as caught:
            edit.create(work, parent, text)
        assert caught.value.code == code
        assert caught.value.params["line"] >= 5


def test_a_new_item_is_private_and_named_by_its_title(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        parent = make.root(work)
        uid = edit.create(work, parent, make.question_text("Как передать показания?"))
        second = edit.create(work, parent, make.question_text("Как передать показания?"))
        item = work.session.get_one(Item, uid)
        assert (item.path, item.state) == ("/kak-peredat-pokazaniia", State.PRIVATE)
        assert work.session.get_one(Item, second).path == "/kak-peredat-pokazaniia-1"
        kinds = set(work.session.scalars(select(Job.kind)))
        assert {"search.index", "handbook.write"} <= kinds
        row = work.session.scalar(select(AuditRow).where(AuditRow.object_uid == uid))
        assert row is not None
        assert (row.act, row.actor) == ("item.create", "elena")


def test_a_code_belongs_to_one_question(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        parent = make.topic(work)
        make.question(work, parent, code="M01")
    with work_as(RITA) as work, pytest.raises(KbError, match=r"item\.code_taken"):
        make.question(work, parent, "Другой вопрос?", code="M01")


def test_a_saved_text_waits_for_publication(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        edit.save(work, uid, make.question_text("Новое название?"))
        item = work.session.get_one(Item, uid)
        assert (item.state, item.draft, item.title) == (
            "published",
            "private",
            "Кто меняет счётчик?",
        )
        assert queries.cards(work, [uid])[uid].title == "Кто меняет счётчик?"
        workflow.publish(work, uid)
        assert queries.cards(work, [uid])[uid].title == "Новое название?"


def test_a_stale_writer_is_told_so(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        edit.save(work, uid, make.question_text("Первая правка?"), based_on=1)
        with pytest.raises(KbError, match=r"item\.stale"):
            edit.save(work, uid, make.question_text("Вторая правка?"), based_on=1)


def test_the_same_text_makes_no_revision(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        assert edit.save(work, uid, make.question_text("Кто меняет счётчик?")) == 1


def test_revisions_are_numbered_and_signed(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
    with work_as(ELENA) as work:
        edit.save(work, uid, make.question_text("Правка Елены?"), comment="уточнила")
    with work_as(RITA) as work:
        newest = queries.history(work, uid)[0]
        assert (newest.number, newest.author, newest.comment) == (2, "elena", "уточнила")
        text = queries.revision_text(work, uid, 1)
        assert "uid:" not in text
        assert work.session.scalar(select(Revision.text).where(Revision.uid == newest.uid)) != text
