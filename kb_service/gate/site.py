"""What the handlers are given of the house: one struct in the application's state."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request

from kb_service.base.blobs import Blobs
from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.gate.limits import Limits
from kb_service.gate.uploads import Uploads
from kb_service.handbook.render import Renderer
from kb_service.hooks.schemas import Policy
from kb_service.search.live import Engine


class Site(msgspec.Struct, kw_only=True):
    """Mechanisms and values that requests share; made once by the application."""

    database: Database
    clock: Clock
    engine: Engine
    limits: Limits = msgspec.field(default_factory=Limits)
    renderer: Renderer
    blobs: Blobs
    uploads: Uploads
    base_url: str = ""
    timezone: str = "Europe/Moscow"
    proxies: frozenset[str] = frozenset()
    is_demo: bool = False
    token_key: str = ""
    # where webhooks may lead
    hooks: Policy = Policy()
    # told after every commit that left jobs; set where a worker runs in this process
    wake: Callable[[], None] | None = None
    # prepared bytes must not outlive a change
    forget: Callable[[], None] | None = None
    # how long a content write waits for the index to serve it
    patience_s: float = 1.0

    async def serves(self, seq: int) -> bool:
        """Wait until this process's search serves a change, at most `patience_s`."""
        step = 0.005
        waited = 0.0
        while self.engine.seq < seq:
            if waited >= self.patience_s:
                return False
            await asyncio.sleep(step)
            waited += step
        return True


def site_of(request: Request[Any, Any, Any]) -> Site:
    """Give the site of a request's application."""
    site: Site = request.app.state.site
    return site


def provide_site(request: Request[Any, Any, Any]) -> Site:
    """Give handlers the site under the name `site`."""
    return site_of(request)
