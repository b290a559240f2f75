"""Acknowledging a regulation: an employee says that they have read what holds now. Source: R37."""

from kb_service.base.errors import conflict, forbidden
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.rules import regulations
from kb_service.handbook.tables import Acknowledgement, Item, Revision


@act("regulation.acknowledge")
def acknowledge(work: Work, uid: str, revision: str) -> None:
    """Keep that the actor has read a regulation in the revision that they were shown.

    Said twice it is said once. Where another version holds meanwhile, it must be read first.
    Raises: item.missing, item.in_trash, regulation.not_asked, regulation.other_version,
    act.forbidden (the house itself reads nothing, nor does a token that only reads).
    """
    item = _rows.present(work, uid, Permission.VIEW_STAFF)
    # A program that only reads has read nothing in its owner's place.
    if not work.actor.uid or work.actor.only_reads:
        raise forbidden("act.forbidden", permission=str(Permission.VIEW_STAFF))
    live = work.session.get(Revision, item.live_uid) if _holds(work, item) else None
    content = document_of(live.text).content if live else None
    if live is None or content is None or not regulations.asks(content):
        raise conflict("regulation.not_asked", path=item.path)
    if live.uid != revision:
        raise conflict("regulation.other_version", path=item.path)
    if work.session.get(Acknowledgement, (uid, live.uid, work.actor.uid)) is not None:
        return
    work.session.add(
        Acknowledgement(
            item_uid=uid,
            revision_uid=live.uid,
            user_uid=work.actor.uid,
            version=regulations.version_of(content),
            moment=work.now,
        )
    )


def _holds(work: Work, item: Item) -> bool:
    """Say whether the world sees the item now; what nobody sees nobody is asked to read."""
    begun = item.effective is None or item.effective <= work.now
    return item.live_uid is not None and begun
