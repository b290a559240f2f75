"""Steps of the workflow: submit, publish, reject, retract, archive, restore; and turns of time."""

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows
from kb_service.handbook.rules import workflow
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Change, Item, Revision


@act("item.submit")
def submit(work: Work, uid: str, *, comment: str = "") -> State:
    """Ask for publication. Raises: workflow.impossible."""
    return _take(work, uid, Action.SUBMIT, comment)


@act("item.publish")
def publish(work: Work, uid: str, *, comment: str = "", writes_file: bool = True) -> State:
    """Let the world see the latest revision, now or from its `publish_at`.

    Raises: workflow.impossible, workflow.four_eyes, item.code_taken.
    """
    return _take(work, uid, Action.PUBLISH, comment, writes_file=writes_file)


@act("item.reject")
def reject(work: Work, uid: str, *, comment: str = "") -> State:
    """Send a submitted item back to its author. Raises: workflow.impossible."""
    return _take(work, uid, Action.REJECT, comment)


@act("item.retract")
def retract(work: Work, uid: str, *, comment: str = "", writes_file: bool = True) -> State:
    """Take an item back from the world, or from review. Raises: workflow.impossible."""
    return _take(work, uid, Action.RETRACT, comment, writes_file=writes_file)


@act("item.archive")
def archive(work: Work, uid: str, *, comment: str = "", writes_file: bool = True) -> State:
    """Put an item away: kept, found by editors, shown to nobody else."""
    return _take(work, uid, Action.ARCHIVE, comment, writes_file=writes_file)


@act("item.restore")
def restore(work: Work, uid: str, *, comment: str = "") -> State:
    """Bring an archived item back as private. Raises: workflow.impossible."""
    return _take(work, uid, Action.RESTORE, comment)


@act("item.turn")
def turn(work: Work, uid: str) -> None:
    """Let readers notice that an item's time has come or gone; its row stays as it is."""
    item = work.get(Item, uid, Permission.VIEW)
    _rows.note_change(work, item, writes_file=False)


@act("handbook.turn_day", always=True)
def turn_day(work: Work) -> None:
    """Let every text be shown and found anew: a fact has another value since today. Source: C20."""
    work.allow(Permission.VIEW)
    work.database.lock_chain(work.session)
    work.session.add(Change(item_uid="", moment=work.now))
    work.later("search.rebuild")


def _take(work: Work, uid: str, action: Action, comment: str, *, writes_file: bool = True) -> State:
    item = work.get(Item, uid, workflow.STEPS[action].permission)
    has_changes = item.live_uid != item.latest_uid
    # A newer text beside the live one has a state of its own; taking back is about the live one.
    is_about_draft = bool(item.draft) and action not in (Action.RETRACT, Action.ARCHIVE)
    now = State(item.draft if is_about_draft else item.state)
    state = workflow.target(action, now, has_changes=has_changes)
    if action == Action.PUBLISH:
        author = work.session.get_one(Revision, item.latest_uid).author
        is_on = _rows.needs_four_eyes(work)
        workflow.check_four_eyes(author, work.actor.login, is_on=is_on)
        _rows.go_live(work, item)
    elif item.draft and action in (Action.SUBMIT, Action.REJECT):
        # Only the newer text moves; the world goes on seeing the live one.
        item.draft = state
    else:
        item.state, item.draft = state, ""
        item.live_uid = None if state != State.PUBLISHED else item.live_uid
    _rows.note_step(work, item, str(action), comment)
    _rows.note_change(work, item, writes_file=writes_file)
    return State(item.state)
