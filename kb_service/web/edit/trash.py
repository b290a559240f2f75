"""The trash: what was thrown away, when, by whom, what went with it; and back it comes."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.forms import FormRefused, problems_of, said, text_of, told_in_form
from kb_service.web.frame import Frame

TRASH = "/edit/trash"
SAID = {"trash": "It is in the trash. Until somebody brings it back, nobody else sees it."}
_SIZE = 50


@get(TRASH, **PAGE)
def thrown(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    start: FromQuery[int] = 0,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show what can be brought back, the latest first. Raises: session.needed, batch.wrong."""
    work.allow_somewhere(Permission.DELETE)
    batch = queries.trash(work, start=start, size=_SIZE)
    return edit_page("edit/trash.html", frame, work, batch=batch, saved=said(frame, SAID, done))


@get(f"{TRASH}/{{uid:str}}", **PAGE)
def elsewhere(
    frame: NamedDependency[Frame], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[str]:
    """Show where a thing could be brought back to. Raises: item.missing."""
    work.allow_somewhere(Permission.DELETE)
    return _page(frame, work, uid)


@post(f"{TRASH}/{{uid:str}}", **FORM)
def bring_back(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Bring a thing back to where it was, or where the form says. Raises: item.missing."""
    work.allow_somewhere(Permission.DELETE)
    parent, name = text_of(form, "parent"), text_of(form, "name").strip()
    try:
        path = edit.untrash(work, uid, parent=parent, name=name)
    except KbError as error:
        status = told_in_form(error)
        field = "parent" if "parent" in error.code else "name"
        told = KbError(
            error.code,
            error.kind,
            fields=(FieldError(field, error.code, error.params),),
            **error.params,
        )
        raise FormRefused(_page(frame, work, uid, form, told, status=status)) from error
    return Redirect(frame.url(address_of(uid, path), done="untrash"), status_code=303)


def _page(
    frame: Frame,
    work: Work,
    uid: str,
    typed: FormMultiDict | None = None,
    error: KbError | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    one = queries.thrown_away(work, uid)
    topics = queries.topics_for(work, Permission.ADD)
    above = one.path.rpartition("/")[0] or "/"
    here = next((topic.uid for topic in topics if topic.path == above), "")
    return edit_page(
        "edit/untrash.html",
        frame,
        work,
        status=status,
        one=one,
        topics=topics,
        parent=(text_of(typed, "parent") if typed else "") or here,
        short=(text_of(typed, "name") if typed else "") or one.name,
        problems=problems_of(frame, error) if error else [],
    )


routes = [thrown, elsewhere, bring_back]
