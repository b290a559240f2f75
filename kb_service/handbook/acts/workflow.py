"""Steps of the workflow: submit, publish, reject, retract, archive, restore; and turns of time."""

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows
from kb_service.handbook.queries._rows import standing
from kb_service.handbook.queries._writers import writers
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules import workflow
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Change, Item


@act("item.submit")
def submit(work: Work, uid: str, *, comment: str = "") -> State:
    """Ask for publication. Raises: workflow.impossible."""
    return _take(work, uid, Action.SUBMIT, comment)


@act("item.publish")
def publish(work: Work, uid: str, *, comment: str = "", writes_file: bool = True) -> State:
    """Let the world see the latest revision, now or from its `publish_at`.

    Until then the world goes on seeing the live one; a text saved meanwhile overtakes it.
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
    """Let readers notice that an item's time has come or gone; a scheduled text becomes live.

    Asked again at any time it does no harm: only what is scheduled and due is published. Where
    another item has its code by now, the live text stays. Raises: item.code_taken.
    """
    item = work.get(Item, uid, Permission.PUBLISH)
    if item.trashed_at is not None:
        return
    is_due = item.scheduled_at is not None and item.scheduled_at <= work.now
    if is_due:
        _rows.go_live(work, item)
        _rows.note_step(work, item, Action.PUBLISH, "")
    _rows.note_change(work, item, writes_file=is_due)


@act("handbook.turn_day", always=True)
def turn_day(work: Work) -> None:
    """Let every text be shown and found anew: a fact has another value since today. Source: C20."""
    work.allow(Permission.PUBLISH)
    work.database.lock_chain(work.session)
    work.session.add(Change(item_uid="", moment=work.now))
    work.later("search.rebuild")


def _take(work: Work, uid: str, action: Action, comment: str, *, writes_file: bool = True) -> State:
    item = _rows.present(work, uid, workflow.STEPS[action].permission)
    state = workflow.target(action, standing(item))
    if action == Action.PUBLISH:
        is_on = needs_four_eyes(work)
        workflow.check_four_eyes(writers(work, item), work.actor.login, is_on=is_on)
        _rows.let_out(work, item, comment)
    else:
        _move_on(work, item, action, state)
        _rows.note_step(work, item, action, comment)
    _rows.note_change(work, item, writes_file=writes_file)
    return State(item.state)


def _move_on(work: Work, item: Item, action: Action, state: State) -> None:
    item.scheduled_at = None
    if item.draft and action not in workflow.ABOUT_LIVE:
        # Only the newer text moves; the world goes on seeing the live one.
        item.draft = state
        return
    had_live = item.live_uid is not None
    item.state, item.draft, item.live_uid = state, "", None
    if had_live:
        _rows.fall_back(work, item)
