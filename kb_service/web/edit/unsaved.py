"""Unsaved texts of one's own, listed on the first page of the workplace: none is lost from sight.

The page of a document offers its own; that of a document not there yet, nobody would come to again.
"""

from datetime import datetime

import msgspec

from kb_service.base.i18n import translator
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.queries import DraftView
from kb_service.handbook.rules.drafts import Place, place_named
from kb_service.handbook.schemas import Card
from kb_service.web.edit import labels
from kb_service.web.edit.place import DRAFTS, NEW, address_of
from kb_service.web.frame import Frame


class UnsavedRow(msgspec.Struct, frozen=True):
    """An unsaved text in a list. `topic` is where a document that is not there yet will lie.

    `title` is what was typed, else the document's own; `compare` shows it against what is saved.
    """

    title: str
    type: str
    topic: str
    moment: datetime
    address: str
    compare: str


def unsaved_rows(frame: Frame, work: Work) -> list[UnsavedRow]:
    """Give one's own unsaved texts, newest first, but those whose place is out of sight."""
    drafts = [(one, place_named(one.place)) for one in queries.all_unsaved(work)]
    cards = queries.cards(work, {place.uid or place.parent for _draft, place in drafts})
    known = {str(uid): card for uid, card in cards.items()}
    return [
        _row(frame, draft, place, known[place.uid or place.parent])
        for draft, place in drafts
        if (place.uid or place.parent) in known
    ]


def _row(frame: Frame, draft: DraftView, place: Place, card: Card) -> UnsavedRow:
    speaker = translator(frame.language, frame.timezone)
    kind = speaker.gettext(labels.TYPES.get(place.type or card.type, card.type))
    untitled = card.title if place.uid else speaker.gettext("New: %(type)s", type=kind)
    if place.uid:
        address = frame.url(address_of(card.uid, card.path), draft=draft.uid)
    else:
        address = frame.url(NEW, type=place.type, parent=place.parent, draft=draft.uid)
    return UnsavedRow(
        title=draft.fields.get("title", "").strip() or untitled,
        type=kind,
        topic="" if place.uid else card.title,
        moment=draft.moment,
        address=address,
        compare=frame.url(f"{DRAFTS}/{draft.uid}"),
    )
