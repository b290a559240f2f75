"""Links between items, who is writing now, and remarks to editors."""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "item_link",
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=1000), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_uid"], ["item.uid"], name=op.f("fk_item_link_item_uid_item")
        ),
        sa.PrimaryKeyConstraint("item_uid", "kind", "target", name=op.f("pk_item_link")),
    )
    op.create_index("ix_item_link_target", "item_link", ["target"], unique=False)
    op.create_table(
        "lock",
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("holder_uid", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("holder_name", sa.String(length=200), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timeout_s", sa.Integer(), nullable=False),
        sa.Column("loser_uid", sa.String(length=32), nullable=False),
        sa.Column("lost_to", sa.String(length=200), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_uid"], ["item.uid"], name=op.f("fk_lock_item_uid_item")),
        sa.PrimaryKeyConstraint("item_uid", name=op.f("pk_lock")),
    )
    _remark()
    _read_links_afterwards()


def _remark() -> None:
    op.create_table(
        "remark",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_about_live", sa.Boolean(), nullable=False),
        sa.Column("reply_to", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("author_uid", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["item_uid"], ["item.uid"], name=op.f("fk_remark_item_uid_item")),
        sa.ForeignKeyConstraint(
            ["reply_to"], ["remark.uid"], name=op.f("fk_remark_reply_to_remark")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_item_uid", "remark", ["item_uid"], unique=False)


def _read_links_afterwards() -> None:
    """Leave a job that reads the links of the texts that are here already."""
    connection = op.get_bind()
    item = sa.table("item", sa.column("uid", sa.String))
    if connection.execute(sa.select(item.c.uid).limit(1)).first() is None:
        return
    moment = sa.DateTime(timezone=True)
    job = sa.table(
        "job",
        *(sa.column(name, sa.String) for name in ("uid", "kind", "payload", "state", "error")),
        sa.column("run_at", moment),
        sa.column("created", moment),
        sa.column("tries", sa.Integer),
    )
    now = datetime.now(UTC)
    connection.execute(
        job.insert().values(
            uid=uuid.uuid4().hex,
            kind="handbook.read_links",
            payload="{}",
            state="queued",
            error="",
            run_at=now,
            created=now,
            tries=0,
        )
    )
