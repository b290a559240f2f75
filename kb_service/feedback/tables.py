"""Tables of the feedback room: «did this help» of a reader, and what editors do about it.

Behind a rating there is nobody; behind its handling there is an employee, so handlings are audited
and ratings are not.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_service.base.db import Base, Moment


class Rating(Base):
    """A reader's word about an answer: on which revision, after which question, with which remark.

    Text is masked before it is kept; there is no address, cookie or account behind a row.
    """

    __tablename__ = "rating"
    __table_args__ = (
        Index("ix_rating_item_uid", "item_uid", "moment"),
        Index("ix_rating_moment", "moment"),
    )

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int]
    helped: Mapped[str] = mapped_column(String(20))
    remark: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    moment: Mapped[datetime] = mapped_column(Moment)


class Handling(Base):
    """What becomes of a rating: nobody has looked at it while it has no row here."""

    __tablename__ = "handling"

    rating_uid: Mapped[str] = mapped_column(String(32), ForeignKey("rating.uid"), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    responsible_uid: Mapped[str] = mapped_column(String(32))
    responsible: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class NoGap(Base):
    """A gap of which somebody said that it is none; it comes back when more ask than asked then.

    `key` names the gap (reports.gaps), `title` is what it was called, `demand` how often it was met
    in the days that were looked at.
    """

    __tablename__ = "no_gap"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    demand: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)
