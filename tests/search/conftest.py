"""A handbook in the database with an engine over it, as a running service has them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from kb_service.base.clock import SetClock
from kb_service.base.ids import Uid
from kb_service.handbook import queries as handbook
from kb_service.search import jobs
from kb_service.search.live import Engine
from tests.conftest import WorkAs
from tests.handbook import make as content
from tests.persons import RITA
from tests.search.make import ToyEncoder


class Library(msgspec.Struct):
    """The engine, uids by name, and `settle`, which does what the worker would do."""

    engine: Engine
    topic: Uid
    light: Uid
    readings: Uid
    settle: Callable[..., None]


@pytest.fixture
def library(work_as: WorkAs, clock: SetClock, tmp_path: Path) -> Iterator[Library]:
    engine = Engine(tmp_path / "index", ToyEncoder(), clock)

    def settle(*items: Uid) -> None:
        with work_as(RITA) as work:
            jobs.index(work, engine=engine, items=items)
            state = engine.index.state()
            last = handbook.last_change(work, of_everything=True)
        if state is None or state.whole < last:
            with work_as(RITA) as work:
                jobs.rebuild(work, engine=engine)
        with work_as(RITA) as work:
            jobs.encode(work, engine=engine)

    with work_as(RITA) as work:
        topic = content.topic(work, "Отключения", "outage")
        light = content.question(
            work,
            topic,
            "Когда включат свет?",
            word="светильник",
            name="light",
            wordings=["долго нет света"],
            description="Обычно за два часа.",
        )
        readings = content.question(
            work,
            topic,
            "Как передать показания?",
            word="циферблат",
            name="readings",
            wordings=["куда отправить цифры"],
        )
    settle(light, readings)
    yield Library(engine, topic, light, readings, settle)
    engine.close()
