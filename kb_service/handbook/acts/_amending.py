"""Keys of a document changed without touching its words: in the live text and in a newer one.

A text that nobody has published yet is never published by it: where a newer one stands beside the
live one, each gets the change as a revision of its own.
"""

from collections.abc import Callable
from typing import Any

from kb_service.base.errors import conflict
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.acts import _rows
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules.workflow import AMEND, Action
from kb_service.handbook.schemas import Content, Document, State
from kb_service.handbook.tables import Item, Revision

Change = Callable[[Content], dict[str, Any]]


def amended(work: Work, item: Item, change: Change, comment: str, *, is_filing: bool) -> bool:
    """Give the texts of an item other keys; say whether anything is different now.

    It is live at once where the item is live and the actor may publish; with four eyes only what
    files the text (`is_filing`). Else it waits in the newer text. Raises: item.scheduled.
    """
    newer = _changed(work, item, item.latest_uid, change)
    live = _changed(work, item, item.live_uid, change) if item.live_uid else None
    if item.live_uid is None:
        if newer is None:
            return False
        item.latest_uid = _kept(work, item, newer, comment, is_filing=is_filing)
        _rows.mirror(work, item, newer.content)
    elif work.may(Permission.PUBLISH, item) and (is_filing or not needs_four_eyes(work)):
        if newer is None and live is None:
            return False
        _go_on_living(work, item, (live, newer), comment, is_filing=is_filing)
    else:
        if newer is None:
            return False
        _wait(work, item, newer, comment, is_filing=is_filing)
    _rows.note_change(work, item)
    return True


def _changed(work: Work, item: Item, revision: str, change: Change) -> Document | None:
    """Give the document of a revision as it would be; None where nothing differs."""
    document = document_of(work.session.get_one(Revision, revision).text)
    wanted = change(document.content)
    if not wanted:
        return None
    text = codec.revision_text(codec.edited(document, **wanted))
    return _rows.checked_document(work, text, item.path)


def _kept(work: Work, item: Item, document: Document, comment: str, *, is_filing: bool) -> str:
    number = _rows.next_number(work, item)
    revision = _rows.add_revision(work, item.uid, number, document, comment, is_filing=is_filing)
    work.session.flush()
    return revision.uid


def _go_on_living(
    work: Work,
    item: Item,
    texts: tuple[Document | None, Document | None],
    comment: str,
    *,
    is_filing: bool,
) -> None:
    live, newer = texts
    has_draft = item.live_uid != item.latest_uid
    if live is not None:
        item.live_uid = _kept(work, item, live, comment, is_filing=is_filing)
        _rows.mirror(work, item, live.content)
        if not has_draft:
            item.latest_uid = item.live_uid
        # Not counted as a publication of what somebody else has written beside it.
        _rows.note_step(work, item, AMEND if has_draft else Action.PUBLISH, comment)
    if has_draft and newer is not None:
        item.latest_uid = _kept(work, item, newer, comment, is_filing=is_filing)


def _wait(work: Work, item: Item, newer: Document, comment: str, *, is_filing: bool) -> None:
    if item.scheduled_at is not None:
        # Another text would take the place of the one that was published for later.
        raise conflict("item.scheduled", path=item.path)
    is_first = item.live_uid == item.latest_uid
    item.latest_uid = _kept(work, item, newer, comment, is_filing=is_filing)
    if is_first:
        item.draft = State.PENDING
