"""Links, summaries and pages of lists, in Plone's words."""

from msgspec import Struct, field

AT_ID = "@id"
AT_TYPE = "@type"


class Link(Struct):
    """An address and nothing else: a component that was not asked to be expanded."""

    id: str = field(name=AT_ID)


class Summary(Struct):
    """An item in a list; with `metadata_fields` further members stand beside these."""

    id: str = field(name=AT_ID)
    type: str = field(name=AT_TYPE)
    title: str
    description: str
    review_state: str
    type_title: str


class Batching(Struct, omit_defaults=True):
    """Where the neighbours of this page of a list are; absent where all fits."""

    id: str = field(name=AT_ID)
    first: str
    last: str
    next: str | None = None
    prev: str | None = None


class Results(Struct, omit_defaults=True):
    """What `@search` gives."""

    id: str = field(name=AT_ID)
    items: list[Summary]
    items_total: int
    batching: Batching | None = None
