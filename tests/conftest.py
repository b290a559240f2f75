"""What every test may ask for: a database of either kind, a clock that stands, work as somebody.

`database` rolls everything back at the end of the test; `fresh_database` is for tests that need
real commits, several connections or threads. Both run each test on SQLite and on PostgreSQL.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pytest_socket import socket_allow_hosts

from kb_service.base import crypto, ids
from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.permissions import Actor
from kb_service.base.work import Work, open_work
from tests import databases

WorkAs = Callable[..., AbstractContextManager[Work]]


@pytest.fixture(autouse=True)
def _network_is_closed() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> Iterator[None]:
    """Hash with little memory: the strength of the real parameters is not what tests ask."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(crypto, "_HASHER", cheap)
        patch.setattr(crypto, "_NOBODY", cheap.hash(ids.new_secret()))
        yield


@pytest.fixture(scope="session")
def worker_name() -> str:
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def sqlite_database(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    made = databases.sqlite_copy(sqlite_template, tmp_path_factory.mktemp("sqlite") / "kb.sqlite")
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_database(worker_name: str) -> Iterator[Database]:
    with databases.postgres_database(f"kb_test_{worker_name}") as made:
        yield made


@pytest.fixture(scope="session")
def postgres_fresh_database(worker_name: str) -> Iterator[Database]:
    with databases.postgres_database(f"kb_fresh_{worker_name}") as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with empty tables; what the test writes is taken back."""
    with databases.kept_open(request.getfixturevalue(f"{request.param}_database")) as kept:
        yield kept


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_database(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Iterator[Database]:
    """A database with empty tables of the test's own, with real commits and many connections."""
    if request.param == "sqlite":
        made = databases.sqlite_copy(sqlite_template, tmp_path / "fresh.sqlite")
        yield made
        made.close()
    else:
        made = request.getfixturevalue("postgres_fresh_database")
        yield made
        databases.empty(made)


@pytest.fixture
def clock() -> SetClock:
    """Tuesday, 24 November 2026, noon in Moscow."""
    return SetClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.fixture
def work_as(database: Database, clock: SetClock) -> WorkAs:
    """`with work_as(ELENA) as work:` opens a unit of work; `write=False` a reading one."""

    def opened(actor: Actor, *, write: bool = True) -> AbstractContextManager[Work]:
        return open_work(database, actor, clock, write=write)

    return opened
