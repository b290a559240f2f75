"""Replies: drafts, their texts and versions, who writes them, what they used of the handbook."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("owner_uid", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ready_version", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_by", sa.String(length=200), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_owner_uid", "draft", ["owner_uid"], unique=False)
    op.create_table(
        "standard_use",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("draft_uid", sa.String(length=32), nullable=False),
        sa.Column("fragment", sa.String(length=40), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("face", sa.String(length=12), nullable=False),
        sa.Column("account_uid", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_standard_use")),
    )
    op.create_index(
        "ix_standard_use_account_uid", "standard_use", ["account_uid", "item_uid"], unique=False
    )
    op.create_index("ix_standard_use_draft_uid", "standard_use", ["draft_uid"], unique=False)
    op.create_index("ix_standard_use_item_uid", "standard_use", ["item_uid"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("instead_of", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=80), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_suggestion")),
    )
    op.create_index("ix_suggestion_item_uid", "suggestion", ["item_uid"], unique=False)
    op.create_table(
        "draft_text",
        sa.Column("draft_uid", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("fact_keys", sa.Text(), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.Column("author_uid", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_uid"], ["draft.uid"], name=op.f("fk_draft_text_draft_uid_draft")
        ),
        sa.PrimaryKeyConstraint("draft_uid", name=op.f("pk_draft_text")),
    )
    op.create_index("ix_draft_text_moment", "draft_text", ["moment"], unique=False)
    op.create_table(
        "draft_version",
        sa.Column("draft_uid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("is_beside", sa.Boolean(), nullable=False),
        sa.Column("made_of", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_uid"], ["draft.uid"], name=op.f("fk_draft_version_draft_uid_draft")
        ),
        sa.PrimaryKeyConstraint("draft_uid", "number", name=op.f("pk_draft_version")),
    )
    op.create_table(
        "draft_writer",
        sa.Column("draft_uid", sa.String(length=32), nullable=False),
        sa.Column("holder_uid", sa.String(length=32), nullable=False),
        sa.Column("holder_name", sa.String(length=200), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loser_uid", sa.String(length=32), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_uid"], ["draft.uid"], name=op.f("fk_draft_writer_draft_uid_draft")
        ),
        sa.PrimaryKeyConstraint("draft_uid", name=op.f("pk_draft_writer")),
    )
