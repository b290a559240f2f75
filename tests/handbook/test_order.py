"""The order of neighbours: a number of the item, no part of its text, seen by readers at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from kb_service.base.audit import AuditRow
from kb_service.base.blobs import Blobs
from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.outbox import Job
from kb_service.base.permissions import FILES
from kb_service.base.work import Work, open_work
from kb_service.handbook import codec, files, queries
from kb_service.handbook.acts import copying, edit, ordering, sheets
from kb_service.handbook.rules.order import LAST, before_shifted, moved
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

NAMES = ("a", "b", "c", "d")
POSITION = st.sampled_from([0.0, 5.0, 10.0, 10.001, 20.0, 25.5, 999_995.0, LAST, LAST, 2e6])


@pytest.fixture
def four(work_as: WorkAs) -> dict[str, Uid]:
    """Four questions of a topic, none with a number."""
    with work_as(RITA) as work:
        topic = make.topic(work)
        made = {name: make.question(work, topic, f"{name}?", name=name) for name in NAMES}
    return {"topic": topic, **made}


def names(work: Work) -> list[str]:
    return [card.path.rsplit("/", 1)[1] for card in queries.children(work, "/meters")]


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_who_does_not_edit_the_topic_orders_nothing(
    work_as: WorkAs, four: dict[str, Uid], actor: object, code: str
) -> None:
    with work_as(actor) as work, pytest.raises(KbError, match=code):
        ordering.order(work, four["d"], before=four["a"])


def test_the_root_what_is_elsewhere_and_the_trash_have_no_neighbours(
    work_as: WorkAs, four: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        edit.trash(work, four["d"])
    for uid, before, code in (
        ("root", "", "item.root_stays"),
        (four["a"], four["topic"], "item.not_neighbour"),
        (four["a"], four["d"], "item.not_neighbour"),
        (four["a"], four["a"], "item.not_neighbour"),
        (four["d"], four["a"], "item.in_trash"),
    ):
        with work_as(ELENA) as work, pytest.raises(KbError) as caught:
            ordering.order(work, make.root(work) if uid == "root" else uid, before=before)
        assert caught.value.code == code


def test_what_would_number_half_a_handbook_is_refused(
    work_as: WorkAs, four: dict[str, Uid], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "MOST", 3)
    with work_as(ELENA) as work:
        with pytest.raises(KbError) as caught:
            ordering.order(work, four["a"])
        assert caught.value.code == "item.order_too_far"
        ordering.order(work, four["a"], before=four["d"])
        assert names(work) == ["b", "c", "a", "d"]


def test_readers_see_the_new_order_and_no_text_has_changed(
    work_as: WorkAs, four: dict[str, Uid]
) -> None:
    with work_as(ELENA) as work:
        ordering.order(work, four["d"], before=four["b"])
        rows = work.session.scalars(select(Revision).where(Revision.number > 1)).all()
        assert rows == []
    with work_as(VERA) as work:
        assert names(work) == ["a", "d", "b", "c"]
    with work_as(ELENA) as work:
        ordering.order(work, four["a"])
        assert names(work) == ["d", "b", "c", "a"]
        item = work.session.get_one(Item, four["a"])
        assert item.live_uid == item.latest_uid
        assert item.draft == ""


def test_ordering_leaves_one_row_in_the_journal_and_writes_the_files(
    work_as: WorkAs, four: dict[str, Uid]
) -> None:
    with work_as(ELENA) as work:
        work.session.execute(delete(Job))
        ordering.order(work, four["b"], before=four["a"], comment="важнее")
        row = work.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first()
        assert row is not None
        assert (row.act, row.object_uid, row.reason) == ("item.order", four["b"], "важнее")
        jobs = work.session.scalars(select(Job)).all()
        assert sorted((job.kind, *job.payload.values()) for job in jobs) == [
            ("handbook.write", four["b"]),
            ("search.index", four["b"]),
        ]
        ordering.order(work, four["b"], before=four["a"])
        last = work.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first()
        assert last is row


def test_four_eyes_have_nothing_to_see_in_an_order(work_as: WorkAs, four: dict[str, Uid]) -> None:
    with work_as(ANNA) as work:
        sheets.save(work, "company", "rules: {four_eyes: true}\n")
    with work_as(ELENA) as work:
        ordering.order(work, four["c"], before=four["a"])
    with work_as(VERA) as work:
        assert names(work) == ["c", "a", "b", "d"]


def test_a_place_goes_with_the_text_into_the_item_and_stays_out_of_the_revision(
    work_as: WorkAs,
) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), order=30)
        item = work.session.get_one(Item, uid)
        first = work.session.get_one(Revision, item.latest_uid)
        assert (item.position, "order" in first.text) == (30, False)
        text = codec.with_order(first.text, 7)
        assert edit.save(work, uid, text) == 1
        assert item.position == 7
        edit.save(work, uid, first.text.replace("Ответ для всех", "Ответ"))
        assert item.position == 7
        edit.save(work, uid, first.text, names_place=True)
        assert item.position == LAST


def test_a_text_of_an_earlier_release_does_not_bring_its_old_place_back(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        uid = make.question(work, topic, order=30)
        other = make.question(work, topic, order=20)
        item = work.session.get_one(Item, uid)
        old = work.session.get_one(Revision, item.latest_uid)
        # As such a database holds it: the place within the text.
        table = Revision.__table__
        text = codec.with_order(old.text, 30)
        work.session.connection().execute(
            table.update().where(table.c.uid == old.uid).values(text=text)
        )
        work.session.expire(old)
        ordering.order(work, uid, before=other)
        assert item.position == 10
        assert "order" not in queries.for_editing(work, uid=uid).text
        edit.save(work, uid, text.replace("Ответ для всех", "Ответ"))
        assert item.position == 10


def test_what_is_moved_or_copied_stands_last_and_a_copied_topic_keeps_its_order(
    work_as: WorkAs, four: dict[str, Uid]
) -> None:
    with work_as(RITA) as work:
        ordering.order(work, four["d"], before=four["a"])
        other = make.topic(work, "Другая", "other")
        make.question(work, other, "Без номера?", name="bare")
        edit.move(work, four["d"], other)
        assert work.session.get_one(Item, four["d"]).position == LAST
        edit.move(work, four["d"], four["topic"])
        ordering.order(work, four["d"], before=four["a"])
        twin = copying.copy(work, four["topic"], other)
        path = queries.cards(work, [twin])[twin].path
        assert queries.children(work, path)[0].path == f"{path}/d"
        for name in ("a", "b", "c"):
            ordering.order(work, four[name])
        # Where everybody has a number, who comes one after another keeps the order.
        new = make.topic(work, "Новая", "new")
        for card in queries.children(work, "/meters"):
            edit.move(work, card.uid, new)
        assert [one.path for one in queries.children(work, "/new")] == [
            f"/new/{name}" for name in ("d", "a", "b", "c")
        ]
        for card in queries.children(work, "/new"):
            edit.move(work, card.uid, four["topic"])
        edit.move(work, four["d"], four["topic"], name="dd")
        assert names(work)[0] == "dd"


def test_a_file_says_the_place_and_is_told_it(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    page = "---\ntype: Page\nuid: {uid}\ntitle: {name}\nstate: published\n{order}---\nТекст.\n"
    uids = {"a": "a" * 32, "b": "b" * 32}
    made = {
        f"{name}.md": page.format(uid=uid, name=name, order="" if name == "a" else "order: 10\n")
        for name, uid in uids.items()
    }
    make.folder(content, made)
    sync = make.sync(database, clock, content)
    assert sync.take_in().problems == []
    with open_work(database, RITA, clock) as work:
        assert [one.path for one in queries.children(work, "/")] == ["/b", "/a"]
        ordering.order(work, uids["a"], before=uids["b"])
        files.write_item(work, content, Blobs(tmp_path / "blobs"), uids["a"])
    assert "\norder: 0\n" in (content / "a.md").read_text()
    assert sync.take_in().changed == []
    # Somebody takes the line out, and another puts one in: two files, no revision.
    (content / "a.md").write_text(made["a.md"])
    (content / "b.md").write_text(made["b.md"].replace("order: 10", "order: 2.5"))
    assert sorted(sync.take_in().changed) == ["/a", "/b"]
    with open_work(database, FILES, clock, write=False) as work:
        rows = {row.name: row for row in work.session.scalars(select(Item))}
        assert (rows["a"].position, rows["b"].position) == (LAST, 2.5)
        assert {row.number for row in work.session.scalars(select(Revision))} == {1}


@given(positions=st.lists(POSITION, min_size=1, max_size=8), data=st.data())
def test_a_move_gives_the_wanted_order_with_few_changes(
    positions: list[float], data: st.DataObject
) -> None:
    row = [(str(number), position) for number, position in enumerate(sorted(positions))]
    uids = [uid for uid, _ in row]
    uid = data.draw(st.sampled_from(uids))
    before = data.draw(st.sampled_from([*(one for one in uids if one != uid), ""]))
    changed = dict(moved(row, uid, before))
    wanted = [one for one in uids if one != uid]
    wanted.insert(wanted.index(before) if before else len(wanted), uid)
    after = sorted(row, key=lambda one: changed.get(one[0], one[1]))
    assert (changed == {}) == (wanted == uids)
    assert [one for one, _ in after] == wanted
    fresh = {name: position for name, position in row if changed.get(name, position) != position}
    assert set(fresh) == set(changed)


def test_one_of_many_with_numbers_moves_alone() -> None:
    row = [(str(number), 10.0 * number) for number in range(1, 1000)]
    assert moved(row, "900", "3") == [("900", 25.0)]
    assert moved(row, "3", "") == [("3", 10_000.0)]
    assert moved(row, "900", "1") == [("900", 0.0)]
    assert moved([("a", 1.0), ("b", 2.0), ("c", 9.0)], "c", "b") == [("c", 1.5)]


@pytest.mark.parametrize(
    ("uid", "by", "before"),
    [("a", -1, "b"), ("a", 1, "c"), ("b", -1, "a"), ("b", 1, ""), ("c", 5, ""), ("c", -5, "a")],
)
def test_a_shift_names_who_comes_after(uid: str, by: int, before: str) -> None:
    assert before_shifted(["a", "b", "c"], uid, by) == before
