"""Administration: people and the company card.

Every page asks for its permission by the query or act that it calls; a change is followed by the
page itself, so that loading it again repeats nothing. A one-time link alone is shown in the answer
to the form that made it, once.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, invalid
from kb_service.base.permissions import Permission, Role
from kb_service.base.work import Work
from kb_service.gate.actor import SESSION_COOKIE
from kb_service.handbook import company as company_card
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import sheets
from kb_service.people import queries
from kb_service.people.acts import accounts, tokens
from kb_service.people.schemas import NewUser, Profile
from kb_service.web.forms import (
    REFUSALS,
    FormRefused,
    problems_of,
    provide_form,
    said,
    text_of,
    texts_of,
    told_in_form,
)
from kb_service.web.frame import Frame
from kb_service.web.pages import page

_FORM: dict[str, Any] = {
    "sync_to_thread": True,
    "include_in_schema": False,
    "dependencies": {"form": Provide(provide_form)},
    "exception_handlers": REFUSALS,
}
_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
_SIZE = 25
_SAVED = {
    "save": "Saved.",
    "block": "Blocked: nobody is signed in any more.",
    "unblock": "Let in again.",
    "revoke": "The token has ended.",
}
ROLE_TITLES: Mapping[str, str] = {
    role: role.value.capitalize() for role in Role if role is not Role.VISITOR
}
# name, label, hint, kind of the fields of the company card
_COMPANY_FIELDS = (
    ("name", "Full name", "", "text"),
    ("short_name", "Short name", "", "text"),
    ("phone", "Telephone", "", "tel"),
    ("phone_hours", "Hours of the telephone", "", "text"),
    ("dispatch_phone", "Emergency line", "", "tel"),
    ("network_name", "Grid company", "", "text"),
    ("network_phone", "Telephone of the grid company", "", "tel"),
    ("email", "E-mail", "", "email"),
    ("site_url", "Site", "", "text"),
    ("cabinet_url", "Personal account", "", "text"),
    ("outages_url", "Page of outages", "", "text"),
    ("ask_url", "Page for questions", "", "text"),
    ("postal_address", "Postal address", "", "text"),
    ("region", "Region", "", "text"),
    ("search_example", "Example of a question", "", "text"),
    ("offices", "Offices", "One a line: name | address | hours.", "area"),
    ("is_example", "A made-up company, shown as an example.", "", "check"),
)


@get("/admin/users", **_PAGE)
def users(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    q: FromQuery[str] = "",
    start: FromQuery[int] = 0,
) -> Response[str]:
    """Show the accounts and the form to invite. Raises: session.needed, act.forbidden."""
    return _users(frame, work, q=q, start=start)


@post("/admin/users", **_FORM)
def invite(
    frame: NamedDependency[Frame], work: NamedDependency[Work], form: NamedDependency[FormMultiDict]
) -> Response[str]:
    """Make an account and show its one-time link, once."""
    new = NewUser(
        login=text_of(form, "login"),
        name=text_of(form, "name"),
        email=text_of(form, "email"),
        department=text_of(form, "department"),
        roles=_roles(form),
    )
    try:
        made = accounts.invite(work, new)
    except KbError as error:
        status = told_in_form(error)
        raise FormRefused(_users(frame, work, new=new, error=error, status=status)) from error
    return _users(frame, work, link=_link(frame, made.secret))


@get("/admin/users/{uid:str}", **_PAGE)
def user(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show an account with its roles, sessions and tokens. Raises: user.missing."""
    work.allow(Permission.MANAGE_USERS)
    return _user(request, frame, work, uid, saved=done)


