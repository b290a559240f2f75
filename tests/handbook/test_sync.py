"""The content folder both ways: in, out, conflicts, bad files, moves, removals."""

from pathlib import Path

import pytest
from sqlalchemy import select

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook import files
from kb_service.handbook.acts import edit, sheets
from kb_service.handbook.exchange import out
from kb_service.handbook.sync import Sync
from kb_service.handbook.tables import Item, Revision
from tests import databases
from tests.handbook import make
from tests.persons import ANNA, RITA

TOPIC = "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\n"
UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f00"
QUESTION = (
    f"---\ntype: StandardQuestion\nuid: {UID}\ntitle: Кто меняет?\nstate: published\n---\nМы.\n"
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    make.folder(folder, {"meters/index.md": TOPIC, "meters/kto.md": QUESTION})
    return folder


@pytest.fixture
def sync(fresh_database: Database, clock: SetClock, content: Path) -> Sync:
    return make.sync(fresh_database, clock, content)


def item(sync: Sync, uid: str = UID) -> Item:
    with open_work(sync.database, SYSTEM, sync.clock, write=False) as work:
        found = work.session.get_one(Item, uid)
        work.session.expunge(found)
        return found


def write_out(sync: Sync, uid: str = UID) -> None:
    with open_work(sync.database, SYSTEM, sync.clock) as work:
        files.write_item(work, sync.folder.root, sync.blobs, uid)


def save(sync: Sync, text: str, uid: str = UID) -> None:
    with open_work(sync.database, RITA, sync.clock) as work:
        edit.save(work, uid, text, goes_live=True)


def test_a_first_look_takes_everything_in_and_leaves_files_with_uids_alone(
    sync: Sync, content: Path
) -> None:
    before = (content / "meters/kto.md").read_bytes()
    report = sync.take_in()
    assert report.created == ["/meters", "/meters/kto"]
    assert (content / "meters/kto.md").read_bytes() == before
    assert item(sync).state == "published"
    assert sync.take_in().unchanged == 2


def test_a_file_without_a_uid_is_given_one(sync: Sync, content: Path) -> None:
    sync.take_in()
    assert "uid: " in (content / "meters/index.md").read_text(encoding="utf-8")
    assert sync.take_in().changed == []


def test_a_changed_file_becomes_live(sync: Sync, content: Path) -> None:
    sync.take_in()
    (content / "meters/kto.md").write_text(QUESTION.replace("Мы.", "Всегда мы."), encoding="utf-8")
    assert sync.take_in().changed == ["/meters/kto"]
    assert item(sync).live_uid == item(sync).latest_uid


def test_a_change_here_is_written_to_the_file(sync: Sync, content: Path) -> None:
    sync.take_in()
    save(sync, QUESTION.replace("Мы.", "Правка на странице."))
    write_out(sync)
    assert "Правка на странице." in (content / "meters/kto.md").read_text(encoding="utf-8")
    assert sync.take_in().changed == []


def test_changed_on_both_sides_both_texts_are_kept_and_named(sync: Sync, content: Path) -> None:
    sync.take_in()
    save(sync, QUESTION.replace("Мы.", "Правка на странице."))
    theirs = QUESTION.replace("Мы.", "Правка в файле.")
    (content / "meters/kto.md").write_text(theirs, encoding="utf-8")
    assert sync.take_in().conflicts == ["meters/kto.md"]
    assert (content / "meters/kto.md.conflict").read_text(encoding="utf-8") == theirs
    write_out(sync)
    assert "Правка на странице." in (content / "meters/kto.md").read_text(encoding="utf-8")
    with open_work(sync.database, SYSTEM, sync.clock, write=False) as work:
        kept = work.session.scalars(select(Revision).where(Revision.is_conflict)).one()
        assert "Правка в файле." in kept.text
    assert sync.take_in().conflicts == []


def test_a_second_conflict_keeps_the_first_ones_text(sync: Sync, content: Path) -> None:
    sync.take_in()
    said = []
    for number, word in enumerate(("Первая", "Вторая", "Вторая", "Третья")):
        save(sync, QUESTION.replace("Мы.", f"Правка на странице {number}."))
        (content / "meters/kto.md").write_text(QUESTION.replace("Мы.", word), encoding="utf-8")
        said += sync.take_in().put_aside
        write_out(sync)
    names = [f"meters/kto.md{one}.conflict" for one in ("", ".2", ".2", ".3")]
    assert said == names
    for word, name in zip(("Первая", "Вторая", "Вторая", "Третья"), names, strict=True):
        assert (content / name).read_text(encoding="utf-8") == QUESTION.replace("Мы.", word)
    assert sync.take_in().created == []


def test_a_second_conflict_of_a_sheet_is_kept_too(sync: Sync, content: Path) -> None:
    make.folder(content, {"_glossary.yaml": "- a\n"})
    sync.take_in()
    for number in (1, 2):
        with open_work(sync.database, ANNA, sync.clock) as work:
            sheets.save(work, "glossary", f"- page {number}\n")
        make.folder(content, {"_glossary.yaml": f"- file {number}\n"})
        assert sync.take_in().conflicts == ["_glossary.yaml"]
        with open_work(sync.database, SYSTEM, sync.clock) as work:
            files.write_sheet(work, content, "glossary")
    assert (content / "_glossary.yaml.conflict").read_text("utf-8") == "- file 1\n"
    assert (content / "_glossary.yaml.2.conflict").read_text("utf-8") == "- file 2\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Просто текст\n", "document.front_missing", 1),
        ("---\ntype: StandardQuestion\n---\nМы.\n", "document.title_missing", 1),
        ("---\ntype: Nothing\ntitle: Что?\n---\n", "document.type_unknown", 2),
        ("---\ntype: Page\ntitle: Что?\n---\n\n::: staff\nтайна\n", "part.unclosed", 6),
        ("---\ntype: Page\ntitle: Что?\n---\n{{ fact.nothing }}\n", "render.variable_unknown", 5),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_the_others_go_in(
    sync: Sync, content: Path, text: str, code: str, line: int
) -> None:
    (content / "meters/a-bad.md").write_text(text, encoding="utf-8")
    report = sync.take_in()
    assert [(p.path, p.code, p.line) for p in report.problems] == [("meters/a-bad.md", code, line)]
    assert "/meters/kto" in report.created


