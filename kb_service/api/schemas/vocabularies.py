"""Lists to choose from, in Plone's words."""

from msgspec import Struct, field

from kb_service.api.schemas.lists import AT_ID, Batching


class VocabularyLink(Struct):
    """A list to choose from, by its name."""

    id_: str = field(name=AT_ID)
    title: str


class Term(Struct, frozen=True):
    """One thing to choose: what is sent, and what is shown."""

    token: str
    title: str


class Terms(Struct, omit_defaults=True):
    """A page of a list to choose from."""

    id_: str = field(name=AT_ID)
    items: list[Term]
    items_total: int
    batching: Batching | None = None
