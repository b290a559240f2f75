"""The past of an item in Plone's words: texts and steps in one list."""

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID


class HistoryActor(Struct):
    """Who did it; the name is as it is today."""

    id_: str = field(name=AT_ID)
    id: str
    username: str
    fullname: str


class PastEntry(Struct, kw_only=True):
    """One thing that happened: `versioning` for a text, `workflow` for a step."""

    id_: str | UnsetType = field(name=AT_ID, default=UNSET)
    type: str
    action: str
    actor: HistoryActor
    comments: str
    time: str
    transition_title: str
    version: int | UnsetType = UNSET
    may_revert: bool | UnsetType = UNSET
    review_state: str | UnsetType = UNSET
    state_title: str | UnsetType = UNSET


class RevertBody(Struct):
    """Which text shall come back."""

    version: int


class Message(Struct):
    """What was done, as a sentence."""

    message: str
