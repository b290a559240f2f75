"""Errors as bodies: one function makes both shapes, the negotiated `type` alone differs.

RFC 9457 by default; for `Accept: application/json` `type` is Plone's name and `message` stands
beside `detail`. A KbError speaks for itself, Litestar's refusals are given codes here, and anything
else is a defect: 500 with the number of the request and nothing more.
"""

import re
import traceback
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException

from kb_service.api.addresses import addresses_of
from kb_service.api.language import speaker_of
from kb_service.base.errors import FieldError, KbError, Kind
from kb_service.base.i18n import Translator
from kb_service.base.log import logger
from kb_service.gate.limits import retry_after
from kb_service.gate.paths import asked_path
from kb_service.gate.unit import innermost

PROBLEM_JSON = "application/problem+json"
JSON = "application/json"
BUG = "service.bug"
_SERVER_ERRORS = 500
_SHORT = 200
_READING = ("GET", "HEAD")


class Family(msgspec.Struct, frozen=True):
    """What a kind of error is over HTTP: status, Plone's name, the sentence of the whole kind."""

    status: int
    plone: str
    title: str


FAMILIES: Mapping[Kind, Family] = {
    Kind.INVALID: Family(400, "BadRequest", "The request is not right"),
    Kind.UNAUTHENTICATED: Family(401, "Unauthorized", "Please sign in"),
    Kind.FORBIDDEN: Family(403, "Forbidden", "This is not allowed"),
    Kind.MISSING: Family(404, "NotFound", "Nothing found here"),
    Kind.CONFLICT: Family(409, "Conflict", "This is not possible now"),
    Kind.STALE: Family(412, "PreconditionFailed", "Somebody was faster"),
    Kind.UNSEEN: Family(428, "PreconditionRequired", "Say which state is meant"),
    Kind.GONE: Family(410, "Gone", "This is no longer here"),
    Kind.TOO_MANY: Family(429, "TooManyRequests", "Too many attempts"),
    Kind.UNAVAILABLE: Family(503, "ServiceUnavailable", "Not available at the moment"),
}
# Refusals before a handler, by status; the codes are sentences of the catalogue.
_BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("request.wrong", "BadRequest"),
    401: ("session.needed", "Unauthorized"),
    403: ("act.forbidden", "Forbidden"),
    404: ("address.missing", "NotFound"),
    405: ("method.wrong", "MethodNotAllowed"),
    408: ("request.too_slow", "RequestTimeout"),
    413: ("request.too_large", "RequestEntityTooLarge"),
    415: ("request.media_type", "UnsupportedMediaType"),
    429: ("request.too_many", "TooManyRequests"),
    503: ("service.unavailable", "ServiceUnavailable"),
}
_TITLES = {
    405: "This method has no meaning here",
    408: "The request took too long",
    413: "The request is too large",
    415: "The form of the body is not known",
    500: "An error of the service",
}
_EXPECTED = re.compile(r"Expected `([^`]+)`")
_REQUIRED = re.compile(r"missing required field `([^`]+)`|Missing required")
_PARAMETER = re.compile(r"Missing required \w+ parameter '([^']+)'")
_PLACE = re.compile(r"(?: - at `\$\.?([^`]*)`)$")


class FieldProblem(msgspec.Struct, frozen=True):
    """One field that is not right."""

    field: str
    code: str
    message: str


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of every error. `type` is an address of docs/errors.md or Plone's name."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str = ""
    message: str | None = None
    context: str | None = None
    request: str | None = None
    params: dict[str, Any] = {}
    errors: list[FieldProblem] = []
    allowed: list[str] = []


class _Case(msgspec.Struct, kw_only=True):
    """An error before it has a language: what all sources of errors are brought to."""

    error: KbError
    status: int
    plone: str
    title: str
    headers: dict[str, str] = {}


def problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer an error: the one way by which the JSON face says that something went wrong."""
    inner = innermost(error)
    if isinstance(inner, KbError) and inner.code == "item.moved" and request.method in _READING:
        return elsewhere(request, str(inner.params["present"]))
    case = _case(inner)
    if case.status >= _SERVER_ERRORS:
        _log(request, case, error)
    speaker = speaker_of(request)
    body = _body(request, case, speaker)
    is_plone = asks_for_json(request)
    if is_plone:
        body.type, body.message = case.plone, body.detail
        body.context = addresses_of(request).root
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Language",
        "Content-Language": speaker.language,
        **case.headers,
    }
    return Response(
        msgspec.json.encode(body),
        status_code=case.status,
        media_type=JSON if is_plone else PROBLEM_JSON,
        headers=headers,
    )


def elsewhere(request: Request[Any, Any, Any], present: str) -> Response[bytes]:
    """Lead from an old address to the present one, of the item or of the same service there."""
    path = addresses_of(request).prefix + present
    first = request.scope["path"].removeprefix("/api/")
    if first.startswith("@"):
        path = f"{path.rstrip('/')}/{first}"
    query = request.url.query
    location = quote(path, safe="/@+:~") + (f"?{query}" if query else "")
    return Response(
        b"",
        status_code=302,
        headers={"Location": location, "Cache-Control": "no-cache", "Vary": "Accept"},
        media_type=JSON,
    )


def asks_for_json(request: Request[Any, Any, Any]) -> bool:
    """Say whether the caller wants Plone's shape rather than the standard's."""
    accept = request.headers.get("accept", "").lower()
    return JSON in accept and PROBLEM_JSON not in accept


def _body(request: Request[Any, Any, Any], case: _Case, speaker: Translator) -> Problem:
    error = case.error
    body = Problem(
        type=f"/problems/{error.code}",
        title=speaker.gettext(case.title),
        status=case.status,
        detail=speaker.error(error),
        code=error.code,
        instance=asked_path(request),
        params=_plain(error.params),
        errors=[FieldProblem(f.field, f.code, speaker.error(f)) for f in error.fields],
        allowed=[str(one) for one in error.allowed],
    )
    if case.status >= _SERVER_ERRORS:
        body.request = str(request.scope.get("request_id", ""))
    return body


def _case(error: BaseException) -> _Case:
    if isinstance(error, KbError):
        return _of_ours(error)
    if isinstance(error, msgspec.DecodeError | SerializationException):
        return _of_body(error)
    if isinstance(error, HTTPException) and error.status_code < _SERVER_ERRORS:
        return _of_litestar(error)
    return _Case(error=KbError(BUG), status=500, plone="InternalServerError", title=_TITLES[500])


def _of_ours(error: KbError) -> _Case:
    family = FAMILIES[error.kind]
    pause = retry_after(error)
    headers = {} if pause is None else {"Retry-After": str(pause)}
    if error.kind == Kind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = 'Bearer realm="kb_service"'
    return _Case(
        error=error,
        status=family.status,
        plone=family.plone,
        title=family.title,
        headers=headers,
    )


def _of_litestar(error: HTTPException) -> _Case:
    if isinstance(error.__cause__, SerializationException | msgspec.DecodeError):
        return _of_body(error)
    code, _plone = _BY_STATUS.get(error.status_code, _BY_STATUS[400])
    fields: tuple[FieldError, ...] = ()
    if isinstance(error.extra, list):
        found = [
            (str(one.get("key", "")), str(one.get("message", "")))
            for one in error.extra
            if isinstance(one, dict)
        ]
        fields = _fields(found)
    elif parameter := _PARAMETER.match(error.detail):
        fields = (FieldError(parameter[1], "field.needed"),)
    return _refused(error.status_code, code, fields, dict(error.headers or {}))


def _of_body(error: BaseException | None) -> _Case:
    """Tell a body that has a wrong field from one that cannot be read at all."""
    while error is not None:
        if isinstance(error, msgspec.ValidationError):
            field = _PLACE.search(str(error))
            name = field[1] if field else ""
            return _refused(400, "request.wrong", _fields([(name, str(error))]))
        error = error.__cause__
    case = _refused(400, "request.unreadable", ())
    case.plone = "DeserializationError"
    return case


def _refused(
    status: int, code: str, fields: tuple[FieldError, ...], headers: dict[str, str] | None = None
) -> _Case:
    known = {family.status: family.title for family in FAMILIES.values()} | _TITLES
    _code, plone = _BY_STATUS.get(status, _BY_STATUS[400])
    return _Case(
        error=KbError(code, fields=fields),
        status=status,
        plone=plone,
        title=known.get(status, known[400]),
        headers=headers or {},
    )


def _fields(found: list[tuple[str, str]]) -> tuple[FieldError, ...]:
    """Give the fields that Litestar or msgspec found wrong, with codes of ours."""
    errors = []
    for name, text in found:
        required = _REQUIRED.search(text)
        expected = _EXPECTED.search(text)
        field = ((required[1] or name) if required else name).removeprefix("data.")
        if required:
            errors.append(FieldError(field, "field.needed"))
        elif expected:
            errors.append(FieldError(field, "field.kind", {"expected": expected[1]}))
        else:
            errors.append(FieldError(field, "field.wrong"))
    return tuple(errors)


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value[:_SHORT] if isinstance(value, str) else msgspec.to_builtins(value, enc_hook=str)
        for key, value in params.items()
    }


def _log(request: Request[Any, Any, Any], case: _Case, error: Exception) -> None:
    """Keep what an administrator needs to find a defect: never a value."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{PurePath(last[0].filename).name}:{last[0].lineno}" if last else ""
    logger().error(
        "bug" if case.status == _SERVER_ERRORS else "unavailable",
        request=request.scope.get("request_id", ""),
        route=request.scope.get("path_template", "other"),
        error=f"{type(innermost(error)).__name__} {place}".strip(),
        code=case.error.code,
        status=case.status,
    )
