"""The append-only, hash-chained journal of everything that was done.

Each row carries the SHA-256 of the row before, so that a changed, removed or swapped row is found
by `verify` and named. Rows are written by base.work alone. A cut tail is provable only against a
hash that was kept elsewhere; `kb audit head` prints it.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Index, Row, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb_service.base.db import Base, Json, Moment

GENESIS = "0" * 64
_BATCH = 500


class AuditRow(Base):
    """One act of one actor on one object."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_object", "object_uid"), Index("ix_audit_act", "act"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[datetime] = mapped_column(Moment)
    actor_uid: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(String(80))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_uid: Mapped[str] = mapped_column(String(64))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What an act has to say about itself, before it has its place in the chain."""

    moment: datetime
    actor_uid: str
    actor: str
    act: str
    object_kind: str
    object_uid: str
    changes: list[dict[str, Any]]
    reason: str = ""


class Broken(msgspec.Struct, frozen=True):
    """The first row at which the chain does not hold, and what is wrong with it."""

    seq: int
    problem: str


def append(session: Session, entry: Entry) -> AuditRow:
    """Write the entry at the end of the chain; the caller holds the chain's lock."""
    entry = msgspec.structs.replace(entry, moment=entry.moment.astimezone(UTC))
    last, previous = head(session)
    seq = last + 1
    row = AuditRow(
        seq=seq,
        previous=previous,
        hash=_digest(seq, previous, msgspec.to_builtins(entry)),
        **{name: getattr(entry, name) for name in entry.__struct_fields__},
    )
    session.add(row)
    return row


def verify(session: Session) -> Broken | None:
    """Walk the chain from its beginning; None when every row holds."""
    previous, expected = GENESIS, 1
    for row in _rows(session):
        if row.seq != expected:
            return Broken(expected, "missing")
        if row.previous != previous:
            return Broken(row.seq, "previous")
        if row.hash != _digest(row.seq, row.previous, msgspec.to_builtins(_entry(row))):
            return Broken(row.seq, "changed")
        previous, expected = row.hash, row.seq + 1
    return None


def head(session: Session) -> tuple[int, str]:
    """Give the number and hash of the last row, to be kept outside the machine."""
    last = session.execute(
        select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
    ).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def _rows(session: Session) -> Iterator[Row[Any]]:
    """Give the rows as they lie in the database, a batch at a time, whoever stops reading."""
    columns = AuditRow.__table__.columns
    seen: int | None = None
    while True:
        batch = select(*columns).order_by(columns.seq).limit(_BATCH)
        if seen is not None:
            batch = batch.where(columns.seq > seen)
        rows = session.execute(batch).all()
        yield from rows
        if len(rows) < _BATCH:
            return
        seen = rows[-1].seq


def _entry(row: Row[Any]) -> Entry:
    return Entry(**{name: getattr(row, name) for name in Entry.__struct_fields__})


def digest_of(text: str) -> str:
    """Give the SHA-256 by which a long text stands in the journal; the revision has the text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(seq: int, previous: str, values: dict[str, Any]) -> str:
    text = json.dumps([seq, previous, values], ensure_ascii=False, sort_keys=True)
    return digest_of(text)
