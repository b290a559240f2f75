"""Services of two kinds: one whose pages people sign in to, on either database; one to read."""

from collections.abc import Iterator

import pytest

from kb_service.base.clock import SetClock
from kb_service.handbook.render import Renderer
from tests.service_fixtures import reading, renderer, service, template
from tests.web.people_site import Apps, Site

__all__ = ["reading", "renderer", "service", "template"]


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory, renderer: Renderer) -> Apps:
    return Apps(tmp_path_factory.mktemp("apps"), renderer)


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, apps: Apps, clock: SetClock) -> Iterator[Site]:
    """A service to whose pages people sign in; what a test writes is taken back."""
    with apps.lent(request.getfixturevalue(f"{request.param}_database"), clock) as one:
        yield one
