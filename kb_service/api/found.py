"""An item for a handler, or the refusal that a Plone client expects: 401, 403 or 404."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from kb_service.api.addresses import Addresses
from kb_service.base.errors import KbError, forbidden, missing, unauthenticated
from kb_service.base.ids import is_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.paths import MAX_PATH
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import Card, ItemView


def item_at(work: Work, site: Site, path: str, as_of: date | None = None) -> ItemView:
    """Give the item at a path, whole; who may edit gets its newest text.

    At an old address of an item that this reader may see it says where the item is now.
    Raises: item.missing, item.moved, item.not_live_then, session.needed, act.forbidden.
    """
    try:
        with told_as_plone_does(work, path):
            return queries.by_path(work, site.renderer, path, as_of=as_of, latest=True)
    except KbError as error:
        present = queries.moved_to(work, path) if error.code == "item.missing" else None
        if present is None:
            raise
        raise missing("item.moved", path=path, present=present) from error


def parent_of(work: Work, path: str) -> Card | None:
    """Give the card of what an item lies in, if this reader may see it."""
    if path == "/":
        return None
    try:
        return queries.card_at(work, path.rsplit("/", 1)[0] or "/")
    except KbError:
        return None


def item_named(work: Work, addresses: Addresses, named: str) -> Card:
    """Give the card of an item named by uid, path or address, also by an old one.

    Raises: item.missing, session.needed, act.forbidden.
    """
    if is_uid(named):
        found = queries.cards(work, [named])
        if not found:
            raise missing("item.missing", uid=named)
        return next(iter(found.values()))
    path = addresses.path_of(named[:MAX_PATH])
    if "\0" in path:
        raise missing("item.missing", path="")
    with told_as_plone_does(work, path):
        try:
            return queries.card_at(work, path)
        except KbError:
            present = queries.moved_to(work, path)
            if present is None:
                raise
            return queries.card_at(work, present)


@contextmanager
def told_as_plone_does(work: Work, path: str) -> Iterator[None]:
    """Tell apart what is not there from what this reader may not see.

    That a private path exists is told to Plone clients alone; pages say 404 to both.
    """
    try:
        yield
    except KbError as error:
        if error.code != "item.missing" or not queries.is_hidden(work, path):
            raise
        permission = str(Permission.VIEW)
        if work.actor.is_staff:
            raise forbidden("act.forbidden", permission=permission) from error
        raise unauthenticated("session.needed", permission=permission) from error
