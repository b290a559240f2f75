"""Reading drafts: lists, one whole, its versions, and the reply that it makes."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from kb_service.base.errors import missing
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import queries as handbook
from kb_service.letters import filling
from kb_service.letters.queries._rows import content_of, draft_row, text_row, writer_of
from kb_service.letters.schemas import (
    Content,
    DraftRow,
    Reply,
    Status,
    VersionRow,
)
from kb_service.letters.schemas import (
    Draft as Whole,
)
from kb_service.letters.tables import Draft, DraftText, DraftVersion


def drafts(
    work: Work,
    *,
    status: Status | None = None,
    is_mine: bool = False,
    start: int = 0,
    size: int = 30,
) -> tuple[list[DraftRow], int]:
    """Give one page of the drafts that this employee may open, the last written first; how many.

    Raises: session.needed, act.forbidden.
    """
    statement = readable(work, Draft).join(DraftText, DraftText.draft_uid == Draft.uid)
    if status is not None:
        statement = statement.where(Draft.status == status)
    if is_mine:
        statement = statement.where(Draft.owner_uid == work.actor.uid)
    total = work.session.scalar(statement.with_only_columns(func.count())) or 0
    rows = work.session.execute(
        statement.with_only_columns(Draft, DraftText)
        .order_by(DraftText.moment.desc(), Draft.uid)
        .offset(start)
        .limit(size)
    )
    return [DraftRow(**_fields(row, text)) for row, text in rows], total


def draft(work: Work, uid: str) -> Whole:
    """Give a draft whole, as it was last kept. Raises: draft.missing."""
    row = draft_row(work, uid)
    text = text_row(work, row)
    return Whole(
        **_fields(row, text),
        content=content_of(text.content),
        version=row.version,
        ready_at=row.ready_at,
        ready_by=row.ready_by,
        writer=writer_of(work, uid),
        is_own=row.owner_uid == work.actor.uid,
    )


def versions(work: Work, uid: str) -> list[VersionRow]:
    """Give the kept versions of a draft, the newest first. Raises: draft.missing."""
    row = draft_row(work, uid)
    rows = work.session.scalars(
        select(DraftVersion)
        .where(DraftVersion.draft_uid == row.uid)
        .order_by(DraftVersion.number.desc())
    )
    return [
        VersionRow(
            number=one.number,
            author=one.author,
            author_name=one.author_name,
            moment=one.moment,
            reason=one.reason,
            is_beside=one.is_beside,
        )
        for one in rows
    ]


def version(work: Work, uid: str, number: int) -> tuple[VersionRow, Content]:
    """Give one kept version with its content. Raises: draft.missing, version.missing."""
    row = draft_row(work, uid)
    one = work.session.get(DraftVersion, (row.uid, number))
    if one is None:
        raise missing("version.missing", number=number)
    about = VersionRow(
        number=one.number,
        author=one.author,
        author_name=one.author_name,
        moment=one.moment,
        reason=one.reason,
        is_beside=one.is_beside,
    )
    return about, content_of(one.content)


def reply_of(work: Work, content: Content, day: date | None = None) -> Reply:
    """Give the reply that a content makes, filled in with the facts of its day.

    A content that names none is of `day`, or of today.

    Raises: session.needed, act.forbidden.
    """
    work.allow(Permission.DRAFT)
    dated = content.card.dated or day or work.today
    words = filling.Words(handbook.words(work, "salutations"))
    return filling.reply(content, handbook.context(work, dated), words, dated)


def with_fact(work: Work, key: str) -> list[DraftRow]:
    """Give the open drafts whose standard fragments use a fact: they join its impact list.

    Raises: session.needed, act.forbidden.
    """
    work.allow(Permission.PROPOSE_FACT)
    statement = (
        select(Draft, DraftText)
        .join(DraftText, DraftText.draft_uid == Draft.uid)
        .where(Draft.status == Status.OPEN)
        .where(DraftText.fact_keys.contains(f" {key} ", autoescape=True))
        .order_by(DraftText.moment.desc())
    )
    return [
        DraftRow(**(_fields(row, text) | {"subject": ""}))
        for row, text in work.session.execute(statement)
    ]


def _fields(row: Draft, text: DraftText) -> dict[str, Any]:
    return {
        "uid": Uid(row.uid),
        "subject": text.subject,
        "status": Status(row.status),
        "owner": row.owner,
        "owner_name": row.owner_name,
        "edition": text.edition,
        "open_count": text.open_count,
        "question_count": text.question_count,
        "created": row.created,
        "modified": text.moment,
        "modified_by": text.author_name,
    }
