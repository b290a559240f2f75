"""Reading unsaved texts: everybody's own, and nobody else's."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select

from kb_service.base.errors import missing
from kb_service.base.work import Work, readable, reads
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.tables import Autosave


class DraftView(msgspec.Struct, frozen=True):
    """One unsaved text of one's own: the fields of the form as typed, and when."""

    uid: str
    place: str
    tab: str
    based_on: int
    moment: datetime
    fields: dict[str, str]


@reads(Autosave)
def own(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow unsaved texts to those of the account that asks; a visitor has none."""
    return statement.where(Autosave.account == work.actor.uid, Autosave.account != "")


def unsaved(work: Work, place: Place) -> list[DraftView]:
    """Give the unsaved texts of a place, of all tabs, newest first."""
    rows = work.session.scalars(
        readable(work, Autosave)
        .where(Autosave.place == place.key)
        .order_by(Autosave.moment.desc(), Autosave.uid)
    )
    return [_view(row) for row in rows]


def all_unsaved(work: Work, limit: int = 20) -> list[DraftView]:
    """Give the unsaved texts of all places, newest first."""
    rows = work.session.scalars(
        readable(work, Autosave).order_by(Autosave.moment.desc(), Autosave.uid).limit(limit)
    )
    return [_view(row) for row in rows]


def unsaved_text(work: Work, uid: str) -> DraftView:
    """Give one unsaved text of one's own. Raises: unsaved.missing."""
    row = work.session.scalar(readable(work, Autosave).where(Autosave.uid == uid))
    if row is None:
        raise missing("unsaved.missing", uid=uid)
    return _view(row)


def _view(row: Autosave) -> DraftView:
    return DraftView(row.uid, row.place, row.tab, row.based_on, row.moment, dict(row.fields))
