"""A step of the workflow with all that may be said with it: dates, and the same step below.

The item's own step is done or refused as a whole; below it each item is done or left by itself.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec
from kb_service.handbook.acts import _rows, _tree, edit, workflow
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.queries.items import cards
from kb_service.handbook.rules.workflow import STEPS, Action
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item, Revision

_ACTS: Mapping[Action, Callable[..., State]] = {
    Action.SUBMIT: workflow.submit,
    Action.PUBLISH: workflow.publish,
    Action.REJECT: workflow.reject,
    Action.RETRACT: workflow.retract,
    Action.ARCHIVE: workflow.archive,
    Action.RESTORE: workflow.restore,
}


class Left(msgspec.Struct, frozen=True):
    """An item below that could not take the step, and why."""

    path: str
    title: str
    error: KbError


@act("item.step")
def step(
    work: Work,
    uid: str,
    action: Action,
    *,
    comment: str = "",
    dates: Mapping[str, datetime | None] | None = None,
    is_deep: bool = False,
) -> list[Left]:
    """Take a step, after new dates (`publish_at`, `expires_at`) have become a revision.

    With `is_deep` also for all below, where it is possible; gives what was left as it was. With
    four eyes dates count as a text of one's own, like every other key of the document.
    Raises: workflow.impossible, workflow.four_eyes, item.code_taken, item.locked, tree.too_many.
    """
    if is_deep:
        _tree.hold(work)
    item = _rows.present(work, uid, STEPS[action].permission)
    below = _seen_below(work, item) if is_deep else []
    # What a refused step would have changed must not stay: the caller may go on with others.
    with work.session.begin_nested():
        _one(work, uid, action, comment, dates or {})
    left = []
    for path, title, one in below:
        try:
            with work.session.begin_nested():
                _one(work, one, action, comment, dates or {})
        except KbError as error:
            left.append(Left(path, title, error))
    return left


def _seen_below(work: Work, item: Item) -> list[tuple[str, str, str]]:
    """Give path, title and uid of what the actor sees below, all held before the first step."""
    rows = _tree.with_below(work, item)[1:]
    seen = cards(work, [row.uid for row in rows])
    return [(row.path, seen[Uid(row.uid)].title, row.uid) for row in rows if row.uid in seen]


def _one(
    work: Work, uid: str, action: Action, comment: str, dates: Mapping[str, datetime | None]
) -> None:
    if dates:
        item = _rows.present(work, uid, Permission.EDIT)
        document = document_of(work.session.get_one(Revision, item.latest_uid).text)
        changes: dict[str, Any] = dict(dates)
        text = codec.revision_text(codec.edited(document, **changes))
        edit.save(work, uid, text, comment=comment)
    _ACTS[action](work, uid, comment=comment)
