"""Administration: webhooks and what was told by them.

A hook's secret is shown in the answer to the form that made the hook, once. Changes are followed by
the page itself, so that loading it again repeats nothing.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.hooks import queries
from kb_service.hooks.acts import hooks
from kb_service.hooks.schemas import OFFERED, HookView, MadeHook
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

ADDRESS = "/admin/hooks"
_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
_FORM: dict[str, Any] = {
    **_PAGE,
    "dependencies": {"form": Provide(provide_form)},
    "exception_handlers": REFUSALS,
}
_SIZE = 25
_SAVED = {
    "save": "Saved.",
    "pause": "Switched off: it is told nothing.",
    "wake": "Switched on: it is told what happens from now on.",
    "test": "A test event is on its way.",
    "retry": "The delivery is tried again now.",
    "remove": "The webhook is removed with its deliveries.",
}
EVENT_TITLES: Mapping[str, str] = {
    "item.published": "An entry is published",
    "item.changed": "A published entry is changed",
    "item.moved": "A published entry is moved",
    "item.retracted": "An entry is taken back",
    "item.trashed": "An entry is thrown away",
    "fact.changed": "A fact has another value",
    "hook.test": "Test",
}
STATE_TITLES: Mapping[str, tuple[str, str]] = {
    "waiting": ("on its way", "info"),
    "failing": ("not arrived", "danger"),
    "delivered": ("arrived", "ok"),
    "dropped": ("not sent", ""),
}
PROBLEM_TITLES: Mapping[str, str] = {
    "address": "The address is not allowed or not known",
    "closed": "Nobody listens there",
    "silent": "No answer in time",
    "tls": "The certificate is not right",
    "status": "The receiver refused it",
}


@get(ADDRESS, **_PAGE)
def all_hooks(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show the webhooks and the form for another. Raises: session.needed, act.forbidden."""
    return _all(frame, work, site, saved=said(frame, _SAVED, done))


@post(ADDRESS, **_FORM)
def add(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[str]:
    """Make a webhook and show its secret, once. Raises: session.needed, act.forbidden."""
    url, events = text_of(form, "url").strip(), texts_of(form, "events")
    try:
        made = hooks.add(work, url, events, site.hooks)
    except KbError as error:
        status = told_in_form(error)
        answer = _all(frame, work, site, typed=(url, events), error=error, status=status)
        raise FormRefused(answer) from error
    work.session.flush()
    return _all(frame, work, site, made=made)


@get(f"{ADDRESS}/{{uid:str}}", **_PAGE)
def one_hook(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    start: FromQuery[int] = 0,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show a webhook and its deliveries. Raises: hook.missing, session.needed, act.forbidden."""
    hook = queries.hook(work, uid)
    return _one(frame, work, hook, start=max(0, start), saved=said(frame, _SAVED, done))


@post(f"{ADDRESS}/{{uid:str}}", **_FORM)
def change(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Change a webhook, switch it off and on, test or remove it, or try a delivery again.

    Raises: hook.missing, form.wrong, session.needed, act.forbidden.
    """
    work.allow(Permission.MANAGE_HOOKS)
    do = text_of(form, "do")
    try:
        _do(work, site, uid, do, form)
    except KbError as error:
        status = told_in_form(error)
        hook = queries.hook(work, uid)
        typed = (text_of(form, "url"), texts_of(form, "events")) if do == "save" else None
        answer = _one(frame, work, hook, typed=typed, error=error, status=status)
        raise FormRefused(answer) from error
    address = ADDRESS if do == "remove" else f"{ADDRESS}/{uid}"
    return Redirect(frame.url(address, done=do), status_code=303)


def _do(work: Work, site: Site, uid: str, do: str, form: FormMultiDict) -> None:
    simple = {
        "pause": hooks.pause,
        "wake": hooks.wake,
        "test": hooks.test,
        "remove": hooks.remove,
    }
    if do == "save":
        url, events = text_of(form, "url").strip(), texts_of(form, "events")
        hooks.change(work, uid, url, events, site.hooks)
    elif do == "retry":
        hooks.retry(work, uid, text_of(form, "delivery"))
    elif do in simple:
        simple[do](work, uid)
    else:
        raise invalid("form.wrong")


def _all(
    frame: Frame,
    work: Work,
    site: Site,
    *,
    typed: tuple[str, list[str]] | None = None,
    error: KbError | None = None,
    made: MadeHook | None = None,
    saved: str = "",
    status: int = HTTPStatus.OK,
) -> Response[str]:
    url, events = typed or ("", [str(event) for event in OFFERED])
    return page(
        "admin/hooks.html",
        frame,
        status=status,
        hooks=queries.hooks(work),
        hosts=sorted(site.hooks.hosts),
        form={"url": url, "events": events},
        event_titles=_offered(),
        problems=problems_of(frame, error) if error else [],
        made=made,
        saved=saved,
    )


def _one(
    frame: Frame,
    work: Work,
    hook: HookView,
    *,
    typed: tuple[str, list[str]] | None = None,
    error: KbError | None = None,
    start: int = 0,
    saved: str = "",
    status: int = HTTPStatus.OK,
) -> Response[str]:
    url, events = typed or (hook.url, hook.events)
    return page(
        "admin/hook.html",
        frame,
        status=status,
        hook=hook,
        form={"url": url, "events": events},
        event_titles=_offered(),
        titles=EVENT_TITLES,
        states=STATE_TITLES,
        reasons=PROBLEM_TITLES,
        batch=queries.deliveries(work, hook.uid, start=start, size=_SIZE),
        problems=problems_of(frame, error) if error else [],
        saved=saved,
    )


def _offered() -> dict[str, str]:
    return {str(event): EVENT_TITLES[event] for event in OFFERED}


# One router for what shares its paths: registered one by one, such handlers would be wrapped for
# Litestar's threads anew with each neighbour.
pages = [Router("/", route_handlers=[all_hooks, add, one_hook, change])]
