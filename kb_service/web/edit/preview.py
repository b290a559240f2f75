"""The preview: the very page that would be published, made of what is typed just now.

The template and the renderer are those of the site, the unit only reads: typing waits for nobody's
writing. A script swaps the inside of the page, without one it is a page of its own.
"""

from datetime import date
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency

from kb_service.base.errors import FieldError, KbError, Kind, invalid
from kb_service.base.i18n import translator
from kb_service.base.permissions import VISITOR, Permission
from kb_service.base.work import Work
from kb_service.gate.limits import check_day
from kb_service.gate.site import Site
from kb_service.gate.unit import READS
from kb_service.handbook import queries
from kb_service.handbook.schemas import ItemView
from kb_service.web.desk import fragments_of, write_pad
from kb_service.web.edit.opened import Opened, open_item, open_new, zone_of
from kb_service.web.edit.place import FORM
from kb_service.web.edit.sheet import document_page
from kb_service.web.edit.typed import composed, problems_at, typed_of
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, text_of
from kb_service.web.frame import Frame
from kb_service.web.pages import page, render
from kb_service.web.site import TEMPLATES

PREVIEW = "/edit/preview"
READERS = ("visitor", "employee", "letter")
_OPEN, _CLOSE = "<main", "</main>"


@post(PREVIEW, status_code=HTTPStatus.OK, opt=READS, **FORM)
def preview(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Show what is typed as a visitor, an employee or a letter would have it, on a day."""
    work.allow_somewhere(Permission.EDIT)
    typed, reader = typed_of(form), text_of(form, "as")
    is_script = "application/json" in request.headers.get("accept", "")
    uid, text = text_of(form, "uid"), ""
    if uid:
        opened = open_item(work, uid, based_on=typed.based_on)
    else:
        opened = open_new(work, text_of(form, "type"), text_of(form, "parent"))
    try:
        day = _day(text_of(form, "on"))
        text = composed(opened.text, typed, zone_of(frame))
        view = queries.preview(work, site.renderer, opened.place, text, day=day)
    except KbError as error:
        if error.kind in (Kind.MISSING, Kind.FORBIDDEN, Kind.UNAUTHENTICATED):
            raise
        if is_script:
            speaker = translator(frame.language, frame.timezone)
            found = problems_at(speaker, error, text, typed.view)
            return Response({"problems": found})
        answer = document_page(
            frame, work, opened, fields=typed.fields, comment=typed.comment, tab=typed.tab,
            error=error, text=text, status=STATUS[error.kind],
        )  # fmt: skip
        raise FormRefused(answer) from error
    name, context = _template(frame, work, opened, view, reader)
    shown = msgspec.structs.replace(frame, path=view.path, query="", today=day or frame.today)
    if reader not in ("employee", "letter"):
        shown.actor, shown.menu = VISITOR, []
    if is_script:
        return Response({"html": _inside(render(name, shown, **context))})
    return page(name, shown, is_kept=False, **context)


def _template(
    frame: Frame, work: Work, opened: Opened, view: ItemView, reader: str
) -> tuple[str, dict[str, Any]]:
    """Give the template of the site or the desk for such a reader, and what fills it."""
    context: dict[str, Any] = {"item": view, "as_of": None, "is_preview": True}
    if reader == "letter":
        return "edit/letter.html", context
    if reader == "employee":
        fragments = fragments_of(frame, view)
        context |= {"fragments": fragments, "q": "", "panel": None, "saved": ""}
        context["pad_with"] = lambda one, face: write_pad([(one, face)])
        return "desk/item.html", context
    if view.type == "Topic":
        is_there = opened.item is not None
        context["cards"] = queries.children(work, view.path) if is_there else []
        context["others"] = [card for card in queries.topics(work) if card.uid != view.uid]
    elif view.type == "StandardQuestion":
        context["siblings"] = []
    else:
        context["reading"] = None
    return TEMPLATES.get(view.type, "site/page.html"), context


def _inside(html: str) -> str:
    """Give what stands inside the page's one `main`."""
    start = html.index(">", html.index(_OPEN)) + 1
    return html[start : html.rindex(_CLOSE)]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise invalid("date.wrong", FieldError("on", "date.wrong")) from error
    check_day(day)
    return day


routes = [preview]
