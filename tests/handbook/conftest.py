"""What the tests of the room share: renderers for the whole session, since each owns a process."""

from collections.abc import Iterator

import pytest

from kb_service.handbook.render import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """A renderer as it is served, with time for a busy machine."""
    made = Renderer(timeout_s=10.0)
    yield made
    made.close()


@pytest.fixture(scope="session")
def heavy_renderer() -> Iterator[Renderer]:
    """A renderer that loses patience early, so that hostile texts do not take the suite's time."""
    made = Renderer(timeout_s=0.5)
    yield made
    made.close()
