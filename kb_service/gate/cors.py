"""What the company's own site may read of us from its visitors' browsers (CORS).

Only what everybody may read anyway: GET without cookie and without authorization is open to every
site, and the answer says so with `*`, by which browsers never send or show anything personal.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

_OPEN = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, X-Request-Id"),
]
_PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]
_READING = ("GET", "HEAD", "OPTIONS")


def is_open(scope: MutableMapping[str, Any]) -> bool:
    """Say whether the answer to this request is for everybody's eyes."""
    names = {name.lower() for name, _value in scope["headers"]}
    return scope["method"] in _READING and not names & {b"cookie", b"authorization"}


def is_preflight(scope: MutableMapping[str, Any]) -> bool:
    """Say whether a browser asks before a call from another site."""
    names = {name.lower() for name, _value in scope["headers"]}
    return (
        scope["method"] == "OPTIONS"
        and b"origin" in names
        and b"access-control-request-method" in names
    )


async def answer_preflight(send: Send) -> None:
    """Say what a page of another site may ask."""
    await send({"type": "http.response.start", "status": 204, "headers": list(_PREFLIGHT)})
    await send({"type": "http.response.body", "body": b""})


def opened(send: Send) -> Send:
    """Let the answer be read by pages of other sites."""

    async def with_permission(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_OPEN]}
        await send(message)

    return with_permission
