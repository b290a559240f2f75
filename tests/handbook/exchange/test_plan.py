"""What an import would do, and doing it: folders and archives of documents."""

import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import FILES
from kb_service.base.work import Work, open_work
from kb_service.handbook import codec, files, queries
from kb_service.handbook.acts import edit, sheets
from kb_service.handbook.exchange import documents, out, planning
from kb_service.handbook.exchange.applying import carry_out
from kb_service.handbook.exchange.reading import read_bytes
from kb_service.handbook.schemas import Image as Picture
from kb_service.handbook.tables import Item, Revision
from tests import databases
from tests.conftest import WorkAs
from tests.handbook import make as handbook
from tests.handbook.exchange import make
from tests.persons import ANNA, ELENA, OLGA, RITA

CONTENT = Path(__file__).parents[3] / "content"


def hashes(work: Work) -> set[tuple[str, str, str]]:
    rows = work.session.execute(
        select(Item.path, Item.state, Revision.sha256).join(
            Revision, Revision.uid == Item.latest_uid
        )
    )
    return {(path, state, digest) for path, state, digest in rows}


def picture(kind: str) -> bytes:
    data = io.BytesIO()
    Image.effect_noise((40, 30), 60).convert("RGB").save(data, kind)
    return data.getvalue()


def item(work: Work, path: str) -> Item:
    return work.session.scalars(select(Item).where(Item.path == path)).one()


def test_who_may_not_write_is_given_no_plan(work_as: WorkAs) -> None:
    with work_as(OLGA) as work, pytest.raises(KbError) as caught:
        make.plan(work, "h.zip", make.zipped(make.FILES))
    assert caught.value.code == "act.forbidden"


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("a.md", "Просто текст\n", "document.front_missing", 1),
        ("a.md", "---\ntype: Page\ntitle: Что?\n---\n\n::: staff\nтайна\n", "part.unclosed", 6),
        (
            "a.md",
            "---\ntype: Page\ntitle: Что?\n---\n{{ fact.no }}\n",
            "render.variable_unknown",
            5,
        ),
        ("a b.md", "---\ntype: Page\ntitle: Что?\n---\n", "path.wrong", 1),
        ("edit/x.md", "---\ntype: Page\ntitle: Что?\n---\n", "path.reserved", 1),
        ("meters/kto/x.md", "---\ntype: Page\ntitle: Что?\n---\n", "item.parent_not_folder", 1),
        ("a.png.md", "---\ntype: Image\ntitle: Что?\n---\n", "file.missing", 1),
        ("_nothing.yaml", "a: 1\n", "sheet.unknown", 1),
        ("_facts.yaml", "a: {b\n", "sheet.yaml", 2),
    ],
)
def test_a_bad_file_is_named_with_line_and_reason_and_the_others_go_in(
    work_as: WorkAs, tmp_path: Path, name: str, text: str, code: str, line: int
) -> None:
    with work_as(RITA) as work:
        archive = make.zipped({**make.FILES, name: text.encode()})
        plan, done = make.brought(work, tmp_path, "h.zip", archive)
        assert make.refusals(plan) == [(name, "", line, code)]
        assert done.created == ["/meters", "/meters/kto"]


def test_what_is_new_changed_same_and_refused_is_said_before_anything_is_done(
    work_as: WorkAs, tmp_path: Path
) -> None:
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.zip", make.zipped(make.FILES))
        before = hashes(work)
        files = {
            **make.FILES,
            "meters/kto.md": make.QUESTION.replace("Мы.", "Всегда мы.").encode(),
            "meters/new.md": b"---\ntype: Page\ntitle: New\n---\n",
            "meters/bad.md": b"no",
        }
        plan = make.plan(work, "h.zip", make.zipped(files))
        assert plan.counts == {"new": 1, "changed": 1, "same": 1, "refused": 1}
        [changed] = plan.of("changed")
        words = [(one.op, one.text) for one in planning.changes_of(changed) if one.op != "equal"]
        assert words == [("skip", ""), ("delete", "Мы"), ("insert", "Всегда мы")]
        assert hashes(work) == before


