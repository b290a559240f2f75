"""What becomes of ratings, and gaps that are none."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index("ix_rating_moment", "rating", ["moment"])
    op.create_table(
        "handling",
        sa.Column("rating_uid", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("responsible_uid", sa.String(length=32), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rating_uid"], ["rating.uid"], name=op.f("fk_handling_rating_uid_rating")
        ),
        sa.PrimaryKeyConstraint("rating_uid", name=op.f("pk_handling")),
    )
    op.create_table(
        "no_gap",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("demand", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_no_gap")),
    )
