"""Migrations: empty to head gives the tables of the code; head to head does nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from kb_service import start
from kb_service.base.db import Base, Database
from kb_service.base.errors import KbError
from kb_service.base.outbox import Job
from tests import databases


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path, worker_name: str) -> object:
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'kb.sqlite'}")
        yield made
        made.close()
    else:
        with databases.postgres_database(f"kb_migrate_{worker_name}") as made:
            with made.unit() as session:
                session.execute(text("DROP SCHEMA public CASCADE"))
                session.execute(text("CREATE SCHEMA public"))
            yield made


def test_migrations_make_the_tables_of_the_code(empty_database: Database) -> None:
    databases.know_all_tables()
    start.migrate(empty_database)
    with empty_database.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_start_does_nothing(empty_database: Database) -> None:
    start.migrate(empty_database)
    start.migrate(empty_database)


def test_a_database_of_a_later_release_is_refused(empty_database: Database) -> None:
    start.migrate(empty_database)
    with empty_database.unit() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(KbError, match=r"database\.newer"):
        start.migrate(empty_database)


def test_what_is_in_the_trash_keeps_its_company(empty_database: Database) -> None:
    """0003 on a filled database: who was thrown away at one moment below another went with it."""
    command.upgrade(start.migration_config(empty_database), "0002")
    early, late = "2026-11-20 09:00:00", "2026-11-21 09:00:00"
    thrown = {
        "topic": ("/a", late), "child": ("/a/b", late), "deep": ("/a/b/c", late),
        "early": ("/a/d", early), "beside": ("/ab", late), "kept": (None, None),
    }  # fmt: skip
    columns = (
        "uid, name, path, type, state, draft, audience, position, owner, title, latest_uid,"
        " creator, created, modified, version, trashed_path, trashed_at"
    )
    with empty_database.writing.begin() as connection:
        for uid, (path, moment) in thrown.items():
            statement = f"""INSERT INTO item ({columns}) VALUES (:uid, 'n', :uid, 'Topic',
                'private', '', 'public', 1, '', 't', 'r', 'rita', '{late}', '{late}', 1, :path,
                :moment)"""
            if connection.dialect.name == "postgresql":
                statement = statement.replace(":moment", "CAST(:moment AS timestamptz)")
            connection.execute(text(statement), {"uid": uid, "path": path, "moment": moment})
    start.migrate(empty_database)
    with empty_database.writing.connect() as connection:
        found = connection.execute(text("SELECT uid, trashed_with FROM item")).all()
    assert dict(found) == {
        "topic": "topic", "child": "topic", "deep": "topic", "early": "early",
        "beside": "beside", "kept": None,
    }  # fmt: skip


@pytest.mark.parametrize("is_filled", [False, True])
def test_links_of_texts_that_were_there_are_read_afterwards(
    empty_database: Database, *, is_filled: bool
) -> None:
    config = start.migration_config(empty_database)
    script = ScriptDirectory.from_config(config)
    (added,) = [one for one in script.walk_revisions() if str(one.doc).startswith("Links")]
    command.upgrade(config, str(added.down_revision))
    if is_filled:
        row = {"uid": "0" * 32, "name": "", "path": "/", "type": "Page", "state": "private"}
        row |= {"draft": "", "audience": "public", "owner": "", "title": "x", "creator": "x"}
        row |= {"position": 1.0, "latest_uid": "0" * 32, "version": 1}
        moment = datetime(2026, 11, 24, tzinfo=UTC)
        names = [*row, "created", "modified"]
        with empty_database.unit() as session:
            statement = f"INSERT INTO item ({', '.join(names)}) VALUES (:{', :'.join(names)})"
            session.execute(text(statement), row | {"created": moment, "modified": moment})
    start.migrate(empty_database)
    with empty_database.unit(write=False) as session:
        jobs = session.scalars(select(Job)).all()
        assert [(job.kind, job.payload, job.state) for job in jobs] == (
            [("handbook.read_links", {}, "queued")] if is_filled else []
        )


def test_when_texts_were_checked_is_read_from_those_that_are_shown(
    empty_database: Database,
) -> None:
    """0014 on a filled database: the live text counts, else the latest; a draft does not."""
    command.upgrade(start.migration_config(empty_database), "0013")
    fronts = {
        "live": "checked: 2026-11-20", "draft": "checked: 2026-11-21",
        "quoted": "\"checked\": '2026-11-22'  # сверено", "no": "checked: false",
        "odd": "checked: вчера", "block": "description: |\n  checked: 2026-11-23", "bare": "no: 1",
    }  # fmt: skip
    items = {name: (None, name) for name in fronts} | {"live": ("live", "draft")}
    del items["draft"]
    moment = "2026-11-24 09:00:00"
    columns = (
        "uid, name, path, type, state, draft, audience, position, owner, title, live_uid,"
        " latest_uid, creator, created, modified, version"
    )
    with empty_database.writing.begin() as connection:
        for name, (live, latest) in items.items():
            values = {"uid": name, "live": live, "latest": latest}
            connection.execute(
                text(
                    f"INSERT INTO item ({columns}) VALUES (:uid, 'n', :uid, 'Page', 'private', '',"
                    f" 'public', 1, '', 't', :live, :latest, 'rita', '{moment}', '{moment}', 1)"
                ),
                values,
            )
        for number, (name, front) in enumerate(fronts.items()):
            body = f"---\ntype: Page\n{front}\n---\nchecked: 2020-01-01\n---\n"
            owner = "live" if name == "draft" else name
            connection.execute(
                text(
                    "INSERT INTO revision (uid, item_uid, number, text, sha256, author, moment,"
                    f" comment, is_conflict) VALUES (:uid, :item, :number, :text, '', 'rita',"
                    f" '{moment}', '', false)"
                ),
                {"uid": name, "item": owner, "number": number, "text": body},
            )
    start.migrate(empty_database)
    with empty_database.writing.connect() as connection:
        found = dict(connection.execute(text("SELECT uid, checked FROM item")).all())
    days = {name: str(day) for name, day in found.items() if day is not None}
    assert days == {"live": "2026-11-20", "quoted": "2026-11-22"}
