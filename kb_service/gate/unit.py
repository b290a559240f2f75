"""The one Litestar dependency that yields: Work around a handler.

A request is one unit. Reading methods get a reading unit; the others are committed after the
response has been built and before its first byte, so that a failed commit is an honest error. After
a content write the answer waits until this process serves the change (at most a second).

Litestar forgets a dependency that has begun when another one of the same request fails, so the step
in front (gate.paths) ends what was left open: a unit never lives longer than its request.
"""

from collections.abc import AsyncIterator, MutableMapping
from contextlib import ExitStack, suppress
from typing import Any

import msgspec
from anyio import CancelScope, CapacityLimiter, to_thread
from litestar import Request
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException, SerializationException

from kb_service.base.errors import KbError
from kb_service.base.log import logger
from kb_service.base.permissions import VISITOR
from kb_service.base.work import Work, open_work
from kb_service.gate.actor import actor_of
from kb_service.gate.site import Site, site_of
from kb_service.handbook import queries

# A handler with this in its `opt` writes nothing, whatever its method: it never waits for writers.
READS = {"unit": "reading"}
_READING = (HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS)
# Ends of units have threads of their own: a commit must not wait behind handlers waiting for it.
_ENDINGS = CapacityLimiter(4)
_OPEN = "kb_unit"
_EXPECTED = (KbError, HTTPException, SerializationException, msgspec.DecodeError)


class Unit:
    """The open unit of one request; it ends once, whoever ends it."""

    def __init__(self, site: Site, *, is_write: bool) -> None:
        self._stack = ExitStack()
        opened = open_work(site.database, VISITOR, site.clock, write=is_write)
        self.work = self._stack.enter_context(opened)

    async def end(self, error: BaseException | None) -> None:
        """Keep what was done, or take it back for an error. Not even a lost caller hinders this."""
        with CancelScope(shield=True):
            await to_thread.run_sync(self._end, error, limiter=_ENDINGS)

    def _end(self, error: BaseException | None) -> None:
        stack = self._stack.pop_all()
        if error is None:
            stack.close()
        else:
            stack.__exit__(type(error), error, error.__traceback__)


async def provide_work(request: Request[Any, Any, Any]) -> AsyncIterator[Work]:
    """Open a unit for a request under the name `work`; keep it if the handler ends well."""
    site = site_of(request)
    is_reading = (
        request.method in _READING or request.route_handler.opt.get("unit") == READS["unit"]
    )
    unit = Unit(site, is_write=not is_reading)
    request.scope["state"][_OPEN] = unit
    try:
        if request.headers.get("authorization") or request.cookies:
            with CancelScope(shield=True):
                actor = await to_thread.run_sync(actor_of, request, unit.work, site.token_key)
            unit.work.as_actor(actor)
        yield unit.work
    except BaseException as error:
        await unit.end(error)
        raise
    await unit.end(None)
    if unit.work.has_left_jobs:
        await _settle(site)


def innermost(error: BaseException) -> BaseException:
    """Give the error that is to be answered of those that dependencies of one request raised.

    Litestar begins them side by side and wraps what they raise. A defect among them is not hidden
    behind a refusal.
    """
    if not isinstance(error, BaseExceptionGroup):
        return error
    inner = [innermost(one) for one in error.exceptions]
    defects = [one for one in inner if not isinstance(one, _EXPECTED)]
    return (defects or inner)[0]


async def end_left_open(scope: MutableMapping[str, Any]) -> None:
    """Take back the unit of a request that failed before its handler was reached."""
    unit: Unit | None = scope.get("state", {}).pop(_OPEN, None)
    if unit is not None:
        # The error itself has been answered; what ends an open unit may raise it once more.
        with suppress(_LeftOpen):
            await unit.end(_LeftOpen())


class _LeftOpen(Exception):  # noqa: N818 - no error of anybody's, the word by which a unit ends
    """Something failed between opening the unit and the handler."""


async def _settle(site: Site) -> None:
    """Wake the worker, drop prepared pages, and wait until the search serves what was written.

    The write is done: whatever goes wrong here must not tell its sender otherwise.
    """
    if site.forget is not None:
        site.forget()
    if site.wake is None:
        return
    try:
        site.wake()
        seq = await to_thread.run_sync(_last_change, site, limiter=_ENDINGS)
        await site.serves(seq)
    except Exception as error:
        logger().warning("settle failed", error=type(error).__name__)


def _last_change(site: Site) -> int:
    with open_work(site.database, VISITOR, site.clock, write=False) as work:
        return queries.last_change(work)
