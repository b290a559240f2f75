"""Databases for tests: one SQLite file and one PostgreSQL database per worker process.

`KeptOpen` runs each unit of a test as a savepoint of one outer transaction, which is rolled back
at the test's end: nothing stays, and the tables are made once.
"""

import importlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import kb_service
from kb_service.base import audit, outbox
from kb_service.base.db import Base, Database

POSTGRES = os.environ.get("KB_TEST_POSTGRES") or "postgresql+psycopg://postgres@127.0.0.1:5432/"
REQUIRED = os.environ.get("KB_TEST_REQUIRE", "")


def know_all_tables() -> None:
    """Import the tables of every room, so that the metadata is whole."""
    assert audit.AuditRow.metadata is outbox.Job.metadata
    package = Path(kb_service.__file__).parent
    for tables in sorted(package.glob("*/tables.py")):
        importlib.import_module(f"kb_service.{tables.parent.name}.tables")


class KeptOpen(Database):
    """A database seen through one connection; every unit is a savepoint in its transaction."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.url = database.url
        self.is_sqlite = database.is_sqlite
        self.writing = database.writing
        self.reading = database.reading
        self.connection = connection

    def session(self, *, write: bool) -> Session:
        return Session(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing: the connection is the fixture's."""


@contextmanager
def kept_open(database: Database) -> Iterator[KeptOpen]:
    """Lend the database to one test and take back everything that it wrote."""
    with database.writing.connect() as connection:
        transaction = connection.begin()
        try:
            yield KeptOpen(database, connection)
        finally:
            transaction.rollback()


def sqlite_template(folder: Path) -> Path:
    """Make a SQLite file with empty tables, for copying."""
    know_all_tables()
    path = folder / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    with database.writing.begin() as connection:
        Base.metadata.create_all(connection)
    with database.writing.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


def sqlite_copy(template: Path, path: Path) -> Database:
    """Give a database of its own that starts empty."""
    shutil.copyfile(template, path)
    return Database(f"sqlite:///{path}")


def postgres_server() -> URL:
    """Give the address of the server, or skip the test where none answers."""
    url = make_url(POSTGRES)
    engine = create_engine(url.set(database="postgres"), connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except OperationalError as error:
        sentence = f"No PostgreSQL answers at {url.host}:{url.port} (KB_TEST_POSTGRES)."
        if "postgres" in REQUIRED:
            pytest.fail(f"{sentence} KB_TEST_REQUIRE asks for it. {error.orig}", pytrace=False)
        pytest.skip(sentence)
    finally:
        engine.dispose()
    return url


@contextmanager
def postgres_place(name: str) -> Iterator[str]:
    """Make a database without tables on the server, give its address, and drop it at the end."""
    server = postgres_server()
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    quoted = engine.dialect.identifier_preparer.quote_identifier(name)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"))
        # A zone that is not ours: what is stored must not depend on it.
        connection.execute(text(f"CREATE DATABASE {quoted} TEMPLATE template0"))
        connection.execute(text(f"ALTER DATABASE {quoted} SET timezone TO 'Asia/Vladivostok'"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"))
        engine.dispose()


@contextmanager
def postgres_database(name: str) -> Iterator[Database]:
    """Make a database with empty tables on the server, and drop it at the end."""
    know_all_tables()
    with postgres_place(name) as address:
        database = Database(address, pool_size=12)
        try:
            with database.writing.begin() as connection:
                Base.metadata.create_all(connection)
            yield database
        finally:
            database.close()


def empty(database: Database) -> None:
    """Take all rows out of a PostgreSQL database."""
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with database.writing.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