def test_a_moved_file_moves_its_item(sync: Sync, content: Path) -> None:
    sync.take_in()
    (content / "meters/kto.md").rename(content / "meters/kto-menyaet.md")
    assert sync.take_in().moved == ["/meters/kto-menyaet"]
    assert item(sync).path == "/meters/kto-menyaet"


def test_a_removed_file_puts_its_item_into_the_trash(sync: Sync, content: Path) -> None:
    sync.take_in()
    (content / "meters/kto.md").unlink()
    assert sync.take_in().removed == ["/meters/kto"]
    assert item(sync).trashed_at is not None


def test_a_topic_that_still_holds_files_keeps_its_own(sync: Sync, content: Path) -> None:
    sync.take_in()
    (content / "meters/index.md").unlink()
    report = sync.take_in()
    assert (report.removed, report.problems) == ([], [])
    assert item(sync).trashed_at is None
    write_out(sync, item(sync).parent_uid)
    assert "title: Счётчики" in (content / "meters/index.md").read_text(encoding="utf-8")
    assert sync.take_in().unchanged == 2


def test_a_file_that_comes_back_elsewhere_brings_its_item_there(sync: Sync, content: Path) -> None:
    sync.take_in()
    text = (content / "meters/kto.md").read_text(encoding="utf-8")
    (content / "meters/kto.md").unlink()
    sync.take_in()
    make.folder(content, {"other/index.md": TOPIC, "other/kto.md": text})
    assert sync.take_in().problems == []
    assert (item(sync).path, item(sync).state) == ("/other/kto", "published")
    write_out(sync)
    assert not (content / "meters/kto.md").exists()


def test_an_emptied_folder_removes_nothing(sync: Sync, content: Path) -> None:
    for number in range(8):
        text = QUESTION.replace(UID, f"{number:032x}").replace("Кто", f"Кто {number}")
        (content / f"meters/q{number}.md").write_text(text, encoding="utf-8")
    sync.take_in()
    for path in content.rglob("*.md"):
        path.unlink()
    assert [problem.code for problem in sync.take_in().problems] == ["sync.too_many_gone"]
    assert item(sync).trashed_at is None


def test_state_in_a_file_is_a_step_of_the_workflow(sync: Sync, content: Path) -> None:
    sync.take_in()
    private = QUESTION.replace("state: published", "state: private")
    (content / "meters/kto.md").write_text(private, encoding="utf-8")
    sync.take_in()
    assert (item(sync).state, item(sync).live_uid) == ("private", None)


def test_an_export_laid_into_another_content_folder_gives_equal_hashes(
    sync: Sync, clock: SetClock, tmp_path: Path, sqlite_template: Path
) -> None:
    sync.take_in()
    with open_work(sync.database, SYSTEM, sync.clock, write=False) as work:
        out.take_out(work, sync.blobs, tmp_path / "second")
    other = databases.sqlite_copy(sqlite_template, tmp_path / "other.sqlite")
    second = make.sync(other, clock, tmp_path / "second")
    assert second.take_in().problems == []
    assert hashes(sync) == hashes(second)
    other.close()


def hashes(sync: Sync) -> set[tuple[str, str]]:
    with open_work(sync.database, SYSTEM, sync.clock, write=False) as work:
        rows = work.session.execute(
            select(Item.path, Revision.sha256).join(Revision, Revision.uid == Item.latest_uid)
        )
        return {(path, digest) for path, digest in rows}
