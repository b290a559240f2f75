"""Unsaved texts: kept while somebody types, one row a tab, so that no tab writes over another."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from kb_service.base.errors import invalid
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act, readable
from kb_service.handbook.codec import MAX_BYTES
from kb_service.handbook.queries._rows import item_of
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.tables import Autosave

LIFE = timedelta(days=90)
# So many tabs of one account keep a text of one place; older ones make room.
MAX_KEPT = 50
_MAX_TAB = 40
# A form holds the text twice at most (as fields and whole), and the fields beside it.
_MAX_LETTERS = 3 * MAX_BYTES


@act("unsaved.keep")
def keep(work: Work, place: Place, *, tab: str, based_on: int, fields: Mapping[str, str]) -> Uid:
    """Keep what somebody has typed in a tab; it waits for them until saved or thrown away.

    Raises: unsaved.too_large, unsaved.tab_wrong, item.missing.
    """
    _allow(work, place)
    if not tab or len(tab) > _MAX_TAB:
        raise invalid("unsaved.tab_wrong")
    if sum(len(name) + len(text) for name, text in fields.items()) > _MAX_LETTERS:
        raise invalid("unsaved.too_large", limit=_MAX_LETTERS)
    row = work.session.scalar(
        readable(work, Autosave).where(Autosave.place == place.key, Autosave.tab == tab)
    )
    if row is None:
        row = Autosave(uid=new_uid(), account=work.actor.uid, place=place.key, tab=tab)
        _make_room(work, place)
        work.session.add(row)
    row.based_on, row.fields, row.moment = based_on, dict(fields), work.now
    work.session.flush()
    return Uid(row.uid)


@act("unsaved.drop")
def drop(work: Work, place: Place, *, uid: str = "", tab: str = "", as_of: str = "") -> None:
    """Throw an own unsaved text away, named by its uid or its tab; nothing else is touched.

    With `as_of` (its moment in ISO form) only if it has not been written on since.
    """
    _allow(work, place)
    named = Autosave.uid == uid if uid else Autosave.tab == tab
    row = work.session.scalar(readable(work, Autosave).where(Autosave.place == place.key, named))
    if row is not None and as_of in ("", row.moment.isoformat()):
        work.session.delete(row)


@act("unsaved.expire")
def expire(work: Work) -> None:
    """Forget texts that nobody has come back to for three months."""
    work.allow(Permission.MANAGE_JOBS)
    old = select(Autosave).where(Autosave.moment < work.now - LIFE).limit(500)
    for row in work.session.scalars(old):
        work.session.delete(row)


def _make_room(work: Work, place: Place) -> None:
    own = readable(work, Autosave).where(Autosave.place == place.key)
    newest = own.order_by(Autosave.moment.desc(), Autosave.uid.desc())
    for row in work.session.scalars(newest.offset(MAX_KEPT - 1)).all():
        work.session.delete(row)


def _allow(work: Work, place: Place) -> None:
    """Ask for what saving the text would ask: nobody keeps what they could never save."""
    # Nothing of the row is written, so it is not held: typing waits for nobody who saves.
    item = item_of(work, place.uid or place.parent)
    work.allow(Permission.EDIT if place.uid else Permission.ADD, item)
