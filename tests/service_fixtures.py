"""A service to read, shared by a session's tests, and one of its own for each that writes.

Modules outside of tests/api import the fixtures by name.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb_service.base.clock import SetClock
from kb_service.handbook.render import Renderer
from tests.api import make
from tests.service import Lent, Service, Template, make_template, running

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    made = Lent()
    yield made
    Renderer.close(made)


@pytest.fixture(scope="session")
def template(
    sqlite_template: Path, renderer: Renderer, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    folder = tmp_path_factory.mktemp("service")
    return make_template(folder, sqlite_template, renderer, SetClock(NOON), make.handbook)


@pytest.fixture(scope="session")
def reading(
    template: Template, renderer: Renderer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service that nobody writes to."""
    with running(template, tmp_path_factory.mktemp("reading"), renderer, SetClock(NOON)) as one:
        yield one


@pytest.fixture
def service(template: Template, renderer: Renderer, tmp_path: Path) -> Iterator[Service]:
    """A service of the test's own."""
    with running(template, tmp_path / "service", renderer, SetClock(NOON)) as one:
        yield one
