"""Many items at once: what would happen is shown first, then it runs, and the page says how far.

A step is begun here and done by the worker (`handbook.bulk`); the page of a run looks again by
itself, by a script or without one.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.base.i18n import Translator, translator
from kb_service.base.permissions import Permission, may_somewhere
from kb_service.base.work import Work
from kb_service.gate.unit import READS
from kb_service.handbook import queries
from kb_service.handbook.acts import bulk as acts
from kb_service.handbook.queries.bulk import Forecast
from kb_service.handbook.rules import bulk
from kb_service.handbook.rules.bulk import BulkStep, Outcome
from kb_service.people import queries as people
from kb_service.web.edit import labels
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.errors import STATUS
from kb_service.web.forms import FormRefused, Problems, problems_of, text_of, texts_of
from kb_service.web.frame import Frame

BULK = "/edit/bulk"
_SIZE = 25
_SHOWN = 200
# Kinds that have a page of their own; the rest is told in the form.
_ELSEWHERE = (Kind.UNAUTHENTICATED, Kind.MISSING, Kind.UNAVAILABLE)


class Asked(msgspec.Struct, kw_only=True):
    """What a form asks for: a step, the items, what is said with it."""

    step: BulkStep
    uids: list[str]
    wanted: dict[str, str]
    is_deep: bool = False
    comment: str = ""


class Field(msgspec.Struct, frozen=True):
    """A field that a step needs; `choices` of a list, `known` values that are offered."""

    name: str
    label: str
    value: str
    sort: str
    choices: list[tuple[str, str]] = []
    known: list[str] = []


@get(BULK, **PAGE)
def runs(
    frame: NamedDependency[Frame], work: NamedDependency[Work], start: FromQuery[int] = 0
) -> Response[str]:
    """Show the steps for many that this employee began. Raises: session.needed."""
    work.allow_somewhere(Permission.EDIT)
    batch = queries.bulks(work, start=max(0, start), size=_SIZE)
    speaker = translator(frame.language, frame.timezone)
    titles = {one.uid: title_of(speaker, work, one.step, one.wanted) for one in batch.items}
    return edit_page("edit/bulks.html", frame, work, batch=batch, titles=titles)


@post(BULK, status_code=HTTPStatus.OK, opt=READS, **FORM)
def ask(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    form: NamedDependency[FormMultiDict],
) -> Response[str]:
    """Show what would happen, or ask for what the step needs. Raises: session.needed."""
    work.allow_somewhere(Permission.EDIT)
    return _told(frame, work, asked_of(work, form), is_sent=bool(text_of(form, "sent")))


@post(f"{BULK}/begin", **FORM)
def begin(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Let it begin and lead to the page that says how far it is. Raises: as `bulk.begin`."""
    work.allow_somewhere(Permission.EDIT)
    asked = asked_of(work, form)
    try:
        uid = acts.begin(
            work,
            asked.step,
            asked.uids,
            asked.wanted,
            is_deep=asked.is_deep,
            comment=asked.comment,
        )
    except KbError as error:
        if error.kind in _ELSEWHERE:
            raise
        raise FormRefused(_told(frame, work, asked, error=error)) from error
    return Redirect(frame.url(f"{BULK}/{uid}"), status_code=303)


