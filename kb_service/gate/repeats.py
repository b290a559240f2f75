"""`Idempotency-Key`: a caller that does not know whether it was heard sends the same once more.

Marks handlers that create something. Under the same key of the same account the same request is
answered as at first and does nothing; another one is refused (409 `request.key_reused`).
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

import msgspec
from litestar import Request, Response

from kb_service.base import repeats
from kb_service.base.work import Work
from kb_service.gate.paths import asked_path

HEADER = "idempotency-key"
_TYPE = "application/json"
P = ParamSpec("P")


def repeatable(handler: Callable[P, Response[Any]]) -> Callable[P, Response[Any]]:
    """Let a handler with `request`, `work` and `data` be asked twice and do its work once.

    A refusal is not kept: whatever was wrong may be right the next time.
    """

    @functools.wraps(handler)
    def once(*args: P.args, **kwargs: P.kwargs) -> Response[Any]:
        request: Request[Any, Any, Any] = kwargs["request"]  # type: ignore[assignment]
        work: Work = kwargs["work"]  # type: ignore[assignment]
        key, account = request.headers.get(HEADER), work.actor.uid
        if key is None or not account:
            return handler(*args, **kwargs)
        repeats.check_key(key)
        asked = _digest(request, kwargs.get("data"))
        row = repeats.known(work.database, work.session, account, key, asked, work.now)
        if row is not None:
            return Response(row.body, status_code=row.status, headers=row.headers, media_type=_TYPE)
        answer = handler(*args, **kwargs)
        status = answer.status_code or request.route_handler.status_code
        kept = (status, dict(answer.headers), answer.content or b"")
        repeats.keep(work.session, (account, key), asked, kept, work.now)
        return answer

    return once


def _digest(request: Request[Any, Any, Any], data: object) -> str:
    """Give the hash of what is asked: where, what beside, and the body as it is read."""
    place = f"{request.method} {asked_path(request)}".encode()
    query = request.scope.get("query_string", b"")
    return repeats.digest(place, query, msgspec.json.encode(data))
