"""Ending a draft: ready and frozen, opened again, put away, handed to a colleague."""

import msgspec
from sqlalchemy import select

from kb_service.base.errors import conflict
from kb_service.base.work import Work, act
from kb_service.letters import used
from kb_service.letters.acts import _texts
from kb_service.letters.queries._rows import content_of, text_row
from kb_service.letters.queries.checks import findings
from kb_service.letters.rules.checks import refusal
from kb_service.letters.schemas import Content, Level, Status
from kb_service.letters.tables import DraftWriter, StandardUse


@act("draft.make_ready")
def make_ready(work: Work, uid: str, *, based_on: int) -> int:
    """Freeze the draft as a version with all that it was made of; give the version's number.

    Raises: draft.missing, reply.frozen, reply.held, reply.stale, reply.not_ready with every place
    that blocks. Source: R21, R26.
    """
    row = _texts.opened(work, uid)
    _texts.refuse_unless_open(row)
    other = _texts.other_writer(work, uid)
    if other is not None:
        raise conflict("reply.held", uid=uid, name=other.holder_name)
    text = text_row(work, row)
    if text.edition != based_on:
        raise conflict("reply.stale", uid=uid, edition=text.edition)
    content = content_of(text.content)
    _, found = findings(work, content)
    blocking = [one for one in found if one.level == Level.BLOCK]
    if blocking:
        raise refusal(blocking)
    made = msgspec.to_builtins(used.made_of(content))
    number = _texts.keep_version(work, row, content, "ready", made_of=made or [{}])
    row.status, row.ready_version = Status.READY, number
    row.ready_at, row.ready_by = work.now, work.actor.name
    _settle(work, uid, content)
    writer = work.session.get(DraftWriter, uid)
    if writer is not None:
        work.session.delete(writer)
    return number


@act("draft.reopen")
def reopen(work: Work, uid: str, *, reason: str = "") -> None:
    """Go on writing a draft that was ready or put away; the frozen version stays.

    Raises: draft.missing, reply.open_already.
    """
    row = _texts.opened(work, uid)
    if row.status == Status.OPEN:
        raise conflict("reply.open_already", uid=uid)
    row.status = Status.OPEN


@act("draft.put_away")
def put_away(work: Work, uid: str, *, reason: str = "") -> None:
    """Take a draft out of the list of what is written; it can be opened again.

    Raises: draft.missing, reply.frozen.
    """
    row = _texts.opened(work, uid)
    _texts.refuse_unless_open(row)
    row.status = Status.PUT_AWAY


def _settle(work: Work, uid: str, content: Content) -> None:
    """Say of each standard text that was put in what became of it. Source: R43."""
    fragments = {one.id: one for one in content.fragments}
    rows = work.session.scalars(
        select(StandardUse).where(StandardUse.draft_uid == uid, StandardUse.outcome == "inserted")
    )
    for row in rows:
        one = fragments.get(row.fragment)
        is_there = one is not None and one.origin is not None and one.origin.uid == row.item_uid
        row.settled_at = work.now
        if one is None or not is_there or one.origin is None or not one.text.strip():
            row.outcome = "dropped"
        elif one.text.strip() == one.origin.text.strip():
            row.outcome = "kept"
        else:
            row.outcome = "edited"
            row.before, row.after = used.changed_sentences(one.origin.text, one.text)
