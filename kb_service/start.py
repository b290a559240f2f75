"""What happens before the first request: migrate, plant, the administrator, the folder, the index.

Run by the parent of `kb serve` once; every step may be repeated without harm.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from watchfiles import watch

from kb_service.base.db import Database
from kb_service.base.errors import KbError, Kind, invalid
from kb_service.base.log import logger
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook import queries
from kb_service.handbook.schemas import SyncReport
from kb_service.people import setup
from kb_service.search import jobs as search_jobs
from kb_service.wiring import AFTER_START, House
from kb_service.worker import Worker, worker_of

MIGRATIONS = Path(__file__).parent / "migrations"
LINK_FILE = "admin-link.txt"
# However quiet a folder is (some file systems tell of nothing), it is looked at this often.
_LOOK_ANYWAY_S = 60


def migration_config(database: Database) -> Config:
    """Give Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.writing
    return config


def migrate(database: Database) -> None:
    """Bring the tables to this release's form. Raises: database.newer, database.unavailable."""
    config = migration_config(database)
    script = ScriptDirectory.from_config(config)
    with database.unit(write=False) as session:
        present = MigrationContext.configure(session.connection()).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if present is not None and present not in known:
        raise KbError("database.newer", Kind.CONFLICT, revision=present)
    if present != script.get_current_head():
        command.upgrade(config, "head")


def lay_out(house: House) -> None:
    """Make the folders and tables where they are missing. Raises: settings.folder."""
    for folder in (house.settings.data_dir, house.content_dir):
        _make_folder(folder)
    migrate(house.database)


def prepare(house: House) -> str | None:
    """Do what a start needs; give the path of the administrator's one-time link if one was made.

    Demo accounts are of one start: without `demo` those of an earlier one are taken away.
    """
    lay_out(house)
    setup.token_key(house.database, house.clock)
    path = setup.first_start(house.database, house.clock, house.settings.admin_password)
    if house.settings.demo:
        setup.demo_accounts(house.database, house.clock)
    else:
        setup.end_demo(house.database, house.clock)
    return path


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise invalid(
            "settings.folder", path=str(folder), problem=error.strerror or str(error)
        ) from error


def keep_link(house: House, link: str) -> None:
    """Keep the administrator's one-time link where only the service's own account reads it."""
    file = house.settings.data_dir / LINK_FILE
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(f"{link}\n", encoding="utf-8")


def take_in(house: House, on_progress: Callable[[int], None] | None = None) -> SyncReport:
    """Take in what changed in the content folder and bring the index up to date."""
    report = house.sync().take_in(on_progress)
    settle(house)
    return report


def settle(house: House) -> None:
    """Do what waits, but for giving vectors to texts: that is slow, the service does it running."""
    worker = worker_of(house)
    worker.take_over()
    worker.run_due(frozenset(worker.tables.kinds) - AFTER_START)
    mend_index(house)


def mend_index(house: House) -> None:
    """Build the index where it cannot be read or does not stand where the database stands."""
    house.engine.refresh()
    state = house.engine.index.state()
    with open_work(house.database, SYSTEM, house.clock) as work:
        last = queries.last_change(work)
        whole = queries.last_change(work, of_everything=True)
        is_behind = state is None or state.seq != last or state.whole < whole
        if house.engine.needs_rebuild or is_behind:
            # An index ahead of its database is of another one: nothing of it counts.
            is_foreign = state is not None and state.seq > last
            search_jobs.rebuild(work, engine=house.engine, anew=is_foreign)


def warm(house: House) -> None:
    """Read what the first question needs, so that nobody waits for it."""
    with open_work(house.database, SYSTEM, house.clock, write=False) as work:
        queries.danger_rules(work)


def watch_content(house: House, worker: Worker) -> None:
    """Take in changed files while the service runs, in a thread of this process."""

    def follow() -> None:
        while True:
            _follow(house, worker)

    threading.Thread(target=follow, name="kb-watch", daemon=True).start()


def _follow(house: House, worker: Worker) -> None:
    """Follow the folder until another one stands in its place."""
    folder = house.content_dir
    followed = _identity(folder)
    # What changed before this moment, nobody has told of.
    is_due, quiet_s = True, 0
    for changes in watch(
        folder,
        watch_filter=lambda _change, path: _is_shown(folder, path),
        debounce=100,
        step=50,
        rust_timeout=1000,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        quiet_s = 0 if changes else quiet_s + 1
        if changes or is_due or quiet_s % _LOOK_ANYWAY_S == 0:
            is_due = not _look(house, worker)
        if _identity(folder) != followed:
            return


def _look(house: House, worker: Worker) -> bool:
    """Take in what changed and tell of what was refused; say whether that could be done now."""
    try:
        report = house.sync().take_in()
    except KbError as error:
        logger().warning("sync failed", code=error.code)
        return False
    except Exception as error:
        # A defect of ours must not end the watch: the next change is looked at again.
        logger().warning("sync failed", error=type(error).__name__)
        return True
    for problem in report.problems:
        logger().warning("file refused", path=problem.path, line=problem.line, code=problem.code)
    for file in report.conflicts:
        logger().warning("file changed on both sides", path=file)
    worker.wake()
    return True


def _is_shown(folder: Path, path: str) -> bool:
    names = Path(os.path.relpath(path, folder)).parts
    return not any(name.startswith(".") and name != ".." for name in names)


def _identity(folder: Path) -> tuple[int, int]:
    folder.mkdir(parents=True, exist_ok=True)
    state = folder.stat()
    return state.st_dev, state.st_ino
