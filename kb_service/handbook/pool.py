"""The rendering processes as this process sees them: a text in, HTML or a KbError out.

Python-Markdown takes quadratic time on hostile texts and may exhaust the stack, so it never runs
here. A text that takes too long loses its process; the next text gets a fresh one. A pool whose
processes died for other reasons (killed from outside) is thrown away and made anew.
"""

import signal
import sys
import threading
from concurrent.futures import CancelledError, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.handbook import markup_process
from kb_service.handbook.markup import Heading
from kb_service.handbook.markup_process import DONE, TOO_HEAVY, Outcome

# How long a caller waits for its turn, in multiples of the time one text may take.
_PATIENCE = 6
_TRIES = 3
# A text that used up its processor time, or the stack.
_OWN_DEATHS = (-int(getattr(signal, "SIGXCPU", 24)), -int(signal.SIGSEGV))
_swap = threading.Lock()


class _BareProcess(SpawnProcess):
    """A fresh process that does not import the parent's main module.

    Spawning would import it (the whole command line), which takes a second and 100 MB for nothing.
    """

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Any:  # noqa: N802 - multiprocessing's name
        with _swap:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return SpawnProcess._Popen(process_obj)  # noqa: SLF001
            finally:
                sys.modules["__main__"] = main


class _BareContext(SpawnContext):
    Process = _BareProcess


class MarkupPool:
    """A few processes that turn Markdown into safe HTML. Safe to use from many threads."""

    def __init__(self, workers: int, timeout_s: float, memory_mb: int) -> None:
        self._workers = workers
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._pool: Any = None
        self._is_closed = False

    def convert(self, text: str, part: str, language: str) -> tuple[str, list[Heading]]:
        """Give the HTML and headings of a text.

        Raises: render.too_heavy, render.failed, render.busy where the queue is too long.
        """
        for _ in range(_TRIES):
            pool = self._running()
            try:
                return self._read(self._ask(pool, text, part, language))
            except ProcessExpired:
                # Killed from outside; the pool goes on with a new process.
                continue
            except (RuntimeError, CancelledError):
                # The pool broke under this text or before it; a new one is asked.
                self._discard(pool)
        raise KbError("render.failed", Kind.UNAVAILABLE)

    def close(self) -> None:
        """End the processes; texts that are being rendered are lost."""
        with self._lock:
            self._is_closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def _running(self) -> Any:
        with self._lock:
            if self._is_closed:
                raise KbError("render.closed", Kind.UNAVAILABLE)
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    initializer=markup_process.begin,
                    initargs=(self._memory_mb,),
                    context=_BareContext(),
                )
            return self._pool

    def _discard(self, pool: Any) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.stop()
        pool.join()

    def _ask(self, pool: Any, text: str, part: str, language: str) -> Outcome:
        future = pool.schedule(
            markup_process.convert,
            args=(text, part, language, int(self._timeout_s) + 1),
            timeout=self._timeout_s,
        )
        try:
            done, _ = wait([future], timeout=self._timeout_s * _PATIENCE)
            if not done:
                future.cancel()
                raise KbError("render.busy", Kind.UNAVAILABLE)
            outcome: Outcome = future.result()
        except TimeoutError as error:
            raise self._too_heavy() from error
        except ProcessExpired as error:
            if error.exitcode in _OWN_DEATHS:
                raise self._too_heavy() from error
            raise
        return outcome

    def _too_heavy(self) -> KbError:
        return invalid("render.too_heavy", seconds=self._timeout_s)

    def _read(self, outcome: Outcome) -> tuple[str, list[Heading]]:
        word, made, found = outcome
        if word == DONE:
            return made, found
        if word == TOO_HEAVY:
            raise self._too_heavy()
        raise invalid("render.failed")
