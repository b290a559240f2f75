"""The one Litestar dependency that yields: Work around a handler.

A request is one unit. Reading methods get a reading unit; the others are committed after the
response has been built and before its first byte, so that a failed commit is an honest error. After
a content write the answer waits until this process serves the change (at most a second).
"""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

from anyio import CapacityLimiter, to_thread
from litestar import Request
from litestar.enums import HttpMethod

from kb_service.base.permissions import VISITOR
from kb_service.base.work import Work, open_work
from kb_service.gate.actor import actor_of
from kb_service.gate.site import Site, site_of
from kb_service.handbook import queries

_READING = (HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS)
# Ends of units have threads of their own: a commit must not wait behind handlers waiting for it.
_ENDINGS = CapacityLimiter(4)


async def provide_work(request: Request[Any, Any, Any]) -> AsyncIterator[Work]:
    """Open a unit for a request under the name `work`; keep it if the handler ends well."""
    site = site_of(request)
    is_write = request.method not in _READING
    stack = ExitStack()
    work = stack.enter_context(open_work(site.database, VISITOR, site.clock, write=is_write))
    try:
        if request.headers.get("authorization") or request.cookies:
            actor = await to_thread.run_sync(actor_of, request, work, site.token_key)
            work.as_actor(actor)
        yield work
    except BaseException as error:
        await to_thread.run_sync(stack.__exit__, type(error), error, None, limiter=_ENDINGS)
        raise
    await to_thread.run_sync(stack.close, limiter=_ENDINGS)
    if work.has_left_jobs:
        await _settle(site)


async def _settle(site: Site) -> None:
    """Wake the worker, drop prepared pages, and wait until the search serves what was written."""
    if site.forget is not None:
        site.forget()
    if site.wake is None:
        return
    site.wake()
    seq = await to_thread.run_sync(_last_change, site, limiter=_ENDINGS)
    await site.serves(seq)


def _last_change(site: Site) -> int:
    with open_work(site.database, VISITOR, site.clock, write=False) as work:
        return queries.last_change(work)
