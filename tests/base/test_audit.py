"""The journal's chain: every tampering is found and the row is named."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, text

from kb_service.base import audit
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from tests.base import toys
from tests.conftest import WorkAs
from tests.databases import KeptOpen
from tests.persons import ANNA

ROWS = 5


@pytest.fixture
def journal(database: KeptOpen, work_as: WorkAs) -> Connection:
    """A journal of five rows, open to somebody who writes past the service."""
    with work_as(ANNA) as work:
        for number in range(ROWS):
            toys.add(work, f"toy_{number}", reason="причина «ё» 🙂")
    return database.connection


def found(work_as: WorkAs) -> tuple[int, str] | None:
    with work_as(SYSTEM, write=False) as work:
        broken = audit.verify(work.session)
    return (broken.seq, broken.problem) if broken else None


def swap(connection: Connection, first: int, second: int) -> None:
    for old, new in ((first, 100), (second, first), (100, second)):
        connection.execute(text(f"UPDATE audit SET seq = {new} WHERE seq = {old}"))


def forge(connection: Connection, seq: int) -> None:
    """Change a row and give it the hash that its new content has."""
    connection.execute(text(f"UPDATE audit SET actor = 'other' WHERE seq = {seq}"))
    row = connection.execute(text(f"SELECT * FROM audit WHERE seq = {seq}")).mappings().one()
    forged = audit._digest(seq, row["previous"], {"actor": "other"})
    connection.execute(text(f"UPDATE audit SET hash = '{forged}' WHERE seq = {seq}"))


def set_column(column: str, value: str) -> Callable[[Connection], None]:
    statement = text(f"UPDATE audit SET {column} = :value WHERE seq = 3")
    return lambda connection: connection.execute(statement, {"value": value}) and None


@pytest.mark.parametrize(
    ("tamper", "where", "problem"),
    [
        *(
            pytest.param(set_column(column, value), 3, "changed", id=f"{column} changed")
            for column, value in {
                "actor": "somebody",
                "actor_uid": "0" * 32,
                "act": "toy.remove",
                "object_kind": "item",
                "object_uid": "toy_9",
                "changes": "[]",
                "reason": "another reason",
                "hash": "0" * 64,
                "moment": "2026-11-24 09:00:00.000001+00:00",
            }.items()
        ),
        pytest.param(set_column("previous", "0" * 64), 3, "previous", id="link cut"),
        pytest.param(lambda c: c.execute(text("DELETE FROM audit WHERE seq = 3")), 3, "missing",
                     id="row removed"),
        pytest.param(lambda c: c.execute(text("DELETE FROM audit WHERE seq = 1")), 1, "missing",
                     id="head cut"),
        pytest.param(lambda c: c.execute(text("DELETE FROM audit WHERE seq IN (2, 3)")), 2,
                     "missing", id="two removed"),
        pytest.param(lambda c: swap(c, 2, 4), 2, "previous", id="rows swapped"),
        pytest.param(lambda c: c.execute(text("UPDATE audit SET seq = 9 WHERE seq = 5")), 5,
                     "missing", id="last renumbered"),
        pytest.param(lambda c: forge(c, 3), 3, "changed", id="row and its hash forged"),
    ],
)  # fmt: skip
def test_tampering_is_found_and_named(
    journal: Connection,
    work_as: WorkAs,
    tamper: Callable[[Connection], object],
    where: int,
    problem: str,
) -> None:
    tamper(journal)
    assert found(work_as) == (where, problem)


def test_a_row_inserted_between_others_is_found(journal: Connection, work_as: WorkAs) -> None:
    journal.execute(text("UPDATE audit SET seq = seq + 1000 WHERE seq > 3"))
    journal.execute(text("UPDATE audit SET seq = seq - 999 WHERE seq > 1000"))
    journal.execute(
        text(
            "INSERT INTO audit SELECT 4, moment, actor_uid, actor, act, object_kind, object_uid,"
            " changes, reason, hash, hash FROM audit WHERE seq = 3"
        )
    )
    assert found(work_as) == (4, "changed")


def test_one_flipped_letter_in_any_place_is_found(journal: Connection, work_as: WorkAs) -> None:
    for seq in range(1, ROWS + 1):
        point = journal.begin_nested()
        journal.execute(text(f"UPDATE audit SET reason = reason || '!' WHERE seq = {seq}"))
        assert found(work_as) == (seq, "changed")
        point.rollback()
    assert found(work_as) is None


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(
    journal: Connection, work_as: WorkAs
) -> None:
    with work_as(SYSTEM, write=False) as work:
        kept = audit.head(work.session)
    journal.execute(text("DELETE FROM audit WHERE seq = 5"))
    assert found(work_as) is None
    with work_as(SYSTEM, write=False) as work:
        assert audit.head(work.session) != kept


def test_an_untouched_journal_holds(journal: Connection, work_as: WorkAs) -> None:
    assert found(work_as) is None


def test_an_empty_journal_holds(work_as: WorkAs) -> None:
    assert found(work_as) is None
    with work_as(SYSTEM, write=False) as work:
        assert audit.head(work.session) == (0, audit.GENESIS)


def test_the_chain_does_not_depend_on_the_zone_of_who_wrote_it(work_as: WorkAs) -> None:
    there = timezone(timedelta(hours=3))
    entry = audit.Entry(
        moment=datetime(2026, 11, 24, 12, 0, tzinfo=there),
        actor_uid="", actor="system", act="toy.add", object_kind="toy", object_uid="1", changes=[],
    )  # fmt: skip
    with work_as(SYSTEM) as work:
        row = audit.append(work.session, entry)
        assert row.moment == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert found(work_as) is None


def test_two_units_do_not_fork_the_chain(fresh_database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: _add(fresh_database, n), range(20)))
    with fresh_database.unit(write=False) as session:
        assert audit.head(session)[0] == 20
        assert audit.verify(session) is None


def _add(database: Database, number: int) -> None:
    with open_work(database, ANNA, Clock()) as work:
        toys.add(work, f"toy_{number}")


@pytest.mark.parametrize("seq", [2, 3, 4, 5])
def test_tampering_is_found_on_either_side_of_a_batch(
    journal: Connection, work_as: WorkAs, monkeypatch: pytest.MonkeyPatch, seq: int
) -> None:
    monkeypatch.setattr(audit, "_BATCH", 2)
    assert found(work_as) is None
    journal.execute(text(f"UPDATE audit SET reason = 'x' WHERE seq = {seq}"))
    assert found(work_as) == (seq, "changed")