@get(f"{BULK}/{{uid:str}}", **PAGE)
def run(
    frame: NamedDependency[Frame], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[str]:
    """Show how far a step for many is, and what was refused. Raises: bulk.missing."""
    work.allow_somewhere(Permission.EDIT)
    view = queries.bulk_view(work, uid)
    speaker = translator(frame.language, frame.timezone)
    refused = [
        (address_of(one.uid, one.path) if one.path else "", one.title, speaker.error(one.error))
        for one in queries.bulk_refused(work, uid, limit=_SHOWN)
    ]
    return edit_page(
        "edit/bulk_run.html",
        frame,
        work,
        run=view,
        title=title_of(speaker, work, view.step, view.wanted),
        refused=refused,
    )


@post(f"{BULK}/{{uid:str}}", **FORM)
def stop(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Let no further item have its turn. Raises: bulk.missing, form.wrong."""
    work.allow_somewhere(Permission.EDIT)
    if text_of(form, "do") != "stop":
        raise invalid("form.wrong")
    if not queries.bulk_view(work, uid).is_over:
        acts.stop(work, uid)
    return Redirect(frame.url(f"{BULK}/{uid}"), status_code=303)


def steps_for(frame: Frame, work: Work) -> list[tuple[str, str]]:
    """Give the steps for many that this employee may take somewhere, with their names."""
    speaker = translator(frame.language, frame.timezone)
    return [
        (str(step), speaker.gettext(title))
        for step, title in labels.BULK.items()
        if step != BulkStep.RETAG and may_somewhere(work.actor, bulk.permission_for(step))
    ]


def asked_of(work: Work, form: FormMultiDict) -> Asked:
    """Read what a form asks for; a tag stands for all items that have it. Raises: bulk.unknown."""
    step = bulk.step_named(text_of(form, "do"))
    uids = " ".join(texts_of(form, "uid")).split()
    wanted = {name: text_of(form, name).strip() for name in bulk.NEEDS.get(step, ())}
    if not uids and step in (BulkStep.RETAG, BulkStep.UNTAG) and wanted["tag"]:
        uids = queries.tagged(work, wanted["tag"])
    return Asked(
        step=step,
        uids=uids,
        wanted=wanted,
        is_deep=bool(text_of(form, "deep")),
        comment=text_of(form, "comment").strip(),
    )


def title_of(speaker: Translator, work: Work, step: BulkStep, wanted: Mapping[str, str]) -> str:
    """Say what is done, with the value that is given."""
    title = speaker.gettext(labels.BULK[step])
    if step == BulkStep.RETAG:
        return f"{title}: {wanted.get('tag', '')} → {wanted.get('to', '')}"
    if step == BulkStep.MOVE:
        above = queries.cards(work, [wanted.get("parent", "")])
        return ": ".join([title, *(card.title for card in above.values())])
    if step == BulkStep.REVIEW and bulk.is_day(wanted.get("day", "")):
        return f"{title}: {speaker.day(bulk.day_of(wanted['day']), short=True)}"
    return ": ".join([title, *(value for value in wanted.values() if value)])


def _told(
    frame: Frame,
    work: Work,
    asked: Asked,
    *,
    is_sent: bool = False,
    error: KbError | None = None,
) -> Response[str]:
    """Answer with what would happen; what is missing is asked for first."""
    told: list[Forecast] = []
    problems: Problems = problems_of(frame, error) if error else []
    try:
        wanted = bulk.checked(asked.step, asked.wanted)
        told = queries.forecast(work, asked.step, asked.uids, wanted, is_deep=asked.is_deep)
    except KbError as fault:
        if fault.kind in _ELSEWHERE:
            raise
        # Empty fields are no mistake of whoever has not seen them yet.
        if fault.code != "bulk.wrong" or is_sent:
            problems, error = problems or problems_of(frame, fault), fault
    speaker = translator(frame.language, frame.timezone)
    by_outcome = {one: [row for row in told if row.outcome == one] for one in Outcome}
    status = STATUS[error.kind] if error else HTTPStatus.OK
    return edit_page(
        "edit/bulk.html",
        frame,
        work,
        status=status,
        asked=asked,
        title=speaker.gettext(labels.BULK[asked.step]),
        fields=_fields(speaker, work, asked),
        ready=by_outcome[Outcome.DONE],
        same=by_outcome[Outcome.SAME],
        refused=[(row, speaker.error(row.error)) for row in told if row.error is not None],
        is_told=bool(told),
        shown=_SHOWN,
        address_of=address_of,
        problems=problems,
    )


def _fields(speaker: Translator, work: Work, asked: Asked) -> list[Field]:
    return [
        Field(
            name=name,
            label=speaker.gettext(labels.BULK_FIELDS[asked.step, name]),
            value=asked.wanted.get(name, ""),
            sort={"day": "date", "parent": "choice"}.get(name, "text"),
            choices=topics_of(work) if name == "parent" else [],
            known=_known(work, name),
        )
        for name in bulk.NEEDS.get(asked.step, ())
    ]


def _known(work: Work, name: str) -> list[str]:
    if name == "owner":
        return owners_of(work)
    return queries.tags(work) if name in ("tag", "to") else []


def owners_of(work: Work) -> list[str]:
    """Give the departments that a text can belong to: known to the house, or named by texts."""
    return sorted({*people.department_titles(work), *queries.owners(work)}, key=str.casefold)


def topics_of(work: Work) -> list[tuple[str, str]]:
    """Give the places that can take items: the root and every topic, deeper ones further in."""
    root = queries.card_at(work, "/")
    return [
        (root.uid, root.title),
        *(
            (card.uid, "\u2003" * depth + card.title)
            for card, depth in queries.navigation(work, "/", 8)
            if card.type == "Topic"
        ),
    ]


# One router for what shares its paths, as in `exchange`.
pages = [Router("/", route_handlers=[runs, ask, begin, run, stop])]
