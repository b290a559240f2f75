"""States and transitions of an item: which step leads where, who may take it, and four eyes.

The table is Plone's simple publication workflow with an archive (content.md, Workflow and rights).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
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
# How a history calls a publication whose time is still to come; nobody asks for it by this name.
SCHEDULE = "schedule"
# How it calls a live text that got other tags or days while a newer one stands beside it.
AMEND = "amend"
# Taking back is about the live text, all other steps about the newer one beside it, if there is.
ABOUT_LIVE = frozenset({Action.RETRACT, Action.ARCHIVE})


class Standing(msgspec.Struct, frozen=True):
    """Where an item stands: its state, that of a newer text beside the live one, and its hour."""

    state: State
    draft: State | None = None
    has_changes: bool = False
    is_scheduled: bool = False

    def state_for(self, action: Action) -> State:
        """Give the state of the text that a step would be about."""
        return self.state if self.draft is None or action in ABOUT_LIVE else self.draft


def possible(standing: Standing) -> list[Action]:
    """Give the steps that lead on; publishing anew only where there is something new."""
    return [
        action
        for action, step in STEPS.items()
        if standing.state_for(action) in step.sources
        and (action != Action.PUBLISH or _is_news(standing))
    ]


def target(action: Action, standing: Standing) -> State:
    """Give the state to which a step leads. Raises: workflow.impossible, with what is possible."""
    allowed = possible(standing)
    state = standing.state_for(action)
    if action not in allowed:
        raise conflict(
            "workflow.impossible",
            action=str(action),
            state=str(state),
            allowed=tuple(str(step) for step in allowed),
        )
    return STEPS[action].target


def is_for_later(
    wanted: datetime | None, now: datetime, *, has_live: bool, began: datetime | None
) -> bool:
    """Say whether a text published now must wait: until its time the world sees another one.

    Where the world sees none yet, the text is live at once and hidden until its time.
    """
    is_seen = has_live and (began is None or began <= now)
    return is_seen and wanted is not None and wanted > now


def state_in_file(state: str, draft: str, *, is_scheduled: bool) -> State:
    """Give the state that a file with the latest text names: never `published` for what is not."""
    return State.PRIVATE if is_scheduled else State(draft or state)


def steps_of_file(
    now: Standing, before: State, wanted: State, *, four_eyes: bool
) -> tuple[Action, ...]:
    """Give the steps by which an item follows the state that its file names, in their order.

    A file that names what it named before asks for nothing, and neither does one that asks for
    what is so already. With four eyes a file is one pair: what it brings waits for the second.
    """
    if wanted == State.PENDING and now.draft == State.PRIVATE:
        # The new text of one that was submitted is submitted as well.
        return (Action.SUBMIT,)
    if wanted == before or (wanted == now.state and now.draft is None):
        return ()
    if wanted == State.PUBLISHED and four_eyes:
        wanted = State.PENDING
    return _steps_to(now, wanted)


def _steps_to(now: Standing, wanted: State) -> tuple[Action, ...]:
    is_so = wanted == State.PENDING and State.PENDING in (now.draft, now.state)
    if is_so or (wanted == State.PUBLISHED and now.is_scheduled):
        return ()
    if wanted != State.PRIVATE:
        step = next(action for action, step in STEPS.items() if step.target == wanted)
        return (Action.RESTORE, step) if now.state == State.ARCHIVED else (step,)
    if now.state == State.ARCHIVED:
        return (Action.RESTORE,)
    return (Action.REJECT,) if now.is_scheduled else (Action.RETRACT,)


def check_four_eyes(writers: Collection[str], actor: str, *, is_on: bool) -> None:
    """Refuse that somebody publishes an own text where two people must have seen it.

    Who wrote any part of what is new counts as its writer: a last word of another changes nothing.
    Raises: workflow.four_eyes.
    """
    if is_on and actor in writers:
        raise forbidden("workflow.four_eyes", author=actor)


def _is_news(standing: Standing) -> bool:
    if standing.is_scheduled:
        return False
    return standing.state_for(Action.PUBLISH) != State.PUBLISHED or standing.has_changes
