"""Tables of the feedback room: one «did this help» of one reader, with nobody behind it."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_service.base.db import Base, Moment


class Rating(Base):
    """A reader's word about an answer: on which revision, after which question, with which remark.

    Text is masked before it is kept; there is no address, cookie or account behind a row.
    """

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_item_uid", "item_uid", "moment"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int]
    helped: Mapped[str] = mapped_column(String(20))
    remark: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    moment: Mapped[datetime] = mapped_column(Moment)
