"""The database: engines, declarative base, column types, and `unit`, the one commit.

SQLite by default (WAL, synchronous=FULL, BEGIN IMMEDIATE for writing, a `lower` that knows
Cyrillic), PostgreSQL by address. On SQLite reading and writing have engines of their own, so that
readers never wait.
Invariant: what `unit` was left without an exception is durable before the caller goes on.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from kb_service.base.errors import KbError, Kind

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# How a row is held until the end of a unit: nobody else writes it, but rows that only name it by a
# foreign key do not wait for it. (What waits for its parent's row would wait in a circle.)
HELD: dict[str, Any] = {"key_share": True}
_BUSY_MS = 5000
# PostgreSQL gave one of several units up for the others: deadlock, serialization, lock not free.
_IN_THE_WAY = frozenset({"40P01", "40001", "55P03"})
_LOW_BYTE = 0xFF
# Two made at once what can be there only once; who looked first saw neither.
_TAKEN = "23505"
_TAKEN_ON_SQLITE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)

R = TypeVar("R")


class Base(DeclarativeBase):
    """All tables of the house; each room declares its own."""

    metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC to the microsecond on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite forgets, and UTC where PostgreSQL speaks another."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Plain values as JSON text, with sorted keys so that equal values are equal texts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write structs and dates as msgspec writes them."""
        if value is None:
            return None
        return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the JSON text back into plain values."""
        return None if value is None else json.loads(value)


class Database:
    """One database with its engines. `unit` opens a transaction; nothing else commits."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if self.url.database in (None, "", ":memory:"):
                raise KbError("database.needs_file")
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        self.writing = self._engine("BEGIN IMMEDIATE", pool_size)
        self.reading = self._engine("BEGIN", pool_size) if self.is_sqlite else self.writing

    def _engine(self, begin: str, pool_size: int) -> Engine:
        if not self.is_sqlite:
            return create_engine(
                self.url, pool_size=pool_size, pool_pre_ping=True, hide_parameters=True
            )
        # Values never stand in an error's text: failed jobs and tracebacks keep those.
        engine = create_engine(
            self.url, poolclass=QueuePool, pool_size=pool_size, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def session(self, *, write: bool) -> Session:
        """Give a session that has not begun; `unit` alone opens one (tests hang theirs in here)."""
        return Session(self.writing if write else self.reading, expire_on_commit=False)

    @contextmanager
    def unit(
        self, *, write: bool = True, before_commit: Callable[[Session], None] | None = None
    ) -> Iterator[Session]:
        """Open one transaction: all of it is kept, or nothing.

        A reading unit is rolled back at its end, so that a GET cannot write by mistake.
        Raises: database.unavailable, database.busy, object.stale, object.taken.
        """
        session = self.session(write=write)
        try:
            yield session
            if write:
                if before_commit is not None:
                    before_commit(session)
                session.commit()
            else:
                session.rollback()
        except BaseException as error:
            _roll_back(session)
            if isinstance(error, StaleDataError):
                raise KbError("object.stale", Kind.STALE) from error
            if _is_taken(error):
                raise KbError("object.taken", Kind.CONFLICT) from error
            if _is_busy(error):
                raise KbError("database.busy", Kind.UNAVAILABLE) from error
            if _is_away(error):
                raise KbError("database.unavailable", Kind.UNAVAILABLE) from error
            raise
        finally:
            session.close()

    def let_go(self, session: Session) -> None:
        """End a transaction in which nothing was written; the next statement begins another."""
        session.rollback()

    def is_alive(self) -> bool:
        """Say whether the database answers."""
        try:
            with self.reading.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def lock_chain(self, session: Session) -> None:
        """Hold the one lock under which the end of the audit chain and numbers are taken.

        On SQLite BEGIN IMMEDIATE holds it already. Rows are written first: who waits for one of
        them must not hold this lock meanwhile.
        """
        session.flush()
        if not self.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(20260718)"))

    def lock_tree(self, session: Session) -> None:
        """Hold the one lock of who changes where items lie, before any of their rows."""
        if not self.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(20260720)"))

    def lock_named(self, session: Session, name: str) -> None:
        """Hold what has this name, before any other lock; on SQLite a writing unit holds all."""
        if not self.is_sqlite:
            session.execute(
                text("SELECT pg_advisory_xact_lock(20261128, hashtext(:name))"), {"name": name}
            )

    def lock_codes(self, session: Session) -> None:
        """Hold the one lock of who gives an item a code: whether it is free stays true.

        Taken for a code that changes only, behind the item's own row and before the chain.
        """
        if not self.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(20260721)"))

    def lock_folder(self, session: Session) -> None:
        """Hold the one lock of who brings files of the content folder and rows into step.

        On SQLite the statement alone begins a writing transaction, which holds everything.
        """
        lock = "SELECT 1" if self.is_sqlite else "SELECT pg_advisory_xact_lock(20260719)"
        session.execute(text(lock))

    def close(self) -> None:
        """Let the connections go."""
        self.writing.dispose()
        self.reading.dispose()


def again_if_busy(unit: Callable[[], R], *, tries: int = 3) -> R:
    """Do a whole unit, and do it again if another one was in its way.

    Only for what opens its unit itself and bears to be done twice; of a lost try nothing is kept.
    Raises: database.busy after the last try.
    """
    for _ in range(tries - 1):
        try:
            return unit()
        except KbError as error:
            if error.code != "database.busy":
                raise
    return unit()


def _is_busy(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        code = error.orig.sqlite_errorcode & _LOW_BYTE
        return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(error.orig, "sqlstate", None) in _IN_THE_WAY


def _is_taken(error: BaseException) -> bool:
    if not isinstance(error, IntegrityError):
        return False
    if isinstance(error.orig, sqlite3.IntegrityError):
        return error.orig.sqlite_errorcode in _TAKEN_ON_SQLITE
    return getattr(error.orig, "sqlstate", None) == _TAKEN


def _is_away(error: BaseException) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, OperationalError) and isinstance(error.orig, sqlite3.OperationalError):
        # The driver calls a wrong statement an operational error too; that is a defect of ours.
        return error.orig.sqlite_errorcode != sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError | PoolTimeout)


def _roll_back(session: Session) -> None:
    # A connection that broke cannot roll back either; the first error is the one to tell.
    with suppress(DBAPIError):
        session.rollback()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # SQLAlchemy sends BEGIN itself (see the event above); the driver must not open one behind it.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
        f"busy_timeout={_BUSY_MS}",
    ):
        connection.execute(f"pragma {pragma}")
    connection.create_function(
        "lower",
        1,
        lambda value: value.lower() if isinstance(value, str) else value,
        deterministic=True,
    )
