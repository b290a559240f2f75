"""Tables of the handbook: items, revisions, addresses, links, locks, remarks, data sheets, files.

A revision is append-only. `Item.live_uid` is what the world sees, `latest_uid` what editors see; an
item is live exactly while its state is `published`. `draft` is the state of a latest revision that
is not the live one; `scheduled_at` says when that revision, published beforehand, becomes live by
itself. The other columns mirror the shown revision (the live one, or the latest where there is
none). A trashed item keeps its row and revisions; `trashed_with` is the item that was thrown away
and took it along, or itself.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from kb_service.base.db import Base, Json, Moment


class Item(Base):
    """One node of the tree: where it is, where it stands in the workflow, which revisions count."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("path"),
        UniqueConstraint("code"),
        Index("ix_item_parent_uid", "parent_uid"),
        Index("ix_item_state", "state"),
        Index("ix_item_type", "type"),
    )

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    parent_uid: Mapped[str | None] = mapped_column(String(32), ForeignKey("item.uid"))
    name: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(1000))
    type: Mapped[str] = mapped_column(String(40))
    code: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    draft: Mapped[str] = mapped_column(String(12))
    audience: Mapped[str] = mapped_column(String(12))
    position: Mapped[float]
    owner: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    checked: Mapped[date | None]
    review_by: Mapped[date | None]
    effective: Mapped[datetime | None] = mapped_column(Moment)
    scheduled_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    live_uid: Mapped[str | None] = mapped_column(String(32))
    latest_uid: Mapped[str] = mapped_column(String(32))
    creator: Mapped[str] = mapped_column(String(80))
    created: Mapped[datetime] = mapped_column(Moment)
    modified: Mapped[datetime] = mapped_column(Moment)
    trashed_at: Mapped[datetime | None] = mapped_column(Moment)
    trashed_path: Mapped[str | None] = mapped_column(String(1000))
    trashed_with: Mapped[str | None] = mapped_column(String(32))
    is_inheriting: Mapped[bool] = mapped_column(default=True, server_default=true())
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Revision(Base):
    """One text of an item, never changed. The SHA-256 is of the text without uid and state.

    `is_filing` says that nothing but tags or the owner differs from the text before it: who filed
    a text anew has written none of it.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("item_uid", "number"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)
    comment: Mapped[str] = mapped_column(Text)
    is_conflict: Mapped[bool]
    is_filing: Mapped[bool] = mapped_column(default=False, server_default=false())


class Transition(Base):
    """One step of an item through its workflow: what readers of its history see."""

    __tablename__ = "transition"
    __table_args__ = (Index("ix_transition_item_uid", "item_uid"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"))
    revision_uid: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    actor: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)
    comment: Mapped[str] = mapped_column(Text)


class Address(Base):
    """Another address of an item, an old or a chosen one; who asks is sent to the present one."""

    __tablename__ = "address"

    path: Mapped[str] = mapped_column(String(1000), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"))
    moment: Mapped[datetime] = mapped_column(Moment)
    is_manual: Mapped[bool] = mapped_column(default=False, server_default=false())


class Share(Base):
    """A role that somebody has at an item and below it: an account or a whole department.

    It goes down the tree as far as `Item.is_inheriting`. Source: R40.
    """

    __tablename__ = "share"
    __table_args__ = (Index("ix_share_principal", "principal"),)

    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    principal: Mapped[str] = mapped_column(String(200), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class Sheet(Base):
    """Data that editors keep beside the documents: company, facts, synonyms, danger rules.

    The text is the YAML of `content/_<name>.yaml`, kept as typed.
    """

    __tablename__ = "sheet"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    modified: Mapped[datetime] = mapped_column(Moment)


class SheetRevision(Base):
    """One text of a sheet, never changed."""

    __tablename__ = "sheet_revision"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)
    is_conflict: Mapped[bool]


class Change(Base):
    """The sequence of content changes, by which the index and prepared pages know they are stale.

    `item_uid` is empty where everything may have changed (a sheet).
    """

    __tablename__ = "change"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    item_uid: Mapped[str] = mapped_column(String(32))
    moment: Mapped[datetime] = mapped_column(Moment)


class FileState(Base):
    """What the service last wrote to or read from a file of the content/ folder.

    `revision` is the revision's uid, or the number of the sheet, that the file then held.
    """

    __tablename__ = "file_state"

    file: Mapped[str] = mapped_column(String(1000), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32))
    revision: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    mtime_ns: Mapped[int] = mapped_column(BigInteger)


class FactChange(Base):
    """A proposed value of a fact and what was decided about it; the sheet changes when approved.

    `before` is the value that it follows or puts right, as it was shown.
    """

    __tablename__ = "fact_change"
    __table_args__ = (
        Index("ix_fact_change_key", "key"),
        Index("ix_fact_change_status", "status"),
    )

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    author: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    remark: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class FactException(Base):
    """A sentence whose number is not the fact's, as somebody said: it is not asked about again.

    `sentence` is the SHA-256 of the sentence.
    """

    __tablename__ = "fact_exception"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"), primary_key=True)
    sentence: Mapped[str] = mapped_column(String(64), primary_key=True)
    author: Mapped[str] = mapped_column(String(80))
    moment: Mapped[datetime] = mapped_column(Moment)


class Autosave(Base):
    """Unsaved text of one account in one tab of its browser, replaced all the time.

    `place` is the uid of the item, or `new:<type>:<uid of the parent>` for what is not there yet.
    `fields` are those of the form as typed; `based_on` is the revision that they began from.
    """

    __tablename__ = "autosave"
    __table_args__ = (UniqueConstraint("account", "place", "tab"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(100))
    tab: Mapped[str] = mapped_column(String(40))
    based_on: Mapped[int]
    fields: Mapped[dict[str, str]] = mapped_column(Json)
    moment: Mapped[datetime] = mapped_column(Moment)


class ItemLink(Base):
    """An address inside this site that an item's text or its related items lead to, as written.

    `target` is a path, old or present, or a uid: it is resolved when read, so that a move changes
    no row. `is_live` says whether the live text has it; else only the latest does.
    """

    __tablename__ = "item_link"
    __table_args__ = (Index("ix_item_link_target", "target"),)

    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    target: Mapped[str] = mapped_column(String(1000), primary_key=True)
    is_live: Mapped[bool]


class Lock(Base):
    """Who is writing an item just now; it ends by itself `timeout_s` after it was last confirmed.

    It is an account's, not a form's. Without a holder the row only tells who lost it to whom.
    """

    __tablename__ = "lock"

    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"), primary_key=True)
    holder_uid: Mapped[str] = mapped_column(String(32))
    holder: Mapped[str] = mapped_column(String(80))
    holder_name: Mapped[str] = mapped_column(String(200))
    token: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime] = mapped_column(Moment)
    timeout_s: Mapped[int]
    loser_uid: Mapped[str] = mapped_column(String(32))
    lost_to: Mapped[str] = mapped_column(String(200))
    lost_at: Mapped[datetime | None] = mapped_column(Moment)


class Remark(Base):
    """A remark of an employee to the editors of an item: never public, never part of the text.

    `number` is the revision that its author saw, `quote` the words of it that are meant. Who sees
    live texts alone reads only what was said about a live one (`is_about_live`).
    """

    __tablename__ = "remark"
    __table_args__ = (Index("ix_remark_item_uid", "item_uid"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"))
    number: Mapped[int]
    is_about_live: Mapped[bool]
    reply_to: Mapped[str | None] = mapped_column(String(32), ForeignKey("remark.uid"))
    text: Mapped[str] = mapped_column(Text)
    quote: Mapped[str] = mapped_column(Text)
    author_uid: Mapped[str] = mapped_column(String(32))
    author: Mapped[str] = mapped_column(String(80))
    author_name: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(Moment)
    modified: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str] = mapped_column(String(80))


class Acknowledgement(Base):
    """That an employee has read a regulation: in which revision and version, and when."""

    __tablename__ = "acknowledgement"
    __table_args__ = (Index("ix_acknowledgement_user_uid", "user_uid"),)

    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"), primary_key=True)
    revision_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(200))
    moment: Mapped[datetime] = mapped_column(Moment)


class Bulk(Base):
    """One step that somebody takes with many items: they are done one after another.

    `step` and `wanted` are those of `rules.bulk`. It runs until no row waits or somebody stops it.
    """

    __tablename__ = "bulk"
    __table_args__ = (Index("ix_bulk_author_uid", "author_uid", "created"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    step: Mapped[str] = mapped_column(String(12))
    wanted: Mapped[dict[str, str]] = mapped_column(Json)
    comment: Mapped[str] = mapped_column(Text)
    author_uid: Mapped[str] = mapped_column(String(32))
    author: Mapped[str] = mapped_column(String(80))
    created: Mapped[datetime] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_by: Mapped[str] = mapped_column(String(80))


class BulkRow(Base):
    """One item of a step for many, and what became of it: written in the unit that did it.

    `code` and `params` are those of the error that refused it.
    """

    __tablename__ = "bulk_row"
    __table_args__ = (Index("ix_bulk_row_item_uid", "item_uid"),)

    bulk_uid: Mapped[str] = mapped_column(String(32), ForeignKey("bulk.uid"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item_uid: Mapped[str] = mapped_column(String(32), ForeignKey("item.uid"))
    outcome: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    moment: Mapped[datetime | None] = mapped_column(Moment)
