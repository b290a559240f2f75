"""What the page of a document shows, put together for its template."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Literal

import msgspec
from litestar import Response

from kb_service.base.errors import FieldError, KbError
from kb_service.base.i18n import Translator, translator
from kb_service.base.ids import Uid, new_uid
from kb_service.base.work import Work
from kb_service.handbook import form, queries
from kb_service.handbook.queries import DraftView
from kb_service.handbook.queries.revisions import TransitionView
from kb_service.handbook.render import LETTER_VARIABLES
from kb_service.handbook.rules import review
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.schemas import TYPES
from kb_service.people import queries as people
from kb_service.search.schemas import BenchReport
from kb_service.web.edit import labels
from kb_service.web.edit.bulk import owners_of
from kb_service.web.edit.locks import writing_of
from kb_service.web.edit.opened import Opened, zone_of
from kb_service.web.edit.place import address_of, edit_page
from kb_service.web.edit.typed import WHOLE, problems_at, shown
from kb_service.web.forms import said
from kb_service.web.frame import Frame
from kb_service.web.remarks import Panel, panel_of


class FormField(msgspec.Struct, frozen=True):
    """A field of the form; label and hint are sentences of the page's language."""

    name: str
    label: str
    hint: str
    sort: str
    value: str
    choices: list[tuple[str, str]] = []


class Check(msgspec.Struct, frozen=True):
    """When a text was checked, by when it is to be again, and the day offered after that."""

    checked: date | Literal[False]
    review_by: date | None
    next: date
    is_due: bool


class Snippet(msgspec.Struct, frozen=True):
    """Something that can be put into a text: what is inserted and what it is called."""

    text: str
    title: str
    value: str = ""


def document_page(
    frame: Frame,
    work: Work,
    opened: Opened,
    *,
    fields: dict[str, str] | None = None,
    comment: str = "",
    tab: str = "",
    draft: DraftView | None = None,
    done: str = "",
    error: KbError | None = None,
    text: str = "",
    panel: Panel | None = None,
    status: int = HTTPStatus.OK,
    bench: BenchReport | None = None,
) -> Response[str]:
    """Answer with the page of a document, with these texts in its fields or with its own."""
    speaker = translator(frame.language, frame.timezone)
    own = shown(opened.text, zone_of(frame))
    if opened.item is None:
        own["title"] = ""
    values = {**own, **(fields or {})}
    view = values.get("view", "")
    problems = problems_at(speaker, error, text, view) if error is not None else []
    unsaved = _unsaved(work, opened, draft, is_form=fields is not None and draft is None)
    return edit_page(
        "edit/document.html",
        frame,
        work,
        status=status,
        opened=opened,
        item=opened.item,
        is_whole=view == WHOLE,
        top=_fields(speaker, opened, values, labels.TOP),
        groups=groups_of(speaker, opened, values),
        values=values,
        parts=[(name, *map(speaker.gettext, words)) for name, words in labels.PARTS.items()],
        names={
            "type": speaker.gettext(labels.TYPES.get(opened.type, opened.type)),
            "states": {key: speaker.gettext(one) for key, one in labels.STATES.items()},
        },
        steps=_steps(speaker, work, opened),
        times=_times(work, opened),
        is_for_another=bool(opened.item) and queries.is_for_another(work, opened.place.uid),
        snippets=snippets_of(frame, work),
        unsaved=unsaved,
        tab=tab or new_uid(),
        draft=draft,
        comment=comment,
        problems=problems,
        **_standing(speaker, work, opened),
        panel=panel or (panel_of(work, opened.item.uid) if opened.item else None),
        writing=writing_of(work, opened.item.uid) if opened.item else None,
        is_taken=done == "take",
        returned=_returned(work, opened),
        bench=bench,
        address_of=address_of,
        saved=said(frame, labels.SAVED, done),
        owners=owners_of(work),
    )


def _standing(speaker: Translator, work: Work, opened: Opened) -> dict[str, Any]:
    """Give how the text is checked, and what keeps readers from it or from a value of it."""
    return {
        "check": _check(work, opened),
        "held_up": queries.held_up(work, opened.item.uid) if opened.item else None,
        "taken": speaker.error(FieldError("code", "item.code_taken")),
        "valueless": queries.facts_without_value(work, opened.text),
    }


