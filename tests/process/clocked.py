"""The service as a user runs it, but for its clock: that stands where the test has set it.

`python -m tests.process.clocked` is what the test starts instead of `kb serve --demo`; the moment
stands in a file that both read.
"""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import msgspec
from granian import Granian
from granian.constants import Interfaces

from kb_service import start
from kb_service.app import create_app
from kb_service.base import log
from kb_service.base.clock import Clock
from kb_service.gate.front import Asgi
from kb_service.settings import Settings, load
from kb_service.start import warm, watch_content
from kb_service.wiring import House
from kb_service.worker import worker_of
from tests.process.running import SHIPPED, Kb

# Not one of the service's own settings, which refuses a name that it does not know.
_FILE = "TEST_CLOCK_FILE"


class FileClock(Clock):
    """A clock that stands at the moment in a file, for a service in another process."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def now(self) -> datetime:
        return datetime.fromisoformat(self.file.read_text(encoding="ascii"))


class ClockedKb(Kb):
    """An installation whose clock stands until it is set."""

    def __init__(self, folder: Path, moment: datetime) -> None:
        super().__init__(folder)
        self.clock_file = folder / "clock.txt"
        self.settings |= {_FILE: str(self.clock_file), "PYTHONPATH": str(SHIPPED.parent)}
        self.set_clock(moment)

    def set_clock(self, moment: datetime) -> None:
        """Let it be another moment everywhere in the service, at once."""
        draft = self.clock_file.with_suffix(".new")
        draft.write_text(moment.isoformat(), encoding="ascii")
        draft.replace(self.clock_file)

    def launch(self, *_words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.process.clocked"],
                env=self.environment(),
                cwd=self.folder,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return self._process


def _house() -> House:
    settings: Settings = msgspec.structs.replace(load(), demo=True)
    return House(settings, FileClock(Path(os.environ[_FILE])))


def create() -> Asgi:
    """Make the application of the serving process, as kb_service.app.create does."""
    log.configure()
    house = _house()
    warm(house)
    worker = worker_of(house)
    watch_content(house, worker)
    return create_app(house, worker=worker)


def main() -> None:
    """Do what `kb serve --demo` does: prepare, take the folder in, answer."""
    house = _house()
    start.prepare(house)
    start.take_in(house)
    house.close()
    Granian(
        "tests.process.clocked:create",
        factory=True,
        port=house.settings.port,
        interface=Interfaces.ASGI,
    ).serve()


if __name__ == "__main__":
    main()
