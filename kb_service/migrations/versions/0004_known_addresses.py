"""Addresses from which accounts were signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "known_address",
        sa.Column("login_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("login_hash", "address_hash", name=op.f("pk_known_address")),
    )
    op.create_index("ix_known_address_used_at", "known_address", ["used_at"], unique=False)
