"""What a file is: its bytes and its name say so, never the text of its document."""

from pathlib import Path

import pytest
from sqlalchemy import update

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from kb_service.handbook.binaries import type_of
from kb_service.handbook.render import Renderer
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import RITA

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNKNOWN = "application/octet-stream"


def text(kind: str, name: str, said: str) -> str:
    return (
        f"---\ntype: {kind}\ntitle: Бланк\nfilename: {name}\ncontent_type: {said}\n"
        f"sha256: {'0' * 64}\n---\n"
    )


@pytest.mark.parametrize(
    ("name", "said", "is_picture", "given"),
    [
        ("a.png", "text/html", True, "image/png"),
        ("a.png", "image/svg+xml", True, "image/png"),
        ("a.pdf", "text/html", False, "application/pdf"),
        ("a.html", "text/html", False, UNKNOWN),
        ("a.svg", "image/svg+xml", True, UNKNOWN),
        ("a.pdf", "application/pdf", True, UNKNOWN),
        ("a.txt", "text/plain", True, UNKNOWN),
        ("a.xml", "application/xml", False, UNKNOWN),
        ("a", "text/html", False, UNKNOWN),
        ("a.PDF", "", False, "application/pdf"),
        ("a.gif", "image/png", True, "image/png"),
        ("a.gif", "image/gif", True, "image/png"),
        ("a.png", "image/jpeg", True, "image/jpeg"),
        ("a.docx", UNKNOWN, False, DOCX),
        ("a.txt", "text/plain", False, "text/plain"),
        ("a.csv", "text/plain", False, "text/csv"),
    ],
)
def test_a_type_is_one_that_checked_bytes_of_that_name_can_be(
    name: str, said: str, is_picture: bool, given: str
) -> None:
    assert type_of(name, said, is_picture=is_picture) == given


@pytest.mark.parametrize(
    ("kind", "name", "given"),
    [
        ("Image", "a.png", "image/png"),
        ("File", "a.pdf", "application/pdf"),
        ("File", "a.html", UNKNOWN),
    ],
)
def test_a_text_cannot_call_its_file_a_page(
    work_as: WorkAs, renderer: Renderer, kind: str, name: str, given: str
) -> None:
    with work_as(RITA) as work:
        uid = edit.create(work, make.root(work), text(kind, name, "text/html"), name=name)
        # Read as what it is, the second text is the first one.
        assert edit.save(work, uid, text(kind, name, "image/svg+xml")) == 1
        kept = queries.revision_text(work, uid, 1)
        assert "content_type: text/html" not in kept
        content = queries.by_uid(work, renderer, uid, latest=True).content
        assert content.content_type == given


def test_what_an_old_text_calls_its_file_is_not_believed(
    work_as: WorkAs, renderer: Renderer
) -> None:
    with work_as(RITA) as work:
        uid = edit.create(work, make.root(work), text("Image", "a.png", "image/png"), name="a.png")
        row = update(Revision.__table__).where(Revision.item_uid == uid)
        old = text("Image", "a.png", "text/html")
        work.session.connection().execute(row.values(text=old))
        work.session.expire_all()
        content = queries.by_uid(work, renderer, uid, latest=True).content
        assert content.content_type == "image/png"


def test_a_type_that_nobody_named_is_left_out_of_the_text(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        source = "---\ntype: File\ntitle: Бланк\n---\n"
        uid = edit.create(work, make.root(work), source, name="a.pdf")
        assert queries.revision_text(work, uid, 1) == source


def test_a_picture_that_is_none_is_refused(
    fresh_database: Database, clock: SetClock, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    make.folder(content, {"a.txt": "Текст", "a.txt.md": "---\ntype: Image\ntitle: Снимок\n---\n"})
    sync = make.sync(fresh_database, clock, content)
    assert [(one.path, one.code) for one in sync.take_in().problems] == [
        ("a.txt.md", "file.type_refused")
    ]
    with sync.database.unit(write=False) as session:
        assert session.query(Item).where(Item.path == "/a.txt").count() == 0
