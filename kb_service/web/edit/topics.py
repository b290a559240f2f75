"""A topic as a whole: who answers for it, put into another one, some of it made a topic of its own.

What a merge would do is shown before it is done; old addresses lead on after either.
"""

from http import HTTPStatus
from typing import Any

from litestar import Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, Kind, invalid
from kb_service.base.ids import is_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import topics as acts
from kb_service.handbook.queries.merging import MergePlan
from kb_service.web.edit.bulk import owners_of, topics_of
from kb_service.web.edit.place import FORM, ITEMS, PAGE, address_of, edit_page
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, problems_of, said, text_of, texts_of
from kb_service.web.frame import Frame

_TOPIC = f"{ITEMS}/{{uid:str}}/topic"
_ELSEWHERE = (Kind.UNAUTHENTICATED, Kind.MISSING, Kind.UNAVAILABLE)
_DONE = {
    "merge": "The topic has been put in here; old addresses lead on.",
    "split": "The new topic is made; old addresses lead on.",
}


@get(_TOPIC, **PAGE)
def topic(
    *,
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    into: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show a topic as a whole and, with `into`, what a merge would do. Raises: item.missing."""
    work.allow_somewhere(Permission.EDIT)
    plan, error = None, None
    try:
        plan = queries.merge_plan(work, uid, into) if is_uid(into) else None
    except KbError as refusal:
        if refusal.kind in _ELSEWHERE:
            raise
        error = _at(refusal, "into")
    return _page(frame, work, uid, plan=plan, into=into, error=error, done=done)


@post(_TOPIC, **FORM)
def change(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Merge or split, whole or not at all. Raises: form.wrong, and as the acts."""
    work.allow_somewhere(Permission.EDIT)
    do = text_of(form, "do")
    if do not in _DONE:
        raise invalid("form.wrong")
    try:
        made = _merged(work, uid, form) if do == "merge" else _split(work, uid, form)
    except KbError as error:
        if error.kind in _ELSEWHERE or error.code == "act.forbidden":
            raise
        told = _at(error, "into" if do == "merge" else "title")
        raise FormRefused(_page(frame, work, uid, error=told, form=form)) from error
    return Redirect(frame.url(f"{ITEMS}/{made}/topic", done=do), status_code=303)


def _merged(work: Work, uid: str, form: FormMultiDict) -> str:
    into = text_of(form, "into")
    keeps = bool(text_of(form, "roles"))
    acts.merge(work, uid, into, keeps_roles=keeps, comment=text_of(form, "comment").strip())
    return into


def _split(work: Work, uid: str, form: FormMultiDict) -> str:
    is_inside = text_of(form, "place") == "inside"
    return acts.split(
        work, uid, text_of(form, "title"), texts_of(form, "child"), is_inside=is_inside
    )


def _at(error: KbError, field: str) -> KbError:
    """Give an error with a field at which it is told."""
    if error.fields:
        return error
    params = error.params
    return KbError(
        error.code, error.kind, fields=(FieldError(field, error.code, params),), **params
    )


def _page(
    frame: Frame,
    work: Work,
    uid: str,
    *,
    plan: MergePlan | None = None,
    into: str = "",
    error: KbError | None = None,
    form: FormMultiDict | None = None,
    done: str = "",
) -> Response[str]:
    view = queries.topic_view(work, uid)
    opened = queries.for_editing(work, uid=uid)
    return edit_page(
        "edit/topic.html",
        frame,
        work,
        status=STATUS[error.kind] if error else HTTPStatus.OK,
        topic=view,
        crumbs=opened.crumbs,
        address=address_of(view.uid, view.path),
        address_of=address_of,
        targets=[one for one in topics_of(work)[1:] if one[0] != uid],
        owners=owners_of(work),
        plan=plan,
        into=into,
        typed=_typed(form),
        problems=problems_of(frame, error) if error else [],
        saved=said(frame, _DONE, done),
    )


def _typed(form: FormMultiDict | None) -> dict[str, Any]:
    if form is None:
        return {"title": "", "child": [], "place": "beside"}
    return {
        "title": text_of(form, "title"),
        "child": texts_of(form, "child"),
        "place": text_of(form, "place") or "beside",
    }


pages = [Router("/", route_handlers=[topic, change])]
