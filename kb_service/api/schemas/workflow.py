"""The workflow of an item: where it stands, where it was, what may be said with a step."""

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID


class StateValue(Struct):
    """A state of the workflow with its name in the reader's language."""

    id: str
    title: str


class TransitionLink(Struct):
    """A step that can be taken now."""

    id: str = field(name=AT_ID)
    title: str


class LeftItem(Struct, kw_only=True):
    """An item below that could not take the step, and why."""

    id_: str = field(name=AT_ID)
    title: str
    code: str
    message: str


class HistoryEntry(Struct):
    """One step that was taken; `left` says what below the item could not take it."""

    action: str
    actor: str
    comments: str
    review_state: str
    time: str
    title: str
    left: list[LeftItem] | UnsetType = UNSET


class Workflow(Struct):
    """Where an item stands and where it can go."""

    id: str = field(name=AT_ID)
    history: list[HistoryEntry]
    state: StateValue
    transitions: list[TransitionLink]


class TransitionBody(Struct, kw_only=True):
    """What may be said with a step: a comment, dates, and whether all below takes it too."""

    comment: str | None = None
    effective: str | None = None
    expires: str | None = None
    include_children: bool | None = None
