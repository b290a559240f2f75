"""A house whose hooks lead to a receiver on this machine, on either database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM, Actor
from kb_service.base.work import Work, open_work
from kb_service.hooks import jobs
from kb_service.hooks.acts import hooks
from kb_service.hooks.queries import deliveries, has_news
from kb_service.hooks.rules import hosts_of
from kb_service.hooks.schemas import OFFERED, DeliveryView, MadeHook, Policy
from kb_service.hooks.sender import Sender
from kb_service.wiring import Tables
from kb_service.worker import Worker
from tests.hooks.receiver import Receiver
from tests.persons import ANNA, RITA

BASE = "https://help.example"
INSIDE = Policy(hosts_of("127.0.0.1"), allows_private=True)
EVERY = tuple(str(event) for event in OFFERED)


class Hooked:
    """A database, a worker for hooks alone, and a receiver."""

    def __init__(self, database: Database, clock: SetClock, receiver: Receiver) -> None:
        self.database = database
        self.clock = clock
        self.receiver = receiver
        sender = Sender(INSIDE, timeout_s=2)

        def send(work: Work, delivery: str) -> None:
            jobs.send(work, sender, BASE, delivery)

        self.worker = Worker(database, clock, Tables({"hooks.send": send}))

    @contextmanager
    def work(self, actor: Actor = RITA) -> Iterator[Work]:
        with open_work(self.database, actor, self.clock) as work:
            yield work

    def add(self, *events: str) -> MadeHook:
        """Make a hook to the receiver, for all events by default."""
        with self.work(ANNA) as work:
            return hooks.add(work, self.receiver.url, events or EVERY, INSIDE)

    def go_on(self, **passed: float) -> None:
        """Let time pass, look, and send what is due."""
        self.clock.moment += timedelta(**passed)
        with open_work(self.database, SYSTEM, self.clock, write=False) as work:
            is_due = has_news(work)
        if is_due:
            with self.work(SYSTEM) as work:
                jobs.look(work)
        self.worker.run_due({"hooks.send"})

    def told(self) -> list[tuple[str, str]]:
        """Give what came in since the last time: event and title (or key of the fact)."""
        bodies = [one.body for one in self.receiver.received]
        self.receiver.received.clear()
        return [(body["event"], _name(body)) for body in bodies]

    def deliveries(self) -> list[DeliveryView]:
        with self.work(ANNA) as work:
            return list(deliveries(work).items)


def _name(body: dict[str, Any]) -> str:
    told = body.get("item") or body.get("fact") or {}
    return str(told.get("title") or told.get("key") or "")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    with one.running():
        yield one


@pytest.fixture
def hooked(fresh_database: Database, clock: SetClock, receiver: Receiver) -> Hooked:
    return Hooked(fresh_database, clock, receiver)
