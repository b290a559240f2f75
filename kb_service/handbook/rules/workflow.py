"""States and transitions of an item: which step leads where, who may take it, and four eyes.

The table is Plone's simple publication workflow with an archive (content.md, Workflow and rights).
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from kb_service.base.errors import conflict, forbidden
from kb_service.base.permissions import Permission
from kb_service.handbook.schemas import State


class Action(StrEnum):
    """A step of the workflow, named as Plone names it."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    REJECT = "reject"
    RETRACT = "retract"
    ARCHIVE = "archive"
    RESTORE = "restore"


class Step(msgspec.Struct, frozen=True):
    """From which states an action leads where, and the permission it needs."""

    sources: frozenset[State]
    target: State
    permission: Permission


STEPS: Mapping[Action, Step] = {
    Action.SUBMIT: Step(frozenset({State.PRIVATE}), State.PENDING, Permission.SUBMIT),
    # from `published` too: a later revision of a published item becomes the live one
    Action.PUBLISH: Step(
        frozenset({State.PRIVATE, State.PENDING, State.PUBLISHED}),
        State.PUBLISHED,
        Permission.PUBLISH,
    ),
    Action.REJECT: Step(frozenset({State.PENDING}), State.PRIVATE, Permission.PUBLISH),
    Action.RETRACT: Step(
        frozenset({State.PUBLISHED, State.PENDING}), State.PRIVATE, Permission.SUBMIT
    ),
    Action.ARCHIVE: Step(
        frozenset({State.PRIVATE, State.PUBLISHED}), State.ARCHIVED, Permission.PUBLISH
    ),
    Action.RESTORE: Step(frozenset({State.ARCHIVED}), State.PRIVATE, Permission.PUBLISH),
}


def possible(state: State, *, has_changes: bool = False) -> list[Action]:
    """Give the steps that lead on; publishing anew only where there is something new."""
    return [
        action
        for action, step in STEPS.items()
        if state in step.sources
        and (action != Action.PUBLISH or state != State.PUBLISHED or has_changes)
    ]


def target(action: Action, state: State, *, has_changes: bool = False) -> State:
    """Give the state to which a step leads. Raises: workflow.impossible, with what is possible."""
    allowed = possible(state, has_changes=has_changes)
    if action not in allowed:
        raise conflict(
            "workflow.impossible",
            action=str(action),
            state=str(state),
            allowed=tuple(str(step) for step in allowed),
        )
    return STEPS[action].target


def check_four_eyes(author: str, actor: str, *, is_on: bool) -> None:
    """Refuse that somebody publishes an own text where two people must have seen it.

    Raises: workflow.four_eyes.
    """
    if is_on and author == actor:
        raise forbidden("workflow.four_eyes", author=author)
