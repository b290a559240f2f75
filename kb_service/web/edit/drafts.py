"""Unsaved texts: kept by the page's script while somebody types, shown beside what is saved.

Each tab has a text of its own on the server. A tab that is not alone is told so with the way to
the other text; nothing writes over anything.
"""

from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from kb_service.base.errors import KbError
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import drafts
from kb_service.handbook.queries import DraftView
from kb_service.handbook.rules.drafts import Place, place_named, place_of
from kb_service.web.edit.compare import changes, text_of_draft
from kb_service.web.edit.opened import Opened, open_item, open_new
from kb_service.web.edit.place import DRAFTS, FORM, PAGE, edit_page
from kb_service.web.edit.resume import fresh_token
from kb_service.web.edit.typed import Typed, typed_of
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, text_of
from kb_service.web.frame import Frame

SESSION = "/edit/session"


@post(DRAFTS, status_code=HTTPStatus.OK, **FORM)
def keep(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Keep the text of a tab, or drop it where it is as saved; answers in JSON, to the script.

    401 carries a token for signing in in place. Raises: act.forbidden, draft.*.
    """
    speaker = translator(frame.language, frame.timezone)
    if not work.actor.is_staff:
        told = {"csrf": fresh_token(site), "login": ""}
        return Response(told, status_code=HTTPStatus.UNAUTHORIZED)
    typed = typed_of(form)
    try:
        place = place_of(*(text_of(form, name) for name in ("uid", "type", "parent")))
        uid = _kept(work, place, typed, is_drop=text_of(form, "do") == "drop")
    except KbError as error:
        # Raised, not returned: a text that was taken over stays where the new one is refused.
        told = {"problem": speaker.error(error)}
        raise FormRefused(Response(told, status_code=STATUS[error.kind])) from error
    if not uid:
        return Response({"said": ""})
    others = [
        one
        for one in queries.unsaved(work, place)
        if one.tab != typed.tab and one.fields != typed.fields
    ]
    body: dict[str, Any] = {"draft": uid, "said": _said(frame, work)}
    if others:
        body["other"] = _other(frame, others[0])
    return Response(body)


def _kept(work: Work, place: Place, typed: Typed, *, is_drop: bool) -> str:
    """Keep what a tab holds, or drop it; then let go what was taken over from another tab."""
    uid = ""
    if is_drop:
        drafts.drop(work, place, tab=typed.tab)
    else:
        uid = drafts.keep(work, place, tab=typed.tab, based_on=typed.based_on, fields=typed.fields)
    if typed.taken and typed.taken != uid:
        drafts.drop(work, place, uid=typed.taken, as_of=typed.taken_at or "-")
    return uid


@get(SESSION, **PAGE)
def session(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[Any]:
    """Give the script the present session's token: another tab may have signed in again."""
    work.allow_somewhere(Permission.EDIT)
    return Response({"csrf": frame.csrf, "login": work.actor.login})


@get(f"{DRAFTS}/{{uid:str}}", **PAGE)
def show(
    frame: NamedDependency[Frame], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[str]:
    """Show what an unsaved text changes against what is saved. Raises: unsaved.missing."""
    work.allow_somewhere(Permission.EDIT)
    draft = queries.unsaved_text(work, uid)
    opened = _opened(work, draft)
    saved = opened.item.text if opened.item else opened.text
    return edit_page(
        "edit/draft.html",
        frame,
        work,
        opened=opened,
        draft=draft,
        changes=changes(saved, text_of_draft(frame, opened, draft.fields)),
        is_stale=opened.number != opened.latest,
    )


@post(f"{DRAFTS}/{{uid:str}}", **FORM)
def drop(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Throw an unsaved text away. Raises: unsaved.missing, session.needed."""
    work.allow_somewhere(Permission.EDIT)
    opened = _opened(work, queries.unsaved_text(work, uid))
    drafts.drop(work, opened.place, uid=uid)
    mark = "&" if "?" in opened.address else "?"
    address = f"{opened.address}{mark}done=discard"
    return Redirect(frame.url(address), status_code=303)


def _opened(work: Work, draft: DraftView) -> Opened:
    place = place_named(draft.place)
    if place.uid:
        return open_item(work, place.uid, based_on=draft.based_on)
    return open_new(work, place.type, place.parent)


def _said(frame: Frame, work: Work) -> str:
    speaker = translator(frame.language, frame.timezone)
    clock = work.now.astimezone(work.clock.zone).strftime("%H:%M")
    return speaker.gettext("Kept at %(time)s, not saved yet", time=clock)


def _other(frame: Frame, draft: DraftView) -> dict[str, str]:
    speaker = translator(frame.language, frame.timezone)
    moment = speaker.moment(draft.moment)
    return {
        "url": frame.url(f"{DRAFTS}/{draft.uid}"),
        "said": speaker.gettext("Another tab holds another text, of %(moment)s.", moment=moment),
        "link": speaker.gettext("Show the difference"),
    }


routes = [keep, session, show, drop]
