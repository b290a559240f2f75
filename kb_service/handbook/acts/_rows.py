"""What the acts of the room share: a revision is added, columns follow, consequences are left.

Not acts themselves: each is called inside one, which asks the permission and writes the audit row.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from kb_service.base.errors import FieldError, KbError, conflict, invalid
from kb_service.base.ids import new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import binaries, codec
from kb_service.handbook.acts import _links
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.queries.editing import refuse_mistakes
from kb_service.handbook.rules import announcements, workflow
from kb_service.handbook.schemas import Content, Document, File, State
from kb_service.handbook.tables import Address, Change, Item, Revision, Transition

_NEXT = timedelta(microseconds=1)


def present(work: Work, uid: str, permission: Permission) -> Item:
    """Load an item and ask for the permission on it; one in the trash is only brought back.

    Raises: item.missing, item.in_trash, session.needed, act.forbidden.
    """
    item = work.get(Item, uid, permission)
    if item.trashed_at is not None:
        raise conflict("item.in_trash", path=item.trashed_path)
    return item


def checked_document(work: Work, text: str, path: str) -> Document:
    """Read a document and refuse what could not be shown.

    The type of a file is what its checked bytes can be, not what the text calls it.
    Raises: document.*, part.*, document.problem with line and reason, announcement.ends_first.
    """
    document = codec.decode(text, path=path)
    document = _with_true_type(document, path)
    announcements.check_times(document.content)
    try:
        refuse_mistakes(work, document)
    except KbError as error:
        error.params.setdefault("path", path)
        raise
    return document


def _with_true_type(document: Document, path: str) -> Document:
    content = document.content
    if not isinstance(content, File) or content.content_type == binaries.UNKNOWN:
        return document
    true = binaries.type_of_file(content, path)
    return document if true == content.content_type else codec.edited(document, content_type=true)


def add_revision(
    work: Work,
    item_uid: str,
    number: int,
    document: Document,
    comment: str,
    *,
    is_conflict: bool = False,
    is_filing: bool = False,
) -> Revision:
    """Append a revision; its text and hash leave out uid, state and order: the item's own."""
    text = codec.revision_text(document)
    revision = Revision(
        uid=new_uid(),
        item_uid=item_uid,
        number=number,
        text=text,
        sha256=sha256_of(text),
        author=work.actor.login,
        moment=work.now,
        comment=comment,
        is_conflict=is_conflict,
        is_filing=is_filing,
    )
    work.session.add(revision)
    return revision


