"""Proposed values of facts, and sentences whose number is not a fact's."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "fact_change",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_fact_change")),
    )
    op.create_index("ix_fact_change_key", "fact_change", ["key"], unique=False)
    op.create_index("ix_fact_change_status", "fact_change", ["status"], unique=False)
    op.create_table(
        "fact_exception",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_uid"], ["item.uid"], name=op.f("fk_fact_exception_item_uid_item")
        ),
        sa.PrimaryKeyConstraint("key", "item_uid", "sentence", name=op.f("pk_fact_exception")),
    )
