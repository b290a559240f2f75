"""`@contextnavigation`: the tree beside a page, unfolded along the way to it."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import told_as_plone_does
from kb_service.api.language import speaker_of
from kb_service.api.listing import Around, provide_around
from kb_service.api.responses import may_answer
from kb_service.api.schemas.site import ContextNavigation, TreeItem
from kb_service.api.serialize import Serializer, is_folderish, name_of, wire_type
from kb_service.base.errors import KbError
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.handbook import queries
from kb_service.handbook.schemas import Card

_DEEPEST = 8


@get(
    "/api/@contextnavigation",
    dependencies={"around": Provide(provide_around, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403, 404),
    summary="The tree beside a page",
    tags=["content"],
    opt={"x-contextual": True},
    sync_to_thread=True,
)
def context_navigation(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    around: NamedDependency[Around],
) -> Response[ContextNavigation]:
    """Give the topics and pages around an item; only the way to it is unfolded."""
    path = content_path(request)
    with told_as_plone_does(work, path):
        card = queries.card_at(work, path)
    serializer = Serializer(addresses_of(request), speaker_of(request))
    body = tree_around(work, card, around, serializer)
    return answer(request, body, is_public=not work.actor.is_staff)


def tree_around(
    work: Work, here: Card, around: Around, serializer: Serializer
) -> ContextNavigation:
    """Give the tree beside an item. Where it would begin elsewhere than the item is, none."""
    root = _beginning(work, here, around)
    items: list[TreeItem] = []
    if root is not None and around.bottom_level >= 0:
        items = _below(work, root.path, here, around.bottom_level or _DEEPEST, serializer)
        if around.has_top:
            items.insert(0, _branch(root, here, [], serializer))
    return ContextNavigation(
        id_=serializer.addresses.service("@contextnavigation", here.path),
        available=bool(items),
        has_custom_name=bool(around.name),
        items=items,
        title=around.name or serializer.speaker.gettext("Navigation"),
        url=serializer.addresses.item(root.path) if root is not None else None,
    )


def _beginning(work: Work, here: Card, around: Around) -> Card | None:
    """Give the item where the tree begins, if this reader may see it and it lies on the way."""
    names = [name for name in here.path.split("/") if name]
    if around.root.strip("/"):
        path = "/" + around.root.strip("/")
    elif around.is_folder_only:
        path = here.path if is_folderish(here) else here.path.rsplit("/", 1)[0] or "/"
    elif len(names) < around.top_level:
        return None
    else:
        path = "/" + "/".join(names[: around.top_level])
    try:
        return queries.card_at(work, path)
    except KbError:
        return None


def _below(
    work: Work, path: str, here: Card, levels: int, serializer: Serializer
) -> list[TreeItem]:
    items = []
    for card in queries.children(work, path):
        is_open = levels > 1 and is_folderish(card) and _is_on_way(card, here)
        below = _below(work, card.path, here, levels - 1, serializer) if is_open else []
        items.append(_branch(card, here, below, serializer))
    return items


def _is_on_way(card: Card, here: Card) -> bool:
    return f"{here.path}/".startswith(f"{card.path.rstrip('/')}/")


def _branch(card: Card, here: Card, below: list[TreeItem], serializer: Serializer) -> TreeItem:
    address = serializer.addresses.item(card.path)
    return TreeItem(
        id_=address,
        title=card.title,
        description=card.description,
        href=address,
        is_current=card.path == here.path,
        is_folderish=is_folderish(card),
        is_in_path=_is_on_way(card, here),
        items=below,
        normalized_id=name_of(card.path),
        review_state=str(card.state),
        type=wire_type(card.type, card.path).lower().replace(" ", "-"),
    )


routes = [context_navigation]
