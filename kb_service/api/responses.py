"""How routes of the JSON face are declared: what each may answer, and those of every item."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example

from kb_service.api.problems import PROBLEM_JSON, Problem
from kb_service.base.errors import KbError
from kb_service.base.i18n import translator

_WORDS: Mapping[int, str] = {
    204: "Done; there is nothing to say.",
    302: "Moved: the present address is in Location.",
    304: "Not changed since the tag in If-None-Match.",
    400: "The request is not right; `errors` names the fields.",
    401: "Nobody is signed in, or the token is wrong.",
    403: "The caller may not do this.",
    404: "Nothing is here that the caller may see.",
    409: "Not possible in the present state; `allowed` says what is.",
    412: "The item was changed since the tag in If-Match.",
    413: "The body is too large.",
    428: "A change must say in If-Match which state it stands on.",
    429: "Too many attempts; Retry-After says when.",
    503: "Not available at the moment; Retry-After says when.",
}
_WITHOUT_BODY = (204, 302, 304)


_CODES: Mapping[int, str] = {
    400: "request.wrong",
    401: "session.needed",
    403: "act.forbidden",
    404: "item.missing",
    409: "workflow.impossible",
    412: "item.stale",
    413: "request.too_large",
    428: "tag.needed",
    429: "session.too_many",
    503: "database.unavailable",
}


def may_answer(*statuses: int, own: Mapping[int, type] | None = None) -> dict[int, ResponseSpec]:
    """Give the declared answers of a route; `own` are bodies that are no problem document.

    503 may always happen.
    """
    return {status: _declared(status, (own or {}).get(status)) for status in (*statuses, 503)}


def _declared(status: int, own: type | None) -> ResponseSpec:
    if status in _WITHOUT_BODY:
        return ResponseSpec(None, description=_WORDS[status], generate_examples=False)
    return ResponseSpec(
        own or Problem,
        description=_WORDS[status],
        media_type=PROBLEM_JSON,
        generate_examples=False,
        examples=None if own else [_example(status)],
    )


def _example(status: int) -> Example:
    code = _CODES[status]
    speaker = translator("en")
    detail = speaker.error(KbError(code))
    value = {"type": f"/problems/{code}", "title": _WORDS[status], "status": status}
    return Example(summary=code, value={**value, "detail": detail, "code": code})


def at_every_item(
    method: Callable[..., Callable[..., HTTPRouteHandler]],
    function: Callable[..., Any],
    **options: Any,
) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """Give the route of a function at the path of an item, and the one at the root.

    Two routes, not one with two paths: Litestar wraps such a handler for its threads twice.
    """
    common = {"tags": ["content"], "sync_to_thread": True, **options}
    return method("/api/{path:path}", **common)(function), method("/api", **common)(function)
