"""Tables of replies: drafts, their texts, kept versions, what was used of the handbook.

A draft's text stands apart from its row: it is replaced with every autosave and audited by its
versions. `edition` counts every save, and a writer builds on one; a version is a text that stays.
Columns marked private hold a customer's data: the journal of acts never shows them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_service.base.db import Base, Json, Moment

_PRIVATE = {"private": True}


class Draft(Base):
    """A reply that is being written: whose it is and where it stands.

    `version` is the newest version's number; `ready_version` the frozen one's, 0 if there is none.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_owner_uid", "owner_uid"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    status: Mapped[str] = mapped_column(String(12))
    owner_uid: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(80))
    owner_name: Mapped[str] = mapped_column(String(200))
    department: Mapped[str] = mapped_column(String(80))
    created: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int]
    ready_version: Mapped[int]
    ready_at: Mapped[datetime | None] = mapped_column(Moment)
    ready_by: Mapped[str] = mapped_column(String(200))
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's own form


class DraftText(Base):
    """What is written in a draft now, replaced with every save.

    `fact_keys` are those that its fragments use, each between blanks, for lists of what a fact
    touches.
    """

    __tablename__ = "draft_text"
    __table_args__ = (Index("ix_draft_text_moment", "moment"),)

    draft_uid: Mapped[str] = mapped_column(String(32), ForeignKey("draft.uid"), primary_key=True)
    edition: Mapped[int]
    subject: Mapped[str] = mapped_column(Text, info=_PRIVATE)
    content: Mapped[dict[str, Any]] = mapped_column(Json, info=_PRIVATE)
    fact_keys: Mapped[str] = mapped_column(Text)
    question_count: Mapped[int]
    open_count: Mapped[int]
    author_uid: Mapped[str] = mapped_column(String(32))
    author: Mapped[str] = mapped_column(String(80))
    author_name: Mapped[str] = mapped_column(String(200))
    tab: Mapped[str] = mapped_column(String(40))
    moment: Mapped[datetime] = mapped_column(Moment)


class DraftVersion(Base):
    """A text of a draft that stays, and why it was kept.

    `is_beside` marks one that met another writer's text: it never was the draft's own. `made_of`
    are the standard texts and facts of a frozen version.
    """

    __tablename__ = "draft_version"

    draft_uid: Mapped[str] = mapped_column(String(32), ForeignKey("draft.uid"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json, info=_PRIVATE)
    sha256: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(80))
    author_name: Mapped[str] = mapped_column(String(200))
    moment: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(20))
    is_beside: Mapped[bool]
    made_of: Mapped[list[Any]] = mapped_column(Json)


class DraftWriter(Base):
    """Who is writing a draft just now, and who lost it to whom; a row ends by itself."""

    __tablename__ = "draft_writer"

    draft_uid: Mapped[str] = mapped_column(String(32), ForeignKey("draft.uid"), primary_key=True)
    holder_uid: Mapped[str] = mapped_column(String(32))
    holder_name: Mapped[str] = mapped_column(String(200))
    tab: Mapped[str] = mapped_column(String(40))
    taken_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime] = mapped_column(Moment)
    loser_uid: Mapped[str] = mapped_column(String(32))
    lost_at: Mapped[datetime | None] = mapped_column(Moment)


class StandardUse(Base):
    """That an employee put a standard text into a draft, and what became of it.

    `outcome` is `inserted` while the draft is open, then `kept`, `edited` or `dropped`. `before`
    and `after` are the changed sentences, personal data masked. Source: R43.
    """

    __tablename__ = "standard_use"
    __table_args__ = (
        Index("ix_standard_use_item_uid", "item_uid"),
        Index("ix_standard_use_account_uid", "account_uid", "item_uid"),
        Index("ix_standard_use_draft_uid", "draft_uid"),
    )

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    draft_uid: Mapped[str] = mapped_column(String(32))
    fragment: Mapped[str] = mapped_column(String(40))
    item_uid: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    face: Mapped[str] = mapped_column(String(12))
    account_uid: Mapped[str] = mapped_column(String(32))
    moment: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(12))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)


class Suggestion(Base):
    """A wording or a sentence that an employee offers to the editors for a standard question.

    Personal data is masked before it is kept. `status`: new, taken, declined. Source: R42.
    """

    __tablename__ = "suggestion"
    __table_args__ = (Index("ix_suggestion_item_uid", "item_uid"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    instead_of: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    author: Mapped[str] = mapped_column(String(80))
    author_name: Mapped[str] = mapped_column(String(200))
    moment: Mapped[datetime] = mapped_column(Moment)
    settled_by: Mapped[str] = mapped_column(String(80))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
