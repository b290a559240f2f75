"""Reading opinions: how often an answer helped, the inbox of the editors, gaps that are none."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from kb_service.base.ids import Uid
from kb_service.base.paging import Batch, checked_batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.feedback.schemas import (
    Counts,
    Dislike,
    Helped,
    HiddenGap,
    InboxFilter,
    Opinion,
    RatingState,
)
from kb_service.feedback.tables import Handling, NoGap, Rating
from kb_service.handbook import queries
from kb_service.handbook.schemas import Card

_EXAMPLES = 3


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


def inbox(work: Work, wanted: InboxFilter, *, start: int = 0, size: int = 25) -> Batch[Opinion]:
    """Give what readers say of items that this actor may edit, newest first.

    Raises: session.needed, act.forbidden, batch.wrong.
    """
    start, size = checked_batch(start, size)
    statement = _inbox(work, wanted)
    if wanted.state is not None:
        statement = statement.where(_state() == str(wanted.state))
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(Rating.moment.desc(), Rating.uid).offset(start).limit(size)
    rows = work.session.execute(page).all()
    cards = queries.cards(work, [rating.item_uid for rating, _handling in rows])
    opinions = [
        _opinion(rating, handling, cards[Uid(rating.item_uid)])
        for rating, handling in rows
        if Uid(rating.item_uid) in cards
    ]
    return Batch(opinions, total, start, size)


def inbox_counts(work: Work, wanted: InboxFilter | None = None) -> dict[RatingState, int]:
    """Say how many words of readers stand in each state, whatever state is asked for.

    Raises: session.needed, act.forbidden.
    """
    state = _state()
    statement = _inbox(work, wanted or InboxFilter())
    rows = work.session.execute(
        statement.with_only_columns(state, func.count()).group_by(state)
    ).all()
    found: dict[str, int] = dict(rows)
    return {one: found.get(str(one), 0) for one in RatingState}


def dislikes(work: Work, since: datetime) -> list[Dislike]:
    """Give the items that this actor may edit and that did not help, most often first.

    What editors have done with or declined is none any more. Raises: session.needed, act.forbidden.
    """
    statement = (
        _inbox(work, InboxFilter(has_words=False))
        .where(Rating.moment >= since, Rating.helped != Helped.YES)
        .where(_state().in_((RatingState.NEW, RatingState.WORK)))
        .order_by(Rating.moment.desc())
    )
    by_item: dict[str, list[Rating]] = {}
    for rating, _handling in work.session.execute(statement):
        by_item.setdefault(rating.item_uid, []).append(rating)
    found = [_dislike(uid, rows) for uid, rows in by_item.items()]
    return sorted(found, key=lambda one: (-one.count, one.item_uid))


def hidden_gaps(work: Work) -> dict[str, HiddenGap]:
    """Give the gaps of which somebody said that they are none, by key; for editors."""
    work.allow(Permission.EDIT_WORDS)
    rows = work.session.scalars(select(NoGap).order_by(NoGap.moment.desc()))
    names = HiddenGap.__struct_fields__
    return {row.key: HiddenGap(**{name: getattr(row, name) for name in names}) for row in rows}


def _inbox(work: Work, wanted: InboxFilter) -> Select[Rating, Handling]:
    """Give ratings and handlings; a praise without words is nothing to look at."""
    has_words = Rating.remark != ""
    conditions: list[ColumnElement[bool]] = [or_(Rating.helped != Helped.YES, has_words)]
    if wanted.has_words:
        conditions.append(has_words)
    if wanted.reason is not None:
        conditions.append(Rating.helped == str(wanted.reason))
    if wanted.item:
        conditions.append(Rating.item_uid == wanted.item)
    if wanted.is_mine:
        conditions.append(Handling.responsible_uid == work.actor.uid)
    return (
        select(Rating, Handling)
        .outerjoin(Handling, Handling.rating_uid == Rating.uid)
        .where(Rating.item_uid.in_(queries.editable(work)), and_(*conditions))
    )


def _state() -> ColumnElement[str]:
    return func.coalesce(Handling.state, str(RatingState.NEW))


def _opinion(rating: Rating, handling: Handling | None, card: Card) -> Opinion:
    done = (
        {
            "state": RatingState(handling.state),
            "responsible_uid": handling.responsible_uid,
            "responsible": handling.responsible,
            "note": handling.note,
            "handled_by": handling.author,
            "handled_at": handling.moment,
        }
        if handling is not None
        else {}
    )
    return Opinion(
        uid=rating.uid,
        item_uid=rating.item_uid,
        path=card.path,
        title=card.title,
        code=card.code,
        revision=rating.revision,
        latest=card.revision,
        helped=Helped(rating.helped),
        remark=rating.remark,
        query=rating.query,
        language=rating.language,
        moment=rating.moment,
        **done,  # type: ignore[arg-type]  # names and kinds are those above
    )


def _dislike(uid: str, rows: list[Rating]) -> Dislike:
    reasons: dict[str, int] = {}
    for row in rows:
        reasons[row.helped] = reasons.get(row.helped, 0) + 1
    return Dislike(
        item_uid=uid,
        reasons=reasons,
        said=list(dict.fromkeys(row.remark for row in rows if row.remark))[:_EXAMPLES],
        asked=list(dict.fromkeys(row.query for row in rows if row.query))[:_EXAMPLES],
        moments=[row.moment for row in rows],
    )
