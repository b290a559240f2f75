"""What a caller asks beside an address: batch, size of the members, what is embedded."""

from typing import Annotated

import msgspec
from litestar.params import QueryParameter

from kb_service.base.paging import DEFAULT_SIZE, checked_batch

MAX_FULL = 100
MAX_DEPTH = 5
_OFF = frozenset({"0", "false", "no", "off", "none"})

Start = Annotated[
    int, QueryParameter(name="b_start", description="Where the page begins; 0 first.")
]
Size = Annotated[int, QueryParameter(name="b_size", description="Members on a page, at most 1000.")]
Names = Annotated[
    list[str] | None,
    QueryParameter(name="metadata_fields", description="Further members of each summary; `_all`."),
]
Flag = Annotated[str | None, QueryParameter(description="On where given and not 0 or false.")]


class Listing(msgspec.Struct, frozen=True):
    """How a list is wanted."""

    start: int = 0
    size: int = DEFAULT_SIZE
    metadata: tuple[str, ...] = ()
    is_full: bool = False
    has_items: bool = True


class Expansion(msgspec.Struct, frozen=True):
    """Which components are to be embedded, and how deep the navigation goes."""

    names: frozenset[str] = frozenset()
    depth: int = 1


def provide_listing(
    b_start: Start = 0,
    b_size: Size = DEFAULT_SIZE,
    metadata_fields: Names = None,
    fullobjects: Flag = None,
    include_items: Flag = None,
) -> Listing:
    """Read how a list is wanted: the dependency `listing`. Raises: batch.wrong."""
    start, size = checked_batch(b_start, b_size)
    is_full = is_on(fullobjects)
    return Listing(
        start=start,
        size=min(size, MAX_FULL) if is_full else size,
        metadata=words(metadata_fields),
        is_full=is_full,
        has_items=include_items is None or is_on(include_items),
    )


def provide_expansion(
    expand: Annotated[
        list[str] | None,
        QueryParameter(description="Components to embed: breadcrumbs, navigation, workflow."),
    ] = None,
    depth: Annotated[
        int,
        QueryParameter(
            name="expand.navigation.depth", description="How deep the navigation goes, at most 5."
        ),
    ] = 1,
) -> Expansion:
    """Read what is to be embedded: the dependency `expansion`."""
    return Expansion(frozenset(words(expand)), max(1, min(depth, MAX_DEPTH)))


def words(values: list[str] | None) -> tuple[str, ...]:
    """Give the words of a repeated key or of a list with commas."""
    found = [word.strip() for value in values or () for word in value.split(",")]
    return tuple(dict.fromkeys(word for word in found if word))


def is_on(value: str | None) -> bool:
    """Read a switch as Plone does: given, and not said to be off."""
    return value is not None and value.strip().lower() not in _OFF
