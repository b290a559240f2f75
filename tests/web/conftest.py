"""A service whose pages people sign in to, fresh for each test, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.handbook.render import Renderer
from tests.service import Lent
from tests.web.people_site import Site, running


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    made = Lent()
    yield made
    Renderer.close(made)


@pytest.fixture
def site(
    fresh_database: Database, tmp_path: Path, renderer: Renderer, clock: SetClock
) -> Iterator[Site]:
    with running(fresh_database, tmp_path / "service", renderer, clock) as one:
        yield one
