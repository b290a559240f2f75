"""Reading remarks to editors: of an item, in the order in which they were made. For staff."""

from datetime import datetime

import msgspec
from sqlalchemy import select

from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.queries._remarks import may_know, remark_of
from kb_service.handbook.queries._rows import document_of, item_of, shown_revision
from kb_service.handbook.rules import remarks as rules
from kb_service.handbook.tables import Item, Remark


class RemarkView(msgspec.Struct, frozen=True, kw_only=True):
    """A remark as this reader sees it, and what they may do with it.

    `place` is where its words stand in the body of the text that the reader is shown (start, end).
    """

    uid: Uid
    number: int
    reply_to: str | None
    text: str
    quote: str
    place: tuple[int, int] | None
    author: str
    author_name: str
    created: datetime
    modified: datetime
    resolved_at: datetime | None
    resolved_by: str
    may_change: bool
    may_resolve: bool
    may_delete: bool


def remarks(work: Work, uid: str) -> list[RemarkView]:
    """Give the remarks about an item, oldest first. Raises: item.missing, act.forbidden."""
    item = item_of(work, uid)
    work.allow(Permission.REMARK, item)
    rows = work.session.scalars(
        select(Remark).where(Remark.item_uid == item.uid).order_by(Remark.created, Remark.uid)
    )
    return [_view(work, item, row) for row in rows if may_know(work, item, row)]


def open_remarks(work: Work, uid: str) -> list[RemarkView]:
    """Give what is not settled about an item: remarks with their answers, by place in the text.

    Those whose words are not in the text (any more) come last. Raises: item.missing, act.forbidden.
    """
    known = remarks(work, uid)
    replies = {str(one.uid): one.reply_to for one in known}
    firsts = {one.uid: rules.way_up(one.uid, replies)[-1] for one in known}
    order = {
        one.uid: (one.place is None, one.place or (0, 0), one.created, one.uid)
        for one in known
        if one.reply_to is None and one.resolved_at is None
    }
    still = [one for one in known if firsts[one.uid] in order]
    return sorted(still, key=lambda one: (order[Uid(firsts[one.uid])], one.reply_to is not None))


def remark(work: Work, uid: str) -> RemarkView:
    """Give one remark. Raises: remark.missing, item.missing, act.forbidden."""
    row, item = remark_of(work, uid)
    work.allow(Permission.REMARK, item)
    return _view(work, item, row)


def _view(work: Work, item: Item, row: Remark) -> RemarkView:
    may_edit = work.may(Permission.EDIT, item)
    shown = document_of(shown_revision(work, item, latest=may_edit).text).body
    return RemarkView(
        uid=Uid(row.uid),
        number=row.number,
        reply_to=row.reply_to,
        text=row.text,
        quote=row.quote,
        place=rules.place(shown, row.quote),
        author=row.author,
        author_name=row.author_name,
        created=row.created,
        modified=row.modified,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        may_change=bool(row.author_uid) and row.author_uid == work.actor.uid,
        may_resolve=may_edit,
        may_delete=work.may(Permission.PUBLISH, item),
    )
