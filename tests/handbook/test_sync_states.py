"""What a file says of its state, and what follows when somebody changes it there."""

from datetime import timedelta
from pathlib import Path

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook import jobs
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.rules.workflow import Action, Standing, state_in_file, steps_of_file
from kb_service.handbook.schemas import State
from kb_service.handbook.sync import Sync
from tests.handbook import make
from tests.handbook.test_sync import QUESTION, TOPIC, UID, item, write_out
from tests.persons import RITA

LATER = "publish_at: 2026-11-24T13:00:00+03:00\n"
PRI, PEN, PUB, ARC = State
LIVE, DRAFT, SUBMITTED = Standing(PUB), Standing(PUB, PRI, True), Standing(PUB, PEN, True)
SCHEDULED = Standing(PUB, PEN, True, is_scheduled=True)


@pytest.fixture
def sync(fresh_database: Database, clock: SetClock, tmp_path: Path) -> Sync:
    content = tmp_path / "content"
    make.folder(content, {"meters/index.md": TOPIC, "meters/kto.md": QUESTION})
    made = make.sync(fresh_database, clock, content)
    made.take_in()
    return made


def read(sync: Sync) -> str:
    return (sync.folder.root / "meters/kto.md").read_text("utf-8")


def put(sync: Sync, text: str) -> None:
    (sync.folder.root / "meters/kto.md").write_text(text, "utf-8")
    assert sync.take_in().problems == []


def save(sync: Sync, text: str) -> None:
    with open_work(sync.database, RITA, sync.clock) as work:
        edit.save(work, UID, text)


def is_live(sync: Sync) -> bool:
    return item(sync).live_uid == item(sync).latest_uid


@pytest.mark.parametrize(
    ("state", "draft", "is_scheduled", "said"),
    [(PRI, "", False, PRI), (PUB, "", False, PUB), (PUB, "private", False, PRI),
     (PUB, "pending", False, PEN), (PUB, "pending", True, PRI), (ARC, "", False, ARC)],
)  # fmt: skip
def test_a_file_never_calls_published_what_is_not(
    state: State, draft: str, is_scheduled: bool, said: State
) -> None:
    assert state_in_file(state, draft, is_scheduled=is_scheduled) == said


@pytest.mark.parametrize(
    ("now", "before", "wanted", "steps", "with_four_eyes"),
    [
        (Standing(PRI), PRI, PUB, [Action.PUBLISH], [Action.SUBMIT]),
        (Standing(PRI), PRI, PRI, [], []),
        (Standing(PEN), PEN, PUB, [Action.PUBLISH], []),
        (Standing(PEN), PEN, PRI, [Action.RETRACT], [Action.RETRACT]),
        (Standing(ARC), ARC, PRI, [Action.RESTORE], [Action.RESTORE]),
        (Standing(ARC), ARC, PUB, [Action.RESTORE, Action.PUBLISH],
         [Action.RESTORE, Action.SUBMIT]),
        (LIVE, PUB, PRI, [Action.RETRACT], [Action.RETRACT]),
        (LIVE, PUB, ARC, [Action.ARCHIVE], [Action.ARCHIVE]),
        (LIVE, PRI, PUB, [], []),
        (DRAFT, PUB, PUB, [], []),
        (DRAFT, PRI, PUB, [Action.PUBLISH], [Action.SUBMIT]),
        (DRAFT, PEN, PEN, [Action.SUBMIT], [Action.SUBMIT]),
        (DRAFT, PUB, PRI, [Action.RETRACT], [Action.RETRACT]),
        (SUBMITTED, PRI, PUB, [Action.PUBLISH], []),
        (SUBMITTED, PRI, PEN, [], []),
        (SCHEDULED, PRI, PUB, [], []),
        (SCHEDULED, PUB, PRI, [Action.REJECT], [Action.REJECT]),
    ],
)  # fmt: skip
def test_a_changed_state_in_a_file_is_a_step(
    now: Standing, before: State, wanted: State, steps: list[Action], with_four_eyes: list[Action]
) -> None:
    assert list(steps_of_file(now, before, wanted, four_eyes=False)) == steps
    assert list(steps_of_file(now, before, wanted, four_eyes=True)) == with_four_eyes


def test_a_text_that_its_file_calls_private_is_not_published(sync: Sync) -> None:
    save(sync, QUESTION.replace("Мы.", "Черновик."))
    write_out(sync)
    assert "state: private" in read(sync)
    put(sync, read(sync).replace("Черновик.", "Черновик, исправлен."))
    assert (item(sync).state, item(sync).draft, is_live(sync)) == ("published", "private", False)


def test_the_file_of_a_scheduled_text_says_private_until_its_time(
    sync: Sync, clock: SetClock
) -> None:
    save(sync, QUESTION.replace("state:", LATER + "state:").replace("Мы.", "Потом."))
    with open_work(sync.database, RITA, sync.clock) as work:
        workflow.publish(work, UID)
    write_out(sync)
    assert "state: private" in read(sync)
    assert "Потом." in read(sync)
    assert sync.take_in().changed == []
    assert item(sync).scheduled_at is not None
    clock.moment += timedelta(hours=2)
    place = jobs.HandbookPlace(sync.folder.root, sync.blobs)
    with open_work(sync.database, SYSTEM, sync.clock) as work:
        jobs.turn(work, place, UID)
    write_out(sync)
    assert "state: published" in read(sync)
    assert is_live(sync)


def test_a_file_schedules_as_a_person_does(sync: Sync, clock: SetClock) -> None:
    later = QUESTION.replace("state:", LATER + "state:").replace("Мы.", "Потом.")
    put(sync, later)
    assert (item(sync).scheduled_at is not None, is_live(sync)) == (True, False)
    put(sync, later.replace("Потом.", "Потом, исправлено."))
    assert item(sync).scheduled_at is not None
    put(sync, later.replace("state: published", "state: private"))
    assert (item(sync).scheduled_at, item(sync).live_uid is not None) == (None, True)


def test_a_changed_file_of_a_scheduled_text_takes_it_back(sync: Sync) -> None:
    save(sync, QUESTION.replace("state:", LATER + "state:").replace("Мы.", "Потом."))
    with open_work(sync.database, RITA, sync.clock) as work:
        workflow.publish(work, UID)
    write_out(sync)
    put(sync, read(sync).replace("Потом.", "Никем не виданное."))
    assert (item(sync).scheduled_at, item(sync).draft) == (None, "private")


def test_a_file_brings_an_archived_item_back(sync: Sync) -> None:
    put(sync, QUESTION.replace("published", "archived"))
    assert item(sync).state == "archived"
    put(sync, QUESTION)
    assert (item(sync).state, is_live(sync)) == ("published", True)