def next_number(work: Work, item: Item) -> int:
    """Give the number of the item's next revision."""
    last = work.session.scalar(
        select(Revision.number)
        .where(Revision.item_uid == item.uid)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return (last or 0) + 1


def mirror(work: Work, item: Item, content: Content) -> None:
    """Let the item's columns follow the revision that is shown. Raises: item.code_taken."""
    check_code(work, content, item.uid)
    _follow(work, item, content, getattr(content, "code", "") or None)


def fall_back(work: Work, item: Item) -> None:
    """Let the columns follow the latest revision, as no other is live any more.

    Never refused: a code that another item has meanwhile is left to that one until this one is
    published again.
    """
    content = document_of(work.session.get_one(Revision, item.latest_uid).text).content
    code = getattr(content, "code", "") or None
    _follow(work, item, content, None if _has_code(work, code, item.uid) else code)


def _follow(work: Work, item: Item, content: Content, code: str | None) -> None:
    item.code = code
    item.title = content.title
    item.audience = str(content.audience)
    item.owner = content.owner
    item.checked = content.checked or None
    item.review_by = content.review_by
    item.expires_at = aware(announcements.gone_at(content), work.clock.zone)


def check_code(work: Work, content: Content, uid: str) -> None:
    """Refuse a code that another item has. Raises: item.code_taken."""
    code = getattr(content, "code", "") or None
    if _has_code(work, code, uid):
        raise invalid("item.code_taken", FieldError("code", "item.code_taken"), taken=code)


def _has_code(work: Work, code: str | None, uid: str) -> bool:
    """Say whether another item has a code; a code that is new to this item is held until the end.

    Of two who take one code at once the second one finds it taken, not the database's own refusal.
    """
    if code is None:
        return False
    if work.session.scalar(select(Item.code).where(Item.uid == uid)) != code:
        work.database.lock_codes(work.session)
    other = select(Item.uid).where(Item.code == code, Item.uid != uid)
    return work.session.scalar(other) is not None


def let_out(work: Work, item: Item, comment: str) -> None:
    """Publish the latest revision: it is live now, or from its time if the world sees another.

    Whoever calls has asked the permission and four eyes; when the time comes nobody is asked again.
    """
    content = document_of(work.session.get_one(Revision, item.latest_uid).text).content
    wanted = aware(content.publish_at, work.clock.zone)
    check_code(work, content, item.uid)
    has_live = item.live_uid is not None
    if not workflow.is_for_later(wanted, work.now, has_live=has_live, began=item.effective):
        go_live(work, item)
        note_step(work, item, workflow.Action.PUBLISH, comment)
        return
    item.scheduled_at, item.draft = wanted, State.PENDING
    note_step(work, item, workflow.SCHEDULE, comment)


def go_live(work: Work, item: Item) -> None:
    """Make the latest revision the live one; its time begins now or when it says."""
    content = document_of(work.session.get_one(Revision, item.latest_uid).text).content
    wanted = aware(content.publish_at, work.clock.zone)
    item.live_uid = item.latest_uid
    item.state = State.PUBLISHED
    item.draft, item.scheduled_at = "", None
    # A first publication stays; a time that was still to come was the earlier text's wish.
    began = item.effective if item.effective and item.effective <= work.now else work.now
    item.effective = wanted or began
    mirror(work, item, content)


def note_step(
    work: Work, item: Item, action: str, comment: str, *, state: State | None = None
) -> None:
    """Keep a step of the workflow with the revision that the world sees after it, or the latest.

    The state is the item's, or what it is to the world where its row says another (the trash).
    """
    last = work.session.scalar(
        select(func.max(Transition.moment)).where(Transition.item_uid == item.uid)
    )
    work.session.add(
        Transition(
            uid=new_uid(),
            item_uid=item.uid,
            revision_uid=item.live_uid or item.latest_uid,
            action=str(action),
            state=str(state or item.state),
            actor=work.actor.login,
            # Steps of one unit keep their order: a day is asked for its last one.
            moment=work.now if last is None else max(work.now, last + _NEXT),
            comment=comment,
        )
    )


def note_change(work: Work, item: Item, *, writes_file: bool = True) -> None:
    """Leave what follows from a change: readers notice, the index and the file follow."""
    item.modified = work.now
    _links.keep(work, item)
    # Under the lock: numbers of changes must become visible in their order.
    work.database.lock_chain(work.session)
    work.session.add(Change(item_uid=item.uid, moment=work.now))
    work.later("search.index", item=item.uid)
    for moment in (item.effective, item.expires_at, item.scheduled_at):
        if moment is not None and moment > work.now:
            work.later("handbook.turn", run_at=moment, item=item.uid)
    if writes_file:
        work.later("handbook.write", item=item.uid)


def note_order(work: Work, items: Sequence[Item], *, writes_file: bool = True) -> None:
    """Leave what follows from another order: readers notice and the files follow, no text changes.

    One change is enough for who shows lists; no item counts as changed.
    """
    if not items:
        return
    work.database.lock_chain(work.session)
    work.session.add(Change(item_uid=items[0].uid, moment=work.now))
    work.later("search.index", item=items[0].uid)
    for item in items if writes_file else ():
        work.later("handbook.write", item=item.uid)


def note_address(work: Work, item: Item, path: str) -> None:
    """Remember an old address of an item."""
    known = work.session.get(Address, path)
    if known is not None:
        known.item_uid = item.uid
        known.moment = work.now
    else:
        work.session.add(Address(path=path, item_uid=item.uid, moment=work.now))


def sha256_of(text: str) -> str:
    """Give the SHA-256 of a text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Read a moment without a zone as company time; a bare day is its first minute."""
    if moment is None or moment.tzinfo is not None:
        return moment
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min, tzinfo=zone)
    return moment.replace(tzinfo=zone)
