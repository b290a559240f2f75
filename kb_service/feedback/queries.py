"""Reading opinions: how often an answer helped."""

from collections.abc import Iterable

from sqlalchemy import func

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.feedback.schemas import Counts, Helped
from kb_service.feedback.tables import Rating


def counts(work: Work, items: Iterable[str]) -> dict[str, Counts]:
    """Give how often each item helped and did not; for staff."""
    statement = (
        readable(work, Rating, Permission.SEARCH_STAFF)
        .where(Rating.item_uid.in_(list(items)))
        .with_only_columns(Rating.item_uid, Rating.helped, func.count())
        .group_by(Rating.item_uid, Rating.helped)
    )
    found: dict[str, Counts] = {}
    for uid, helped, count in work.session.execute(statement):
        before = found.get(uid, Counts())
        is_yes = helped == Helped.YES
        found[uid] = Counts(
            before.yes + (count if is_yes else 0), before.no + (0 if is_yes else count)
        )
    return found
