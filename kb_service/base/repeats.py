"""Answers that were given, by the caller's key: the same request sent twice is done once.

The row is written in the unit that did the work: kept with it or not at all. It is forgotten after
a day, by when nobody sends the same request again.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb_service.base.db import Base, Database, Json, Moment
from kb_service.base.errors import FieldError, conflict, invalid

LIFE = timedelta(days=1)
MAX_KEY = 200


class Repeat(Base):
    """What an account was answered under a key of its own."""

    __tablename__ = "repeat"
    __table_args__ = (Index("ix_repeat_moment", "moment"),)

    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(Json)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    moment: Mapped[datetime] = mapped_column(Moment)


def check_key(key: str) -> None:
    """Refuse a key that cannot be kept. Raises: request.key_wrong."""
    if not key.strip() or len(key) > MAX_KEY or not (key.isascii() and key.isprintable()):
        raise invalid("request.key_wrong", FieldError("Idempotency-Key", "request.key_wrong"))


def known(
    database: Database, session: Session, account: str, key: str, sha256: str, now: datetime
) -> Repeat | None:
    """Give what was answered to this request, or None where it is the first.

    Two sent at once: the second waits here until the first is done.
    Raises: request.key_reused where another request came under the key.
    """
    database.lock_named(session, f"{account}:{key}")
    row = session.get(Repeat, (account, key))
    if row is None:
        return None
    if row.moment <= now - LIFE:
        session.delete(row)
        session.flush()
        return None
    if row.sha256 != sha256:
        raise conflict("request.key_reused", key=key)
    return row


def keep(
    session: Session,
    name: tuple[str, str],
    sha256: str,
    answer: tuple[int, Mapping[str, str], bytes],
    now: datetime,
) -> None:
    """Keep an answer under a name (account, key)."""
    status, headers, body = answer
    session.add(
        Repeat(
            account=name[0],
            key=name[1],
            sha256=sha256,
            status=status,
            headers=dict(headers),
            body=body,
            moment=now,
        )
    )
    session.flush()


def sweep(session: Session, now: datetime) -> None:
    """Forget answers of a day ago."""
    session.execute(delete(Repeat).where(Repeat.moment <= now - LIFE))


def digest(*parts: bytes) -> str:
    """Give one hash of the parts of a request, each by its own length."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
