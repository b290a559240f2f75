"""From a failed question to its repair: a wording, a synonym, a new question; the new rank first.

Everything is tried by GET and saved by POST through the acts that the rest of the workplace uses.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts.wordings import add_wording
from kb_service.handbook.queries import EditView
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.wordings import with_wording
from kb_service.search.acts import bench, synonyms
from kb_service.search.queries import stored, words
from kb_service.search.rules import checked_group, with_group
from kb_service.search.schemas import BenchReport, SynonymGroup, Trial
from kb_service.search.unanswered import Unanswered, unanswered
from kb_service.search.whatif import Supposed
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.forms import FormRefused, problems_of, said, text_of, told_in_form
from kb_service.web.frame import Frame

REPAIR = "/edit/repair"
_WEIGHT = 0.6
_FAILED_FOR = timedelta(days=30)
_MAX_FAILED = 50
_FIELDS = ("q", "item", "word", "means", "based_on")
_DONE = {
    "live": "The wording is added, and the search knows it.",
    "draft": "The wording is in the draft: the search will know it once that is published.",
    "synonym": "The synonym is added: the search looks for these words too.",
}


class Proposal(msgspec.Struct, frozen=True):
    """A repair that is tried: what would be found, and what it does to the stored questions.

    `rank` and `before` are those of the item that a wording is added to.
    """

    trial: Trial
    report: BenchReport
    item: EditView | None = None
    title: str = ""
    rank: int = 0
    before: int = 0


@get(REPAIR, **PAGE)
def repair_page(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
) -> Response[str]:
    """Show what failed of late, or one question with its repairs. Raises: session.needed."""
    work.allow_somewhere(Permission.EDIT)
    return _shown(frame, work, site, dict(request.query_params))


@post(REPAIR, **FORM)
def repaired(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Save the repair of the pressed button."""
    work.allow_somewhere(Permission.EDIT)
    values = {name: text_of(form, name) for name in _FIELDS}
    try:
        done = _done(frame, work, text_of(form, "do"), values, keeps=bool(text_of(form, "keep")))
    except KbError as error:
        status = told_in_form(error)
        answer = _shown(frame, work, site, values, error=error, status=status)
        raise FormRefused(answer) from error
    return Redirect(frame.url(REPAIR, q=values["q"], done=done), status_code=303)


def _done(frame: Frame, work: Work, do: str, values: Mapping[str, str], *, keeps: bool) -> str:
    speaker = translator(frame.language, frame.timezone)
    text = values["q"]
    if do == "wording":
        uid, based_on = values["item"], values["based_on"]
        number = int(based_on) if based_on.isdecimal() and len(based_on) < len("9" * 10) else None
        comment = speaker.gettext("A wording from a question that the search failed at.")
        saved = add_wording(work, uid, text, based_on=number, comment=comment)
        if keeps and work.may(Permission.EDIT_WORDS):
            _keep(work, text, uid)
        return "live" if handbook.for_editing(work, uid=uid).live == saved else "draft"
    if do == "synonym":
        comment = speaker.gettext("A synonym from a question that the search failed at.")
        synonyms.save_group(work, _group(values), comment=comment)
        return "synonym"
    raise invalid("form.wrong")


def _keep(work: Work, text: str, uid: str) -> None:
    """Store the question for the check of the search, unless it is stored already."""
    try:
        bench.add(work, text, uid)
    except KbError as error:
        if "bench_question.known" not in [fault.code for fault in error.fields]:
            raise


def _group(values: Mapping[str, str]) -> SynonymGroup:
    own, means = values["word"], values["means"]
    return SynonymGroup(words=[own], means=means.replace(";", ",").split(","), weight=_WEIGHT)


def _shown(
    frame: Frame,
    work: Work,
    site: Site,
    given: Mapping[str, str],
    *,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    values = {name: given.get(name, "").strip() for name in _FIELDS}
    text = values["q"]
    now = stored.tried(work, site.engine, text) if text else None
    wording, synonym = None, None
    if error is None and text:
        try:
            wording = _wording(work, site, values) if values["item"] else None
            synonym = _synonym(work, site, values) if values["means"] else None
        except KbError as wrong:
            error, status = wrong, told_in_form(wrong)
    if now is not None and not values["word"] and now.unknown:
        values["word"] = now.unknown[0]
    return edit_page(
        "edit/repair.html",
        frame,
        work,
        status=status,
        values=values,
        now=now,
        wording=wording,
        synonym=synonym,
        failed=_failed(work) if not text and work.may(Permission.EDIT_WORDS) else [],
        topics=handbook.topics(work) if text else [],
        may_words=work.may(Permission.EDIT_WORDS),
        may_publish=work.may(Permission.PUBLISH),
        address_of=address_of,
        done=said(frame, _DONE, given.get("done", "")),
        problems=problems_of(frame, error) if error is not None else [],
    )


def _failed(work: Work) -> list[Unanswered]:
    """Give what was asked of late without a sure answer, by meaning, the most asked first."""
    return unanswered(work, work.now - _FAILED_FOR)[:_MAX_FAILED]


def _wording(work: Work, site: Site, values: Mapping[str, str]) -> Proposal:
    """Try the question as a wording of an item. Raises: as with_wording, and item.missing."""
    text, uid = values["q"], _named(work, values["item"])
    item = handbook.for_editing(work, uid=uid)
    try:
        written = with_wording(item.text, text)
    except KbError as error:
        raise invalid(error.code, FieldError("item", error.code, error.params)) from error
    entry = handbook.entry_if_published(work, Place(uid=uid), written)
    supposed = Supposed(entries=[entry])
    trial = stored.tried(work, site.engine, text, supposed)
    hit = next((one for one in trial.hits if one.item.uid == uid), None)
    return Proposal(
        trial,
        stored.supposed_report(work, site.engine, supposed),
        item,
        entry.title,
        rank=hit.rank if hit else 0,
        before=(hit.before or 0) if hit else 0,
    )


def _named(work: Work, name: str) -> str:
    """Give the one item that somebody named. Raises: item.missing at its field."""
    try:
        (uid,) = stored.uids_named(work, name)
    except (KbError, ValueError) as error:
        code = "bench_question.answer_unknown"
        raise invalid(code, FieldError("item", code, {"name": name})) from error
    return uid


def _synonym(work: Work, site: Site, values: Mapping[str, str]) -> Proposal:
    """Try a word as one that means others. Raises: synonyms.wrong with the fields of this page."""
    try:
        group = checked_group(_group(values))
    except KbError as error:
        at = {"words": "word", "means": "means"}
        faults = tuple(FieldError(at.get(f.field, ""), f.code, f.params) for f in error.fields)
        raise invalid(error.code, *faults) from error
    groups, _number = words.synonyms(work)
    supposed = Supposed(synonyms=with_group(groups, group, None))
    return Proposal(
        stored.tried(work, site.engine, values["q"], supposed),
        stored.supposed_report(work, site.engine, supposed),
    )


# One router for what shares its path (see facts.py).
pages = [Router("/", route_handlers=[repair_page, repaired])]
