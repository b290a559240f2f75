"""The ASGI step that turns the ways of asking for JSON into routes, and answers HEAD.

`/++api++/a`, `/api//a/` and, for `Accept: application/json`, the bare `/a` all become `/api/a`;
`/api/a/b/@service/x` becomes the route `/api/@service/x` with the content path `/a/b` beside it.
Keys of the query lose Plone's suffixes (`:list`, `:int`, `:boolean`). A path that no content can
have never reaches a handler. HEAD is GET without its body. Litestar's own routing, dependencies and
OpenAPI stay as they are.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from litestar import Litestar, Request

from kb_service.base.errors import missing
from kb_service.gate import cors
from kb_service.gate.unit import end_left_open

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_PATH = 2000
API = "/api"
TRAVERSER = "++api++"
# Where a path that nothing can have is sent: no route and no item has this name.
NOWHERE = "@nowhere"
DOWNLOAD = "@@download"
_CONTENT, _ASKED, _IS_SERVICE = "kb_content_path", "kb_asked_path", "kb_is_service"
# Control letters, backslashes and halves of letters (broken percent codes) are in no path.
_HOSTILE = re.compile("[\x00-\x1f\x7f\\\\\ud800-\udfff\ufffd]")
_SUFFIX = re.compile(
    rb"(?:(?::|%3[Aa])(?:list|int|long|float|boolean|string|ustring|text|utf8_ustring|date|record)"
    rb")+(?==|$)"
)


class Paths:
    """Wraps the application; knows the first words of its pages, which are never content."""

    def __init__(self, app: Litestar) -> None:
        self.app: Any = app
        self.pages = _first_words(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite one request and hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        place(scope, _header(scope, b"accept"), self.pages)
        is_api = _is_below_api(scope["path"])
        if is_api and cors.is_preflight(scope):
            await cors.answer_preflight(send)
            return
        if is_api and cors.is_open(scope):
            send = cors.opened(send)
        is_head = scope["method"] == "HEAD"
        if is_head:
            # In place and back: the step in front reads this scope after us.
            scope["method"], send = "GET", _bodiless(send)
        try:
            await self.app(scope, receive, send)
        finally:
            if is_head:
                scope["method"] = "HEAD"
            await end_left_open(scope)


def content_path(request: Request[Any, Any, Any]) -> str:
    """Give the path of the content that a request is about; `/` is the root."""
    return str(request.scope["state"].get(_CONTENT, "/"))


def item_path(request: Request[Any, Any, Any]) -> str:
    """Give the path of the item that is asked for itself; a service nobody knows is no item.

    Raises: service.missing.
    """
    if request.scope["state"].get(_IS_SERVICE):
        raise missing("service.missing")
    return content_path(request)


def asked_path(request: Request[Any, Any, Any]) -> str:
    """Give the path as it was asked for, for addresses that must work in the same way again."""
    return str(request.scope["state"].get(_ASKED, request.scope["path"]))


def place(scope: Scope, accept: str, pages: frozenset[str]) -> None:
    """Set the route and the content path of one request."""
    asked = str(scope["path"])
    is_json = "application/json" in accept and "text/html" not in accept
    names = [name for name in asked.split("/") if name]
    first = names[0] if names else ""
    is_marked = first in ("api", TRAVERSER)
    is_api = is_marked or (is_json and first not in pages)
    state = scope.setdefault("state", {})
    # NUL is in no question and no column takes it: it becomes the space that it was meant to be.
    scope["query_string"] = scope.get("query_string", b"").replace(b"%00", b"%20")
    if is_hostile(asked, names):
        state[_ASKED] = ""
        state[_IS_SERVICE] = True
        scope["path"] = f"{API}/{NOWHERE}" if is_api else f"/{NOWHERE}"
        return
    state[_ASKED] = asked
    if DOWNLOAD in names:
        # The bytes of a file have one door, whichever way they are asked for.
        scope["path"] = "/" + "/".join(names[1:] if is_marked else names)
        return
    if not is_api:
        return
    route, content = split(names[1:] if is_marked else names)
    state[_CONTENT] = content
    state[_IS_SERVICE] = route != content
    scope["path"] = API + (route if route != "/" else "")
    scope["query_string"] = plain_query(scope.get("query_string", b""))


def split(names: list[str]) -> tuple[str, str]:
    """Give the route below `/api` and the content path of the names of a path.

    Where there is no service the two are the same.
    """
    cut = next((at for at, name in enumerate(names) if name.startswith("@")), len(names))
    content = "/" + "/".join(names[:cut])
    service = "/" + "/".join(names[cut:])
    return (content if cut == len(names) else service), content


def is_hostile(path: str, names: list[str]) -> bool:
    """Say whether no content can have this path, whoever asks."""
    return len(path) > MAX_PATH or bool(_HOSTILE.search(path)) or ".." in names or "." in names


def plain_query(query: bytes) -> bytes:
    """Take Plone's type suffixes off the keys; repeated keys are lists anyway."""
    if b":" not in query and b"%3" not in query:
        return query
    parts = []
    for part in query.split(b"&"):
        key, mark, value = part.partition(b"=")
        parts.append(_SUFFIX.sub(b"", key) + mark + value)
    return b"&".join(parts)


def _first_words(app: Litestar) -> frozenset[str]:
    words = {route.path.split("/")[1] for route in app.routes if route.path != "/"}
    return frozenset(word for word in words if word and not word.startswith("{")) - {"api"}


def _is_below_api(path: str) -> bool:
    return path == API or path.startswith(API + "/")


def _header(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key.lower() == name]
    return b",".join(values).decode("latin-1").lower()


def _bodiless(send: Send) -> Send:
    async def without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": b""}
        await send(message)

    return without_body
