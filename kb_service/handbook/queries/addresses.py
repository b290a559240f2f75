"""Reading the other addresses of items: old ones that moving left, and chosen ones."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, func, or_, select

from kb_service.base.paging import Batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import item_of
from kb_service.handbook.tables import Address, Item


class AddressView(msgspec.Struct, frozen=True):
    """One other address and the path to which it leads."""

    path: str
    target: str
    is_manual: bool
    moment: datetime


class AddressFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which addresses are wanted; the bounds are exclusive, as Plone has them."""

    words: str = ""
    is_manual: bool | None = None
    after: datetime | None = None
    before: datetime | None = None
    start: int = 0
    size: int = 25


def addresses_to(work: Work, uid: str, wanted: AddressFilter) -> Batch[AddressView]:
    """Give the other addresses of an item, newest first; for who may edit it."""
    item = item_of(work, uid)
    work.allow(Permission.EDIT, item)
    return _page(work, readable(work, Item).where(Item.uid == item.uid), wanted)


def addresses(work: Work, wanted: AddressFilter) -> Batch[AddressView]:
    """Give the other addresses of all items, newest first; for administrators."""
    work.allow(Permission.MANAGE_COMPANY)
    return _page(work, readable(work, Item), wanted)


def _page(work: Work, items: Select[Any], wanted: AddressFilter) -> Batch[AddressView]:
    statement = items.join(Address, Address.item_uid == Item.uid).with_only_columns(
        Address.path, Item.path, Address.is_manual, Address.moment
    )
    if wanted.words.strip():
        letters = wanted.words.strip().lower()
        statement = statement.where(
            or_(
                func.lower(Address.path).contains(letters, autoescape=True),
                func.lower(Item.path).contains(letters, autoescape=True),
                func.lower(Item.title).contains(letters, autoescape=True),
            )
        )
    if wanted.is_manual is not None:
        statement = statement.where(Address.is_manual.is_(wanted.is_manual))
    if wanted.after is not None:
        statement = statement.where(Address.moment > wanted.after)
    if wanted.before is not None:
        statement = statement.where(Address.moment < wanted.before)
    # Named apart: a subquery must not have two columns of one name.
    counted = statement.with_only_columns(Address.path.label("at"))
    total = work.session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    ordered = statement.order_by(Address.moment.desc(), Address.path)
    rows = work.session.execute(ordered.offset(wanted.start).limit(wanted.size))
    return Batch([AddressView(*row) for row in rows], total, wanted.start, wanted.size)
