"""Remarks beside the text of a document: said at its words, answered, settled, opened again.

They travel in the document's own form, so that what was typed into the text comes back with them
where no script sends them alone.
"""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from kb_service.base.errors import KbError, Kind
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.web import remarks
from kb_service.web.edit import resume
from kb_service.web.edit.files import MAX_FORM
from kb_service.web.edit.opened import Opened, open_item, zone_of
from kb_service.web.edit.place import FORM, ITEMS
from kb_service.web.edit.sheet import document_page
from kb_service.web.edit.typed import Typed, composed, typed_of
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused
from kb_service.web.frame import Frame
from kb_service.web.pages import render


@post(
    f"{ITEMS}/{{uid:str}}/remarks",
    request_max_body_size=MAX_FORM,
    status_code=HTTPStatus.OK,
    **FORM,
)
def remark(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Do what the pressed button of a remark says; to the script, give the remarks anew.

    Raises: session.needed, act.forbidden, item.missing, remark.missing.
    """
    is_script = "application/json" in request.headers.get("accept", "")
    if is_script and not work.actor.is_staff:
        told = {"csrf": resume.fresh_token(site)}
        return Response(told, status_code=HTTPStatus.UNAUTHORIZED)
    resume.ask_to_sign_in(frame, work, site, form)
    typed = typed_of(form)
    opened = open_item(work, uid, based_on=typed.based_on)
    try:
        remarks.do(work, uid, form)
    except KbError as error:
        if error.kind != Kind.INVALID or error.code == "form.wrong":
            raise
        panel, status = remarks.refused(frame, work, uid, form, error), STATUS[error.kind]
        if is_script:
            raise FormRefused(_part(frame, opened, panel, status)) from error
        answer = _whole(frame, work, opened, typed, panel, status)
        raise FormRefused(answer) from error
    panel = remarks.panel_of(work, uid)
    if is_script:
        return _part(frame, opened, panel, HTTPStatus.OK)
    if _is_untouched(frame, opened, typed):
        address = frame.url(opened.address, done="remark")
        return Redirect(f"{address}#remarks", status_code=303)
    return _whole(frame, work, opened, typed, panel, HTTPStatus.OK)


def _part(frame: Frame, opened: Opened, panel: remarks.Panel, status: int) -> Response[Any]:
    html = render("edit/remarks.html", frame, panel=panel, uid=opened.place.uid)
    return Response({"html": html, "problem": panel.problem}, status_code=int(status))


def _whole(
    frame: Frame, work: Work, opened: Opened, typed: Typed, panel: remarks.Panel, status: int
) -> Response[str]:
    return document_page(
        frame,
        work,
        opened,
        fields=typed.fields,
        comment=typed.comment,
        tab=typed.tab,
        panel=panel,
        status=status,
    )


def _is_untouched(frame: Frame, opened: Opened, typed: Typed) -> bool:
    """Say whether the form holds nothing that loading the page anew would lose."""
    try:
        return composed(opened.text, typed, zone_of(frame)) == opened.text and not typed.comment
    except KbError:
        return False


routes = [remark]
