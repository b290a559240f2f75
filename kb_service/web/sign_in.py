"""Signing in and out, the one-time link, and changing one's own password."""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, Kind
from kb_service.base.i18n import Translator, translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate import csrf
from kb_service.gate.actor import SESSION_COOKIE, address_of
from kb_service.gate.site import Site
from kb_service.people import queries
from kb_service.people.acts import passwords, sessions
from kb_service.people.schemas import MIN_PASSWORD, SignedIn
from kb_service.web.forms import (
    REFUSALS,
    FormRefused,
    Problems,
    own_path,
    problems_of,
    provide_form,
    text_of,
    told_in_form,
)
from kb_service.web.frame import Frame
from kb_service.web.pages import page

_FORM = {"form": Provide(provide_form)}
_MINUTE_S = 60
_HOME = "/desk"


@get("/desk/sign-in", sync_to_thread=True, include_in_schema=False)
def sign_in_page(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    next: FromQuery[str] = "",  # noqa: A002 - the query's own name
) -> Response[Any]:
    """Show the sign-in; who is signed in goes on."""
    if work.actor.is_staff:
        return Redirect(frame.url(own_path(next, _HOME)), status_code=303)
    speaker = translator(frame.language, frame.timezone)
    has_ended = SESSION_COOKIE in request.cookies
    message = speaker.gettext("The session has ended. Please sign in again.") if has_ended else ""
    return _sign_in(frame, work, site, message=message, next_path=next)


