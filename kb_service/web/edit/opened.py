"""A document that is open on its page: an item that is there, or one that is to be made."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

import msgspec

from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.queries import EditView
from kb_service.handbook.rules.drafts import Place, place_of
from kb_service.handbook.schemas import Card, Crumb
from kb_service.web.edit import typed as typing
from kb_service.web.edit.place import ITEMS, NEW, address_of
from kb_service.web.frame import Frame


class Opened(msgspec.Struct):
    """Where an editor is. `text` is what they began from, of the revision `number` (0: none yet).

    `latest` is the number of the newest revision, which may be another one.
    """

    place: Place
    type: str
    text: str
    number: int = 0
    latest: int = 0
    item: EditView | None = None
    parent: Card | None = None

    @property
    def crumbs(self) -> list[Crumb]:
        """The way from the root to the document."""
        if self.item is not None:
            return self.item.crumbs
        if self.parent is None or self.parent.path == "/":
            return []
        return [Crumb(self.parent.path, self.parent.title)]

    @property
    def action(self) -> str:
        """The address to which the page's form is sent."""
        return f"{ITEMS}/{self.item.uid}" if self.item else NEW

    @property
    def address(self) -> str:
        """The address of the page itself, without a language."""
        if self.item is not None:
            return address_of(self.item.uid, self.item.path)
        return f"{NEW}?type={self.type}&parent={self.place.parent}"


def open_item(work: Work, uid: str = "", *, path: str = "", based_on: int = 0) -> Opened:
    """Open an item for its editor, by uid or path, at the revision that they began from.

    Raises: session.needed, act.forbidden, item.missing, revision.missing.
    """
    item = queries.for_editing(work, uid=uid, path=path)
    number = based_on or item.number
    text = item.text
    if number != item.number:
        text = queries.revision_text(work, item.uid, number)
    place = Place(uid=item.uid)
    return Opened(place, item.type, text, number, item.number, item=item)


def open_new(work: Work, kind: str, parent: str) -> Opened:
    """Open a document that is not there yet. Raises: unsaved.place_wrong, item.missing."""
    place = place_of("", kind, parent)
    card = queries.parent_for_new(work, uid=parent)
    return Opened(place, kind, typing.empty(place), parent=card)


def zone_of(frame: Frame) -> tzinfo:
    """Give the company's time zone, in which moments are written on pages."""
    return ZoneInfo(frame.timezone)
