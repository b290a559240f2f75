"""The page of a document: shown, saved, taken a step further; a new one made.

A form that cannot be taken comes back with all that was typed. What somebody else saved meanwhile
ends in a comparison (`web.edit.compare`), an ended session in a sign-in that keeps the text
(`web.edit.drafts`): no way out of this page loses a letter.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, Kind, invalid, missing
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import drafts, edit, locks, publishing, workflow
from kb_service.handbook.binaries import refuse_unknown
from kb_service.search.queries.stored import foretold
from kb_service.web import remarks
from kb_service.web.edit import compare, resume
from kb_service.web.edit.files import MAX_FORM, is_brought, take
from kb_service.web.edit.opened import Opened, open_item, open_new, zone_of
from kb_service.web.edit.place import FORM, ITEMS, NEW, PAGE, address_of
from kb_service.web.edit.sheet import document_page
from kb_service.web.edit.typed import (
    FIELDS,
    MAX_WORDINGS,
    WHOLE,
    Typed,
    asked_in,
    composed,
    shown,
    typed_of,
)
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, text_of
from kb_service.web.frame import Frame

_STEPS = {
    "submit": workflow.submit,
    "reject": workflow.reject,
    "retract": workflow.retract,
    "archive": workflow.archive,
    "restore": workflow.restore,
}
# Kinds that have a page of their own also here; a refusal of the four-eyes rule is told in place.
_ELSEWHERE = (Kind.UNAUTHENTICATED, Kind.MISSING, Kind.UNAVAILABLE)


@get("/edit/{path:path}", **PAGE)
def at_path(
    *,
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    path: FromPath[str],
    view: FromQuery[str] = FIELDS,
    draft: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[Any]:
    """Show a document by its path. Raises: session.needed, act.forbidden, item.missing."""
    work.allow_somewhere(Permission.EDIT)
    address = "/" + path.strip("/")
    try:
        opened = open_item(work, path=address)
    except KbError as error:
        moved = queries.moved_to(work, address) if error.kind == Kind.MISSING else None
        if moved is None:
            raise
        return Redirect(frame.url(f"/edit{moved}"), status_code=301)
    return _show(frame, work, opened, view=view, draft=draft, done=done)


@get(f"{ITEMS}/{{uid:str}}", **PAGE)
def at_uid(
    *,
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    view: FromQuery[str] = FIELDS,
    draft: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[Any]:
    """Show a document by its uid. Raises: session.needed, act.forbidden, item.missing."""
    work.allow_somewhere(Permission.EDIT)
    return _show(frame, work, open_item(work, uid), view=view, draft=draft, done=done)


@post(f"{ITEMS}/{{uid:str}}", request_max_body_size=MAX_FORM, **FORM)
def save(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Save what was typed and take the step of the pressed button, together or not at all."""
    resume.ask_to_sign_in(frame, work, site, form)
    opened = open_item(work, uid, based_on=typed_of(form).based_on)
    return _posted(frame, work, site, opened, form)


