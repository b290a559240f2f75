"""A reply as a letter: head, reference, addressee, salutation, body, closing, signature, mark.

Nobody has signed what goes out of here: every form of paper carries the mark of a draft, also when
the text is ready and frozen. The letter speaks Russian, as its reader does.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from kb_service.handbook.plain import without_remarks
from kb_service.letters.filling import CLOSING, SALUTATION
from kb_service.letters.out.blocks import Block, blocks, clean
from kb_service.letters.schemas import Card, Outgoing, Reply
from kb_service.text.names import GrammarCase, Name, declined, parse, shortened

_DAY = "%d.%m.%Y"
_BLANK = "_" * 12
_INSIDE = re.compile(r"(?<!\\)(\]\([ \t]{0,4}<?)/(?![/\\])")
_EMPTY_LINES = re.compile(r"\n{3,}")
_GAP = re.compile("\u27e6([^\u27e6\u27e7\n]{1,80})\u27e7")


class Letter(msgspec.Struct, kw_only=True):
    """What stands on the paper, in order. Everything is text; nothing of it is markup."""

    company: str
    contacts: list[str]
    numbers: list[str]
    addressee: list[str]
    salutation: list[Block]
    body: list[Block]
    closing: list[Block]
    position: str
    signatory: str
    mark: str
    dated: date
    markdown: str


def letter(given: Outgoing, company: Mapping[str, Any], to_html: Callable[[str], str]) -> Letter:
    """Give the letter that a filled reply makes.

    `to_html` gives safe HTML of Markdown that is filled in already. Raises: what it raises.
    """
    site = _word(company, "site_url")
    pieces = given.reply.pieces
    made = {one.id: blocks(to_html(one.text), site) for one in pieces}
    signature = company.get("signature") or {}
    return Letter(
        company=_word(company, "name"),
        contacts=_contacts(company),
        numbers=_numbers(given.card),
        addressee=addressee(given.card),
        salutation=made.get(SALUTATION, []),
        body=[
            block for one in pieces if one.id not in (SALUTATION, CLOSING) for block in made[one.id]
        ],
        closing=made.get(CLOSING, []),
        position=_word(signature, "position"),
        signatory=_word(signature, "name"),
        mark=mark(given.version, is_changed=given.is_changed),
        dated=given.reply.dated,
        markdown=_markdown(given.reply, site),
    )


def mark(version: int, *, is_changed: bool = False) -> str:
    """Give the mark of a draft: which version it is, and that nobody signed it.

    >>> mark(3), mark(3, is_changed=True), mark(0)
    ('Проект, версия 3, не подписан', 'Проект, версия 3 с правками, не подписан', 'Проект, не подписан')
    """  # noqa: E501 - a doctest
    if not version:
        return "Проект, не подписан"
    return f"Проект, версия {version}{' с правками' if is_changed else ''}, не подписан"


def addressee(card: Card) -> list[str]:
    """Give the lines that say to whom: organisation, name in the dative, address."""
    lines = [card.organisation, _to_whom(card), *card.address.splitlines()]
    return [line for line in (clean(one).strip() for one in lines) if line]


def _to_whom(card: Card) -> str:
    if card.name_dative.strip():
        return card.name_dative
    name = parse(card.name)
    if name == Name():
        return "" if card.name.strip() == card.organisation.strip() else card.name
    return declined(shortened(name), GrammarCase.DATIVE, card.gender)


def _contacts(company: Mapping[str, Any]) -> list[str]:
    phone, site = _word(company, "phone"), _word(company, "site_url")
    reach = [
        f"тел. {phone}" if phone else "",
        _word(company, "email"),
        site.partition("://")[2].rstrip("/"),
    ]
    lines = [_word(company, "postal_address"), ", ".join(filter(None, reach))]
    return [line for line in lines if line]


def _numbers(card: Card) -> list[str]:
    """Give the line of our number, to be filled in at registration, and that of the letter."""
    lines = [f"№ {_BLANK} от {_BLANK}"]
    number = clean(card.number).strip()
    if number or card.written_on:
        day = card.written_on.strftime(_DAY) if card.written_on else _BLANK
        lines.append(f"На № {number or _BLANK} от {day}")
    return lines


def _markdown(reply: Reply, site_url: str) -> str:
    text = _GAP.sub(r"[\1]", clean(without_remarks(reply.text)))
    if site_url.startswith(("https://", "http://")):
        text = _INSIDE.sub(lambda found: f"{found[1]}{site_url.rstrip('/')}/", text)
    return _EMPTY_LINES.sub("\n\n", text).strip()


def _word(values: Mapping[str, Any], name: str) -> str:
    return " ".join(clean(str(values.get(name) or "")).split())
