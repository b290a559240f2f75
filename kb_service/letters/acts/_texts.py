"""How a draft's text is kept: its own, a version of it, or one beside it."""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import select

from kb_service.base.errors import KbError, conflict, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.render import variables
from kb_service.letters.queries._rows import content_of, text_row
from kb_service.letters.rules.coverage import coverage
from kb_service.letters.rules.writing import is_held, may_open
from kb_service.letters.schemas import Content, Status
from kb_service.letters.tables import Draft, DraftText, DraftVersion, DraftWriter

_FACT = "fact."


def opened(work: Work, uid: str) -> Draft:
    """Load a draft that this employee may write. Raises: draft.missing, act.forbidden."""
    row = work.get(Draft, uid, Permission.DRAFT)
    sees_all = work.may(Permission.DRAFT_OF_OTHERS)
    if not may_open(work.actor, row.owner_uid, row.department, sees_all=sees_all):
        raise missing("draft.missing", uid=uid)
    return row


def refuse_unless_open(row: Draft) -> None:
    """Raise reply.frozen where a draft is ready or put away."""
    if row.status != Status.OPEN:
        raise conflict("reply.frozen", uid=row.uid, status=row.status)


def put(work: Work, row: Draft, content: Content, *, tab: str) -> int:
    """Make a content the draft's own text; give its edition."""
    text = work.session.get(DraftText, row.uid)
    if text is None:
        text = DraftText(draft_uid=row.uid, edition=0)
        work.session.add(text)
    covered = coverage(content)
    text.edition += 1
    text.subject = content.subject.strip()
    text.content = msgspec.to_builtins(content)
    text.fact_keys = f" {' '.join(sorted(fact_keys(content)))} "
    text.question_count, text.open_count = len(content.questions), len(covered.open)
    text.author_uid, text.author = work.actor.uid, work.actor.login
    text.author_name, text.tab, text.moment = work.actor.name, tab, work.now
    work.session.flush()
    return text.edition


def fact_keys(content: Content) -> set[str]:
    """Give the facts that the fragments of a draft use."""
    names: set[str] = set()
    for one in content.fragments:
        try:
            names |= variables(one.text)
        except KbError:
            # Half typed: what it was put in with is what it uses until it can be read again.
            names |= {_FACT + key for key in (one.origin.facts if one.origin else {})}
    return {name.removeprefix(_FACT) for name in names if name.startswith(_FACT)}


def keep_version(
    work: Work,
    row: Draft,
    content: Content,
    reason: str,
    *,
    is_beside: bool = False,
    made_of: list[Any] | None = None,
    by: DraftText | None = None,
) -> int:
    """Keep a content as a version that stays; give its number. The same text is not kept twice.

    `by` is the text whose author and moment it has; without it, it is this actor's of now.
    """
    values = msgspec.to_builtins(content)
    digest = hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
    last = work.session.scalar(
        select(DraftVersion)
        .where(DraftVersion.draft_uid == row.uid, DraftVersion.is_beside.is_(is_beside))
        .order_by(DraftVersion.number.desc())
        .limit(1)
    )
    if last is not None and last.sha256 == digest and not made_of:
        return last.number
    row.version += 1
    work.session.add(
        DraftVersion(
            draft_uid=row.uid,
            number=row.version,
            content=values,
            sha256=digest,
            author=by.author if by else work.actor.login,
            author_name=by.author_name if by else work.actor.name,
            moment=by.moment if by else work.now,
            reason=reason,
            is_beside=is_beside,
            made_of=made_of or [],
        )
    )
    return row.version


def keep_present(work: Work, row: Draft, reason: str) -> int:
    """Keep the draft's present text as a version under its own author."""
    text = text_row(work, row)
    return keep_version(work, row, content_of(text.content), reason, by=text)


def other_writer(work: Work, uid: str) -> DraftWriter | None:
    """Give who else is writing a draft now."""
    row = work.session.get(DraftWriter, uid)
    if row is None or row.holder_uid == work.actor.uid:
        return None
    return row if is_held(row.holder_uid, row.confirmed_at, work.now) else None


def hold(work: Work, uid: str, tab: str) -> None:
    """Say that this employee is writing a draft in a tab; whoever held it has lost it."""
    row = work.session.get(DraftWriter, uid)
    if row is None:
        row = DraftWriter(draft_uid=uid, holder_uid="", loser_uid="", lost_at=None)
        work.session.add(row)
    if row.holder_uid != work.actor.uid:
        if is_held(row.holder_uid, row.confirmed_at or work.now, work.now):
            row.loser_uid, row.lost_at = row.holder_uid, work.now
        row.taken_at = work.now
    row.holder_uid, row.holder_name = work.actor.uid, work.actor.name
    row.tab, row.confirmed_at = tab, work.now
