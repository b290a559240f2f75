"""Gaps of the handbook: what costs most working time stands first, with what to do about it."""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, invalid
from kb_service.base.i18n import Translator, translator
from kb_service.base.paging import Batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.feedback.acts import inbox as acts
from kb_service.gate import headers
from kb_service.handbook import queries as handbook
from kb_service.handbook.exchange.cells import write_csv
from kb_service.reports import gaps as reports
from kb_service.reports.schemas import Gap, GapKind, GapReport
from kb_service.web.edit.feedback import REASONS
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, said, text_of
from kb_service.web.frame import Frame

GAPS = "/edit/gaps"
_SIZE = 25
HIDDEN = "hidden"
KINDS = {
    GapKind.SEARCH: "Not found",
    GapKind.DISLIKE: "Did not help",
    GapKind.EDITED: "Changed before sending",
    GapKind.REVIEW: "Check is overdue",
    GapKind.SOURCE: "Ground has run out",
    GapKind.OWNER: "Nobody's topic",
}
# What became of a text in replies.
OUTCOMES = {"edited": "changed", "kept": "left as it is", "dropped": "thrown out"}
WORDS: dict[str, str] = {**{str(one): word for one, word in REASONS.items()}, **OUTCOMES}
# What stands above the columns of the table that one takes along.
_COLUMNS = (
    "Kind", "What is missing", "Minutes", "How often", "Found nothing", "At the desk", "First",
    "Last", "Examples", "Reasons", "Address",
)  # fmt: skip
_SAID = {
    "hide": "Hidden. It comes back when it is met more often than so far.",
    "show": "It stands in the list again.",
}


@get(GAPS, **PAGE)
def gaps(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    days: FromQuery[int] = reports.DAYS,
    start: FromQuery[int] = 0,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show the gaps of the last days. Raises: session.needed, act.forbidden, gap.days_wrong."""
    work.allow_somewhere(Permission.EDIT)
    show = str(request.query_params.get("show", ""))
    return _page(frame, work, days, show, start=max(0, start), done=done)


@get(f"{GAPS}/csv", **PAGE)
def gaps_csv(
    frame: NamedDependency[Frame], work: NamedDependency[Work], days: FromQuery[int] = reports.DAYS
) -> Response[bytes]:
    """Give all gaps as a table that no spreadsheet takes for formulas."""
    work.allow_somewhere(Permission.EDIT)
    speaker = translator(frame.language, frame.timezone)
    rows = [_cells(speaker, frame, one) for one in reports.gaps(work, days).gaps]
    name = f"gaps-{work.today}-{days}.csv"
    return Response(
        write_csv([[speaker.gettext(title) for title in _COLUMNS], *rows]),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": headers.FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": headers.PRIVATE_PAGE,
        },
    )


@post(GAPS, **FORM)
def judge(
    frame: NamedDependency[Frame], work: NamedDependency[Work], form: NamedDependency[FormMultiDict]
) -> Response[Any]:
    """Hide what is no gap, or let it stand again. Raises: session.needed, act.forbidden, gap.*."""
    work.allow(Permission.EDIT_WORDS)
    do, key, show = (text_of(form, name) for name in ("do", "key", "show"))
    days = _days(text_of(form, "days"))
    if do not in _SAID:
        raise invalid("form.wrong")
    report = reports.gaps(work, days)
    one = next((gap for gap in [*report.gaps, *report.hidden] if gap.key == key), None)
    if one is None:
        raise invalid("gap.wrong")
    try:
        if do == "show":
            acts.show(work, one.hidden.key if one.hidden else key)
        else:
            reason = text_of(form, "reason")
            acts.hide(work, key, title=one.title, demand=one.demand, reason=reason)
    except KbError as error:
        if not error.fields:
            raise
        answer = _page(frame, work, days, show, error=error, at=key, reason=text_of(form, "reason"))
        raise FormRefused(answer) from error
    return Redirect(frame.url(GAPS, days=days, show=show, done=do), status_code=303)


def _days(text: str) -> int:
    if not text.isdecimal() or int(text[:4]) not in reports.PERIODS:
        return reports.DAYS
    return int(text[:4])


def _page(
    frame: Frame,
    work: Work,
    days: int,
    show: str,
    *,
    start: int = 0,
    done: str = "",
    error: KbError | None = None,
    at: str = "",
    reason: str = "",
) -> Response[str]:
    report = reports.gaps(work, days)
    rows = _rows(report, show)
    speaker = translator(frame.language, frame.timezone)
    return edit_page(
        "edit/gaps.html",
        frame,
        work,
        status=STATUS[error.kind] if error else HTTPStatus.OK,
        report=report,
        batch=Batch(rows[start : start + _SIZE], len(rows), start, _SIZE),
        show=show,
        kinds=[
            (str(kind), speaker.gettext(one), report.counts[kind]) for kind, one in KINDS.items()
        ],
        titles={str(kind): speaker.gettext(one) for kind, one in KINDS.items()},
        reasons={one: speaker.gettext(title) for one, title in WORDS.items()},
        periods=reports.PERIODS,
        topics=[card for card, _level in handbook.navigation(work, "/", 2) if card.type == "Topic"],
        address_of=address_of,
        may_judge=work.may(Permission.EDIT_WORDS),
        absence={name: round(100 * share) for name, share in reports.ABSENCE.items()},
        staff_minutes=reports.STAFF_MINUTES,
        problem=speaker.error(error) if error else "",
        at=at,
        reason=reason,
        saved=said(frame, _SAID, done),
    )


def _rows(report: GapReport, show: str) -> list[Gap]:
    if show == HIDDEN:
        return report.hidden
    return [one for one in report.gaps if show in ("", one.kind)]


def _cells(speaker: Translator, frame: Frame, one: Gap) -> list[str]:
    address = one.path and (one.path if one.path.startswith("/edit/") else f"/edit{one.path}")
    moments = [
        speaker.day(moment, short=True) if moment else "" for moment in (one.first, one.last)
    ]
    reasons = ", ".join(
        f"{speaker.gettext(title)}: {one.reasons[kind]}"
        for kind, title in WORDS.items()
        if kind in one.reasons
    )
    return [
        speaker.gettext(KINDS[one.kind]),
        one.title,
        str(one.minutes).replace(".", ",") if frame.language == "ru" else str(one.minutes),
        str(one.demand),
        str(one.nothing) if one.kind == GapKind.SEARCH else "",
        str(one.by_staff) if one.kind == GapKind.SEARCH else "",
        *moments,
        " | ".join(one.examples),
        reasons,
        frame.absolute(address) if address else "",
    ]


pages = [Router("/", route_handlers=[gaps, gaps_csv, judge])]
