"""Four eyes: nobody publishes what they wrote any part of, by whatever door it came in."""

from pathlib import Path

import pytest
from sqlalchemy import select

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import FILES, SYSTEM, Actor
from kb_service.base.work import open_work
from kb_service.handbook import files, queries
from kb_service.handbook.acts import copying, edit, sheets, workflow, working_copy
from kb_service.handbook.rules.workflow import check_four_eyes
from kb_service.handbook.schemas import State
from kb_service.handbook.sync import Sync
from kb_service.handbook.tables import Item
from tests.conftest import WorkAs
from tests.handbook import make
from tests.handbook.test_sync import QUESTION, TOPIC, UID, item
from tests.persons import ANNA, ELENA, RITA

RULE = "short_name: Тест\nrules: {four_eyes: true}\n"


def written_by(work_as: WorkAs, *writers: Actor) -> Uid:
    """A live question of Elena's with a newer text for each writer, in this order."""
    with work_as(ELENA) as work:
        uid = make.question(work, make.topic(work, live=False), live=False)
    with work_as(RITA) as work:
        workflow.publish(work, uid)
    with work_as(ANNA) as work:
        sheets.save(work, "company", RULE)
    for number, writer in enumerate(writers):
        with work_as(writer) as work:
            edit.save(work, uid, make.question_text(f"Правка {number}?"))
    return uid


