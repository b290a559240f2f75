"""The history of a document: revisions, steps, what changed between two, an earlier one back."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit
from kb_service.web.edit import labels
from kb_service.web.edit.compare import changes
from kb_service.web.edit.opened import open_item
from kb_service.web.edit.place import FORM, ITEMS, PAGE, edit_page
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, problems_of, text_of
from kb_service.web.frame import Frame

_HISTORY = f"{ITEMS}/{{uid:str}}/history"
_MAX_NUMBER = 10


@get(_HISTORY, **PAGE)
def history(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    old: FromQuery[int] = 0,
    new: FromQuery[int] = 0,
) -> Response[str]:
    """Show revisions and steps and, of two chosen ones, what changed. Raises: revision.missing."""
    work.allow_somewhere(Permission.EDIT)
    return _page(frame, work, uid, old=old, new=new)


@post(_HISTORY, **FORM)
def restore(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Make an earlier text the newest one, as a new revision; nothing in between is lost.

    Raises: revision.missing, item.stale.
    """
    work.allow_somewhere(Permission.EDIT)
    opened = open_item(work, uid)
    number, based_on = _number(form, "number"), _number(form, "based_on")
    speaker = translator(frame.language, frame.timezone)
    comment = speaker.gettext("Revision %(number)s brought back", number=number)
    try:
        text = queries.revision_text(work, uid, number)
        edit.save(work, uid, text, comment=comment, based_on=based_on)
    except KbError as error:
        if error.kind in (Kind.MISSING, Kind.FORBIDDEN, Kind.UNAUTHENTICATED):
            raise
        raise FormRefused(_page(frame, work, uid, error=error)) from error
    address = frame.url(opened.address, done="revision")
    return Redirect(address, status_code=303)


def _number(form: FormMultiDict, name: str) -> int:
    text = text_of(form, name)
    if not text.isdecimal() or len(text) >= _MAX_NUMBER:
        raise invalid("form.wrong")
    return int(text)


def _page(
    frame: Frame, work: Work, uid: str, *, old: int = 0, new: int = 0, error: KbError | None = None
) -> Response[str]:
    opened = open_item(work, uid)
    revisions = queries.history(work, uid)
    known = {one.number for one in revisions}
    # Without a choice: what the newest one changed.
    new = new or opened.latest
    old = old or max((number for number in known if number < new), default=new)
    speaker = translator(frame.language, frame.timezone)
    texts = [queries.revision_text(work, uid, number) for number in (old, new)]
    return edit_page(
        "edit/history.html",
        frame,
        work,
        status=STATUS[error.kind] if error else HTTPStatus.OK,
        opened=opened,
        item=opened.item,
        title=codec.decode(opened.text).content.title,
        revisions=revisions,
        steps=list(reversed(queries.transitions(work, uid))),
        step_names={key: speaker.gettext(one) for key, one in labels.STEPS.items()},
        state_names={key: speaker.gettext(one) for key, one in labels.STATES.items()},
        old=old,
        new=new,
        changes=changes(*texts),
        problems=problems_of(frame, error) if error else [],
    )


routes = [history, restore]
