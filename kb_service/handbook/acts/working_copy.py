"""A newer text beside the live one: begun on purpose, published, or thrown away (ADR 11).

Saving begins one too; here it begins without a change, so that what follows is not live at once.
"""

from kb_service.base.errors import conflict, missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _locks, _rows, workflow
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item, Revision


@act("item.check_out")
def check_out(work: Work, uid: str, *, comment: str = "") -> int:
    """Begin a draft beside the live text, with its words, and give the revision's number.

    Raises: working_copy.needs_live, working_copy.exists, item.locked.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    _locks.refuse_others(work, item)
    if item.live_uid is None:
        raise conflict("working_copy.needs_live", path=item.path)
    latest = work.session.get_one(Revision, item.latest_uid)
    if item.draft:
        raise conflict("working_copy.exists", path=item.path, author=latest.author)
    document = document_of(latest.text)
    revision = _rows.add_revision(work, uid, _rows.next_number(work, item), document, comment)
    item.latest_uid, item.draft = revision.uid, State.PRIVATE
    _rows.note_change(work, item)
    return revision.number


@act("item.check_in")
def check_in(work: Work, uid: str, *, comment: str = "") -> State:
    """Publish the draft.

    Raises: working_copy.missing, workflow.four_eyes, item.code_taken, item.locked.
    """
    item = _rows.present(work, uid, Permission.PUBLISH)
    _locks.refuse_others(work, item)
    _check_draft(item)
    return workflow.publish(work, uid, comment=comment)


@act("item.discard")
def discard(work: Work, uid: str, *, comment: str = "") -> None:
    """Throw the draft away: editors see the live text again, the draft stays in the history.

    Raises: working_copy.missing, item.locked.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    _locks.refuse_others(work, item)
    item.latest_uid, item.draft, item.scheduled_at = _check_draft(item), "", None
    _rows.note_change(work, item)


def _check_draft(item: Item) -> str:
    """Give the live revision beside which a draft stands."""
    if item.live_uid is None or not item.draft:
        raise missing("working_copy.missing", path=item.path)
    return item.live_uid
