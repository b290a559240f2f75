"""Who is it: a session cookie, a bearer token or a name with a password; else the visitor.

A token or password that is given and wrong is refused, never taken for a visitor; a session cookie
that has ended is a visitor, who is sent to sign in where that is needed.
"""

import base64
import binascii
from typing import Any

from litestar import Request

from kb_service.base.errors import unauthenticated
from kb_service.base.permissions import VISITOR, Actor
from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.people import queries

SESSION_COOKIE = "kb_session"


def actor_of(request: Request[Any, Any, Any], work: Work, token_key: str) -> Actor:
    """Give the actor of a request, with local roles. Raises: session.token_wrong, session.wrong."""
    return handbook.with_local_roles(work, _proven(request, work, token_key))


def _proven(request: Request[Any, Any, Any], work: Work, token_key: str) -> Actor:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        actor = queries.actor_of_token(work, value.strip(), token_key)
        if actor is None:
            raise unauthenticated("session.token_wrong")
        return actor
    if scheme.lower() == "basic":
        login, password = _basic(value)
        return queries.actor_of_password(work, login, password, address_of(request))
    secret = request.cookies.get(SESSION_COOKIE)
    if secret:
        return queries.actor_of_session(work, secret) or VISITOR
    return VISITOR


def address_of(request: Request[Any, Any, Any]) -> str:
    """Give the address of who asks; a trusted proxy's word is taken by gate.front."""
    client = request.scope.get("client")
    return client[0] if client else ""


def _basic(value: str) -> tuple[str, str]:
    try:
        login, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise unauthenticated("session.wrong") from error
    return login, password
