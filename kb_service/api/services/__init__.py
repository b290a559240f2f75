"""Plone's services: one file a family, each with its routes; `routes` gathers them."""

from typing import Any

from litestar import Router

from kb_service.api.services import (
    actions,
    aliases,
    around,
    comments,
    exchange,
    facts,
    gaps,
    groups,
    history,
    hooks,
    links,
    locks,
    moving,
    principals,
    querying,
    search,
    sharing,
    site,
    suggestions,
    tree,
    tus,
    types,
    users,
    vocabularies,
    workflow,
    workingcopy,
)

_FAMILIES: tuple[list[Any], ...] = (
    workflow.routes,
    locks.routes,
    workingcopy.routes,
    comments.routes,
    links.routes,
    tree.routes,
    around.routes,
    actions.routes,
    site.routes,
    history.routes,
    moving.routes,
    aliases.routes,
    exchange.routes,
    tus.routes,
    search.routes,
    querying.routes,
    types.routes,
    vocabularies.routes,
    users.routes,
    groups.routes,
    principals.routes,
    sharing.routes,
    facts.routes,
    gaps.routes,
    hooks.routes,
    suggestions.routes,
)
# One router, as for content: methods that share a path would be wrapped anew with each neighbour.
routes: list[Any] = [Router("/", route_handlers=[one for family in _FAMILIES for one in family])]