@get(NEW, **PAGE)
def new(
    *,
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    parent: FromQuery[str] = "/",
    view: FromQuery[str] = FIELDS,
    draft: FromQuery[str] = "",
    done: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[Any]:
    """Show the form of a type in a topic (its uid or path), a question in it if one is given.

    `wording`, as often as wanted, is another way in which it was asked. Raises: item.missing.
    """
    work.allow_somewhere(Permission.ADD)
    # `type` is a builtin's name and no parameter's.
    kind = str(request.query_params.get("type", "StandardQuestion"))
    if parent.startswith("/"):
        parent = queries.parent_for_new(work, path=parent).uid
    opened = open_new(work, kind, parent)
    if q.strip() and not draft:
        more = request.query_params.getall("wording", [])[:MAX_WORDINGS]
        fields = asked_in(opened.text, q, zone_of(frame), more)
        return document_page(frame, work, opened, fields=fields)
    return _show(frame, work, opened, view=view, draft=draft, done=done)


@post(NEW, request_max_body_size=MAX_FORM, **FORM)
def make(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Make what was typed, private, and take the step of the pressed button with it."""
    resume.ask_to_sign_in(frame, work, site, form)
    opened = open_new(work, text_of(form, "type"), text_of(form, "parent"))
    return _posted(frame, work, site, opened, form)


def _show(
    frame: Frame, work: Work, opened: Opened, *, view: str, draft: str, done: str
) -> Response[str]:
    fields, found = None, None
    if draft:
        found = queries.unsaved_text(work, draft)
        if found.place != opened.place.key:
            raise missing("unsaved.missing", uid=draft)
        if opened.item is not None and found.based_on != opened.number:
            opened = open_item(work, opened.item.uid, based_on=found.based_on)
        fields = {**shown(opened.text, zone_of(frame)), **found.fields}
    elif view == WHOLE:
        fields = shown(opened.text, zone_of(frame), view=WHOLE)
    return document_page(frame, work, opened, fields=fields, draft=found, done=done)


def _posted(
    frame: Frame, work: Work, site: Site, opened: Opened, form: FormMultiDict
) -> Response[Any]:
    typed, do, text = typed_of(form), text_of(form, "do") or "save", ""
    try:
        text = composed(opened.text, typed, zone_of(frame))
        if do == "upload" or is_brought(form):
            _put_link(typed, take(work, site, opened, form))
            do = "keep"
        if do == "take":
            locks.take(work, opened.place.uid, is_forced=True)
        text = composed(opened.text, typed, zone_of(frame))
        if do in (WHOLE, FIELDS, "keep", "take", "bench"):
            view = do if do in (WHOLE, FIELDS) else typed.view
            fields = {**shown(text, zone_of(frame)), "view": view}
            report = foretold(work, site.engine, opened.place, text) if do == "bench" else None
            return document_page(
                frame, work, opened, fields=fields, comment=typed.comment, tab=typed.tab, done=do,
                panel=_panel(work, opened, form), bench=report,
            )  # fmt: skip
        if text != opened.text:
            refuse_unknown(codec.decode(text).content, site.blobs)
        answer = _saved(frame, work, opened, typed, text, do)
        remarks.say_unsent(work, opened.place.uid, form)
    except KbError as error:
        if error.code == "item.stale":
            return _overtaken(frame, work, opened, typed, text)
        if error.kind in _ELSEWHERE or error.code == "act.forbidden":
            raise
        refused = document_page(
            frame, work, opened, fields=typed.fields, comment=typed.comment, tab=typed.tab,
            error=error, text=text, panel=_panel(work, opened, form), status=STATUS[error.kind],
        )  # fmt: skip
        raise FormRefused(refused) from error
    return answer


def _panel(work: Work, opened: Opened, form: FormMultiDict) -> remarks.Panel | None:
    return remarks.panel_of(work, opened.item.uid, form) if opened.item is not None else None


def _overtaken(frame: Frame, work: Work, opened: Opened, typed: Typed, text: str) -> Response[Any]:
    """Answer with the comparison, and keep the text: its page may be left without a decision.

    The refusal came before anything was written, so this unit is kept.
    """
    typed.tab = typed.tab or new_uid()
    number = opened.number
    drafts.keep(work, opened.place, tab=typed.tab, based_on=number, fields=typed.fields)
    return compare.stale_page(frame, work, opened, typed, text)


def _put_link(typed: Typed, link: str) -> None:
    """Put the link to a file behind the public text, or behind the whole where that is edited."""
    name = WHOLE if typed.view == WHOLE else "public"
    typed.fields[name] = f"{typed.fields.get(name, '').rstrip()}\n\n{link}\n"


def _saved(
    frame: Frame, work: Work, opened: Opened, typed: Typed, text: str, do: str
) -> Response[Any]:
    if compare.has_marks(text):
        raise invalid("merge.undecided", FieldError("text", "merge.undecided"))
    uid, path = _written(work, opened, text, typed, do)
    drafts.drop(work, opened.place, tab=typed.tab)
    if typed.taken:
        drafts.drop(work, opened.place, uid=typed.taken, as_of=typed.taken_at or "-")
    _step(work, uid, do, typed.comment)
    locks.give_back(work, uid)
    return Redirect(frame.url(address_of(uid, path), done=do), status_code=303)


def _written(work: Work, opened: Opened, text: str, typed: Typed, do: str) -> tuple[str, str]:
    """Save the text, and publish it with its files where that is asked; give uid and path.

    Raises: as `edit.save`, `edit.create` and `publishing.put_out`.
    """
    parent, comment = opened.place.parent, typed.comment
    if opened.item is None:
        if do == "publish":
            uid = publishing.put_out(work, text, parent=parent, comment=comment)
        else:
            uid = edit.create(work, parent, text, comment=comment)
        return uid, queries.for_editing(work, uid=uid).path
    uid, number = Uid(opened.item.uid), opened.number
    if do == "publish":
        publishing.put_out(work, text, uid=uid, comment=comment, based_on=number)
    else:
        edit.save(work, uid, text, comment=comment, based_on=number)
    return opened.item.uid, opened.item.path


def _step(work: Work, uid: str, do: str, comment: str) -> None:
    if do in ("save", "publish"):
        return
    if do not in _STEPS:
        raise invalid("form.wrong")
    _STEPS[do](work, uid, comment=comment)


routes = [at_path, at_uid, save, new, make]
