"""Ways up to the root and down the topics."""

from msgspec import Struct, field

from kb_service.api.schemas.lists import AT_ID


class Crumbs(Struct):
    """The way from the root."""

    id: str = field(name=AT_ID)
    root: str
    items: list["CrumbLink"]


class CrumbLink(Struct):
    """A step of the way."""

    id: str = field(name=AT_ID)
    title: str


class Navigation(Struct):
    """The tree of topics below an item."""

    id: str = field(name=AT_ID)
    items: list["NavigationItem"]


class NavigationItem(Struct):
    """A branch of the tree; `items` is empty where it was not asked to unfold."""

    id: str = field(name=AT_ID)
    title: str
    description: str
    review_state: str
    items: list["NavigationItem"]
