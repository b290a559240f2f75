"""Reading who has acknowledged which regulation, and what an employee has still to read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, select

from kb_service.base.errors import conflict
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable, reads
from kb_service.handbook.queries._rows import document_of, item_of, shown_revisions
from kb_service.handbook.queries.items import cards
from kb_service.handbook.rules import regulations
from kb_service.handbook.schemas import Card, State
from kb_service.handbook.tables import Acknowledgement, Item, Revision
from kb_service.people import queries as people


class Reader(msgspec.Struct, frozen=True):
    """An employee and when they said that they have read a regulation; none yet: never."""

    name: str
    department: str
    moment: datetime | None = None


class Readers(msgspec.Struct):
    """Who has read the version of a regulation that holds, and who has not."""

    card: Card
    version: str
    done: list[Reader]
    open: list[Reader]


class OwnReading(msgspec.Struct, frozen=True):
    """Whether an employee is asked to read a regulation, in which revision, and when they did."""

    revision: str
    moment: datetime | None = None


@reads(Acknowledgement)
def own_acknowledgements(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow acknowledgements to the actor's own; lists of others are asked for by the item."""
    # Visitors and the house have no uid; no row has an empty one.
    return statement.where(Acknowledgement.user_uid == work.actor.uid)


def to_acknowledge(work: Work) -> list[Card]:
    """Give the regulations that this employee has still to read, the oldest first."""
    if not work.actor.uid or not work.may(Permission.OWN_ACCOUNT):
        return []
    live = _asking(work)
    own = _read_by_item(work.session.scalars(readable(work, Acknowledgement)).all())
    wanted = [
        item.uid
        for item, key in live
        if not regulations.is_same_text(key, [_key(row) for row in own.get(item.uid, ())])
    ]
    return list(cards(work, wanted).values())


def own_reading(work: Work, uid: str) -> OwnReading | None:
    """Say whether this employee is asked to read a regulation, and when they said they had."""
    found = next((one for one in _asking(work, uid)), None) if work.actor.uid else None
    if found is None:
        return None
    item, key = found
    rows = work.session.scalars(
        readable(work, Acknowledgement)
        .where(Acknowledgement.item_uid == item.uid)
        .order_by(Acknowledgement.moment)
    )
    moments = [row.moment for row in rows if regulations.is_same_text(key, [_key(row)])]
    return OwnReading(key[0], moments[0] if moments else None)


def readers(work: Work, uid: str) -> Readers:
    """Give who has read a regulation in its present version and who has not; for its editors.

    Raises: item.missing, act.forbidden, regulation.not_asked.
    """
    item = item_of(work, uid)
    work.allow(Permission.EDIT, item)
    found = next(iter(_asking(work, uid)), None)
    if found is None:
        raise conflict("regulation.not_asked", path=item.path)
    _, key = found
    rows = work.session.scalars(
        select(Acknowledgement)
        .where(Acknowledgement.item_uid == item.uid)
        .order_by(Acknowledgement.moment.desc())
    )
    moments = {r.user_uid: r.moment for r in rows if regulations.is_same_text(key, [_key(r)])}
    staff = [
        Reader(one.name, one.department, moments.get(one.uid)) for one in people.coworkers(work)
    ]
    return Readers(
        card=next(iter(cards(work, [item.uid]).values())),
        version=key[1],
        done=[one for one in staff if one.moment is not None],
        open=[one for one in staff if one.moment is None],
    )


def _asking(work: Work, uid: str = "") -> list[tuple[Item, tuple[str, str]]]:
    """Give the published regulations that ask to be read, with revision and version of each."""
    statement = readable(work, Item).where(
        Item.type == "Regulation", Item.state == State.PUBLISHED, Item.live_uid.is_not(None)
    )
    if uid:
        statement = statement.where(Item.uid == uid)
    rows = work.session.scalars(statement.order_by(Item.effective, Item.path)).all()
    revisions = shown_revisions(work, rows)
    return [
        (row, _version(revisions[row.uid]))
        for row in rows
        if regulations.asks(document_of(revisions[row.uid].text).content)
    ]


def _version(revision: Revision) -> tuple[str, str]:
    return revision.uid, regulations.version_of(document_of(revision.text).content)


def _key(row: Acknowledgement) -> tuple[str, str]:
    return row.revision_uid, row.version


def _read_by_item(rows: Sequence[Acknowledgement]) -> dict[str, list[Acknowledgement]]:
    found: dict[str, list[Acknowledgement]] = {}
    for row in rows:
        found.setdefault(row.item_uid, []).append(row)
    return found