@pytest.mark.parametrize(
    ("writers", "actor", "is_on", "is_refused"),
    [({"rita"}, "rita", True, True), ({"rita", "elena"}, "rita", True, True),
     ({"elena"}, "rita", True, False), ({"rita"}, "rita", False, False)],
)  # fmt: skip
def test_a_writer_is_no_second_pair_of_eyes(
    writers: set[str], actor: str, is_on: bool, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(KbError, match=r"workflow\.four_eyes"):
            check_four_eyes(writers, actor, is_on=is_on)
    else:
        check_four_eyes(writers, actor, is_on=is_on)


@pytest.mark.parametrize(
    "writers", [(RITA,), (RITA, ELENA), (RITA, ELENA, ANNA), (RITA, FILES), (ELENA, RITA)]
)
def test_a_last_word_of_another_does_not_hide_who_wrote(
    work_as: WorkAs, writers: tuple[Actor, ...]
) -> None:
    uid = written_by(work_as, *writers)
    with work_as(RITA) as work, pytest.raises(KbError, match=r"workflow\.four_eyes"):
        workflow.publish(work, uid)


def test_who_wrote_what_is_live_already_may_publish_the_next_text(work_as: WorkAs) -> None:
    uid = written_by(work_as, RITA)
    with work_as(ANNA) as work:
        workflow.publish(work, uid)
    with work_as(ELENA) as work:
        edit.save(work, uid, make.question_text("Потом Елена?"))
    with work_as(RITA) as work:
        assert workflow.publish(work, uid) == State.PUBLISHED


def test_taking_back_does_not_make_an_own_text_anybodys(work_as: WorkAs) -> None:
    uid = written_by(work_as, RITA, ELENA)
    with work_as(RITA) as work:
        workflow.retract(work, uid)
        with pytest.raises(KbError, match=r"workflow\.four_eyes"):
            workflow.publish(work, uid)
    with work_as(ANNA) as work:
        assert workflow.publish(work, uid) == State.PUBLISHED


def test_a_change_over_the_api_waits_and_its_writer_may_not_publish_it(work_as: WorkAs) -> None:
    uid = written_by(work_as)
    with work_as(RITA) as work:
        edit.save(work, uid, make.question_text("По сети?"), goes_live=True)
    with work_as(ELENA) as work:
        edit.save(work, uid, make.question_text("По сети!"), goes_live=True)
    with work_as(RITA) as work:
        found = work.session.get_one(Item, uid)
        assert (found.draft, found.live_uid == found.latest_uid) == ("pending", False)
        with pytest.raises(KbError, match=r"workflow\.four_eyes"):
            workflow.publish(work, uid)


@pytest.fixture
def sync(fresh_database: Database, clock: SetClock, tmp_path: Path) -> Sync:
    """A folder that is known, and the rule on."""
    content = tmp_path / "content"
    make.folder(content, {"meters/index.md": TOPIC, "meters/kto.md": QUESTION})
    made = make.sync(fresh_database, clock, content)
    made.take_in()
    with open_work(made.database, ANNA, made.clock) as work:
        sheets.save(work, "company", RULE)
    return made


def test_what_a_file_brings_waits_for_the_second_pair(sync: Sync) -> None:
    (sync.folder.root / "meters/kto.md").write_text(QUESTION.replace("Мы.", "Они."), "utf-8")
    assert sync.take_in().changed == ["/meters/kto"]
    assert (item(sync).draft, item(sync).live_uid == item(sync).latest_uid) == ("pending", False)
    refused = pytest.raises(KbError, match=r"workflow\.four_eyes")
    with open_work(sync.database, FILES, sync.clock) as work, refused:
        workflow.publish(work, UID)
    with open_work(sync.database, RITA, sync.clock) as work:
        assert workflow.publish(work, UID) == State.PUBLISHED


def test_a_file_does_not_hide_who_wrote_before_it(sync: Sync) -> None:
    with open_work(sync.database, RITA, sync.clock) as work:
        edit.save(work, UID, QUESTION.replace("Мы.", "Правка Риты."))
    with open_work(sync.database, SYSTEM, sync.clock) as work:
        files.write_item(work, sync.folder.root, sync.blobs, UID)
    file = sync.folder.root / "meters/kto.md"
    text = file.read_text("utf-8").replace("state: private", "state: published")
    file.write_text(text.replace("Правка Риты.", "Правка Риты. "), "utf-8")
    assert sync.take_in().changed == ["/meters/kto"]
    assert item(sync).draft == "pending"
    refused = pytest.raises(KbError, match=r"workflow\.four_eyes")
    with open_work(sync.database, RITA, sync.clock) as work, refused:
        workflow.publish(work, UID)


def refused(work_as: WorkAs, actor: Actor, uid: Uid) -> bool:
    """Say whether the rule keeps an actor from publishing an item."""
    with work_as(actor) as work:
        try:
            workflow.publish(work, uid)
        except KbError as error:
            return error.code == "workflow.four_eyes"
    return False


def test_who_began_a_draft_without_a_word_or_threw_it_away_may_publish(work_as: WorkAs) -> None:
    uid = written_by(work_as)
    with work_as(RITA) as work:
        working_copy.check_out(work, uid)
        working_copy.discard(work, uid)
        edit.save(work, uid, make.question_text("Мысль Риты?"))
        working_copy.discard(work, uid)
    with work_as(ELENA) as work:
        edit.save(work, uid, make.question_text("Слово Елены?"))
    assert not refused(work_as, RITA, uid)
    with work_as(RITA) as work:
        working_copy.check_out(work, uid)
    with work_as(ELENA) as work:
        edit.save(work, uid, make.question_text("Ещё слово Елены?"))
    assert not refused(work_as, RITA, uid)


def test_words_that_are_brought_back_are_those_of_who_wrote_them(work_as: WorkAs) -> None:
    uid = written_by(work_as, RITA, ELENA)
    with work_as(ANNA) as work:
        workflow.publish(work, uid)
    with work_as(ELENA) as work:
        edit.save(work, uid, queries.text_to_revert(work, uid, 2))
    assert refused(work_as, RITA, uid)
    assert not refused(work_as, ANNA, uid)


@pytest.mark.parametrize("code", ["", "M01"])
def test_a_copy_does_not_hide_who_wrote_it(work_as: WorkAs, code: str) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work, live=False)
        make.question(work, topic, name="a", live=False, code=code)
        root = make.root(work)
    with work_as(ANNA) as work:
        sheets.save(work, "company", RULE)
    with work_as(ELENA) as work:
        copying.copy(work, topic, root, name="copy")
        copied = work.session.scalars(select(Item).where(Item.path == "/copy/a")).one().uid
    assert refused(work_as, RITA, Uid(copied))
    assert not refused(work_as, ANNA, Uid(copied))
