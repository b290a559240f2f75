"""Acknowledgements of regulations, and items looked up by their type."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_item_type", "item", ["type"])
    op.create_table(
        "acknowledgement",
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("revision_uid", sa.String(length=32), nullable=False),
        sa.Column("user_uid", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_uid"], ["item.uid"], name=op.f("fk_acknowledgement_item_uid_item")
        ),
        sa.PrimaryKeyConstraint(
            "item_uid", "revision_uid", "user_uid", name=op.f("pk_acknowledgement")
        ),
    )
    op.create_index("ix_acknowledgement_user_uid", "acknowledgement", ["user_uid"])
