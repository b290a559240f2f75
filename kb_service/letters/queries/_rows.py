"""What queries and acts of replies stand on: whose drafts an employee may open."""

from typing import Any

import msgspec
from sqlalchemy import Select, or_

from kb_service.base.errors import missing
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable, reads
from kb_service.letters.rules.writing import is_held
from kb_service.letters.schemas import Content, Writer
from kb_service.letters.tables import Draft, DraftText, DraftWriter


@reads(Draft)
def own_and_colleagues(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow drafts to those of this employee and of their department, or give all. R40."""
    work.allow(Permission.DRAFT)
    if work.may(Permission.DRAFT_OF_OTHERS):
        return statement
    is_own = Draft.owner_uid == work.actor.uid
    if not work.actor.department:
        return statement.where(is_own)
    return statement.where(or_(is_own, Draft.department == work.actor.department))


def draft_row(work: Work, uid: str) -> Draft:
    """Give the row of a draft. Raises: draft.missing, also for what one may not know of."""
    row = work.session.scalar(readable(work, Draft).where(Draft.uid == uid))
    if row is None:
        raise missing("draft.missing", uid=uid)
    return row


def text_row(work: Work, row: Draft) -> DraftText:
    """Give what is written in a draft now."""
    return work.session.get_one(DraftText, row.uid)


def content_of(values: dict[str, Any]) -> Content:
    """Give the struct of a kept content."""
    return msgspec.convert(values, Content)


def writer_of(work: Work, uid: str) -> Writer | None:
    """Give who is writing a draft now."""
    row = work.session.get(DraftWriter, uid)
    if row is None or not is_held(row.holder_uid, row.confirmed_at, work.now):
        return None
    return Writer(
        uid=Uid(row.holder_uid),
        name=row.holder_name,
        since=row.taken_at,
        is_you=row.holder_uid == work.actor.uid,
    )
