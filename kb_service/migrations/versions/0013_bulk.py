"""Steps for many items, and revisions that only file a text anew."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column(
        "revision",
        sa.Column("is_filing", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "bulk",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author_uid", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_bulk")),
    )
    op.create_index("ix_bulk_author_uid", "bulk", ["author_uid", "created"])
    op.create_table(
        "bulk_row",
        sa.Column("bulk_uid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bulk_uid"], ["bulk.uid"], name=op.f("fk_bulk_row_bulk_uid_bulk")),
        sa.ForeignKeyConstraint(["item_uid"], ["item.uid"], name=op.f("fk_bulk_row_item_uid_item")),
        sa.PrimaryKeyConstraint("bulk_uid", "number", name=op.f("pk_bulk_row")),
    )
    op.create_index("ix_bulk_row_item_uid", "bulk_row", ["item_uid"])
