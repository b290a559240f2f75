"""What readers say of answers and employees suggest for them, and what becomes of it."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, invalid
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.feedback import queries
from kb_service.feedback.acts import inbox as acts
from kb_service.feedback.schemas import Helped, InboxFilter, RatingState
from kb_service.letters import queries as letters
from kb_service.letters.acts import suggesting
from kb_service.letters.schemas import SuggestionKind, SuggestionStatus
from kb_service.people import queries as people
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, said, text_of
from kb_service.web.frame import Frame

FEEDBACK = "/edit/feedback"
_SIZE = 20
ALL = "all"
STATES = {
    RatingState.NEW: "New words of readers",
    RatingState.WORK: "In work",
    RatingState.DONE: "Done with",
    RatingState.DECLINED: "Declined",
}
REASONS = {
    Helped.NOT_ABOUT_THAT: "not about that",
    Helped.NOT_CLEAR: "not clear",
    Helped.OUT_OF_DATE: "out of date",
    Helped.DID_NOT_WORK: "did it, no use",
    Helped.YES: "helped",
}
OFFERS = {
    SuggestionStatus.NEW: "Waiting",
    SuggestionStatus.TAKEN: "Taken",
    SuggestionStatus.DECLINED: "Declined",
}
OFFER_KINDS = {SuggestionKind.WORDING: "wording", SuggestionKind.SENTENCE: "sentence"}
_OFFERS_SHOWN = 20
_SAID = {
    "taken": "Taken. The wording stands in the question.",
    "turned-down": "The suggestion is declined.",
    "new": "It is among the new ones again.",
    "work": "Taken into work.",
    "done": "Noted as done.",
    "declined": "Noted as declined.",
}


@get(FEEDBACK, **PAGE)
def feedback(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    start: FromQuery[int] = 0,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show what readers say. Raises: session.needed, act.forbidden."""
    work.allow_somewhere(Permission.EDIT)
    return _page(frame, work, _asked(request), start=max(0, start), done=done)


@post(f"{FEEDBACK}/{{uid:str}}", **FORM)
def handle(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Say what becomes of one. Raises: session.needed, rating.missing, item.missing, rating.*."""
    work.allow_somewhere(Permission.EDIT)
    asked, state = _asked(request), text_of(form, "do")
    if state not in tuple(RatingState):
        raise invalid("form.wrong")
    try:
        acts.handle(
            work,
            uid,
            RatingState(state),
            responsible=text_of(form, "responsible"),
            note=text_of(form, "note"),
        )
    except KbError as error:
        if not error.fields:
            raise
        typed = {name: text_of(form, name) for name in ("note", "responsible")}
        raise FormRefused(_page(frame, work, asked, error=error, at=uid, typed=typed)) from error
    return Redirect(frame.url(FEEDBACK, **asked, done=state), status_code=303)


@post(f"{FEEDBACK}/suggestions/{{uid:str}}", **FORM)
def settle(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Take or decline what an employee suggests; a sentence that is taken opens its document.

    Raises: session.needed, act.forbidden, suggestion.*, wording.*.
    """
    work.allow_somewhere(Permission.EDIT)
    asked, do = _asked(request), text_of(form, "do")
    if do not in ("take", "decline"):
        raise invalid("form.wrong")
    if do == "decline":
        suggesting.decline(work, uid)
        return Redirect(frame.url(FEEDBACK, **asked, done="turned-down"), status_code=303)
    suggesting.take(work, uid)
    one = letters.suggestion(work, uid)
    if one.kind == SuggestionKind.SENTENCE:
        return Redirect(frame.url(address_of(one.item_uid, one.path)), status_code=303)
    return Redirect(frame.url(FEEDBACK, **asked, done="taken"), status_code=303)


def _asked(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Give the filters of the address as they are written there."""
    # `state` is a word of Litestar's own: as a parameter it would not be the query's.
    given = request.query_params
    names = ("state", "reason", "item", "mine", "show", "offers")
    return {name: str(given.get(name, "")).replace("\0", "") for name in names}


def _filter(asked: dict[str, str]) -> InboxFilter:
    state, reason = asked["state"] or RatingState.NEW, asked["reason"]
    return InboxFilter(
        state=RatingState(state) if state in tuple(RatingState) else None,
        reason=Helped(reason) if reason in tuple(Helped) else None,
        item=asked["item"],
        is_mine=bool(asked["mine"]),
        has_words=asked["show"] != ALL,
    )


def _page(
    frame: Frame,
    work: Work,
    asked: dict[str, str],
    *,
    start: int = 0,
    done: str = "",
    error: KbError | None = None,
    at: str = "",
    typed: dict[str, str] | None = None,
) -> Response[str]:
    wanted = _filter(asked)
    batch = queries.inbox(work, wanted, start=start, size=_SIZE)
    counts = queries.inbox_counts(work, msgspec.structs.replace(wanted, state=None))
    speaker = translator(frame.language, frame.timezone)
    offered = letters.suggestion_counts(work)
    offers = SuggestionStatus.NEW
    if asked["offers"] in tuple(SuggestionStatus):
        offers = SuggestionStatus(asked["offers"])
    return edit_page(
        "edit/feedback.html",
        frame,
        work,
        status=STATUS[error.kind] if error else HTTPStatus.OK,
        batch=batch,
        states=[(str(one), speaker.gettext(title), counts[one]) for one, title in STATES.items()],
        titles={str(one): speaker.gettext(title) for one, title in STATES.items()},
        reasons={str(one): speaker.gettext(title) for one, title in REASONS.items()},
        offers=letters.suggestions_to_settle(work, offers, size=_OFFERS_SHOWN),
        offer_states=[
            (str(one), speaker.gettext(title), offered[one]) for one, title in OFFERS.items()
        ],
        offer_kinds={str(one): speaker.gettext(title) for one, title in OFFER_KINDS.items()},
        offer_state=str(offers),
        wanted=wanted,
        asked=asked,
        people=[(str(one.uid), one.name) for one in people.coworkers(work)],
        address_of=address_of,
        problem=speaker.error(error) if error else "",
        at=at,
        typed=typed or {},
        saved=said(frame, _SAID, done),
    )


pages = [Router("/", route_handlers=[feedback, handle, settle])]
