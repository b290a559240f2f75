"""What was asked and found: kept in memory by each process, written in batches.

A question never waits for a write. Personal data are masked on the way in, so that not even the
memory of a process holds them; what a process had not yet written when it was killed is lost.
"""

import threading
from collections import deque
from datetime import datetime

import msgspec

from kb_service.base.ids import Uid
from kb_service.text.personal_data import mask

MAX_LETTERS = 500
_MAX_WAITING = 10_000


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One question, ready to be written."""

    uid: Uid
    moment: datetime
    channel: str
    staff: bool
    query: str
    corrected: str
    found: list[str]
    total: int
    confident: bool
    confidence: float
    danger: str
    legs: list[str]


class Journal:
    """The buffer of one process; the oldest give way where nobody writes."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=_MAX_WAITING)
        self._lock = threading.Lock()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._events

    def note(self, event: Event) -> None:
        """Keep an event; texts are masked and cut here."""
        with self._lock:
            self._events.append(
                msgspec.structs.replace(
                    event, query=kept(event.query), corrected=kept(event.corrected)
                )
            )

    def asked(self, uid: str) -> str | None:
        """Give the masked question of an event that still waits; None if it does not."""
        with self._lock:
            return next((event.query for event in self._events if event.uid == uid), None)

    def take(self) -> list[Event]:
        """Give everything that waits, oldest first, and forget it."""
        with self._lock:
            events = list(self._events)
            self._events.clear()
        return events


def kept(text: str) -> str:
    """Give a text as the journal keeps it: without personal data, cut, without NUL."""
    # Cut first where much is too much, and again: a mark may be longer than what it hides.
    shown = text[: 2 * MAX_LETTERS].replace("\x00", " ")
    return mask(shown, strict=True)[:MAX_LETTERS]
