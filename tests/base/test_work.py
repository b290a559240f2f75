"""The unit of work: permission, audit and write guard in one place."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError, Kind
from kb_service.base.outbox import Job
from kb_service.base.permissions import SYSTEM, Actor, Permission
from kb_service.base.work import UnaskedAct, UnauditedChange, Work, open_work, readable
from kb_service.handbook.tables import Sheet
from tests.base import toys
from tests.conftest import WorkAs
from tests.persons import ANNA, OLGA, VERA


def acts_of(work: Work) -> list[str]:
    return list(work.session.scalars(select(AuditRow.act).order_by(AuditRow.seq)))


@pytest.mark.parametrize(
    ("actor", "code", "kind"),
    [
        pytest.param(VERA, "session.needed", Kind.UNAUTHENTICATED, id="a visitor may sign in"),
        pytest.param(OLGA, "act.forbidden", Kind.FORBIDDEN, id="an employee is refused"),
    ],
)
def test_an_act_without_permission_is_refused(
    work_as: WorkAs, actor: Actor, code: str, kind: Kind
) -> None:
    with pytest.raises(KbError) as caught, work_as(actor) as work:
        toys.add(work, "toy")
    assert (caught.value.code, caught.value.kind) == (code, kind)


def test_what_is_refused_leaves_no_row(work_as: WorkAs) -> None:
    with pytest.raises(KbError), work_as(OLGA) as work:
        toys.add(work, "toy")
    with work_as(SYSTEM, write=False) as work:
        assert work.session.get(Sheet, "toy") is None
        assert acts_of(work) == []


def test_a_change_outside_an_act_does_not_pass(work_as: WorkAs) -> None:
    with pytest.raises(UnauditedChange), work_as(ANNA) as work:
        work.session.add(toys.sheet(work, "toy"))


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(insert(Sheet).values(name="x"), id="insert"),
        pytest.param(update(Sheet).values(text="x"), id="update"),
        pytest.param(delete(Sheet), id="delete"),
        pytest.param(delete(Sheet.__table__), id="delete past the mapper"),
        pytest.param(text("DELETE FROM sheet"), id="delete in words"),
        pytest.param(text(" WITH a AS (SELECT 1) DELETE FROM sheet"), id="hidden in words"),
    ],
)
def test_a_bulk_statement_does_not_pass(work_as: WorkAs, statement: object) -> None:
    with pytest.raises(UnauditedChange), work_as(ANNA) as work:
        work.session.execute(statement)  # type: ignore[call-overload]


def test_quiet_tables_take_bulk_statements(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        work.session.execute(delete(Job))
        assert work.session.execute(text("SELECT 1")).scalar() == 1


def test_an_act_that_asks_for_nothing_does_not_pass(work_as: WorkAs) -> None:
    with pytest.raises(UnaskedAct), work_as(ANNA) as work:
        toys.forget_to_ask(work, "toy")


def test_the_house_itself_need_not_ask(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        toys.forget_to_ask(work, "toy")
        assert acts_of(work) == ["toy.forget_to_ask"]


def test_half_an_act_cannot_be_kept_by_catching_its_error(work_as: WorkAs) -> None:
    with pytest.raises(UnauditedChange), work_as(ANNA) as work, suppress(KbError):
        toys.fail_halfway(work, "half")
    with work_as(SYSTEM, write=False) as work:
        assert work.session.get(Sheet, "half") is None


def test_an_act_that_failed_before_changing_anything_may_be_caught(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        with suppress(KbError):
            toys.refuse(work)
        toys.add(work, "whole")
    with work_as(SYSTEM, write=False) as work:
        assert acts_of(work) == ["toy.add"]


def test_an_act_that_failed_within_a_savepoint_may_be_caught(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        with suppress(KbError), work.session.begin_nested():
            toys.fail_halfway(work, "half")
        toys.add(work, "whole")
    with work_as(SYSTEM, write=False) as work:
        assert [row.name for row in work.session.scalars(select(Sheet))] == ["whole"]
        assert acts_of(work) == ["toy.add"]


def test_a_savepoint_taken_later_does_not_excuse_half_an_act(work_as: WorkAs) -> None:
    def half_and_half(work: Work) -> None:
        with suppress(KbError):
            toys.fail_halfway(work, "half")
        with suppress(KbError), work.session.begin_nested():
            toys.refuse(work)

    with pytest.raises(UnauditedChange), work_as(ANNA) as work:
        half_and_half(work)


def test_an_act_writes_who_what_and_why(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(ANNA) as work:
        toys.add(work, "toy", reason="a new toy")
    with work_as(SYSTEM, write=False) as work:
        row = work.session.scalars(select(AuditRow)).one()
        assert (row.act, row.actor, row.actor_uid) == ("toy.add", "anna", ANNA.uid)
        assert (row.object_kind, row.object_uid, row.reason) == ("sheet", "toy", "a new toy")
        assert row.moment == clock.now()
        assert row.changes[0]["fields"]["text"] == [None, "a: 1"]


def test_a_change_shows_before_and_after(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        toys.add(work, "toy")
        toys.change(work, "toy", "b: 2")
        last = work.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert last is not None
    assert last.changes[0]["fields"] == {"number": [1, 2], "text": ["a: 1", "b: 2"]}


def test_long_text_stands_in_the_journal_by_its_hash(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        toys.add(work, "toy", "x" * 201)
        row = work.session.scalars(select(AuditRow)).one()
    assert row.changes[0]["fields"]["text"][1].startswith("sha256:")


def test_a_removal_shows_what_was_there(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        toys.add(work, "toy")
        toys.remove(work, "toy")
        last = work.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert last is not None
    assert last.changes[0]["fields"]["text"] == ["a: 1", None]


def test_each_change_is_written_under_the_act_that_made_it(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        toys.outer(work)
        rows = work.session.scalars(select(AuditRow).order_by(AuditRow.seq)).all()
    seen = [(row.act, [change["uid"] for change in row.changes]) for row in rows]
    assert seen == [
        ("toy.add", ["outer_before"]),
        ("toy.change", ["outer_before"]),
        ("toy.outer", ["outer_own"]),
    ]


def test_an_act_that_changes_nothing_is_written_only_if_it_always_is(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        toys.add(work, "toy")
        toys.look(work)
        assert acts_of(work) == ["toy.add", "toy.look"]


def test_a_row_that_is_not_there_is_missing(work_as: WorkAs) -> None:
    with pytest.raises(KbError) as caught, work_as(ANNA) as work:
        work.get(Sheet, "nothing", Permission.MANAGE_COMPANY)
    assert (caught.value.code, caught.value.kind) == ("sheet.missing", Kind.MISSING)


def test_a_row_whose_state_hides_it_is_missing_too(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(SYSTEM) as work:
        work.later("toy")
        work.session.flush()
        job = work.session.scalars(select(Job)).one()
    with pytest.raises(KbError) as caught, work_as(VERA) as work:
        work.get(Job, job.uid, Permission.MANAGE_JOBS)
    assert caught.value.kind is Kind.MISSING


def test_readable_asks_before_it_selects(work_as: WorkAs) -> None:
    with pytest.raises(KbError), work_as(OLGA, write=False) as work:
        readable(work, AuditRow, Permission.READ_AUDIT)


def test_may_hides_a_button_without_raising(work_as: WorkAs) -> None:
    with work_as(OLGA, write=False) as work:
        assert not work.may(Permission.MANAGE_USERS)
        assert work.may(Permission.SEARCH_STAFF)


def test_a_job_is_left_only_if_the_unit_is_kept(work_as: WorkAs) -> None:
    with suppress(RuntimeError), work_as(ANNA) as work:
        work.later("toy", name="lost")
        raise RuntimeError
    with work_as(ANNA) as work:
        work.later("toy", name="kept")
        assert work.has_left_jobs
    with work_as(SYSTEM, write=False) as work:
        assert [job.payload for job in work.session.scalars(select(Job))] == [{"name": "kept"}]


def test_a_job_for_tomorrow_was_still_left_today(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(SYSTEM) as work:
        work.later("toy", run_at=clock.now() + timedelta(days=1))
        work.session.flush()
        job = work.session.scalars(select(Job)).one()
    assert (job.created, job.run_at) == (clock.now(), clock.now() + timedelta(days=1))


def test_today_is_the_company_s_day(database: Database) -> None:
    late = SetClock(datetime(2026, 11, 24, 21, 30, tzinfo=UTC))
    with open_work(database, VERA, late, write=False) as work:
        assert work.today.isoformat() == "2026-11-25"


def test_a_unit_that_has_read_only_can_be_paused(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        assert work.session.get(Sheet, "toy") is None
        work.pause()
        toys.add(work, "toy")
    with work_as(SYSTEM, write=False) as work:
        assert work.session.get(Sheet, "toy")


@pytest.mark.parametrize("how", ["flushed", "waiting", "a job"])
def test_a_unit_that_has_changed_something_cannot_be_paused(work_as: WorkAs, how: str) -> None:
    with work_as(ANNA) as work:
        if how == "flushed":
            toys.add(work, "toy")
        elif how == "a job":
            work.later("toy")
        else:
            work.session.add(
                Job(
                    uid="1",
                    kind="toy",
                    payload={},
                    state="queued",
                    run_at=work.now,
                    tries=0,
                    error="",
                    created=work.now,
                )
            )
        with pytest.raises(RuntimeError, match="too late"):
            work.pause()


def test_a_savepoint_around_the_one_that_failed_excuses_it_too(work_as: WorkAs) -> None:
    def inner(work: Work) -> None:
        with work.session.begin_nested(), suppress(KbError):
            toys.fail_halfway(work, "half")

    with work_as(ANNA) as work:
        with suppress(UnauditedChange), work.session.begin_nested():
            inner(work)
        toys.add(work, "whole")
    with work_as(SYSTEM, write=False) as work:
        assert [row.name for row in work.session.scalars(select(Sheet))] == ["whole"]


def test_a_note_stands_in_the_row_of_its_act(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        toys.note(work)
        row = work.session.scalars(select(AuditRow)).one()
        assert row.changes == [{"kind": "toy", "uid": "1", "fields": {"kind": [None, "ball"]}}]
