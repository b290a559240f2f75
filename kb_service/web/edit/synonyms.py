"""Synonyms as a table: a group is tried before it is saved, the effect on a question beside it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.response import Redirect

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.search.acts import synonyms
from kb_service.search.queries import stored
from kb_service.search.queries import words as queries
from kb_service.search.rules import checked_group, with_group
from kb_service.search.schemas import BenchReport, SynonymGroup, Trial
from kb_service.search.whatif import Supposed
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.forms import FormRefused, problems_of, said, text_of, told_in_form
from kb_service.web.frame import Frame

SYNONYMS = "/edit/synonyms"
_FIELDS = ("words", "means", "weight", "q", "row", "number")
_WEIGHT = "0.6"
_DONE = {"save": "Saved: the search looks for these words too.", "remove": "The group is gone."}


class Effect(msgspec.Struct, frozen=True):
    """What a group would make of a question that somebody tries, and of the stored ones."""

    now: Trial | None
    then: Trial | None
    report: BenchReport


@get(SYNONYMS, **PAGE)
def synonyms_page(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
) -> Response[str]:
    """Show the groups; one that is typed or chosen in the form; its effect, nothing saved."""
    work.allow(Permission.EDIT_WORDS)
    return _shown(frame, work, site, dict(request.query_params))


@post(SYNONYMS, **FORM)
def synonyms_changed(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Save or remove a group, as the pressed button says."""
    values = {name: text_of(form, name) for name in _FIELDS}
    do, number = text_of(form, "do"), _whole(values["number"])
    try:
        place = _whole(values["row"])
        if do == "save":
            synonyms.save_group(work, group_of(values), place=place, based_on=number)
        elif do == "remove" and place is not None:
            synonyms.remove_group(work, place, based_on=number)
        else:
            raise invalid("form.wrong")
    except KbError as error:
        status = told_in_form(error)
        answer = _shown(frame, work, site, values, error=error, status=status)
        raise FormRefused(answer) from error
    return Redirect(frame.url(SYNONYMS, q=values["q"], done=do), status_code=303)


def group_of(values: Mapping[str, str]) -> SynonymGroup:
    """Give the group that a form names. Raises: synonyms.wrong where the weight is no number."""
    try:
        weight = float((values.get("weight") or _WEIGHT).replace(",", "."))
    except ValueError as error:
        fault = FieldError("weight", "synonyms.weight_wrong")
        raise invalid("synonyms.wrong", fault) from error
    return SynonymGroup(
        words=_split(values.get("words", "")), means=_split(values.get("means", "")), weight=weight
    )


def _split(text: str) -> list[str]:
    return [one for one in text.replace("\n", ",").replace(";", ",").split(",") if one.strip()]


def _whole(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len("99999")
    return int(text) if is_number else None


def _shown(
    frame: Frame,
    work: Work,
    site: Site,
    given: Mapping[str, str],
    *,
    error: KbError | None = None,
    status: int = HTTPStatus.OK,
) -> Response[str]:
    groups, number = queries.synonyms(work)
    place = _whole(given.get("row", ""))
    place = place if place is not None and place < len(groups) else None
    values = {name: given.get(name, "") for name in _FIELDS} | {"number": str(number)}
    if place is not None and not values["words"]:
        values |= _typed(groups[place])
    effect = None
    if error is None and values["words"]:
        try:
            group = checked_group(group_of(values))
            effect = _effect(work, site, with_group(groups, group, place), values["q"])
        except KbError as wrong:
            error, status = wrong, told_in_form(wrong)
    return edit_page(
        "edit/synonyms.html",
        frame,
        work,
        status=status,
        groups=list(enumerate(groups)),
        place=place,
        values=values | {"weight": values["weight"] or _WEIGHT},
        effect=effect,
        may_save=work.may(Permission.PUBLISH),
        address_of=address_of,
        done=said(frame, _DONE, given.get("done", "")),
        problems=problems_of(frame, error) if error is not None else [],
    )


def _typed(group: SynonymGroup) -> dict[str, str]:
    return {
        "words": ", ".join(group.words),
        "means": ", ".join(group.means),
        "weight": f"{group.weight:g}",
    }


def _effect(work: Work, site: Site, groups: list[SynonymGroup], text: str) -> Effect:
    supposed = Supposed(synonyms=groups)
    report = stored.supposed_report(work, site.engine, supposed)
    if not text.strip():
        return Effect(None, None, report)
    now = stored.tried(work, site.engine, text)
    return Effect(now, stored.tried(work, site.engine, text, supposed), report)


# One router for what shares its path (see facts.py).
pages = [Router("/", route_handlers=[synonyms_page, synonyms_changed])]
