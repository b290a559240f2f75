"""The day on which a fact changes: noticed once, and numbered in the order of commits."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import Clock, SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.outbox import Job
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.handbook import jobs, queries
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.handbook.tables import Change
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, RITA, VERA

FACTS = """
limit:
  title: Порог
  values:
    - {value: "1", to: 2026-11-24}
    - {value: "2", from: 2026-11-25, to: 2026-11-30}
    - {value: "2", from: 2026-12-01}
"""


def changed(work_as: WorkAs) -> bool:
    with work_as(SYSTEM, write=False) as work:
        return queries.facts_changed_since(work)


@pytest.fixture
def with_facts(work_as: WorkAs) -> None:
    """A fact of three values, told on 24 November at noon in Moscow."""
    with work_as(ANNA) as work:
        sheets.save(work, "facts", FACTS)


def test_an_empty_handbook_has_no_facts_that_changed(work_as: WorkAs) -> None:
    assert not changed(work_as)


@pytest.mark.parametrize(("day", "expected"), [(24, True), (25, False)])
@pytest.mark.usefixtures("with_facts")
def test_before_all_was_shown_anew_for_the_first_time_the_beginning_counts(
    work_as: WorkAs, clock: SetClock, day: int, expected: bool
) -> None:
    with work_as(SYSTEM) as work:
        work.session.execute(delete(Change))
    clock.moment = datetime(2026, 11, day, 9, tzinfo=UTC)
    with work_as(RITA) as work:
        make.root(work)
    clock.moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert changed(work_as) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 24, 20, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 21, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 5, 9, 0, tzinfo=UTC), True),
    ],
    ids=["the last minute in Moscow", "the first minute", "days later"],
)
@pytest.mark.usefixtures("with_facts")
def test_a_fact_has_another_value_from_its_day_on(
    work_as: WorkAs, clock: SetClock, moment: datetime, expected: bool
) -> None:
    clock.moment = moment
    assert changed(work_as) is expected


@pytest.mark.usefixtures("with_facts")
def test_a_change_of_one_item_does_not_bring_the_day_to_all(
    work_as: WorkAs, clock: SetClock
) -> None:
    clock.moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    with work_as(RITA) as work:
        make.question(work, make.topic(work))
    assert changed(work_as)


@pytest.mark.usefixtures("with_facts")
def test_a_day_within_the_same_values_changes_nothing(work_as: WorkAs, clock: SetClock) -> None:
    clock.moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    with work_as(SYSTEM) as work:
        workflow.turn_day(work)
    clock.moment = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert not changed(work_as)


def test_who_may_not_publish_turns_no_day(work_as: WorkAs) -> None:
    for actor, code in ((VERA, r"session\.needed"), (ELENA, r"act\.forbidden")):
        with work_as(actor) as work, pytest.raises(KbError, match=code):
            workflow.turn_day(work)


@pytest.mark.usefixtures("with_facts")
def test_a_new_day_is_told_once(work_as: WorkAs, clock: SetClock) -> None:
    clock.moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    with work_as(SYSTEM) as work:
        before = queries.last_change(work)
    for _ in range(2):
        with work_as(SYSTEM) as work:
            jobs.new_day(work)
    with work_as(SYSTEM) as work:
        assert queries.changes_after(work, before) == {""}
        assert queries.last_change(work) == before + 1
        rows = work.session.scalars(select(AuditRow).where(AuditRow.act == "handbook.turn_day"))
        assert [row.actor for row in rows] == ["system"]
        assert "search.rebuild" in set(work.session.scalars(select(Job.kind)))


def save_sheet(work: Work, _uid: str) -> None:
    sheets.save(work, "glossary", "- a\n")


def save_item(work: Work, uid: str) -> None:
    edit.save(work, uid, make.question_text("Правка?"))


def turn_day(work: Work, _uid: str) -> None:
    workflow.turn_day(work)


def trash_item(work: Work, uid: str) -> None:
    edit.trash(work, uid)


@pytest.mark.parametrize("do", [save_sheet, save_item, turn_day, trash_item])
def test_a_change_is_numbered_behind_one_that_is_kept_before_it(
    fresh_database: Database, do: Callable[[Work, str], None]
) -> None:
    """Else who has read up to the later number would never look at the earlier one."""
    with open_work(fresh_database, RITA, Clock()) as work:
        uid = make.question(work, make.topic(work))

    def second() -> None:
        with open_work(fresh_database, SYSTEM, Clock()) as work:
            do(work, uid)

    with ThreadPoolExecutor(1) as pool:
        with open_work(fresh_database, SYSTEM, Clock()) as work:
            fresh_database.lock_folder(work.session)
            fresh_database.lock_chain(work.session)
            waiting = pool.submit(second)
            time.sleep(0.3)
            assert not waiting.done()
            work.session.add(Change(item_uid="first", moment=work.now))
        waiting.result(timeout=10)
    with open_work(fresh_database, SYSTEM, Clock(), write=False) as work:
        said = work.session.scalars(select(Change.item_uid).order_by(Change.seq)).all()
    assert said.index("first") == len(said) - 2
