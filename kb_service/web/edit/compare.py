"""Two texts of one document beside each other: meanwhile saved and mine, two tabs, two revisions.

A save on a stale revision is answered with both texts and one field in which they are put
together: what only one side changed is there already, what both changed stands twice between marks
that must go before it can be saved.
"""

from http import HTTPStatus

import msgspec
from litestar import Response

from kb_service.base.errors import KbError
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.text import merge
from kb_service.text.difference import Change, difference, short
from kb_service.web.edit.opened import Opened, zone_of
from kb_service.web.edit.place import edit_page
from kb_service.web.edit.typed import Typed, composed
from kb_service.web.frame import Frame

# Marks around what both changed; a document cannot hold such lines by accident.
MINE, BETWEEN, THEIRS = "<<<<<<<", "=======", ">>>>>>>"


class Merged(msgspec.Struct):
    """A text put together of two, with the number of places that a person must decide."""

    text: str
    disputed: int


def merged(base: str, mine: str, theirs: str, *, words: tuple[str, str]) -> Merged:
    """Give both changes in one text; a disputed place holds mine, then theirs, between marks."""
    places = merge.merged(base, mine, theirs)
    text = "".join(
        f"{MINE} {words[0]}\n{one.mine}{BETWEEN}\n{one.theirs}{THEIRS} {words[1]}\n"
        if one.is_disputed
        else one.text
        for one in places
    )
    return Merged(text, sum(one.is_disputed for one in places))


def has_marks(text: str) -> bool:
    """Say whether a disputed place is still undecided."""
    return any(line.startswith((f"{MINE} ", f"{THEIRS} ")) for line in text.split("\n"))


def changes(old: str, new: str) -> list[Change]:
    """Give what differs, word by word, with two lines around each place."""
    return short(difference(old, new))


def stale_page(frame: Frame, work: Work, opened: Opened, typed: Typed, text: str) -> Response[str]:
    """Answer a save on a revision that is not the newest any more: both texts, none is lost."""
    newest = queries.for_editing(work, uid=opened.place.uid)
    return _page(frame, work, opened, typed, mine=text, theirs=newest.text)


def _page(
    frame: Frame, work: Work, opened: Opened, typed: Typed, *, mine: str, theirs: str
) -> Response[str]:
    newest = queries.for_editing(work, uid=opened.place.uid)
    words = (frame.actor.name, newest.author)
    together = merged(opened.text, mine, theirs, words=words)
    return edit_page(
        "edit/merge.html",
        frame,
        work,
        status=HTTPStatus.PRECONDITION_FAILED,
        opened=opened,
        newest=newest,
        tab=typed.tab,
        comment=typed.comment,
        mine=mine,
        merged=together.text,
        disputed=together.disputed,
        theirs_changes=changes(opened.text, theirs),
        mine_changes=changes(opened.text, mine),
        marks=(MINE, BETWEEN, THEIRS),
    )


def text_of_draft(frame: Frame, opened: Opened, fields: dict[str, str]) -> str:
    """Give the document that an unsaved text makes, or the nearest to it that can be shown."""
    try:
        return composed(opened.text, Typed(fields), zone_of(frame))
    except KbError:
        # What cannot be a document yet is shown as it was typed, field after field.
        return "\n\n".join(f"{name}:\n{text}" for name, text in fields.items() if text)
