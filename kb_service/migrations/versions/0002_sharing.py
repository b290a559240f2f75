"""Local roles: who has which role at an item, and items that inherit none."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "share",
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("principal", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["item_uid"], ["item.uid"], name=op.f("fk_share_item_uid_item")),
        sa.PrimaryKeyConstraint("item_uid", "kind", "principal", "role", name=op.f("pk_share")),
    )
    op.create_index("ix_share_principal", "share", ["principal"], unique=False)
    op.add_column(
        "item", sa.Column("is_inheriting", sa.Boolean(), nullable=False, server_default=sa.true())
    )
