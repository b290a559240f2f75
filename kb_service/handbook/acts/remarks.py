"""Remarks to editors: said at a place of a text, answered, settled. Never shown to the public."""

from sqlalchemy import select

from kb_service.base.errors import forbidden, missing
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.queries._remarks import remark_of
from kb_service.handbook.queries._rows import item_of, shown_revision
from kb_service.handbook.rules import remarks
from kb_service.handbook.tables import Item, Remark


@act("remark.add")
def add(work: Work, item: str, text: str, *, quote: str = "", reply_to: str = "") -> Uid:
    """Say something about an item (its uid) as one sees it, or answer a remark.

    `quote` are the words of the text that are meant. Raises: remark.empty, remark.too_long,
    remark.quote_too_long, remark.missing, item.missing.
    """
    # What one does not see one cannot speak of, whatever its state.
    about = work.get(Item, item_of(work, item).uid, Permission.REMARK)
    revision = shown_revision(work, about, latest=work.may(Permission.EDIT, about))
    is_about_live = revision.uid == about.live_uid
    if reply_to:
        first, its_item = remark_of(work, reply_to)
        if its_item.uid != about.uid:
            raise missing("remark.missing", uid=reply_to)
        is_about_live = first.is_about_live
    row = Remark(
        uid=new_uid(),
        item_uid=about.uid,
        number=revision.number,
        is_about_live=is_about_live,
        reply_to=reply_to or None,
        text=remarks.checked_text(text),
        quote=remarks.checked_quote(quote),
        author_uid=work.actor.uid,
        author=work.actor.login,
        author_name=work.actor.name,
        created=work.now,
        modified=work.now,
        resolved_at=None,
        resolved_by="",
    )
    work.session.add(row)
    work.about("remark", row.uid)
    return Uid(row.uid)


@act("remark.change")
def change(work: Work, uid: str, text: str) -> None:
    """Say it in other words; only who said it.

    Raises: remark.missing, remark.not_own, remark.empty, remark.too_long.
    """
    row, _item = _held(work, uid, Permission.REMARK)
    if not row.author_uid or row.author_uid != work.actor.uid:
        raise forbidden("remark.not_own", author=row.author)
    row.text, row.modified = remarks.checked_text(text), work.now


@act("remark.resolve")
def resolve(work: Work, uid: str, *, is_resolved: bool = True) -> None:
    """Settle a remark, or open it again; whoever may edit the item. Raises: remark.missing."""
    row, _item = _held(work, uid, Permission.EDIT)
    if (row.resolved_at is not None) == is_resolved:
        return
    row.resolved_at = work.now if is_resolved else None
    row.resolved_by = work.actor.login if is_resolved else ""


@act("remark.delete")
def delete(work: Work, uid: str) -> None:
    """Take a remark and all answers to it away; whoever may publish the item.

    Raises: remark.missing.
    """
    row, item = _held(work, uid, Permission.PUBLISH)
    rows = work.session.scalars(select(Remark).where(Remark.item_uid == item.uid)).all()
    replies = {one.uid: one.reply_to for one in rows}
    ways = {one: remarks.way_up(one.uid, replies) for one in rows}
    # Answers first: they name what they answer.
    for one in sorted(rows, key=lambda one: len(ways[one]), reverse=True):
        if row.uid in ways[one]:
            work.session.delete(one)
            work.session.flush()


def _held(work: Work, uid: str, permission: Permission) -> tuple[Remark, Item]:
    row, seen = remark_of(work, uid)
    item = work.get(Item, seen.uid, permission)
    work.about("remark", uid)
    return row, item