@post(
    "/desk/sign-in",
    sync_to_thread=True,
    include_in_schema=False,
    opt=csrf.OWN_CHECK,
    dependencies=_FORM,
    exception_handlers=REFUSALS,
)
def sign_in(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Begin a session and go on to where one wanted to go, a path of this site."""
    login, next_path = text_of(form, "login"), text_of(form, "next")
    try:
        csrf.check_anonymous(request, text_of(form, "csrf"), site.clock.now())
        signed = sessions.sign_in(work, login, text_of(form, "password"), address_of(request))
    except KbError as error:
        problem = sentence(translator(frame.language, frame.timezone), error)
        answer = _sign_in(frame, work, site, problem=problem, login=login, next_path=next_path)
        raise FormRefused(refused(answer, error)) from error
    return enter(frame, request, signed, own_path(next_path, _HOME))


@post("/desk/sign-out", sync_to_thread=True, include_in_schema=False)
def sign_out(
    request: Request[Any, Any, Any], frame: NamedDependency[Frame], work: NamedDependency[Work]
) -> Response[Any]:
    """End this browser's session."""
    if work.actor.is_staff:
        sessions.sign_out(work, request.cookies.get(SESSION_COOKIE, ""))
    answer: Response[Any] = Redirect(frame.url("/"), status_code=303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@get("/welcome/{secret:str}", sync_to_thread=True, include_in_schema=False)
def welcome_page(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    secret: FromPath[str],
) -> Response[Any]:
    """Show the form in which the owner of a one-time link sets a password."""
    try:
        login = queries.login_of_link(work, secret)
    except KbError as error:
        return _link_gone(frame, work, site, error)
    return _welcome(frame, site, secret, login)


@post(
    "/welcome/{secret:str}",
    sync_to_thread=True,
    include_in_schema=False,
    opt=csrf.OWN_CHECK,
    dependencies=_FORM,
    exception_handlers=REFUSALS,
)
def welcome(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    secret: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Set the password by a one-time link and begin a session."""
    csrf.check_anonymous(request, text_of(form, "csrf"), site.clock.now())
    try:
        login = queries.login_of_link(work, secret)
        problems = _unlike(frame, form)
        if problems:
            raise FormRefused(_welcome(frame, site, secret, login, problems))
        signed = passwords.set_password(
            work, secret, text_of(form, "password"), address_of(request)
        )
    except KbError as error:
        if error.kind is Kind.GONE:
            raise FormRefused(_link_gone(frame, work, site, error)) from error
        status = told_in_form(error)
        answer = _welcome(frame, site, secret, login, problems_of(frame, error), status)
        raise FormRefused(answer) from error
    return enter(frame, request, signed, _HOME)


@get("/desk/password", sync_to_thread=True, include_in_schema=False)
def password_page(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[Any]:
    """Show the form for a new password of one's own. Raises: session.needed."""
    work.allow(Permission.OWN_ACCOUNT)
    return _password(frame)


@post(
    "/desk/password",
    sync_to_thread=True,
    include_in_schema=False,
    dependencies=_FORM,
    exception_handlers=REFUSALS,
)
def change_password(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Change one's own password; all other browsers are signed out. Raises: session.needed."""
    work.allow(Permission.OWN_ACCOUNT)
    problems = _unlike(frame, form)
    if problems:
        raise FormRefused(_password(frame, problems))
    try:
        signed = passwords.change_password(
            work, text_of(form, "old"), text_of(form, "password"), address_of(request)
        )
    except KbError as error:
        status = told_in_form(error)
        raise FormRefused(_password(frame, problems_of(frame, error), status)) from error
    return enter(frame, request, signed, _HOME)


def _sign_in(
    frame: Frame,
    work: Work,
    site: Site,
    *,
    problem: str = "",
    message: str = "",
    login: str = "",
    next_path: str = "",
) -> Response[str]:
    frame.csrf = csrf.anonymous_token(site.token_key, site.clock.now())
    return page(
        "sign_in/sign_in.html",
        frame,
        login=login,
        problem=problem,
        message=message,
        next=own_path(next_path, ""),
        demo=queries.demo_logins(work) if site.is_demo else [],
    )


def _welcome(
    frame: Frame,
    site: Site,
    secret: str,
    login: str,
    problems: Problems | None = None,
    status: int = HTTPStatus.BAD_REQUEST,
) -> Response[str]:
    frame.csrf = csrf.anonymous_token(site.token_key, site.clock.now())
    speaker = translator(frame.language, frame.timezone)
    answer = page(
        "sign_in/password.html",
        frame,
        status=status if problems else HTTPStatus.OK,
        title=speaker.gettext("Choose a password"),
        action=frame.url(f"/welcome/{secret}"),
        needs_old=False,
        login=login,
        problems=problems or [],
        min_length=MIN_PASSWORD,
    )
    # The address is a secret: it must not travel to the next page.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _password(
    frame: Frame, problems: Problems | None = None, status: int = HTTPStatus.BAD_REQUEST
) -> Response[str]:
    speaker = translator(frame.language, frame.timezone)
    return page(
        "sign_in/password.html",
        frame,
        status=status if problems else HTTPStatus.OK,
        title=speaker.gettext("New password"),
        action=frame.url("/desk/password"),
        needs_old=True,
        login=frame.actor.login,
        problems=problems or [],
        min_length=MIN_PASSWORD,
    )


def _link_gone(frame: Frame, work: Work, site: Site, error: KbError) -> Response[str]:
    message = translator(frame.language, frame.timezone).error(error)
    answer = _sign_in(frame, work, site, message=message)
    answer.status_code = HTTPStatus.GONE
    return answer


def _unlike(frame: Frame, form: FormMultiDict) -> Problems:
    if text_of(form, "password") == text_of(form, "again"):
        return []
    speaker = translator(frame.language, frame.timezone)
    return [("again", speaker.gettext("The two are not alike."))]


def sentence(speaker: Translator, error: KbError) -> str:
    """Say why nobody is signed in; numbers need plural forms, which a code alone has not."""
    if error.code == "session.too_many":
        minutes = -(-int(error.params["retry_after"]) // _MINUTE_S)
        return speaker.ngettext(
            "Too many wrong passwords. Try again in %(count)s minute.",
            "Too many wrong passwords. Try again in %(count)s minutes.",
            minutes,
        )
    left = error.params.get("left")
    said = speaker.error(error)
    if left is None:
        return said
    return f"{said} " + speaker.ngettext("%(count)s more try.", "%(count)s more tries.", int(left))


def refused(answer: Response[str], error: KbError) -> Response[str]:
    """Give the answer the status of a sign-in that failed; what is broken is raised."""
    if error.kind is Kind.UNAVAILABLE:
        raise error
    is_known = error.kind in (Kind.UNAUTHENTICATED, Kind.TOO_MANY)
    answer.status_code = HTTPStatus.UNAUTHORIZED if is_known else HTTPStatus.FORBIDDEN
    if error.kind is Kind.TOO_MANY:
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer.headers["Retry-After"] = str(error.params["retry_after"])
    return answer


def enter(
    frame: Frame, request: Request[Any, Any, Any], signed: SignedIn, path: str
) -> Response[Any]:
    """Go on to a page of this site as who has just signed in."""
    answer: Response[Any] = Redirect(frame.url(path), status_code=303)
    return with_session(answer, frame, request, signed)


def with_session(
    answer: Response[Any], frame: Frame, request: Request[Any, Any, Any], signed: SignedIn
) -> Response[Any]:
    """Let an answer bring the cookie of a session that has just begun."""
    answer.set_cookie(
        Cookie(
            SESSION_COOKIE,
            value=signed.secret,
            path="/",
            httponly=True,
            samesite="lax",
            secure=frame.base_url.startswith("https:") or request.url.scheme == "https",
        )
    )
    return answer


# One router for what shares its paths: registered one by one, such handlers would be wrapped for
# Litestar's threads anew with each neighbour.
pages = [
    Router(
        "/",
        route_handlers=[
            sign_in_page,
            sign_in,
            sign_out,
            welcome_page,
            welcome,
            password_page,
            change_password,
        ],
    )
]
