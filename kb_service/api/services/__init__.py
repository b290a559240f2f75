"""Plone's services: one file a family, each with its routes; `routes` gathers them."""

from typing import Any

from litestar import Router

from kb_service.api.services import (
    search,
    tree,
    tus,
    types,
    vocabularies,
    workflow,
)

# One router, as for content: methods that share a path would be wrapped anew with each neighbour.
routes: list[Any] = [
    Router(
        "/",
        route_handlers=[
            *workflow.routes,
            *tree.routes,
            *search.routes,
            *tus.routes,
            *types.routes,
            *vocabularies.routes,
        ],
    ),
]