def test_the_same_archive_again_changes_nothing(work_as: WorkAs, tmp_path: Path) -> None:
    archive = make.zipped(make.FILES)
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.zip", archive)
        before = hashes(work)
        plan, done = make.brought(work, tmp_path, "h.zip", archive)
        assert (plan.wanted, done.created, done.changed) == ([], [], [])
        assert hashes(work) == before


def test_an_editor_who_may_not_publish_leaves_it_to_somebody_who_may(
    work_as: WorkAs, tmp_path: Path
) -> None:
    archive = make.zipped(make.FILES)
    with work_as(RITA) as work:
        handbook.root(work)
    with work_as(ELENA) as work:
        make.brought(work, tmp_path, "h.zip", archive)
        assert item(work, "/meters/kto").state == "pending"
        assert make.plan(work, "h.zip", archive).counts["same"] == 2
        facts = make.plan(work, "h.zip", make.zipped({"_facts.yaml": b"{}\n"}))
        assert make.refusals(facts) == [("_facts.yaml", "", 1, "act.forbidden")]


def test_a_moved_document_moves_its_item_and_one_from_the_trash_comes_back(
    work_as: WorkAs, tmp_path: Path
) -> None:
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.zip", make.zipped(make.FILES))
        moved = {"meters/index.md": make.TOPIC.encode(), "meters/kem.md": make.QUESTION.encode()}
        plan, _done = make.brought(work, tmp_path, "h.zip", make.zipped(moved))
        assert [step.moved_from for step in plan.of("changed")] == ["/meters/kto"]
        edit.trash(work, make.UID)
        plan, _done = make.brought(work, tmp_path, "h.zip", make.zipped(moved))
        assert [step.from_trash for step in plan.of("changed")] == [True]
        assert item(work, "/meters/kem").state == "published"


def test_a_uid_and_a_code_are_nobody_elses(work_as: WorkAs, tmp_path: Path) -> None:
    coded = make.QUESTION.replace("title:", "code: M01\ntitle:")
    files = {
        "a.md": coded.encode(),
        "b.md": make.QUESTION.encode(),
        "c.md": coded.replace(make.UID, "1" * 32).encode(),
    }
    with work_as(RITA) as work:
        plan = make.plan(work, "h.zip", make.zipped(files))
        assert {one[3] for one in make.refusals(plan)} == {"item.code_taken", "import.twice"}


def test_a_step_that_the_acts_refuse_is_told_and_the_others_go_on(
    work_as: WorkAs, tmp_path: Path
) -> None:
    with work_as(RITA) as work:
        plan = make.plan(work, "h.zip", make.zipped(make.FILES))
        # Meanwhile somebody else puts a page where the topic was to be.
        handbook.page(work, "Другое", "meters")
        done = carry_out(work, Blobs(tmp_path), plan.steps)
        assert [one.code for one in done.refused] == ["item.exists", "item.parent_not_folder"]
        assert done.created == []


def test_a_text_saved_since_the_plan_is_not_written_over(work_as: WorkAs, tmp_path: Path) -> None:
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.zip", make.zipped(make.FILES))
        files = make.FILES | {"meters/kto.md": make.QUESTION.replace("Мы.", "Файл.").encode()}
        plan = make.plan(work, "h.zip", make.zipped(files))
        edit.save(work, make.UID, make.QUESTION.replace("Мы.", "Коллега."), goes_live=True)
        assert make.plan(work, "h.zip", make.zipped(files)).mark != plan.mark
        done = carry_out(work, Blobs(tmp_path), plan.steps)
        assert ([one.code for one in done.refused], done.changed) == (["item.stale"], [])
        assert "Коллега." in queries.for_editing(work, uid=make.UID).text


def test_a_draft_beside_the_live_text_takes_the_words_and_is_not_published(
    work_as: WorkAs, tmp_path: Path
) -> None:
    changed = make.FILES | {"meters/kto.md": make.QUESTION.replace("Мы.", "Файл.").encode()}
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.zip", make.zipped(make.FILES))
    with work_as(ELENA) as work:
        edit.save(work, make.UID, make.QUESTION.replace("Мы.", "Черновик."))
    with work_as(RITA) as work:
        plan, done = make.brought(work, tmp_path, "h.zip", make.zipped(changed))
        assert [one.code for one in plan.notes] == ["import.draft_stays"]
        assert (done.changed, done.refused) == (["/meters/kto"], [])
        view = queries.for_editing(work, uid=make.UID)
        assert (view.number, view.live, view.draft) == (3, 1, "private")
        assert make.plan(work, "h.zip", make.zipped(changed)).wanted == []


