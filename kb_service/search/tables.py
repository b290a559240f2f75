"""Tables of the search: what was asked, vectors of texts, the editors' stored questions.

The first two are quiet (base.work).

`SearchEvent` holds no personal data: the text is masked before it is written and cut. `Vector`
is a cache by the text's hash and the encoder's name; every row can be computed again.
`BenchQuestion` is what editors keep: a change of it changes no answer.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_service.base.db import Base, Json, Moment


class SearchEvent(Base):
    """One question as it was asked and answered."""

    __tablename__ = "search_event"
    __table_args__ = (Index("ix_search_event_moment", "moment"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    moment: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str] = mapped_column(String(20))
    staff: Mapped[bool]
    query: Mapped[str] = mapped_column(Text)
    corrected: Mapped[str] = mapped_column(Text)
    found: Mapped[list[str]] = mapped_column(Json)
    total: Mapped[int]
    confident: Mapped[bool]
    confidence: Mapped[float]
    danger: Mapped[str] = mapped_column(String(60))
    legs: Mapped[list[str]] = mapped_column(Json)


class Vector(Base):
    """The vector of one text by one encoder: 32-bit floats, little end first."""

    __tablename__ = "vector"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    encoder: Mapped[str] = mapped_column(String(80), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class BenchQuestion(Base):
    """A question that editors keep, and the items that should answer it; none where nothing does.

    `rank` is the place that somebody looked at and kept: 1 is the first, 0 none of those given.
    Where nothing answers, 1 says that the search refused, 0 that it was sure.
    """

    __tablename__ = "bench_question"

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    wanted: Mapped[list[str]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)
    rank: Mapped[int | None]
    ranked_at: Mapped[datetime | None] = mapped_column(Moment)
