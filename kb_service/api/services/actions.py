"""`@actions`: what this reader may do at a place, so that a client draws no button in vain."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.found import told_as_plone_does
from kb_service.api.language import speaker_of
from kb_service.api.listing import words
from kb_service.api.responses import may_answer
from kb_service.api.schemas.site import ActionLink, Actions
from kb_service.api.serialize import Serializer, is_folderish
from kb_service.api.services._people import address
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import content_path
from kb_service.handbook import queries
from kb_service.handbook.schemas import Card

Found = Iterator[tuple[str, str, str]]


@get(
    "/api/@actions",
    responses=may_answer(304, 401, 403, 404),
    summary="What this reader may do here",
    tags=["content"],
    opt={"x-contextual": True},
    sync_to_thread=True,
)
def list_actions(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    categories: Annotated[
        list[str] | None, QueryParameter(description="Groups that are wanted; without it all.")
    ] = None,
) -> Response[Actions]:
    """Give what can be done with an item and with the site, in the reader's language."""
    path = content_path(request)
    with told_as_plone_does(work, path):
        card = queries.card_at(work, path)
    serializer = Serializer(addresses_of(request), speaker_of(request))
    body = actions_at(work, card, serializer, words(categories))
    return answer(request, body, is_public=not work.actor.is_staff)


def actions_at(
    work: Work, card: Card, serializer: Serializer, wanted: tuple[str, ...] = ()
) -> Actions:
    """Give what this reader may do at an item, by groups."""
    say = serializer.speaker.gettext
    groups = {
        name: [
            ActionLink(id=action, title=say(title), url=url)
            for action, title, url in find(work, card, serializer)
        ]
        for name, find in _GROUPS.items()
        if not wanted or name in wanted
    }
    return Actions(**groups)


def _object(work: Work, card: Card, serializer: Serializer) -> Found:
    here, service = serializer.addresses.item(card.path), serializer.addresses.service
    yield "view", "Look", here
    if work.may(Permission.EDIT, card):
        yield "edit", "Edit", here
    if is_folderish(card) and work.may(Permission.ADD, card):
        yield "folderContents", "Contents", here
    if work.may(Permission.VIEW_STAFF, card):
        yield "history", "History of changes", service("@history", card.path)


def _buttons(work: Work, card: Card, serializer: Serializer) -> Found:
    here, service = serializer.addresses.item(card.path), serializer.addresses.service
    is_root = card.path == "/"
    above = card.path.rsplit("/", 1)[0] or "/"
    may_edit = work.may(Permission.EDIT, card) and not is_root
    if may_edit:
        yield "cut", "Move", service("@move", above)
    if work.may(Permission.ADD, card) and not is_root:
        yield "copy", "Copy", service("@copy", above)
    if work.may(Permission.DELETE, card) and not is_root:
        yield "delete", "Throw away", here
    if may_edit:
        yield "rename", "Rename", here


def _user(work: Work, _card: Card, serializer: Serializer) -> Found:
    addresses = serializer.addresses
    if not work.actor.is_staff:
        yield "login", "Sign in", addresses.service("@login", "/")
        return
    yield "preferences", "My account", address(addresses, "@users", work.actor.login)
    if work.may(Permission.MANAGE_USERS):
        yield "plone_setup", "Administration", addresses.item("/admin")
    yield "logout", "Sign out", addresses.service("@logout", "/")


def _nothing(_work: Work, _card: Card, _serializer: Serializer) -> Found:
    return iter(())


def _site(_work: Work, _card: Card, serializer: Serializer) -> Found:
    item = serializer.addresses.item
    yield "sitemap", "All topics", item("/topics")
    yield "contact", "Ask a person", item("/ask")
    yield "rss", "News feed", item("/rss.xml")


def _tabs(_work: Work, _card: Card, serializer: Serializer) -> Found:
    yield "index_html", "First page", serializer.addresses.root


_GROUPS: Mapping[str, Callable[[Work, Card, Serializer], Found]] = {
    "object": _object,
    "object_buttons": _buttons,
    "user": _user,
    "document_actions": _nothing,
    "site_actions": _site,
    "portal_tabs": _tabs,
}
routes = [list_actions]
