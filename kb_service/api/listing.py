"""What a caller asks beside an address: batch, size of the members, what is embedded."""

from typing import Annotated

import msgspec
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from kb_service.base.paging import DEFAULT_SIZE, checked_batch

MAX_FULL = 100
MAX_DEPTH = 5
MAX_LEVEL = 20
MAX_NAME = 200
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


class Around(msgspec.Struct, frozen=True):
    """How the tree beside a page is wanted, in the words of Plone's navigation portlet."""

    name: str = ""
    root: str = ""
    has_top: bool = False
    is_folder_only: bool = False
    top_level: int = 1
    bottom_level: int = 0


class Expansion(msgspec.Struct, frozen=True):
    """Which components are to be embedded, and how the navigations among them are wanted."""

    names: frozenset[str] = frozenset()
    depth: int = 1
    around: Around = Around()


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


def provide_around(
    name: Annotated[
        str, QueryParameter(name="expand.contextnavigation.name", description="Title of the tree.")
    ] = "",
    root: Annotated[
        str,
        QueryParameter(name="expand.contextnavigation.root_path", description="Where it begins."),
    ] = "",
    has_top: Annotated[
        str | None,
        QueryParameter(
            name="expand.contextnavigation.includeTop", description="Show the beginning itself."
        ),
    ] = None,
    is_folder_only: Annotated[
        str | None,
        QueryParameter(
            name="expand.contextnavigation.currentFolderOnly",
            description="Begin at the topic one is in.",
        ),
    ] = None,
    top_level: Annotated[
        int,
        QueryParameter(
            name="expand.contextnavigation.topLevel",
            description="So many levels below the root it begins.",
        ),
    ] = 1,
    bottom_level: Annotated[
        int,
        QueryParameter(
            name="expand.contextnavigation.bottomLevel", description="How deep it goes; 0 is all."
        ),
    ] = 0,
) -> Around:
    """Read how the tree beside a page is wanted: the dependency `around`."""
    return Around(
        name=name[:MAX_NAME],
        root=root,
        has_top=is_on(has_top),
        is_folder_only=is_on(is_folder_only),
        top_level=max(0, min(top_level, MAX_LEVEL)),
        bottom_level=bottom_level,
    )


def provide_expansion(
    around: NamedDependency[Around],
    expand: Annotated[
        list[str] | None,
        QueryParameter(description="Components to embed, by their names in `@components`."),
    ] = None,
    depth: Annotated[
        int,
        QueryParameter(
            name="expand.navigation.depth", description="How deep the navigation goes, at most 5."
        ),
    ] = 1,
) -> Expansion:
    """Read what is to be embedded: the dependency `expansion`."""
    return Expansion(frozenset(words(expand)), max(1, min(depth, MAX_DEPTH)), around)


def words(values: list[str] | None) -> tuple[str, ...]:
    """Give the words of a repeated key or of a list with commas."""
    found = [word.strip() for value in values or () for word in value.split(",")]
    return tuple(dict.fromkeys(word for word in found if word))


def is_on(value: str | None) -> bool:
    """Read a switch as Plone does: given, and not said to be off."""
    return value is not None and value.strip().lower() not in _OFF
