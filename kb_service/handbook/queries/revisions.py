"""Reading what an item was: its revisions and its steps through the workflow."""

from datetime import datetime

import msgspec
from sqlalchemy import select

from kb_service.base.errors import missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.queries._rows import item_of, standing
from kb_service.handbook.queries.history import _readable, _steps
from kb_service.handbook.rules import workflow
from kb_service.handbook.tables import Revision


class RevisionView(msgspec.Struct, frozen=True):
    """One revision in a list, without its text."""

    uid: str
    number: int
    author: str
    moment: datetime
    comment: str
    sha256: str
    is_conflict: bool
    is_live: bool


class TransitionView(msgspec.Struct, frozen=True):
    """One step of the workflow."""

    action: str
    state: str
    actor: str
    moment: datetime
    comment: str


def history(work: Work, uid: str) -> list[RevisionView]:
    """Give the revisions of an item, newest first; for who may see its staff parts.

    Who may not see drafts gets those alone that were live.
    """
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    return [
        RevisionView(
            row.uid,
            row.number,
            row.author,
            row.moment,
            row.comment,
            row.sha256,
            row.is_conflict,
            row.uid == item.live_uid,
        )
        for row in reversed(_readable(work, item))
    ]


def revision_text(work: Work, uid: str, number: int) -> str:
    """Give the text of one revision, without its place; the live one to staff, all to editors.

    Raises: revision.missing, session.needed, act.forbidden.
    """
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    found = select(Revision).where(Revision.item_uid == item.uid, Revision.number == number)
    revision = work.session.scalar(found)
    if revision is None or revision.uid != item.live_uid:
        # A draft must not come out by its number, not even whether there is one.
        work.allow(Permission.EDIT, item)
    if revision is None:
        raise missing("revision.missing", uid=uid, number=number)
    return codec.with_order(revision.text, None)


def transitions(work: Work, uid: str) -> list[TransitionView]:
    """Give the steps of an item through the workflow, oldest first; for staff.

    Who may not see drafts gets those alone that changed what the world sees.
    """
    item = item_of(work, uid)
    work.allow(Permission.VIEW_STAFF, item)
    rows = _steps(work, item)
    return [TransitionView(r.action, r.state, r.actor, r.moment, r.comment) for r in rows]


def steps(work: Work, uid: str) -> list[str]:
    """Give the steps of the workflow that this actor could take with an item now."""
    item = item_of(work, uid)
    return [
        str(action)
        for action in workflow.possible(standing(item))
        if work.may(workflow.STEPS[action].permission, item)
    ]
