"""`@login`, `@login-renew`, `@logout`: tokens for programs, in Plone's words.

A failed sign-in alone answers in Plone's own shape, `{"error": {"type", "message"}}`, because
clients look there; too many of them answer as everything else does, with Retry-After.
"""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.base.errors import KbError, Kind
from kb_service.base.work import Work
from kb_service.gate.actor import address_of
from kb_service.gate.csrf import OWN_CHECK
from kb_service.gate.site import Site
from kb_service.people.acts import tokens

_NO_STORE = {"Cache-Control": "no-store"}
_PLONE_NAMES = {
    "login.needed": "Missing credentials",
    "session.wrong": "Invalid credentials",
    "session.token_wrong": "Invalid or expired authentication token",
    "session.needed": "Invalid or expired authentication token",
    "token.too_old": "Invalid or expired authentication token",
}


class LoginBody(Struct):
    """Who signs in; other members are dropped, as on all of Plone's routes."""

    login: str = ""
    password: str = ""


class TokenBody(Struct):
    """A token, to be sent as `Authorization: Bearer …`."""

    token: str


class SignInProblem(Struct):
    """Why nobody was signed in."""

    type: str
    message: str


class SignInRefused(Struct):
    """The one body of an error that is not a problem document: Plone's clients read it."""

    error: SignInProblem


@post(
    "/api/@login",
    responses=may_answer(400, 401, 403, 413, 429, own={400: SignInRefused, 401: SignInRefused}),
    summary="Sign in and get a token for 12 hours",
    tags=["people"],
    opt=OWN_CHECK,
    status_code=200,
    sync_to_thread=True,
)
def login(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[LoginBody],
) -> Response[TokenBody]:
    """Give a token to whose login and password these are. Raises: session.too_many."""
    if not data.login or not data.password:
        return _refused(request, KbError("login.needed"), 400)
    try:
        issued = tokens.start(
            work, data.login, data.password, address_of(request), key=site.token_key
        )
    except KbError as error:
        if error.kind is not Kind.UNAUTHENTICATED:
            raise
        return _refused(request, error, 401)
    return Response(TokenBody(issued.token), headers=_NO_STORE)


@post(
    "/api/@login-renew",
    responses=may_answer(401, 403, own={401: SignInRefused}),
    summary="Exchange a token for a fresh one",
    tags=["people"],
    status_code=200,
    sync_to_thread=True,
)
def renew(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[TokenBody]:
    """Give a new token for one that still holds. Raises: token.not_renewable."""
    try:
        issued = tokens.renew(work, _bearer(request), key=site.token_key)
    except KbError as error:
        if error.kind is not Kind.UNAUTHENTICATED:
            raise
        return _refused(request, error, 401)
    return Response(TokenBody(issued.token), headers=_NO_STORE)


@post(
    "/api/@logout",
    responses=may_answer(401, 403),
    summary="End the token that is sent along",
    tags=["people"],
    status_code=204,
    sync_to_thread=True,
)
def logout(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> None:
    """End the token at once. Raises: session.needed, session.token_wrong."""
    tokens.end(work, _bearer(request), key=site.token_key)


def _bearer(request: Request[Any, Any, Any]) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _refused(request: Request[Any, Any, Any], error: KbError, status: int) -> Response[Any]:
    speaker = speaker_of(request)
    body = SignInRefused(SignInProblem(_PLONE_NAMES[error.code], speaker.error(error)))
    headers = {**_NO_STORE, "Content-Language": speaker.language}
    return Response(body, status_code=status, headers=headers)


routes = [login, renew, logout]
