"""A draft filled in: salutation, fragments and closing as the customer would read them.

Variables come from the short card, facts are those of the day of the reply. What has no value is a
visible mark, never an empty place. Texts are Markdown and stay so; `plain` is for copying.
"""

from datetime import date

import msgspec

from kb_service.base.errors import KbError
from kb_service.handbook.plain import plain
from kb_service.handbook.render import Context, expand, variables
from kb_service.letters.rules.address import address, closing
from kb_service.letters.schemas import Card, Content, Piece, Reply

SALUTATION, CLOSING = "salutation", "closing"
_DAY = "%d.%m.%Y"
# The names of the variables that the card fills, and the field of each.
FIELDS = {
    "applicant.name": "name",
    "applicant.salutation": "name",
    "applicant.account": "account",
    "applicant.organisation": "organisation",
    "enquiry.number": "number",
    "enquiry.date": "written_on",
    "enquiry.received": "received_on",
    "region": "region",
}


class Words(msgspec.Struct, frozen=True):
    """What a reply begins and ends with, as the sheet `salutations` says; see rules.address."""

    salutations: list[dict[str, str]]


def letter_values(card: Card, words: Words, company_region: str) -> dict[str, object]:
    """Give the letter's variables of a card; None where it is silent."""

    def day(value: date | None) -> str | None:
        return value.strftime(_DAY) if value is not None else None

    return {
        "applicant": {
            "name": card.name.strip() or None,
            "salutation": address(card, words.salutations).rstrip("!") or None,
            "account": card.account.strip() or None,
            "organisation": card.organisation.strip() or None,
        },
        "enquiry": {
            "number": card.number.strip() or None,
            "date": day(card.written_on),
            "received": day(card.received_on),
        },
        "region": card.region.strip() or company_region.strip() or None,
    }


def reply(content: Content, context: Context, words: Words, dated: date) -> Reply:
    """Give the reply filled in for its day. A text that cannot be filled in is given as written."""
    region = str(context.company.get("region") or "")
    filled = msgspec.structs.replace(context, letter=letter_values(content.card, words, region))
    begin = content.salutation.strip() or address(content.card, words.salutations)
    end = content.closing.strip() or closing(content.card, words.salutations)
    pieces = [_piece(SALUTATION, begin, filled)]
    pieces += [_piece(one.id, one.text, filled) for one in content.fragments]
    pieces.append(_piece(CLOSING, end, filled))
    return Reply(dated=dated, pieces=pieces, files=content.files)


def unfilled(text: str, context: Context) -> list[str]:
    """Give the letter variables of a text that the context has no value for, in order of names."""
    case = context.letter or {}
    found = []
    for name in sorted(variables(text)):
        root, _, field = name.partition(".")
        value = case.get(root)
        if name in FIELDS and (value.get(field) if isinstance(value, dict) else value) is None:
            found.append(name)
    return found


def _piece(name: str, text: str, context: Context) -> Piece:
    try:
        shown = expand(text, context, is_letter=True)
        words = plain(expand(text, context, markdown=False, is_letter=True))
        return Piece(id=name, text=shown, plain=words, unfilled=unfilled(text, context))
    except KbError as error:
        # Whoever is typing has not closed a bracket yet; the check names the place.
        return Piece(id=name, text=text, plain=text, problem=error.code, params=_shown(error))


def _shown(error: KbError) -> dict[str, str]:
    return {name: str(value) for name, value in error.params.items()}
