"""Tokens of programs, as everybody who signs in handles their own: make one, see them, end one.

A token is shown once, in the answer to the form that made it; it stands in no address and is kept
nowhere. Tokens are handled by people alone, signed in with a browser.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, forbidden, invalid
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.people import queries
from kb_service.people.acts import tokens
from kb_service.people.schemas import IssuedToken, Scope
from kb_service.web.forms import (
    REFUSALS,
    FormRefused,
    problems_of,
    provide_form,
    said,
    text_of,
    told_in_form,
)
from kb_service.web.frame import Frame
from kb_service.web.pages import page

PATH = "/desk/tokens"
_SAVED = {"revoke": "The token has ended."}
_SCOPES = {Scope.READ: "Read only", Scope.FULL: "All that I may"}
_DAYS = (30, 90, 180, 365)
_USUAL_DAYS = 90
_DIGITS = 5
_SOON = timedelta(days=14)


@get(PATH, sync_to_thread=True, include_in_schema=False)
def tokens_page(
    frame: NamedDependency[Frame], work: NamedDependency[Work], done: FromQuery[str] = ""
) -> Response[str]:
    """Show one's own tokens and the form for a new one. Raises: session.needed."""
    work.allow(Permission.OWN_ACCOUNT)
    return _tokens(frame, work, saved=done)


@post(
    PATH,
    sync_to_thread=True,
    include_in_schema=False,
    dependencies={"form": Provide(provide_form)},
    exception_handlers=REFUSALS,
    status_code=HTTPStatus.OK,
)
def change_tokens(
    *,
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Make a token and show it, or end one, as the pressed button says.

    Raises: session.needed, token.missing, token.needs_session.
    """
    work.allow(Permission.OWN_ACCOUNT)
    if request.headers.get("authorization"):
        # A token that leaked must not bring forth others, which would hold when it is ended.
        raise forbidden("token.needs_session")
    do = text_of(form, "do")
    try:
        if do == "revoke":
            tokens.revoke(work, text_of(form, "token"))
            return Redirect(frame.url(PATH, done=do), status_code=303)
        if do != "make":
            raise invalid("form.wrong")
        made = tokens.issue(
            work, text_of(form, "name"), _days(form), _scope(form), key=site.token_key
        )
    except KbError as error:
        status = told_in_form(error)
        raise FormRefused(_tokens(frame, work, form=form, error=error, status=status)) from error
    return _tokens(frame, work, made=made)


def _days(form: FormMultiDict) -> int:
    """Give the days of the form; what is no number of days is none, which the act refuses."""
    text = text_of(form, "days")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else 0


def _scope(form: FormMultiDict) -> Scope:
    """Give what the token may do; less where the form does not say."""
    return Scope.FULL if text_of(form, "scope") == Scope.FULL else Scope.READ


def _tokens(
    frame: Frame,
    work: Work,
    *,
    form: FormMultiDict | None = None,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
    saved: str = "",
    made: IssuedToken | None = None,
) -> Response[str]:
    speaker = translator(frame.language, frame.timezone)
    typed: Mapping[str, str] = {
        "name": text_of(form, "name") if form else "",
        "days": text_of(form, "days") if form else str(_USUAL_DAYS),
        "scope": str(_scope(form)) if form else str(Scope.READ),
    }
    return page(
        "desk/tokens.html",
        frame,
        status=status,
        tokens=queries.tokens(work, work.actor.uid),
        soon=work.now + _SOON,
        made=made,
        form=typed,
        terms=[(str(n), speaker.ngettext("%(count)s day", "%(count)s days", n)) for n in _DAYS],
        scopes={str(scope): title for scope, title in _SCOPES.items()},
        problems=problems_of(frame, error) if error else [],
        saved=said(frame, _SAVED, saved),
    )


# One router for what shares its path: registered one by one, such handlers would be wrapped for
# Litestar's threads anew with each neighbour.
pages = [Router("/", route_handlers=[tokens_page, change_tokens])]
