"""What can be embedded into an item: each name of `@components` with the service that makes it.

A component that this reader may not see stays a link, as where nobody asked for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from kb_service.api.listing import Expansion
from kb_service.api.serialize import Serializer
from kb_service.api.services import actions, aliases, around, site, tree, types, workflow
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.handbook.queries.addresses import AddressFilter
from kb_service.handbook.schemas import ItemView


class Place(msgspec.Struct, frozen=True):
    """Where something is asked, by whom, and how it is written."""

    work: Work
    site: Site
    view: ItemView
    serializer: Serializer


def embedded(place: Place, expansion: Expansion) -> dict[str, Any]:
    """Give the components that were asked for and that this reader may see."""
    return {
        name: _MAKERS[name](place, expansion)
        for name in _MAKERS
        if name in expansion.names and _may_see(name, place)
    }


def _may_see(name: str, place: Place) -> bool:
    if name == "aliases" and place.view.path == "/":
        return place.work.may(Permission.MANAGE_COMPANY)
    return name not in _NEEDED or place.work.may(_NEEDED[name], place.view)


def _actions(place: Place, _expansion: Expansion) -> Any:
    return actions.actions_at(place.work, place.view, place.serializer)


def _aliases(place: Place, _expansion: Expansion) -> Any:
    return aliases.aliases_at(place.work, place.view, place.serializer, AddressFilter())


def _around(place: Place, expansion: Expansion) -> Any:
    return around.tree_around(place.work, place.view, expansion.around, place.serializer)


def _crumbs(place: Place, _expansion: Expansion) -> Any:
    return tree.crumbs(place.view, place.serializer.addresses)


def _navigation(place: Place, expansion: Expansion) -> Any:
    at = place.view.path
    return tree.tree(place.work, at, expansion.depth, place.serializer.addresses)


def _navroot(place: Place, _expansion: Expansion) -> Any:
    return site.navroot_of(place.work, place.site, place.view.path, place.serializer)


def _types(place: Place, _expansion: Expansion) -> Any:
    return types.types_at(place.work, place.view, place.serializer)


def _workflow(place: Place, _expansion: Expansion) -> Any:
    return workflow.workflow_of(place.work, place.view, place.serializer)


_MAKERS: Mapping[str, Callable[[Place, Expansion], Any]] = {
    "actions": _actions,
    "aliases": _aliases,
    "breadcrumbs": _crumbs,
    "contextnavigation": _around,
    "navigation": _navigation,
    "navroot": _navroot,
    "types": _types,
    "workflow": _workflow,
}
_NEEDED: Mapping[str, Permission] = {
    "aliases": Permission.EDIT,
    "types": Permission.VIEW_STAFF,
}
