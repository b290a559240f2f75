"""Reading hooks and deliveries, and what the world sees of the handbook."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from kb_service.base.errors import missing
from kb_service.base.ids import Uid
from kb_service.base.paging import DEFAULT_SIZE, Batch, checked_batch
from kb_service.base.permissions import VISITOR, Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import queries as handbook
from kb_service.handbook.tables import Item
from kb_service.hooks.schemas import DeliveryState, DeliveryView, HookView, Seen
from kb_service.hooks.tables import Delivery, Hook, Look, Told

_CHUNK = 500


def hooks(work: Work) -> list[HookView]:
    """Give all hooks, oldest first, each with its last success and failure."""
    rows = work.session.scalars(readable(work, Hook, Permission.MANAGE_HOOKS).order_by(Hook.uid))
    delivered = _last(work, DeliveryState.DELIVERED)
    failed = _last(work, DeliveryState.FAILING)
    return [_hook_view(row, delivered.get(row.uid), failed.get(row.uid)) for row in rows]


def hook(work: Work, uid: str) -> HookView:
    """Give one hook. Raises: hook.missing, session.needed, act.forbidden."""
    found = next((one for one in hooks(work) if one.uid == uid), None)
    if found is None:
        raise missing("hook.missing", uid=uid[:80])
    return found


def deliveries(
    work: Work, hook: str = "", *, start: int = 0, size: int = DEFAULT_SIZE
) -> Batch[DeliveryView]:
    """Give the deliveries (of one hook), newest first."""
    start, size = checked_batch(start, size)
    statement = readable(work, Delivery, Permission.MANAGE_HOOKS)
    if hook:
        statement = statement.where(Delivery.hook_uid == hook)
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(Delivery.moment.desc(), Delivery.uid.desc())
    rows = work.session.scalars(page.offset(start).limit(size))
    return Batch([_delivery_view(row) for row in rows], total, start, size)


def active(work: Work) -> list[Hook]:
    """Give the hooks that are told, for the house's own work."""
    return [
        row
        for row in work.session.scalars(readable(work, Hook, Permission.MANAGE_HOOKS))
        if row.is_active
    ]


def has_news(work: Work) -> bool:
    """Say whether a look would find anything to do: one statement where there are no hooks."""
    is_told = readable(work, Hook, Permission.MANAGE_HOOKS).where(Hook.is_active).limit(1)
    look = work.session.get(Look, "all")
    if work.session.scalar(is_told) is None:
        return look is not None
    return look is None or look.seq < handbook.last_change(work)


def seen(work: Work, uids: Iterable[str] | None = None) -> dict[str, Seen]:
    """Give the items (all) that a visitor sees now, by uid.

    Whoever asks: what is told leaves the house, so it is read by the visitor's eyes alone.
    """
    asking = work.actor
    work.as_actor(VISITOR)
    try:
        rows = _rows(work, readable(work, Item), Item.uid, uids)
        return {row[0].uid: _seen(row[0]) for row in rows}
    finally:
        work.as_actor(asking)


def told(work: Work, uids: Iterable[str]) -> dict[str, Told]:
    """Give what the world saw of items at the last look, by uid; what it did not see is absent."""
    statement = readable(work, Told, Permission.MANAGE_HOOKS)
    return {row[0].item_uid: row[0] for row in _rows(work, statement, Told.item_uid, uids)}


def trashed(work: Work, uids: Iterable[str]) -> set[str]:
    """Give which of the items lie in the trash."""
    whole = readable(work, Item, Permission.VIEW).with_only_columns(Item.uid)
    statement = whole.where(Item.trashed_at.is_not(None))
    return {row[0] for row in _rows(work, statement, Item.uid, uids)}


def facts(work: Work) -> dict[str, str]:
    """Give the value of each fact today, as texts show it."""
    return {key: str(fact) for key, fact in handbook.facts(work).items()}


def _rows(work: Work, statement: Select[Any], column: Any, uids: Iterable[str] | None) -> list[Any]:
    """Give the rows of the uids (all) in pieces that every database takes."""
    if uids is None:
        return list(work.session.execute(statement))
    wanted = sorted(uids)
    return [
        row
        for start in range(0, len(wanted), _CHUNK)
        for row in work.session.execute(statement.where(column.in_(wanted[start : start + _CHUNK])))
    ]


def _last(work: Work, state: DeliveryState) -> dict[str, datetime]:
    statement = readable(work, Delivery, Permission.MANAGE_HOOKS).where(Delivery.state == state)
    columns = (Delivery.hook_uid, func.max(Delivery.tried_at))
    rows = work.session.execute(statement.with_only_columns(*columns).group_by(Delivery.hook_uid))
    return {uid: moment for uid, moment in rows if moment is not None}


def _seen(item: Item) -> Seen:
    return Seen(item.path, item.title, item.type, item.live_uid or "")


def _hook_view(row: Hook, delivered: datetime | None, failed: datetime | None) -> HookView:
    return HookView(
        uid=Uid(row.uid),
        url=row.url,
        events=list(row.events),
        is_active=row.is_active,
        creator=row.creator,
        created=row.created,
        delivered_at=delivered,
        failed_at=failed,
    )


def _delivery_view(row: Delivery) -> DeliveryView:
    return DeliveryView(
        uid=Uid(row.uid),
        event=row.event,
        subject=row.subject,
        path=row.path,
        moment=row.moment,
        state=row.state,
        tries=row.tries,
        status=row.status,
        problem=row.problem,
        tried_at=row.tried_at,
    )
