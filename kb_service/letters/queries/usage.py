"""What became of standard texts in replies: used, edited before «ready» and where, left unused."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func

from kb_service.base.ids import Uid
from kb_service.base.work import Work, readable, reads
from kb_service.handbook import queries as handbook
from kb_service.letters.schemas import Usage
from kb_service.letters.tables import StandardUse

_MOST_CHANGES = 3


@reads(StandardUse)
def uses_of_editable(work: Work, statement: Select[StandardUse]) -> Select[StandardUse]:
    """Narrow uses to the items that this actor may edit. They name no employee and no draft."""
    return statement.where(StandardUse.item_uid.in_(handbook.editable(work)))


def usage(work: Work, since: datetime, until: datetime | None = None) -> list[Usage]:
    """Give each standard text that was used in a period, the most often changed first.

    A use belongs to the moment when its draft became ready, before that to when it was put in.
    `until` is exclusive. Source: R43. Raises: session.needed, act.forbidden.
    """
    moment = func.coalesce(StandardUse.settled_at, StandardUse.moment)
    statement = readable(work, StandardUse).where(moment >= since)
    if until is not None:
        statement = statement.where(moment < until)
    by_item: dict[str, list[StandardUse]] = {}
    for row in work.session.scalars(statement.order_by(moment.desc(), StandardUse.uid)):
        by_item.setdefault(row.item_uid, []).append(row)
    found = [_usage(uid, rows) for uid, rows in by_item.items()]
    return sorted(found, key=lambda one: (-len(one.edited), -one.inserted, one.uid))


def _usage(uid: str, rows: Sequence[StandardUse]) -> Usage:
    outcomes = Counter(row.outcome for row in rows)
    edited = [row for row in rows if row.outcome == "edited"]
    pairs = Counter((row.before, row.after) for row in edited if row.before or row.after)
    return Usage(
        uid=Uid(uid),
        inserted=len(rows),
        kept=outcomes["kept"],
        edited=[row.settled_at or row.moment for row in edited],
        dropped=outcomes["dropped"],
        changes=[(*pair, count) for pair, count in pairs.most_common(_MOST_CHANGES)],
    )
