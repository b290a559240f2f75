"""Who wrote what is to be published: read where two people must have seen a text (four eyes)."""

from datetime import datetime

from sqlalchemy import Text, func, select, type_coerce

from kb_service.base.audit import AuditRow
from kb_service.base.work import Work
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.tables import Item, Revision, Transition


def writers(work: Work, item: Item) -> set[str]:
    """Give who wrote the revisions since the last one that was published, and the latest anyway.

    Who only filed a text anew (tags, owner), began a draft without a word of their own, or wrote
    what was thrown away, has written none of it. Words that come back from an earlier revision or
    with a copy are those of who wrote them.
    """
    news = _news(work, item, None)
    if item.live_uid is not None:
        live = work.session.get_one(Revision, item.live_uid).sha256
        news = [row for row in news if row.sha256 != live]
    again = select(Revision.author).where(
        Revision.item_uid == item.uid,
        Revision.is_filing.is_(False),
        Revision.sha256.in_({row.sha256 for row in news}),
    )
    found = {row.author for row in news} | set(work.session.scalars(again))
    if any(row.number == 1 for row in news):
        found |= _copied_from(work, item)
    return found


def _news(work: Work, item: Item, until: datetime | None) -> list[Revision]:
    """Give the revisions that nobody had published, or thrown away, by a moment; or by now."""
    published = (
        select(func.max(Revision.number))
        .join(Transition, Transition.revision_uid == Revision.uid)
        .where(Transition.item_uid == item.uid, Transition.action == Action.PUBLISH)
    )
    rows = (
        select(Revision)
        .where(Revision.item_uid == item.uid, Revision.is_conflict.is_(False))
        .order_by(Revision.number)
    )
    if until is not None:
        published = published.where(Transition.moment <= until)
        rows = rows.where(Revision.moment <= until)
    there = work.session.scalars(rows).all()
    last = item.latest_uid if until is None else (there[-1].uid if there else "")
    behind = max(work.session.scalar(published) or 0, _discarded(work, item, until))
    return [row for row in there if (row.number > behind or row.uid == last) and not row.is_filing]


def _discarded(work: Work, item: Item, until: datetime | None) -> int:
    """Give the number of the newest revision that went when a draft was thrown away, or 0."""
    rows = select(AuditRow.changes).where(
        AuditRow.object_uid == item.uid, AuditRow.act == "item.discard"
    )
    if until is not None:
        rows = rows.where(AuditRow.moment <= until)
    changes = work.session.scalar(rows.order_by(AuditRow.seq.desc()).limit(1)) or []
    fields = [one["fields"].get("latest_uid") for one in changes if one["kind"] == "item"]
    gone = [work.session.get(Revision, change[0]) for change in fields if change]
    return max((row.number for row in gone if row is not None), default=0)


def _copied_from(work: Work, item: Item) -> set[str]:
    """Give who wrote the text of which this item is a copy, as it was then."""
    named = type_coerce(AuditRow.changes, Text).contains(item.uid, autoescape=True)
    rows = work.session.scalars(
        select(AuditRow.changes).where(AuditRow.act == "item.copy", named)
    ).all()
    sources = {
        one["fields"]["copied_from"][1]
        for changes in rows
        for one in changes
        if one["uid"] == item.uid and "copied_from" in one["fields"]
    }
    found = [work.session.get(Item, uid) for uid in sources]
    return {row.author for one in found if one for row in _news(work, one, item.created)}
