"""The body of the rendering process: its limits, and one text at a time.

Kept apart and small, because a fresh process imports this module and starts with every restart.
What goes wrong inside comes back as a word, never as an exception that would have to be pickled.
"""

import contextlib
import signal
from typing import Any

from kb_service.handbook.markup import Heading, to_html

resource: Any
try:
    import resource
except ImportError:  # Windows has none; the time limit holds without it
    resource = None

DONE = "done"
TOO_HEAVY = "too_heavy"
FAILED = "failed"

Outcome = tuple[str, str, list[Heading]]


def begin(memory_mb: int) -> None:
    """Set the limits of this process; run once when it starts.

    A text that hangs must die at once: pebble's own handler of SIGTERM would wait for Python.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if resource is not None:
        _limit(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
        _limit(resource.RLIMIT_CORE, 0)


def convert(text: str, part: str, language: str, cpu_s: int) -> Outcome:
    """Give the outcome of one text; `cpu_s` more seconds of processor time are granted to it."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + cpu_s)
    try:
        made, found = to_html(text, part, language)
    except (RecursionError, MemoryError):
        return TOO_HEAVY, "", []
    except Exception:
        # Whatever a library does with a text is that text's failure.
        return FAILED, "", []
    return DONE, made, found


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    # Some systems know the limit and do not take it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (value, hard))
