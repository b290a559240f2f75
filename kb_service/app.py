"""The Litestar application from a house: both faces, the unit of work, the front step.

`create` is what the server calls in each of its processes; tests make a house of their own and call
`create_app`.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.di import Provide

from kb_service import api, web
from kb_service.api import mcp
from kb_service.api.problems import problem
from kb_service.base import log
from kb_service.gate.csrf import refuse_forged
from kb_service.gate.front import Asgi, Front
from kb_service.gate.paths import Paths
from kb_service.gate.site import provide_site
from kb_service.gate.unit import provide_work
from kb_service.settings import load
from kb_service.start import warm, watch_content
from kb_service.web.errors import error_page
from kb_service.web.frame import provide_frame
from kb_service.wiring import House
from kb_service.worker import Worker, worker_of

MAX_BODY = 4 * 1024 * 1024


def create_app(house: House, *, worker: Worker | None = None) -> Asgi:
    """Give the whole service as one ASGI application.

    With a worker its thread is started with the application and woken after every commit.
    """
    site = house.site()
    if worker is not None:
        site.wake = worker.wake

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        if worker is not None:
            worker.start()
        try:
            yield
        finally:
            if worker is not None:
                worker.stop()
            house.close()

    has_tools = house.settings.mcp
    app = Litestar(
        route_handlers=[*api.routes, *web.routes, *([mcp.tools] if has_tools else [])],
        plugins=[mcp.plugin()] if has_tools else [],
        dependencies={
            "work": Provide(provide_work),
            "site": Provide(provide_site, sync_to_thread=False),
            "frame": Provide(provide_frame, sync_to_thread=True),
        },
        before_request=refuse_forged,
        exception_handlers={Exception: _answer_error},
        openapi_config=api.openapi_config,
        lifespan=[lifespan],
        request_max_body_size=MAX_BODY,
        # Our log lines are our own (base.log); others speak of paths and values.
        logging_config=None,
    )
    app.state.site = site
    app.state.base_url = site.base_url
    return Front(Paths(app), site)


def create() -> Asgi:
    """Make the application of a serving process from the settings."""
    log.configure()
    _end_with_parent()
    house = House(load())
    warm(house)
    worker = worker_of(house)
    if house.settings.watch:
        watch_content(house, worker)
    return create_app(house, worker=worker)


def _end_with_parent() -> None:
    """End this serving process in good order when the one that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, name="kb-parent", daemon=True).start()


def _answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an error in the form of the face that was asked."""
    if request.scope["path"].startswith("/api"):
        return problem(request, error)
    return error_page(request, error)