def test_facts_come_in_value_by_value_where_four_eyes_are_asked(
    work_as: WorkAs, tmp_path: Path
) -> None:
    text = b"term: {title: \xd0\xa1\xd1\x80\xd0\xbe\xd0\xba, values: [{value: '4'}]}\n"
    with work_as(ANNA) as work:
        handbook.root(work)
        early = make.plan(work, "h.zip", make.zipped({"_facts.yaml": text}))
        sheets.save(work, "company", "short_name: Т\nrules: {four_eyes: true}\n")
        late = make.plan(work, "h.zip", make.zipped({"_facts.yaml": text}))
        assert make.refusals(late) == [("_facts.yaml", "", 1, "sheet.four_eyes")]
        done = carry_out(work, Blobs(tmp_path), early.steps)
        assert [one.code for one in done.refused] == ["sheet.four_eyes"]
        assert queries.facts(work) == {}


def test_every_revision_of_an_import_says_whose_and_which(work_as: WorkAs, tmp_path: Path) -> None:
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.zip", make.zipped(make.FILES))
        rows = work.session.scalars(select(Revision).where(Revision.item_uid == make.UID)).all()
        assert [(row.author, row.comment) for row in rows] == [("rita", "import: h.zip")]


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("WEBP", "webp"), ("PNG", "png")])
def test_pictures_come_out_as_they_came_in(
    work_as: WorkAs, tmp_path: Path, kind: str, ending: str
) -> None:
    document = codec.encode(codec.new("Image", Picture(title="Фото"), ""))
    files = {f"p.{ending}.md": document.encode(), f"p.{ending}": picture(kind)}
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.zip", make.zipped(files))
        first, _count = out.as_bytes(work, Blobs(tmp_path / "blobs"), "zip")
        plan = make.plan(work, "h.zip", first)
        assert (plan.counts["same"], plan.counts["refused"]) == (len(plan.steps), 0)


def test_the_shipped_handbook_goes_through_an_archive_to_the_same_hashes(
    sqlite_template: Path, clock: SetClock, tmp_path: Path
) -> None:
    first, second = (
        databases.sqlite_copy(sqlite_template, tmp_path / name) for name in ("a.sqlite", "b.sqlite")
    )
    with open_work(first, FILES, clock) as work:
        plan = planning.plan(work, documents.read_folder(CONTENT))
        done = carry_out(work, Blobs(tmp_path / "blobs"), plan.steps)
        assert (done.refused, len(done.created) > 100) == ([], True)
        archive, _count = out.as_bytes(work, Blobs(tmp_path / "blobs"), "zip")
        before = hashes(work)
    with open_work(second, FILES, clock) as work:
        plan = planning.plan(work, read_bytes("h.zip", archive))
        carry_out(work, Blobs(tmp_path / "blobs"), plan.steps)
        assert hashes(work) == before
        assert out.as_bytes(work, Blobs(tmp_path / "blobs"), "zip")[0] == archive
    first.close()
    second.close()


LOST = f"---\ntype: File\ntitle: a\nfilename: a.pdf\nsha256: {'ab' * 32}\n---\n"


def test_bytes_that_are_lost_keep_nothing_else_from_going_out(
    work_as: WorkAs, tmp_path: Path
) -> None:
    blobs = Blobs(tmp_path / "blobs")
    with work_as(RITA) as work:
        topic = handbook.topic(work)
        uid = edit.create(work, topic, LOST, name="a.pdf")
        names = dict(out.files(work, blobs))
        assert "meters/a.pdf.md" in names
        assert "meters/a.pdf" not in names
        assert out.as_bytes(work, blobs, "zip")[1] == len(names)
        files.write_item(work, tmp_path / "content", blobs, uid)
    assert (tmp_path / "content/meters/a.pdf.md").exists()
