"""Services of two kinds: one whose pages people sign in to, on either database; one to read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.handbook.render import Renderer
from tests.service_fixtures import reading, renderer, service, template
from tests.web.people_site import Site, running

__all__ = ["reading", "renderer", "service", "template"]


@pytest.fixture
def site(
    fresh_database: Database, tmp_path: Path, renderer: Renderer, clock: SetClock
) -> Iterator[Site]:
    with running(fresh_database, tmp_path / "service", renderer, clock) as one:
        yield one
