"""What the forms of facts bring in, and how an item before and after is compared."""

from collections.abc import Mapping
from datetime import date

import msgspec
from litestar.datastructures.multi_dicts import FormMultiDict

from kb_service.base.errors import FieldError, invalid
from kb_service.handbook.rules.facts import ChangeKind, NewValue
from kb_service.handbook.schemas import ItemView
from kb_service.text.difference import Change, difference, short
from kb_service.web.forms import text_of
from kb_service.web.texts import plain

FIELDS = ("value", "unit", "valid_from", "valid_to", "source", "note", "reason", "title")


class Piece(msgspec.Struct):
    """One part of an item before and after, with its words compared."""

    title: str
    changes: list[Change]


def pieces_of(before: ItemView, after: ItemView) -> list[Piece]:
    """Compare what readers see, part by part; a part that stays is left out, as a paragraph is."""
    pairs = {
        "Title": (before.title, after.title),
        "Short answer": (before.description, after.description),
        "Public answer": (plain(before.html), plain(after.html)),
        "For employees": (plain(before.staff_html), plain(after.staff_html)),
        "Letter": (before.letter_text.strip(), after.letter_text.strip()),
    }
    return [
        Piece(title, short(difference(old, new), lines=0))
        for title, (old, new) in pairs.items()
        if old != new
    ]


def proposal_of(key: str, values: Mapping[str, str], kind: ChangeKind) -> NewValue:
    """Give what a form proposes. Raises: fact.wrong where a day is none."""
    texts = {name: values.get(name, "") for name in FIELDS if not name.startswith("valid_")}
    return NewValue(
        key=key,
        kind=kind,
        valid_from=_day(values, "valid_from"),
        valid_to=_day(values, "valid_to"),
        **texts,
    )


def kind_of(values: Mapping[str, str]) -> ChangeKind:
    """Say whether a form corrects a value or brings the next one."""
    is_correction = values.get("kind") == ChangeKind.CORRECTION
    return ChangeKind.CORRECTION if is_correction else ChangeKind.VALUE


def _day(values: Mapping[str, str], name: str) -> date | None:
    text = values.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise invalid("fact.wrong", FieldError(name, "fact.day_wrong")) from error


def typed_values(form: FormMultiDict) -> dict[str, str]:
    """Give the fields of a form as they were typed."""
    return {name: text_of(form, name) for name in FIELDS}


def number_of(form: FormMultiDict, name: str) -> int:
    """Give a number that our own page put into a form. Raises: form.wrong."""
    text = text_of(form, name)
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004
        raise invalid("form.wrong")
    return int(text)
