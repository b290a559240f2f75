"""Errors as pages: what happened, what is possible now, never how it happened.

A visitor who must sign in is sent there with the way back. A defect shows its request's number and
nothing else; the details stand in the log.
"""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from kb_service.base.errors import KbError, Kind
from kb_service.base.i18n import Translator, translator
from kb_service.base.log import logger
from kb_service.gate import limits
from kb_service.gate.unit import innermost
from kb_service.web.frame import Frame, known_frame
from kb_service.web.pages import page

STATUS = {
    Kind.INVALID: HTTPStatus.BAD_REQUEST,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.MISSING: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.STALE: HTTPStatus.PRECONDITION_FAILED,
    Kind.UNSEEN: HTTPStatus.PRECONDITION_REQUIRED,
    Kind.GONE: HTTPStatus.GONE,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
_SEARCHABLE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def _words(speaker: Translator, status: int) -> tuple[str, str]:
    """Give heading and text of a status; sentences are literal so that the catalogue finds them."""
    say = speaker.gettext
    known = {
        400: (
            say("This cannot be read"),
            say("Something in the address or the form is not right."),
        ),
        403: (say("This is not open to you"), say("Ask the administrator for the right.")),
        404: (
            say("There is no such page"),
            say("It may have moved or the address has a misprint. Ask in your own words:"),
        ),
        405: (say("Not in this way"), say("This address does not take what was sent.")),
        409: (say("Something changed meanwhile"), say("Load the page again and look once more.")),
        408: (say("That took too long"), say("The connection is slow. Try once more.")),
        410: (
            say("This page has been withdrawn"),
            say("What it said no longer holds. Ask in your own words:"),
        ),
        412: (say("Something changed meanwhile"), say("Load the page again and look once more.")),
        413: (say("Too much at once"), say("Send less and try once more.")),
        429: (say("Too many requests"), say("Wait a little and try once more.")),
        503: (say("Not available just now"), say("Try once more in a minute.")),
    }
    broken = (say("Our mistake"), say("Something broke on our side. We have noted it."))
    return known.get(status, broken)


def error_page(request: Request[Any, Any, Any], error: BaseException) -> Response[Any]:
    """Answer an error with a page, or send to the sign-in."""
    frame = known_frame(request)
    error = innermost(error)
    if isinstance(error, KbError) and error.kind == Kind.UNAUTHENTICATED:
        back = frame.path + (f"?{frame.query}" if frame.query else "")
        is_read = request.method == "GET"
        return Redirect(frame.url("/desk/sign-in", next=back if is_read else ""), status_code=303)
    status = _status(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, KbError):
        logger().error("page failed", request=frame.request_id, error=type(error).__name__)
    return _page(frame, error, status)


def _status(error: BaseException) -> int:
    if isinstance(error, KbError):
        return STATUS[error.kind]
    if isinstance(error, HTTPException):
        return error.status_code
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _page(frame: Frame, error: BaseException, status: int) -> Response[str]:
    speaker = translator(frame.language, frame.timezone)
    title, text = _words(speaker, status)
    said = speaker.error(error) if isinstance(error, KbError) else ""
    is_told = isinstance(error, KbError) and said != error.code
    answer = page(
        "site/error.html",
        frame,
        status=int(status),
        code=int(status),
        title=title,
        text=said if is_told and status not in _SEARCHABLE else text,
        allowed=list(error.allowed) if isinstance(error, KbError) else [],
        can_search=status in _SEARCHABLE,
        request_id=frame.request_id if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
    )
    pause = limits.retry_after(error) if isinstance(error, KbError) else None
    if pause is not None:
        answer.headers["Retry-After"] = str(pause)
    return answer
