"""The texts that a fact stands in: an item before and after a change, and numbers typed by hand."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import invalid
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import facts as acts
from kb_service.handbook.rules import facts as rules
from kb_service.reports.impact import first_day
from kb_service.reports.impact import preview as preview_of
from kb_service.web.edit.fact_forms import kind_of, number_of, pieces_of, proposal_of
from kb_service.web.edit.place import edit_page
from kb_service.web.forms import own_path, provide_form, text_of
from kb_service.web.frame import Frame

_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


@post("/edit/facts/{key:str}/texts", **_PAGE, dependencies={"form": Provide(provide_form)})
def settle(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    key: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Let a text name the fact where its value was typed, or say that it is no such place."""
    work.allow_somewhere(Permission.EDIT)
    speaker = translator(frame.language, frame.timezone)
    uid, do = text_of(form, "uid"), text_of(form, "do")
    if do == "replace":
        acts.replace(
            work,
            key,
            uid,
            field=text_of(form, "field"),
            start=number_of(form, "start"),
            typed=text_of(form, "typed"),
            based_on=number_of(form, "revision"),
            comment=speaker.gettext("The number is now the fact %(key)s.", key=key),
        )
    elif do == "dismiss":
        acts.dismiss(work, key, uid, text_of(form, "sentence"))
    else:
        raise invalid("form.wrong")
    back = own_path(text_of(form, "back"), frame.url(f"/edit/facts/{key}", done=do))
    return Redirect(back, status_code=303)


@get("/edit/facts/{key:str}/preview/{uid:str}", **_PAGE)
def preview(
    *,
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    key: FromPath[str],
    uid: FromPath[str],
    change: FromQuery[str] = "",
    shown: FromQuery[str] = "after",
) -> Response[str]:
    """Show an item as a visitor reads it today and from the day of a change on."""
    work.allow_somewhere(Permission.EDIT)
    if change:
        new = queries.fact_change(work, change).proposal
    else:
        values = dict(request.query_params)
        new = rules.checked(proposal_of(key, values, kind_of(values)))
    day = first_day(new, work.today)
    found = preview_of(work, site.renderer, uid, new, day)
    here = {name: text for name, text in request.query_params.items() if name != "shown"}
    return edit_page(
        "edit/fact_preview.html",
        frame,
        work,
        fact=queries.fact(work, key),
        item=found.before if shown == "before" else found.after,
        is_after=shown != "before",
        day=day,
        pieces=pieces_of(found.before, found.after),
        switch={name: frame.url(frame.path, **here, shown=name) for name in ("before", "after")},
    )


pages = [settle, preview]