@post("/admin/users/{uid:str}", **_FORM)
def change_user(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Save, block, let in again, end a token, or give a new link, as the pressed button says."""
    work.allow(Permission.MANAGE_USERS)
    do = text_of(form, "do")
    try:
        if do == "reset":
            made = accounts.make_link(work, uid)
            return _user(request, frame, work, uid, link=_link(frame, made.secret))
        _change(work, uid, do, form)
    except KbError as error:
        status = told_in_form(error)
        answer = _user(request, frame, work, uid, form=form, error=error, status=status)
        raise FormRefused(answer) from error
    return Redirect(frame.url(f"/admin/users/{uid}", done=do), status_code=303)


@get("/admin/company", **_PAGE)
def company(
    frame: NamedDependency[Frame], work: NamedDependency[Work], done: FromQuery[str] = ""
) -> Response[str]:
    """Show the company card. Raises: session.needed, act.forbidden."""
    work.allow(Permission.MANAGE_COMPANY)
    values = company_card.values_of(handbook.company(work))
    return _company(frame, values, handbook.sheet(work, "company")[1], saved=done)


@post("/admin/company", **_FORM)
def save_company(
    frame: NamedDependency[Frame], work: NamedDependency[Work], form: NamedDependency[FormMultiDict]
) -> Response[Any]:
    """Save the company card; every page and answer follows at once."""
    work.allow(Permission.MANAGE_COMPANY)
    text, number = handbook.sheet(work, "company")
    values = {name: text_of(form, name) for name, *_rest in _COMPANY_FIELDS}
    based_on = text_of(form, "number")
    try:
        sheets.save(
            work,
            "company",
            company_card.edited(text, values),
            based_on=int(based_on) if based_on.isdecimal() and len(based_on) < 10 else None,  # noqa: PLR2004
        )
    except KbError as error:
        status = told_in_form(error)
        answer = _company(frame, values, number, error=error, status=status)
        raise FormRefused(answer) from error
    return Redirect(frame.url("/admin/company", done="save"), status_code=303)


def _change(work: Work, uid: str, do: str, form: FormMultiDict) -> None:
    if do == "save":
        profile = Profile(
            name=text_of(form, "name"),
            email=text_of(form, "email"),
            department=text_of(form, "department"),
        )
        accounts.change(work, uid, profile)
        accounts.grant(work, uid, _roles(form))
    elif do == "block":
        accounts.block(work, uid)
    elif do == "unblock":
        accounts.unblock(work, uid)
    elif do == "revoke":
        tokens.revoke(work, text_of(form, "token"))
    else:
        raise invalid("form.wrong")


def _roles(form: FormMultiDict) -> frozenset[Role]:
    known = {str(role): role for role in Role}
    return frozenset(known[text] for text in texts_of(form, "roles") if text in known)


def _users(
    frame: Frame,
    work: Work,
    *,
    q: str = "",
    start: int = 0,
    new: NewUser | None = None,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
    link: str = "",
) -> Response[str]:
    batch = queries.directory(work, q=q, start=max(0, start), size=_SIZE)
    typed = new or NewUser(login="", name="")
    return page(
        "admin/users.html",
        frame,
        status=status,
        batch=batch,
        q=q,
        role_titles=ROLE_TITLES,
        form={**msgspec.structs.asdict(typed), "roles": [str(role) for role in typed.roles]},
        problems=problems_of(frame, error) if error else [],
        link=link,
    )


def _user(
    request: Request[Any, Any, Any],
    frame: Frame,
    work: Work,
    uid: str,
    *,
    form: FormMultiDict | None = None,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
    saved: str = "",
    link: str = "",
) -> Response[str]:
    view = queries.user(work, uid)
    if form is not None and text_of(form, "do") == "save":
        view.name, view.email = text_of(form, "name"), text_of(form, "email")
        view.department = text_of(form, "department")
        view.roles = sorted(_roles(form))
    return page(
        "admin/user.html",
        frame,
        status=status,
        user=view,
        role_titles=ROLE_TITLES,
        sessions=queries.sessions(work, uid, own_secret=request.cookies.get(SESSION_COOKIE, "")),
        tokens=queries.tokens(work, uid),
        problems=problems_of(frame, error) if error else [],
        saved=said(frame, _SAVED, saved),
        link=link,
        is_self=view.uid == work.actor.uid,
    )


def _company(
    frame: Frame,
    values: Mapping[str, str],
    number: int,
    *,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
    saved: str = "",
) -> Response[str]:
    return page(
        "admin/company.html",
        frame,
        status=status,
        fields=[
            (name, label, values[name], hint, kind) for name, label, hint, kind in _COMPANY_FIELDS
        ],
        number=number,
        problems=problems_of(frame, error) if error else [],
        saved=said(frame, _SAVED, saved),
    )


def _link(frame: Frame, secret: str) -> str:
    """Give the whole address of a one-time link, by the address that is set where there is one."""
    return f"{frame.base_url}/welcome/{secret}"


# One router for what shares its paths: registered one by one, such handlers would be wrapped for
# Litestar's threads anew with each neighbour.
pages = [
    Router(
        "/",
        route_handlers=[users, invite, user, change_user, company, save_company],
    )
]