def _check(work: Work, opened: Opened) -> Check | None:
    """Give what is known of the checks of the live text, or of the newest where none is live."""
    if opened.item is None or opened.item.type in ("File", "Image"):
        return None
    card = queries.cards(work, [opened.item.uid])[Uid(opened.item.uid)]
    return Check(
        card.checked,
        card.review_by,
        review.next_check(work.today, card.checked, card.review_by),
        review.is_due(card.review_by, work.today),
    )


def groups_of(
    speaker: Translator, opened: Opened, values: dict[str, str]
) -> list[tuple[str, list[FormField]]]:
    """Give the fields of a document in their groups, without those above the text."""
    sorts = form.fields_of(TYPES[opened.type])
    named = {*labels.TOP, *(name for _title, names in labels.GROUPS for name in names)}
    own = tuple(name for name in sorts if name not in named)
    return [
        (
            speaker.gettext(title),
            _fields(speaker, opened, values, names if number else (*own, *names)),
        )
        for number, (title, names) in enumerate(labels.GROUPS)
    ]


def _fields(
    speaker: Translator, opened: Opened, values: dict[str, str], names: tuple[str, ...]
) -> list[FormField]:
    sorts = form.fields_of(TYPES[opened.type])
    return [
        _field(speaker, name, sorts[name], values.get(name, "")) for name in names if name in sorts
    ]


def _field(speaker: Translator, name: str, sort: str, value: str) -> FormField:
    label, hint = labels.FIELDS.get(name, (name, ""))
    choices = [
        (key, speaker.gettext(labels.CHOICES.get(key, key))) for key in form.CHOICES.get(name, ())
    ]
    return FormField(
        name=name,
        label=speaker.gettext(label),
        hint=speaker.gettext(hint) if hint else "",
        sort=sort,
        value=value,
        choices=choices,
    )


def _steps(speaker: Translator, work: Work, opened: Opened) -> list[tuple[str, str]]:
    """Give the steps that can follow: from where the item stands or, new, from its first state.

    Publishing stands where a change typed just now could be published, too.
    """
    if opened.item is None:
        names = ["submit"] if opened.parent else []
    else:
        names = queries.steps(work, opened.item.uid)
        if "publish" not in names and queries.may_publish(work, opened.item.uid):
            names = ["publish", *names]
    order = {name: place for place, name in enumerate(labels.STEPS)}
    return [
        (name, speaker.gettext(labels.STEPS[name])) for name in sorted(names, key=order.__getitem__)
    ]


def _returned(work: Work, opened: Opened) -> TransitionView | None:
    """Give who sent the text back and why, until it is submitted anew."""
    steps = queries.transitions(work, opened.item.uid) if opened.item is not None else []
    if not steps or steps[-1].action != Action.REJECT:
        return None
    names = dict(people.colleagues(work))
    last = steps[-1]
    return msgspec.structs.replace(last, actor=names.get(last.actor, last.actor))


def _times(work: Work, opened: Opened) -> dict[str, datetime | None]:
    """Give when a live text appears and goes, as far as that is still to come."""
    item = opened.item
    if item is None or not item.live:
        return {"appears": None, "goes": None}
    named = {"appears": item.effective, "goes": item.expires}
    return {key: one if one and one > work.now else None for key, one in named.items()}


def _unsaved(
    work: Work, opened: Opened, draft: DraftView | None, *, is_form: bool
) -> list[DraftView]:
    """Give unsaved texts that the page offers: not where somebody's words are on it already."""
    if is_form:
        return []
    return [
        one for one in queries.unsaved(work, opened.place) if draft is None or one.uid != draft.uid
    ]


def snippets_of(frame: Frame, work: Work) -> dict[str, list[Snippet]]:
    """Give what can be put into texts: facts, values of the company, variables of letters."""
    word = 0 if frame.language == "ru" else 1
    letter = [
        Snippet(f"{{{{ {root}.{name} }}}}", titles[word])
        for root, names in LETTER_VARIABLES.items()
        for name, titles in names.items()
    ]
    company = [
        Snippet(f"{{{{ company.{name} }}}}", name, value)
        for name, value in queries.company(work).items()
        if isinstance(value, str) and value
    ]
    facts = [
        Snippet(f"{{{{ fact.{key} }}}}", fact.title, str(fact))
        for key, fact in sorted(queries.facts(work).items(), key=lambda pair: pair[1].title)
    ]
    return {"fact": facts, "company": company, "letter": letter}
