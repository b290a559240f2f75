"""What happens before the first request: migrate, plant, the administrator, the folder.

Run by the parent of `kb serve` once; every step may be repeated without harm.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from watchfiles import watch

from kb_service.base.db import Database
from kb_service.base.errors import KbError, Kind
from kb_service.base.log import logger
from kb_service.handbook.schemas import SyncReport
from kb_service.people import setup
from kb_service.wiring import House
from kb_service.worker import Worker, worker_of

MIGRATIONS = Path(__file__).parent / "migrations"
LINK_FILE = "admin-link.txt"


def migration_config(database: Database) -> Config:
    """Give Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.writing
    return config


def migrate(database: Database) -> None:
    """Bring the tables to this release's form. Raises: database.newer."""
    config = migration_config(database)
    script = ScriptDirectory.from_config(config)
    with database.reading.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if present is not None and present not in known:
        raise KbError("database.newer", Kind.CONFLICT, revision=present)
    if present != script.get_current_head():
        command.upgrade(config, "head")


def prepare(house: House) -> str | None:
    """Do what a start needs; give the path of the administrator's one-time link if one was made.

    Demo accounts are of one start: without `demo` those of an earlier one are taken away.
    """
    migrate(house.database)
    setup.token_key(house.database, house.clock)
    path = setup.first_start(house.database, house.clock, house.settings.admin_password)
    if house.settings.demo:
        setup.demo_accounts(house.database, house.clock)
    else:
        setup.end_demo(house.database, house.clock)
    return path


def take_in(house: House, on_progress: Callable[[int], None] | None = None) -> SyncReport:
    """Take in what changed in the content folder and bring the index up to date."""
    report = house.sync().take_in(on_progress)
    settle(house)
    return report


def settle(house: House) -> None:
    """Do what waits, but for giving vectors to texts: that is slow, the service does it running."""
    worker = worker_of(house)
    worker.take_over()
    worker.run_due(frozenset(worker.tables.kinds) - worker.tables.slow)


def watch_content(house: House, worker: Worker) -> None:
    """Take in changed files while the service runs, in a thread of this process."""
    folder = house.content_dir
    if not folder.is_dir():
        return

    def follow() -> None:
        for _changes in watch(
            folder, debounce=100, step=50, rust_timeout=1000, raise_interrupt=False
        ):
            try:
                report = house.sync().take_in()
            except KbError as error:
                logger().warning("sync failed", code=error.code)
                continue
            for problem in report.problems:
                logger().warning(
                    "file refused", path=problem.path, line=problem.line, code=problem.code
                )
            worker.wake()

    threading.Thread(target=follow, name="kb-watch", daemon=True).start()
