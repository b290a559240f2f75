"""Many items, one after another: each in a unit of its own, as the person who asked for it.

What is done to an item and the note that it was done are kept together or not at all, so that a
machine that is switched off in between goes on where it was, and nothing is done twice.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from kb_service.base.clock import Clock
from kb_service.base.db import HELD, Database, again_if_busy
from kb_service.base.errors import KbError, Kind, forbidden
from kb_service.base.log import logger
from kb_service.base.permissions import SYSTEM, Actor
from kb_service.base.work import Work, open_work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, filing, workflow
from kb_service.handbook.rules.bulk import BulkStep, Outcome
from kb_service.handbook.tables import Bulk, BulkRow
from kb_service.people import queries as people

# So many, then others of the lane have their turn.
PORTION = 20
# What is no answer about the item: the whole portion is tried again.
_NOT_NOW = (Kind.UNAVAILABLE, Kind.STALE)
_PLAIN = (int, float, str)
_STEPS: Mapping[BulkStep, Callable[..., Any]] = {
    BulkStep.SUBMIT: workflow.submit,
    BulkStep.PUBLISH: workflow.publish,
    BulkStep.REJECT: workflow.reject,
    BulkStep.RETRACT: workflow.retract,
    BulkStep.ARCHIVE: workflow.archive,
    BulkStep.RESTORE: workflow.restore,
    BulkStep.TRASH: edit.trash,
}


def portion(database: Database, clock: Clock, uid: str) -> bool:
    """Let some items have their turn; say whether others wait."""
    return all(again_if_busy(lambda: _next(database, clock, uid)) for _ in range(PORTION))


def _next(database: Database, clock: Clock, uid: str) -> bool:
    """Let the next item have its turn; say whether there was one."""
    try:
        with open_work(database, SYSTEM, clock) as work:
            row = _waiting(work, uid)
            if row is not None:
                _take(work, work.session.get_one(Bulk, uid), row)
            return row is not None
    except KbError:
        raise
    except Exception as error:
        # A defect that one item brings out must not keep the others waiting for ever.
        logger().warning("bulk item failed", error=type(error).__name__, uid=uid)
    with open_work(database, SYSTEM, clock) as work:
        row = _waiting(work, uid)
        if row is not None:
            row.outcome, row.code, row.moment = Outcome.REFUSED, "service.bug", work.now
    return True


def _waiting(work: Work, uid: str) -> BulkRow | None:
    """Give the next item that waits and hold it; none where all are done or somebody stopped it."""
    statement = (
        select(BulkRow)
        .join(Bulk, Bulk.uid == BulkRow.bulk_uid)
        .where(BulkRow.bulk_uid == uid, BulkRow.outcome == Outcome.WAITS)
        .where(Bulk.stopped_at.is_(None))
        .order_by(BulkRow.number)
        .limit(1)
    )
    return work.session.scalar(statement.with_for_update(of=BulkRow, **HELD))


def _take(work: Work, bulk: Bulk, row: BulkRow) -> None:
    row.moment = work.now
    try:
        work.as_actor(_person(work, bulk))
        # What a refused step would have changed must not stay.
        with work.session.begin_nested():
            is_new = _do(work, bulk, row.item_uid)
            work.session.flush()
        row.outcome = Outcome.DONE if is_new else Outcome.SAME
    except KbError as error:
        if error.kind in _NOT_NOW:
            raise
        row.outcome, row.code, row.params = Outcome.REFUSED, error.code, _plain(error.params)


def _person(work: Work, bulk: Bulk) -> Actor:
    """Give who asked, with the rights of now. Raises: bulk.author_gone."""
    actor = people.actor_of_account(work, bulk.author_uid)
    if actor is None:
        raise forbidden("bulk.author_gone", author=bulk.author)
    return queries.with_local_roles(work, actor)


def _do(work: Work, bulk: Bulk, item: str) -> bool:
    step = BulkStep(bulk.step)
    if step in _STEPS:
        _STEPS[step](work, item, comment=bulk.comment)
        return True
    if step == BulkStep.MOVE:
        before = queries.for_editing(work, uid=item).path
        return edit.move(work, item, bulk.wanted["parent"], comment=bulk.comment) != before
    return filing.amend(work, item, step, bulk.wanted, comment=bulk.comment)


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values that the sentence of an error needs, as they can be kept."""
    return {
        key: value if isinstance(value, _PLAIN) else str(value) for key, value in params.items()
    }
