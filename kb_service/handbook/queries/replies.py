"""Reading standard texts for replies: the letter text as written, its revision, what goes along.

Only live texts are given: a reply never says what is not published. An older revision is given
where it once was live, so that an employee can be shown what changed since.
"""

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import exists, select

from kb_service.base.errors import missing
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import parts
from kb_service.handbook.queries._rows import chunked, document_of, item_of, resolved
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.tables import Item, ItemLink, Revision, Transition

_PIECE = 400


class StandardText(msgspec.Struct, frozen=True, kw_only=True):
    """The live text of a standard question as it goes into a reply: Markdown with variables."""

    uid: Uid
    code: str
    title: str
    path: str
    number: int
    letter: str
    answer: str
    valid_to: date | None = None
    review_by: date | None = None


class FileRef(msgspec.Struct, frozen=True):
    """A file that a standard text leads to."""

    uid: Uid
    title: str
    path: str


def standard_text(work: Work, uid: str) -> StandardText:
    """Give the live text of an item for a reply. Raises: item.missing, act.forbidden."""
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    found = standard_texts(work, [uid]).get(Uid(uid))
    if found is None:
        raise missing("item.missing", uid=uid)
    return found


def standard_texts(work: Work, uids: Iterable[str]) -> dict[Uid, StandardText]:
    """Give the live texts of those of the items that have one and that this actor may see."""
    wanted = sorted(set(uids))
    items: list[Item] = []
    for start in range(0, len(wanted), _PIECE):
        piece = readable(work, Item).where(Item.uid.in_(wanted[start : start + _PIECE]))
        items.extend(work.session.scalars(piece))
    live = {one.live_uid: one for one in items if one.live_uid is not None}
    found = {}
    for revision in chunked(work, live):
        one = live[revision.uid]
        if work.may(Permission.VIEW_STAFF, one):
            found[Uid(one.uid)] = _text(one, revision)
    return found


def earlier_letter(work: Work, uid: str, number: int) -> StandardText | None:
    """Give the text of an older revision that once was live; None where there is none."""
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    was_live = exists().where(
        Transition.item_uid == item.uid,
        Transition.revision_uid == Revision.uid,
        Transition.action == Action.PUBLISH,
    )
    statement = select(Revision).where(
        Revision.item_uid == item.uid, Revision.number == number, was_live
    )
    revision = work.session.scalar(statement)
    return None if revision is None else _text(item, revision)


def files_of(work: Work, uid: str) -> list[FileRef]:
    """Give the files that the live text of an item leads to, those that this actor may see."""
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    targets = work.session.scalars(
        select(ItemLink.target).where(ItemLink.item_uid == item.uid, ItemLink.is_live)
    )
    uids = {one.uid for one in resolved(work, targets).values() if one.type == "File"}
    rows = work.session.scalars(
        readable(work, Item).where(Item.uid.in_(sorted(uids)), Item.live_uid.is_not(None))
    )
    return [FileRef(Uid(row.uid), row.title, row.path) for row in rows]


def _text(item: Item, revision: Revision) -> StandardText:
    document = document_of(revision.text)
    split = parts.split(document.body)
    content = document.content
    return StandardText(
        uid=Uid(item.uid),
        code=item.code or "",
        title=content.title,
        path=item.path,
        number=revision.number,
        letter=split.letter.strip(),
        answer=split.public.strip(),
        valid_to=content.valid_to,
        review_by=content.review_by,
    )
