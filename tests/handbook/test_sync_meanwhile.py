"""The content folder while others write in it: nothing taken for gone, nothing written over."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook import files
from kb_service.handbook.folder import Folder, Seen, digest
from kb_service.handbook.sync import Sync
from tests.handbook import make
from tests.handbook.test_sync import QUESTION, item

pytestmark = pytest.mark.usefixtures("content")


class Busy(Folder):
    """A folder in which something happens just after it was listed."""

    def __init__(self, root: Path, meanwhile: Callable[[], None]) -> None:
        super().__init__(root)
        self.meanwhile = meanwhile

    def scan(self) -> Iterator[Seen]:
        yield from list(super().scan())
        self.meanwhile()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    make.folder(
        tmp_path / "content",
        {
            "meters/index.md": "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\n",
            "meters/kto.md": QUESTION,
        },
    )
    return tmp_path / "content"


@pytest.fixture
def sync(fresh_database: Database, clock: SetClock, content: Path) -> Sync:
    made = make.sync(fresh_database, clock, content)
    made.take_in()
    return made


def test_a_file_that_the_service_writes_during_a_look_is_not_taken_for_gone(
    sync: Sync, content: Path
) -> None:
    made: list[str] = []

    def meanwhile() -> None:
        with open_work(sync.database, SYSTEM, sync.clock) as work:
            made.append(make.question(work, item(sync).parent_uid, "Новый вопрос?", name="new"))
        with open_work(sync.database, SYSTEM, sync.clock) as work:
            files.write_item(work, content, sync.blobs, made[0])

    sync.folder = Busy(content, meanwhile)
    assert sync.take_in().removed == []
    sync.folder = Folder(content)
    report = sync.take_in()
    assert (report.created, report.changed, report.removed) == ([], [], [])


def test_a_file_that_is_put_back_during_a_look_is_not_taken_for_gone(
    sync: Sync, content: Path
) -> None:
    file, aside = content / "meters/kto.md", content / "meters/kto.md~"
    file.rename(aside)
    sync.folder = Busy(content, lambda: aside.rename(file) and None)
    assert sync.take_in().removed == []


def test_a_file_that_goes_during_a_look_is_found_gone_by_the_next(
    sync: Sync, content: Path
) -> None:
    (content / "meters/kto.md").write_text(QUESTION.replace("Мы.", "Все."), encoding="utf-8")
    sync.folder = Busy(content, (content / "meters/kto.md").unlink)
    report = sync.take_in()
    assert (report.problems, report.removed) == ([], [])
    sync.folder = Folder(content)
    assert sync.take_in().removed == ["/meters/kto"]


def test_a_file_that_comes_back_is_published_again(sync: Sync, content: Path) -> None:
    text = (content / "meters/kto.md").read_text(encoding="utf-8")
    (content / "meters/kto.md").unlink()
    sync.take_in()
    assert item(sync).live_uid is not None
    (content / "meters/kto.md").write_text(text, encoding="utf-8")
    sync.take_in()
    assert (item(sync).state, item(sync).trashed_at) == ("published", None)
    assert item(sync).live_uid == item(sync).latest_uid


def test_a_copied_file_is_refused_while_the_first_is_there(sync: Sync, content: Path) -> None:
    (content / "meters/copy.md").write_text(QUESTION, encoding="utf-8")
    report = sync.take_in()
    assert [(p.path, p.code, p.params) for p in report.problems] == [
        ("meters/copy.md", "document.uid_twice", {"other": "meters/kto.md"})
    ]
    assert item(sync).path == "/meters/kto"
    (content / "meters/kto.md").unlink()
    assert sync.take_in().moved == ["/meters/copy"]


def test_what_cannot_be_read_is_named_and_the_others_go_in(sync: Sync, content: Path) -> None:
    (content / "meters/blank.pdf").mkdir()
    make.folder(
        content,
        {
            "meters/blank.pdf.md": "---\ntype: File\ntitle: Бланк\n---\n",
            "meters/other.md": "---\ntype: StandardQuestion\ntitle: Другой?\n---\nДа.\n",
        },
    )
    report = sync.take_in()
    assert [(p.path, p.code) for p in report.problems] == [
        ("meters/blank.pdf.md", "file.unreadable")
    ]
    assert report.created == ["/meters/other"]


def test_what_is_no_plain_file_is_not_read(sync: Sync, content: Path) -> None:
    os.mkfifo(content / "meters/pipe.md")
    assert sync.take_in().problems == []


def test_a_text_that_somebody_saved_meanwhile_is_not_written_over(content: Path) -> None:
    place = Folder(content)
    before = digest(place.read("meters/kto.md"))
    (content / "meters/kto.md").write_text("Правка", encoding="utf-8")
    assert place.exchange("meters/kto.md", b"ours", before) is None
    assert place.read("meters/kto.md").decode() == "Правка"
    assert sorted(path.name for path in (content / "meters").iterdir()) == ["index.md", "kto.md"]
    assert place.exchange("meters/new.md", b"ours", "") is not None
