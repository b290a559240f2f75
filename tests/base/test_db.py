"""The database: what a unit promises on SQLite and on PostgreSQL alike."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError, StatementError
from sqlalchemy.exc import OperationalError as SqlError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kb_service.base.clock import Clock
from kb_service.base.db import Database, Json, again_if_busy
from kb_service.base.errors import KbError, Kind
from kb_service.base.outbox import Job
from kb_service.base.work import open_work
from kb_service.handbook.tables import Sheet
from tests.base import toys
from tests.persons import ANNA

NOW = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)


def job(uid: str = "1", payload: object = None, run_at: datetime = NOW) -> Job:
    return Job(
        uid=uid, kind="toy", payload=payload or {}, state="queued", run_at=run_at,
        lease_until=None, tries=0, error="", created=NOW,
    )  # fmt: skip


def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"), database.unit() as session:
        session.add(job(run_at=naive))


def test_a_moment_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    with database.unit() as session:
        session.add(job(run_at=NOW.astimezone(timezone(timedelta(hours=7)))))
    with database.unit(write=False) as session:
        found = session.scalars(select(Job.run_at)).one()
    assert found == NOW
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [{"b": [1, None, 2.5], "a": "ё «»"}, {"nested": {"x": {"y": True}}}, {"day": "2026-11-24"}],
    ids=["mixed", "nested", "text"],
)
def test_json_comes_back_as_it_was(database: Database, value: object) -> None:
    with database.unit() as session:
        session.add(job(payload=value))
    with database.unit(write=False) as session:
        assert session.scalars(select(Job.payload)).one() == value


def test_json_takes_dates(database: Database) -> None:
    with database.unit() as session:
        session.add(job(payload={"day": date(2026, 11, 24)}))
        session.flush()
        session.expire_all()
        assert session.scalars(select(Job.payload)).one() == {"day": "2026-11-24"}


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("Счётчик", "счётчик"), ("ЁЛКА", "ёлка"), ("Straße", "straße"), ("ABC", "abc")],
)
def test_lower_knows_cyrillic(database: Database, upper: str, lower: str) -> None:
    with database.unit(write=False) as session:
        assert session.scalar(select(func.lower(literal(upper)))) == lower


def test_lower_of_nothing_is_nothing(database: Database) -> None:
    with database.unit(write=False) as session:
        assert session.scalar(select(func.lower(text("NULL")))) is None


def test_a_unit_that_fails_leaves_nothing(database: Database) -> None:
    with suppress(RuntimeError), database.unit() as session:
        session.add(job())
        session.flush()
        raise RuntimeError
    with database.unit(write=False) as session:
        assert session.get(Job, "1") is None


def test_a_reading_unit_writes_nothing(database: Database) -> None:
    with database.unit(write=False) as session:
        session.add(job())
        session.flush()
    with database.unit(write=False) as session:
        assert session.get(Job, "1") is None


def test_readers_do_not_wait_for_a_writer(fresh_database: Database) -> None:
    with fresh_database.unit() as writer:
        writer.add(job())
        writer.flush()
        with fresh_database.unit(write=False) as reader:
            assert reader.get(Job, "1") is None


def test_what_a_check_before_the_commit_refuses_is_not_kept(database: Database) -> None:
    def refuse(_session: Session) -> None:
        raise KbError("toy.refused")

    with pytest.raises(KbError), database.unit(before_commit=refuse) as session:
        session.add(job())
    with database.unit(write=False) as session:
        assert session.get(Job, "1") is None


def test_no_update_is_lost_between_threads(fresh_database: Database) -> None:
    def count(_: int) -> None:
        with open_work(fresh_database, ANNA, Clock()) as work:
            toys.change(work, "count", "x")

    with open_work(fresh_database, ANNA, Clock()) as work:
        toys.add(work, "count")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(40)))
    with fresh_database.unit(write=False) as session:
        assert session.get_one(Sheet, "count").number == 41


def test_a_versioned_row_that_changed_meanwhile_is_stale(database: Database) -> None:
    with pytest.raises(KbError) as caught, database.unit():
        raise StaleDataError  # what SQLAlchemy says where `version_id_col` does not match
    assert (caught.value.code, caught.value.kind) == ("object.stale", Kind.STALE)


def test_a_database_that_is_away_is_unavailable(tmp_path: Path) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(KbError) as caught, away.unit() as session:
        session.execute(text("SELECT 1"))
    assert caught.value.kind is Kind.UNAVAILABLE
    assert not away.is_alive()


def test_a_connection_that_breaks_is_unavailable(fresh_database: Database) -> None:
    if fresh_database.is_sqlite:
        return
    with pytest.raises(KbError) as caught, fresh_database.unit() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert caught.value.kind is Kind.UNAVAILABLE
    with fresh_database.unit(write=False) as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_writer_that_cannot_begin_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb_service.base.db._BUSY_MS", 10)
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    with database.unit() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(KbError) as caught, database.unit() as second:
            second.execute(text("SELECT 1"))
    assert (caught.value.code, caught.value.kind) == ("database.busy", Kind.UNAVAILABLE)
    database.close()


def test_two_writers_in_each_others_way_are_told_to_try_again(fresh_database: Database) -> None:
    """PostgreSQL ends one of two in a circle; on SQLite the second waits and finds the first."""
    with fresh_database.unit() as session:
        session.add_all([job("1"), job("2")])
    both = Barrier(2)

    def change(order: tuple[str, str]) -> str:
        with suppress(BrokenBarrierError):
            try:
                with fresh_database.unit() as session:
                    for uid in order:
                        session.get_one(Job, uid, with_for_update=True).tries += 1
                        session.flush()
                        if uid == order[0] and not fresh_database.is_sqlite:
                            both.wait(timeout=10)
            except KbError as error:
                return f"{error.code} {error.kind}"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(change, [("1", "2"), ("2", "1")]))
    expected = ["done"] if fresh_database.is_sqlite else ["database.busy unavailable"]
    assert said == [*expected, "done"]


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57014"])
def test_what_others_were_in_the_way_of_is_not_an_absence(database: Database, state: str) -> None:
    if database.is_sqlite:
        return
    statement = text(f"DO $$ BEGIN RAISE EXCEPTION SQLSTATE '{state}'; END $$")
    with pytest.raises(KbError) as caught, database.unit() as session:
        session.execute(statement)
    expected = "database.unavailable" if state == "57014" else "database.busy"
    assert caught.value.code == expected


def test_a_unit_that_was_in_the_way_is_done_again(fresh_database: Database) -> None:
    tries: list[int] = []

    def unit() -> str:
        with fresh_database.unit() as session:
            tries.append(len(tries))
            session.add(job(str(len(tries))))
            session.flush()
            if len(tries) < 3:
                raise KbError("database.busy", Kind.UNAVAILABLE)
        return "kept"

    assert again_if_busy(unit) == "kept"
    with fresh_database.unit(write=False) as session:
        assert session.scalars(select(Job.uid)).all() == ["3"]


@pytest.mark.parametrize(("code", "count"), [("database.busy", 3), ("database.unavailable", 1)])
def test_a_unit_is_given_up_after_the_last_try(code: str, count: int) -> None:
    tries: list[int] = []

    def unit() -> None:
        tries.append(1)
        raise KbError(code, Kind.UNAVAILABLE)

    with pytest.raises(KbError, match=code.replace(".", r"\.")):
        again_if_busy(unit)
    assert len(tries) == count


def test_a_wrong_statement_is_a_defect_and_not_an_absence(database: Database) -> None:
    with pytest.raises((SqlError, ProgrammingError)), database.unit() as session:
        session.execute(text("SELECT nothing FROM nowhere"))


def test_a_full_pool_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite'}", pool_size=1)
    database.reading.pool._timeout = 0.01  # type: ignore[attr-defined]
    database.reading.pool._max_overflow = 0  # type: ignore[attr-defined]
    with database.unit(write=False) as one:
        one.execute(text("SELECT 1"))
        with pytest.raises(KbError) as caught, database.unit(write=False) as other:
            other.execute(text("SELECT 1"))
    assert caught.value.kind is Kind.UNAVAILABLE
    database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(KbError, match=r"database\.needs_file"):
        Database(url)


def test_sqlite_syncs_every_commit_and_checks_foreign_keys(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'kb.sqlite'}")
    for engine in (database.writing, database.reading):
        with engine.connect() as connection:
            found = {
                name: connection.exec_driver_sql(f"pragma {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()


def test_a_key_that_is_taken_is_a_conflict_and_nothing_of_the_unit_is_kept(
    database: Database,
) -> None:
    with pytest.raises(KbError) as caught, database.unit() as session:
        session.execute(insert(Job), [_values(), _values()])
    assert (caught.value.code, caught.value.kind) == ("object.taken", Kind.CONFLICT)
    with database.unit(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def _values() -> dict[str, object]:
    return {
        "uid": "1", "kind": "toy", "payload": {}, "state": "queued", "run_at": NOW,
        "tries": 0, "error": "", "created": NOW,
    }  # fmt: skip


def test_a_live_database_answers(database: Database) -> None:
    assert database.is_alive()


def test_json_of_nothing_is_nothing(database: Database) -> None:
    with database.unit(write=False) as session:
        assert session.scalar(select(literal(None, Json()))) is None


def test_a_database_says_whether_it_answers(fresh_database: Database) -> None:
    assert fresh_database.is_alive()


def test_what_two_make_at_once_is_there_once_and_the_second_is_told(
    fresh_database: Database,
) -> None:
    """On PostgreSQL both have looked and found nothing; on SQLite the second waits."""
    both = Barrier(2)

    def make(_number: int) -> str:
        try:
            with fresh_database.unit() as session:
                session.scalar(select(Job).where(Job.uid == "1"))
                if not fresh_database.is_sqlite:
                    both.wait(timeout=10)
                session.add(job("1"))
        except KbError as error:
            return f"{error.code} {error.kind}"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(make, range(2)))
    assert said == ["done", "object.taken conflict"]


def test_what_breaks_another_rule_stays_a_defect(database: Database) -> None:
    broken = job()
    broken.kind = None  # type: ignore[assignment]  # the column is not nullable
    with pytest.raises(IntegrityError), database.unit() as session:
        session.add(broken)
