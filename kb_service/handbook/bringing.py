"""An item brought to the state that a text from outside says it has: files, archives, tables."""

from collections.abc import Callable, Mapping
from functools import partial

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook.acts import workflow
from kb_service.handbook.queries._rows import standing
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules.workflow import Action, steps_of_file
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item


def bring(
    work: Work, uid: str, before: State, wanted: State, *, writes_file: bool, comment: str = ""
) -> None:
    """Take the steps of the workflow from the state that was said before to the one said now.

    What this actor may not publish, or needs a second pair of eyes, waits for it.
    """
    item = work.session.get_one(Item, uid)
    steps = steps_of_file(standing(item), before, wanted, four_eyes=waits(work, item))
    for action in steps:
        _acts(writes_file=writes_file)[action](work, uid, comment=comment)


def waits(work: Work, item: Item | None) -> bool:
    """Say whether a publication by this actor waits for somebody else."""
    return needs_four_eyes(work) or not work.may(Permission.PUBLISH, item)


def _acts(*, writes_file: bool) -> Mapping[Action, Callable[..., State]]:
    return {
        Action.PUBLISH: partial(workflow.publish, writes_file=writes_file),
        Action.SUBMIT: workflow.submit,
        Action.REJECT: workflow.reject,
        Action.RETRACT: partial(workflow.retract, writes_file=writes_file),
        Action.ARCHIVE: partial(workflow.archive, writes_file=writes_file),
        Action.RESTORE: workflow.restore,
    }
