"""Departments as rows of their own, and addresses that somebody chose."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "department",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_department")),
    )
    # What is there already was remembered by the service itself.
    op.add_column(
        "address", sa.Column("is_manual", sa.Boolean(), nullable=False, server_default=sa.false())
    )
