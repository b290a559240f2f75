"""«Checked today»: a text was compared with its sources, and when it is to be so again."""

from http import HTTPStatus
from typing import Any

from litestar import Response, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, Kind, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.acts import filing
from kb_service.handbook.rules import bulk
from kb_service.web.edit.opened import Opened, open_item
from kb_service.web.edit.place import FORM, ITEMS
from kb_service.web.edit.sheet import document_page
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, text_of
from kb_service.web.frame import Frame

_ELSEWHERE = (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.MISSING, Kind.UNAVAILABLE)


@post(f"{ITEMS}/{{uid:str}}/check", status_code=HTTPStatus.SEE_OTHER, **FORM)
def check(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Keep that a text was checked today. Raises: item.missing, act.forbidden, item.locked."""
    work.allow_somewhere(Permission.EDIT)
    opened = open_item(work, uid)
    day = text_of(form, "review_by")
    try:
        if not bulk.is_day(day):
            raise invalid("bulk.day_wrong", FieldError("next-check", "bulk.day_wrong"))
        filing.check(work, uid, review_by=bulk.day_of(day))
    except KbError as error:
        if error.kind in _ELSEWHERE and error.code != "item.locked":
            raise
        told = _at(error)
        page = document_page(frame, work, opened, error=told, status=STATUS[error.kind])
        raise FormRefused(page) from error
    done = "check-waits" if _waits(open_item(work, uid)) else "check"
    return Redirect(frame.url(opened.address, done=done), status_code=303)


def _waits(opened: Opened) -> bool:
    """Say whether the days stand in a text alone that is not live yet."""
    item = opened.item
    return item is not None and item.live != item.number and item.draft == "pending"


def _at(error: KbError) -> KbError:
    """Give an error that is told at the day, or above the form."""
    fields = tuple(FieldError("next-check", one.code, one.params) for one in error.fields)
    return KbError(error.code, error.kind, fields=fields, **error.params)


routes = [check]
