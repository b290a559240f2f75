"""Tables of the people room: accounts, what they may do, and by what they prove who they are.

Secrets are never kept, only their hashes; columns that would help an intruder are private, so that
the journal shows that they changed and not to what. The session, attempt and address tables are
quiet.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb_service.base.db import Base, Moment

_PRIVATE = {"private": True}


class User(Base):
    """An account of an employee. Without a password hash nobody can sign in to it yet."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("login"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), info=_PRIVATE)
    department: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(Text, info=_PRIVATE)
    is_demo: Mapped[bool]
    created: Mapped[datetime] = mapped_column(Moment)
    blocked_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_in_at: Mapped[datetime | None] = mapped_column(Moment)


class Department(Base):
    """A department as others see it; who belongs to it is said by `User.department`."""

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(String(254))
    created: Mapped[datetime] = mapped_column(Moment)


class Grant(Base):
    """A role that an account has."""

    __tablename__ = "grant"

    user_uid: Mapped[str] = mapped_column(String(32), ForeignKey("user.uid"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class Session(Base):
    """A signed-in browser. The secret lies in its cookie alone."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("secret_hash"),
        Index("ix_session_user_uid", "user_uid"),
        Index("ix_session_expires_at", "expires_at"),
    )

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_uid: Mapped[str] = mapped_column(String(32), ForeignKey("user.uid"))
    secret_hash: Mapped[str] = mapped_column(String(64), info=_PRIVATE)
    address: Mapped[str] = mapped_column(String(64), info=_PRIVATE)
    created: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class Token(Base):
    """A token of a program, known by the `jti` of its JWT. `name` is empty for one of @login.

    `began_at` is when the chain of renewed tokens began.
    """

    __tablename__ = "token"
    __table_args__ = (Index("ix_token_user_uid", "user_uid"),)

    jti: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_uid: Mapped[str] = mapped_column(String(32), ForeignKey("user.uid"))
    name: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(10))
    began_at: Mapped[datetime] = mapped_column(Moment)
    created: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class OneTimeLink(Base):
    """A link by which an account gets its password, once."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("secret_hash"), Index("ix_link_user_uid", "user_uid"))

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_uid: Mapped[str] = mapped_column(String(32), ForeignKey("user.uid"))
    secret_hash: Mapped[str] = mapped_column(String(64), info=_PRIVATE)
    created: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Attempt(Base):
    """A guess at a password that is not known to have been right.

    Login and address stand here by their hashes: people type passwords into the wrong field.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_login", "login_hash", "moment"),
        Index("ix_attempt_address", "address_hash", "moment"),
    )

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    login_hash: Mapped[str] = mapped_column(String(64), info=_PRIVATE)
    address_hash: Mapped[str] = mapped_column(String(64), info=_PRIVATE)
    moment: Mapped[datetime] = mapped_column(Moment)


class KnownAddress(Base):
    """An address from which an account was signed in: there strangers cannot lock its owner out.

    Login and address stand here by their hashes, as in `Attempt`.
    """

    __tablename__ = "known_address"
    __table_args__ = (Index("ix_known_address_used_at", "used_at"),)

    login_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=_PRIVATE)
    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=_PRIVATE)
    used_at: Mapped[datetime] = mapped_column(Moment)


class Secret(Base):
    """A key of the service itself, made at the first start and never shown."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text, info=_PRIVATE)
    created: Mapped[datetime] = mapped_column(Moment)
