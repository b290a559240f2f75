"""The tree: which place is free; moving, throwing away, bringing back with all that lies below."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.outbox import Job
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.tables import Item
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA

Put = Callable[[Work, Uid, str], object]


def create(work: Work, parent: Uid, name: str) -> object:
    return edit.create(work, parent, make.question_text("Ещё вопрос?"), name=name)


def move(work: Work, parent: Uid, name: str) -> object:
    moved = edit.create(work, make.root(work), make.question_text("Куда?"), name="moved")
    return edit.move(work, moved, parent, name=name)


def bring_back(work: Work, parent: Uid, name: str) -> object:
    thrown = edit.create(work, make.root(work), make.question_text("Назад?"), name="thrown")
    edit.trash(work, thrown)
    return edit.untrash(work, thrown, parent=parent, name=name)


@pytest.fixture
def places(work_as: WorkAs) -> dict[str, Uid]:
    """A topic with a question and a topic in it, a topic in the trash, and the root."""
    with work_as(RITA) as work:
        found = {"root": make.root(work), "topic": make.topic(work)}
        found["question"] = make.question(work, found["topic"], name="kto")
        text = make.question_text("Внутри?").replace("StandardQuestion", "Topic")
        found["inner"] = edit.create(work, found["topic"], text, name="inner")
        found["deep"] = make.question(work, found["inner"], "Глубже?", name="deep", code="M07")
        found["gone"] = make.topic(work, "Прочее", "gone")
        edit.trash(work, found["gone"])
    return found


@pytest.mark.parametrize("put", [create, move, bring_back])
@pytest.mark.parametrize(
    ("place", "name", "code"),
    [
        ("question", "x", "item.parent_not_folder"),
        ("gone", "x", "item.parent_in_trash"),
        ("topic", "kto", "item.exists"),
        ("topic", "KTO", "item.exists"),
        ("topic", "a b", "path.wrong"),
        ("topic", "index", "path.reserved"),
        ("root", "desk", "path.reserved"),
    ],
)
def test_no_act_takes_a_place_that_is_not_free(
    work_as: WorkAs, places: dict[str, Uid], put: Put, place: str, name: str, code: str
) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=code.replace(".", r"\.")):
        put(work, places[place], name)


@pytest.mark.parametrize("put", [create, move, bring_back])
def test_a_name_in_the_trash_is_free(work_as: WorkAs, places: dict[str, Uid], put: Put) -> None:
    with work_as(RITA) as work:
        put(work, places["root"], "gone")
        taken = select(Item.uid).where(Item.path == "/gone")
        assert work.session.scalar(taken) not in (None, places["gone"])
        with pytest.raises(KbError, match=r"item\.exists"):
            edit.untrash(work, places["gone"])


@pytest.mark.parametrize("act", [edit.move, edit.trash, edit.untrash])
def test_who_may_not_write_moves_nothing(
    work_as: WorkAs, places: dict[str, Uid], act: Callable[..., object]
) -> None:
    more = (places["root"],) if act is edit.move else ()
    for actor, code in ((VERA, r"session\.needed"), (OLGA, r"act\.forbidden")):
        with work_as(actor) as work, pytest.raises(KbError, match=code):
            act(work, places["topic"], *more)


@pytest.mark.parametrize(
    ("uid", "parent", "code"),
    [("topic", "topic", "item.into_itself"), ("topic", "inner", "item.into_itself"),
     ("root", "topic", "item.root_stays"), ("gone", "topic", "item.in_trash")],
)  # fmt: skip
def test_some_items_cannot_be_moved_there(
    work_as: WorkAs, places: dict[str, Uid], uid: str, parent: str, code: str
) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=code.replace(".", r"\.")):
        edit.move(work, places[uid], places[parent])


def test_what_would_lie_too_deep_is_not_moved(work_as: WorkAs, places: dict[str, Uid]) -> None:
    with work_as(RITA) as work:
        above = places["root"]
        for number in range(6):
            text = make.question_text("Тема?").replace("StandardQuestion", "Topic")
            above = edit.create(work, above, text, name=f"level-{number}")
        with pytest.raises(KbError, match=r"path\.wrong"):
            edit.move(work, places["topic"], above)


def test_a_moved_topic_takes_all_along_and_leaves_addresses(
    work_as: WorkAs, places: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        target = make.topic(work, "Другое", "other")
        assert edit.move(work, places["topic"], target) == "/other/meters"
        assert queries.moved_to(work, "/meters/inner/deep") == "/other/meters/inner/deep"
        assert queries.moved_to(work, "/meters") == "/other/meters"
        assert edit.move(work, places["topic"], target) == "/other/meters"


def test_a_name_that_differs_in_case_alone_is_left_alone(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.topic(work, "Счётчики", "meters")
        kept = make.question(work, make.topic(work, "Иное", "meters-2"), name="stays")
        # A row of before the check of names that differ in case alone.
        row = update(Item.__table__).where(Item.uid == kept)
        work.session.connection().execute(row.values(path="/METERS/stays"))
        edit.trash(work, uid)
        assert work.session.get_one(Item, kept).trashed_at is None


@pytest.mark.parametrize("how", ["trash", "save", "publish", "submit", "archive", "conflict"])
def test_what_is_in_the_trash_is_only_brought_back(
    work_as: WorkAs, places: dict[str, Uid], how: str
) -> None:
    text = make.question_text("Правка?")
    acts: dict[str, Callable[[Work, Uid], object]] = {
        "trash": edit.trash,
        "save": lambda work, uid: edit.save(work, uid, text),
        "conflict": lambda work, uid: edit.keep_conflict(work, uid, text),
        "publish": workflow.publish, "submit": workflow.submit, "archive": workflow.archive,
    }  # fmt: skip
    with work_as(RITA) as work:
        before = work.session.get_one(Item, places["gone"]).trashed_path
        with pytest.raises(KbError, match=r"item\.in_trash"):
            acts[how](work, places["gone"])
        assert (before, work.session.get_one(Item, places["gone"]).trashed_path) == (
            "/gone",
            "/gone",
        )


def test_the_root_stays(work_as: WorkAs, places: dict[str, Uid]) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"item\.root_stays"):
        edit.trash(work, places["root"])


def test_what_is_not_in_the_trash_is_not_brought_back(
    work_as: WorkAs, places: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        with pytest.raises(KbError, match=r"item\.not_in_trash"):
            edit.untrash(work, places["topic"])
        edit.trash(work, places["topic"])
        with pytest.raises(KbError, match=r"item\.parent_in_trash"):
            edit.untrash(work, places["deep"])


def test_throwing_away_is_a_step_of_everything_that_goes(
    work_as: WorkAs, places: dict[str, Uid], clock: SetClock, renderer: object
) -> None:
    clock.moment += timedelta(days=2)
    with work_as(ELENA) as work:
        work.session.execute(delete(Job))
        edit.trash(work, places["topic"], comment="устарело")
        row = work.session.scalar(
            select(AuditRow).where(
                AuditRow.object_uid == places["topic"], AuditRow.actor == "elena"
            )
        )
        assert (row.act, row.reason) == ("item.trash", "устарело")
        kinds = set(work.session.scalars(select(Job.kind)))
        assert kinds == {"search.index", "handbook.write"}
        assert queries.cards(work, list(places.values())).keys() == {places["root"]}
    with work_as(RITA) as work:
        edit.untrash(work, places["topic"])
        workflow.publish(work, places["deep"])
        last = queries.transitions(work, places["deep"])[-3:]
        assert [(one.action, one.state) for one in last] == [
            ("trash", "private"), ("restore", "private"), ("publish", "published")]  # fmt: skip


def test_a_topic_comes_back_with_what_went_along_and_without_what_went_before(
    work_as: WorkAs, places: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        # In one unit, at one moment: which act it was decides.
        edit.trash(work, places["question"])
        edit.trash(work, places["topic"])
        assert edit.untrash(work, places["topic"]) == "/meters"
    with work_as(RITA) as work:
        rows = {name: work.session.get_one(Item, uid) for name, uid in places.items()}
        assert rows["question"].trashed_path == "/meters/kto"
        assert (rows["inner"].path, rows["deep"].path) == ("/meters/inner", "/meters/inner/deep")
        deep = rows["deep"]
        assert (deep.state, deep.live_uid, deep.code) == ("private", None, "M07")
        assert (deep.trashed_at, deep.trashed_path, deep.trashed_with) == (None, None, None)
        assert edit.untrash(work, places["question"]) == "/meters/kto"


def test_a_part_of_what_was_thrown_away_comes_back_to_another_place(
    work_as: WorkAs, places: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        edit.trash(work, places["topic"])
        back = edit.untrash(work, places["inner"], parent=places["root"], name="saved")
        assert back == "/saved"
        assert work.session.get_one(Item, places["deep"]).path == "/saved/deep"
        assert queries.moved_to(work, "/meters/inner/deep") == "/saved/deep"
        edit.untrash(work, places["topic"])
        assert work.session.get_one(Item, places["deep"]).path == "/saved/deep"
        assert work.session.get_one(Item, places["question"]).path == "/meters/kto"


def test_a_code_that_another_took_meanwhile_stays_with_that_one(
    work_as: WorkAs, places: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        edit.trash(work, places["topic"])
        make.question(work, places["root"], "Другой?", code="M07")
        edit.untrash(work, places["topic"])
        assert work.session.get_one(Item, places["deep"]).code is None
        with pytest.raises(KbError, match=r"item\.code_taken"):
            workflow.publish(work, places["deep"])


def test_columns_follow_the_latest_text_when_the_live_one_is_taken_back(
    work_as: WorkAs, places: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        edit.save(work, places["deep"], make.question_text("Новый?", code="M08"))
        workflow.retract(work, places["deep"])
        item = work.session.get_one(Item, places["deep"])
        assert (item.title, item.code) == ("Новый?", "M08")
