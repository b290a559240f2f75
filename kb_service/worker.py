"""The background loop: claim a due job, run it in its own unit as `system`, mark it done there.

A job that raises comes again later with growing pauses and is then kept as visible failed work.
The loop is a thread inside `kb serve`, woken right after a commit, or a process (`kb worker`).
"""

import threading
import traceback
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from kb_service.base import outbox
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.log import logger
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.wiring import House, Tables

_IDLE_S = 1.0
_BATCH = 500


class Worker:
    """Runs jobs and schedules until it is stopped."""

    def __init__(self, database: Database, clock: Clock, tables: Tables) -> None:
        self.database = database
        self.clock = clock
        self.tables = tables
        self._due = {
            schedule.kind: clock.now() + timedelta(seconds=schedule.after_s)
            for schedule in tables.schedules
        }
        self._wakes = [threading.Event(), threading.Event(), threading.Event()]
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def take_over(self) -> None:
        """Let what the process before this one had begun be done again, without waiting."""
        with open_work(self.database, SYSTEM, self.clock) as work:
            outbox.release(work.session, work.now)

    def start(self) -> None:
        """Begin to work in threads of this process."""
        self.take_over()
        for name, lane in (
            ("kb-worker", self._quick_lane),
            ("kb-worker-slow", self._slow_lane),
            ("kb-worker-far", self._far_lane),
        ):
            thread = threading.Thread(target=lane, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def wake(self) -> None:
        """Say that there may be work now."""
        for wake in self._wakes:
            wake.set()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End after the jobs at hand."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            thread.join(timeout_s)

    def run(self) -> None:
        """Work in a process of its own until stopped."""
        self.start()
        for thread in self._threads:
            thread.join()

    def _quick_lane(self) -> None:
        quick = frozenset(self.tables.kinds) - self.tables.slow - self.tables.far
        while not self._stop.is_set():
            self._round(self._wakes[0], quick, self._run_schedules)

    def _slow_lane(self) -> None:
        # What takes long must never stand before what readers wait for.
        while not self._stop.is_set():
            self._round(self._wakes[1], self.tables.slow, lambda: None)

    def _far_lane(self) -> None:
        # Other people's machines take their time, and the index must not wait for them either.
        while not self._stop.is_set():
            self._round(self._wakes[2], self.tables.far, lambda: None)

    def _round(
        self, wake: threading.Event, kinds: frozenset[str], before: Callable[[], None]
    ) -> None:
        try:
            before()
            is_idle = not self.run_due(kinds)
        except KbError:
            # The database is away: nothing is lost, the next round tries again.
            is_idle = True
        except Exception as error:
            # A defect of ours must not end the lane in silence.
            logger().warning("worker failed", error=type(error).__name__)
            is_idle = True
        if is_idle:
            wake.wait(_IDLE_S)
            wake.clear()

    def run_due(self, kinds: Collection[str] | None = None) -> int:
        """Do every job (of these kinds) that is due now; give how many were done or failed."""
        count = 0
        while not self._stop.is_set() and (jobs := self._claim(kinds)):
            self._run(jobs)
            count += len(jobs)
        return count

    def _claim(self, kinds: Collection[str] | None) -> list[outbox.Job]:
        """Take the oldest due job, and with it all of its kind where they are done together."""
        with open_work(self.database, SYSTEM, self.clock, write=False) as work:
            if not outbox.is_due(work.session, work.now, kinds):
                return []
        with open_work(self.database, SYSTEM, self.clock) as work:
            jobs = outbox.claim(work.session, work.now, kinds=kinds)
            # One that was tried before runs alone: it may be what the others failed of.
            if jobs and jobs[0].kind in self.tables.batched and jobs[0].tries == 1:
                jobs += outbox.claim(work.session, work.now, _BATCH, kinds={jobs[0].kind})
            for job in jobs:
                work.session.expunge(job)
        return jobs

    def _run(self, jobs: list[outbox.Job]) -> None:
        try:
            kind = jobs[0].kind
            function = self.tables.kinds[kind]
            with open_work(self.database, SYSTEM, self.clock) as work:
                function(work, **_payload(jobs, is_batched=kind in self.tables.batched))
                for job in jobs:
                    outbox.finish(work.session, job.uid)
        except Exception as error:
            for job in jobs:
                self._failed(job, error)

    def _failed(self, job: outbox.Job, error: Exception) -> None:
        is_final = isinstance(error, outbox.Refused)
        place = str(error) if is_final else "".join(traceback.format_exception(error)[-4:])
        with open_work(self.database, SYSTEM, self.clock) as work:
            state = outbox.give_back(work.session, job.uid, place, work.now, is_final=is_final)
        logger().warning(
            "job failed",
            kind=job.kind,
            tries=job.tries,
            uid=job.uid,
            error=type(error).__name__,
            code=str(state),
        )

    def _run_schedules(self) -> None:
        now = self.clock.now()
        for schedule in self.tables.schedules:
            if self._due[schedule.kind] > now:
                continue
            self._due[schedule.kind] = now + timedelta(seconds=schedule.every_s)
            try:
                schedule.run()
            except Exception as error:
                # One schedule must not stop the others; it is tried again at its next time.
                logger().warning("schedule failed", kind=schedule.kind, error=type(error).__name__)


def worker_of(house: House) -> Worker:
    """Give the background loop with everything it may have to do."""
    return Worker(house.database, house.clock, house.tables())


def _payload(jobs: list[outbox.Job], *, is_batched: bool) -> dict[str, Any]:
    """Give the values of a job; of jobs done together, the list of each value."""
    if not is_batched:
        return jobs[0].payload
    return {f"{key}s": [job.payload[key] for job in jobs] for key in jobs[0].payload}
