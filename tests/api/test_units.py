"""A request's unit always ends, also where something else fails before the handler is reached."""

import gc

import pytest

from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from tests.service import Service

# Each fails while dependencies are made, after the unit has been opened.
FAILING = [
    ("GET", "/api/meters?b_start=-1"),
    ("GET", "/api/meters?b_size=x"),
    ("GET", "/api/@search?b_start=-1"),
]


@pytest.mark.parametrize(("method", "path"), FAILING)
def test_a_unit_never_stays_open(service: Service, method: str, path: str) -> None:
    gc.disable()
    try:
        for _ in range(30):
            assert service.ask(method, path, "rita").status_code == 400
        pool = service.house.database.reading.pool
        assert pool.checkedout() == 0  # type: ignore[attr-defined]  # what a queue pool has
    finally:
        gc.enable()


def test_a_refused_change_never_holds_the_lock(service: Service) -> None:
    gc.disable()
    try:
        for body in ([], {"title": 5}):
            assert service.ask("PATCH", "/api/meters", "rita", body).status_code == 400
        with open_work(service.house.database, SYSTEM, service.house.clock) as work:
            assert work.session.connection() is not None
    finally:
        gc.enable()
