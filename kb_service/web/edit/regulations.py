"""Regulations at work: an employee says that they have read one, an editor sees who has."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import regulations
from kb_service.web.edit.place import edit_page
from kb_service.web.forms import provide_form, text_of
from kb_service.web.frame import Frame


@post(
    "/desk/regulations",
    sync_to_thread=True,
    include_in_schema=False,
    status_code=HTTPStatus.SEE_OTHER,
    dependencies={"form": Provide(provide_form)},
)
def acknowledge(
    frame: NamedDependency[Frame], work: NamedDependency[Work], form: NamedDependency[FormMultiDict]
) -> Response[Any]:
    """Keep that somebody has read a regulation, and show it again.

    Raises: session.needed, item.missing, regulation.not_asked, regulation.other_version.
    """
    work.allow(Permission.OWN_ACCOUNT)
    uid = text_of(form, "uid")
    regulations.acknowledge(work, uid, text_of(form, "revision"))
    path = next(iter(queries.cards(work, [uid]).values())).path
    return Redirect(frame.url(path), status_code=303)


@get("/edit/acknowledged/{uid:str}", sync_to_thread=True, include_in_schema=False)
def readers(
    frame: NamedDependency[Frame], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[str]:
    """Show who has read a regulation and who has not. Raises: session.needed, item.missing."""
    work.allow_somewhere(Permission.EDIT)
    return edit_page("edit/readers.html", frame, work, readers=queries.readers(work, uid))


pages = [acknowledge, readers]
