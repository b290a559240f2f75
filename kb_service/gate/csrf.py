"""Requests that another site makes in somebody's name: refused before a handler sees them.

Every changing request that is signed in by the cookie carries a token made from the session's own
secret, in the field `csrf` or the header `X-CSRF-Token`; no handler can forget to ask. Calls with a
token or password of their own are not made by a browser unasked. Signing in has no session yet:
its form carries a token that we signed and must come from a page of ours.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import RequestEncodingType

from kb_service.base.crypto import same
from kb_service.base.errors import forbidden
from kb_service.gate.actor import SESSION_COOKIE
from kb_service.gate.limits import read_body
from kb_service.gate.site import site_of

FIELD = "csrf"
HEADER = "x-csrf-token"
# A handler with this in its `opt` asks by itself: it has no session to go by.
OWN_CHECK = {"csrf": "own"}
FORM_LIFE = timedelta(hours=12)
_READING = ("GET", "HEAD", "OPTIONS")
_FORMS = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)
_PARTS = 3


async def refuse_forged(request: Request[Any, Any, Any]) -> None:
    """Set the session's token for forms, and refuse a change without it. Raises: form.forged."""
    if request.method not in _READING:
        await read_body(request)
    secret = request.cookies.get(SESSION_COOKIE)
    if not secret:
        return
    token = token_of(secret)
    request.scope["csrf"] = token  # type: ignore[typeddict-unknown-key]  # read by web.frame
    if request.method in _READING or request.headers.get("authorization"):
        return
    if request.route_handler.opt.get("csrf") == OWN_CHECK["csrf"]:
        return
    if not same(await _given(request), token):
        raise forbidden("form.forged")


def token_of(secret: str) -> str:
    """Give the token of a session's forms; the secret cannot be told from it."""
    return _mac(secret, "csrf")


def anonymous_token(key: str, now: datetime) -> str:
    """Give the token of a form that nobody has signed in for."""
    text = f"{int(now.timestamp())}.{secrets.token_urlsafe(12)}"
    return f"{text}.{_mac(key, text)}"


def check_anonymous(request: Request[Any, Any, Any], token: str, now: datetime) -> None:
    """Refuse a form without a fresh token of ours, or from a page of somebody else.

    Raises: form.forged, form.expired.
    """
    parts = token.split(".")
    text = ".".join(parts[:2])
    if len(parts) != _PARTS or not same(parts[2], _mac(site_of(request).token_key, text)):
        raise forbidden("form.forged")
    if not parts[0].isdecimal() or now.timestamp() - int(parts[0]) > FORM_LIFE.total_seconds():
        raise forbidden("form.expired")
    if is_foreign(request):
        raise forbidden("form.forged")


def is_foreign(request: Request[Any, Any, Any]) -> bool:
    """Say whether a form comes from a page that is not ours, as the browser tells."""
    told = request.headers.get("sec-fetch-site")
    if told:
        return told not in ("same-origin", "none")
    origin = request.headers.get("origin") or request.headers.get("referer") or ""
    own = {request.headers.get("host", ""), urlsplit(site_of(request).base_url).netloc}
    return urlsplit(origin).netloc not in own - {""}


async def _given(request: Request[Any, Any, Any]) -> str:
    given = request.headers.get(HEADER, "")
    if not given and request.content_type[0] in _FORMS:
        field = (await request.form()).get(FIELD, "")
        given = field if isinstance(field, str) else ""
    return given


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
