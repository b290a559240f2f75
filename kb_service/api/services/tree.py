"""Where one is: `@breadcrumbs` up to the root, `@navigation` down the topics."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import item_at, told_as_plone_does
from kb_service.api.listing import MAX_DEPTH
from kb_service.api.responses import may_answer
from kb_service.api.schemas.tree import CrumbLink, Crumbs, Navigation, NavigationItem
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import Card, ItemView

CONTEXTUAL = {"x-contextual": True}


@get(
    "/api/@breadcrumbs",
    responses=may_answer(304, 400, 401, 403, 404),
    summary="The way to an item",
    tags=["content"],
    opt=CONTEXTUAL,
    sync_to_thread=True,
)
def breadcrumbs(
    request: Request[Any, Any, Any], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[Crumbs]:
    """Give the steps from the root to the item, the item last."""
    view = item_at(work, site, content_path(request))
    body = crumbs(view, addresses_of(request))
    return answer(request, body, is_public=not work.actor.is_staff)


@get(
    "/api/@navigation",
    responses=may_answer(304, 400, 401, 403, 404),
    summary="The tree of topics",
    tags=["content"],
    opt=CONTEXTUAL,
    sync_to_thread=True,
)
def navigation(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    depth: Annotated[
        int,
        QueryParameter(
            name="expand.navigation.depth", description="How deep the tree goes, at most 5."
        ),
    ] = 1,
) -> Response[Navigation]:
    """Give the topics and pages below an item, down to a depth."""
    level = max(1, min(depth, MAX_DEPTH))
    path = content_path(request)
    with told_as_plone_does(work, path):
        body = tree(work, path, level, addresses_of(request))
    return answer(request, body, is_public=not work.actor.is_staff)


def crumbs(view: ItemView, addresses: Addresses) -> Crumbs:
    """Give the way to an item."""
    way = [CrumbLink(addresses.item(step.path), step.title) for step in view.crumbs]
    if view.path != "/":
        way.append(CrumbLink(addresses.item(view.path), view.title))
    return Crumbs(id=addresses.service("@breadcrumbs", view.path), root=addresses.root, items=way)


def tree(work: Work, path: str, depth: int, addresses: Addresses) -> Navigation:
    """Give the branches below a path; what lies in each, in order."""
    root = Navigation(id=addresses.service("@navigation", path), items=[])
    open_branches: list[list[NavigationItem]] = [root.items]
    for card, level in queries.navigation(work, path, depth):
        branch = _branch(card, addresses)
        del open_branches[level:]
        open_branches[-1].append(branch)
        open_branches.append(branch.items)
    return root


def _branch(card: Card, addresses: Addresses) -> NavigationItem:
    return NavigationItem(
        id=addresses.item(card.path),
        title=card.title,
        description=card.description,
        review_state=str(card.state),
        items=[],
    )


routes = [breadcrumbs, navigation]
