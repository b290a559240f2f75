"""Who is writing a document: its page says so while somebody types, and tells who comes second.

A lock is a courtesy, not a wall: who wants to may take the writing over, the other is told, and
both texts stay. Without a script nothing is locked, and two texts meet in the comparison.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from kb_service.base.errors import KbError, invalid
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.acts import locks
from kb_service.web.edit.place import FORM, ITEMS
from kb_service.web.edit.resume import fresh_token
from kb_service.web.forms import text_of
from kb_service.web.frame import Frame
from kb_service.web.pages import render

# What the page's script says, and what is done.
_ACTS: Mapping[str, Callable[[Work, str], None]] = {
    "take": locks.take,
    "confirm": locks.confirm,
    "force": partial(locks.take, is_forced=True),
    "release": locks.give_back,
}
LOCKED, LOST = "item.locked", "item.lock_lost"


class Writing(msgspec.Struct, frozen=True):
    """Who else is writing: since when, or when they took it over from this account (`is_lost`)."""

    name: str
    since: datetime
    is_lost: bool = False


def writing_of(work: Work, uid: str) -> Writing | None:
    """Give who else is writing an item now. Raises: item.missing."""
    lock = queries.lock_of(work, uid)
    return Writing(lock.name or lock.holder, lock.taken_at) if lock and not lock.is_own else None


@post(f"{ITEMS}/{{uid:str}}/lock", status_code=HTTPStatus.OK, **FORM)
def write(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Take, prolong, take over or give back the writing; answers in JSON, to the script.

    `html` is what the page should say. Raises: form.wrong, act.forbidden, item.missing.
    """
    if not work.actor.is_staff:
        told = {"csrf": fresh_token(site)}
        return Response(told, status_code=HTTPStatus.UNAUTHORIZED)
    said = text_of(form, "do")
    if said not in _ACTS:
        raise invalid("form.wrong")
    try:
        _ACTS[said](work, uid)
    except KbError as error:
        if error.code not in (LOCKED, LOST):
            raise
        name, since = str(error.params["name"]), str(error.params["since"])
        writing = Writing(name, datetime.fromisoformat(since), error.code == LOST)
        html = render("edit/lock.html", frame, writing=writing, is_taken=False)
        # An answer and no error: to be second is ordinary, and a browser would complain of it.
        return Response({"is_held": False, "html": html})
    html = render("edit/lock.html", frame, writing=None, is_taken=said == "force")
    return Response({"is_held": said != "release", "html": html})


routes = [write]
