"""Tables of the hooks room: receivers, what was told to them, and what they were last told.

Only `Hook` is written by people. Deliveries follow from changes that are audited; `Told` is what
the world saw at the last look, so that a look tells the difference and nothing else.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_service.base.db import Base, Json, Moment

_PRIVATE = {"private": True}


class Hook(Base):
    """An address that is told of events. The secret signs; it is kept, since signing needs it."""

    __tablename__ = "hook"

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(Json)
    secret: Mapped[str] = mapped_column(String(80), info=_PRIVATE)
    is_active: Mapped[bool]
    creator: Mapped[str] = mapped_column(String(80))
    created: Mapped[datetime] = mapped_column(Moment)


class Delivery(Base):
    """One event for one hook. `subject` is the uid of the item or the key of the fact.

    Path, title and type are those that the world saw at the event.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_hook_uid", "hook_uid", "moment"),
        Index("ix_delivery_moment", "moment"),
    )

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    hook_uid: Mapped[str] = mapped_column(String(32), ForeignKey("hook.uid"))
    event: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(1000))
    title: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(40))
    moment: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int]
    status: Mapped[int]
    problem: Mapped[str] = mapped_column(String(10))
    tried_at: Mapped[datetime | None] = mapped_column(Moment)


class Told(Base):
    """An item as the world saw it at the last look."""

    __tablename__ = "told"

    item_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    path: Mapped[str] = mapped_column(String(1000))
    title: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(40))
    revision: Mapped[str] = mapped_column(String(32))


class Look(Base):
    """How far the last look went, and the facts of that day; absent while nobody is told."""

    __tablename__ = "look"

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    seq: Mapped[int]
    facts: Mapped[dict[str, str]] = mapped_column(Json)
