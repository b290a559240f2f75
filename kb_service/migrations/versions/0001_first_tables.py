"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("login_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_address", "attempt", ["address_hash", "moment"], unique=False)
    op.create_index("ix_attempt_login", "attempt", ["login_hash", "moment"], unique=False)

    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_uid", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_act", "audit", ["act"], unique=False)
    op.create_index("ix_audit_object", "audit", ["object_uid"], unique=False)

    op.create_table(
        "change",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_table(
        "file_state",
        sa.Column("file", sa.String(length=1000), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_file_state")),
    )
    op.create_table(
        "item",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("parent_uid", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("draft", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("effective", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_uid", sa.String(length=32), nullable=True),
        sa.Column("latest_uid", sa.String(length=32), nullable=False),
        sa.Column("creator", sa.String(length=80), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trashed_path", sa.String(length=1000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_uid"], ["item.uid"], name=op.f("fk_item_parent_uid_item")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_item")),
        sa.UniqueConstraint("code", name=op.f("uq_item_code")),
        sa.UniqueConstraint("path", name=op.f("uq_item_path")),
    )
    op.create_index("ix_item_parent_uid", "item", ["parent_uid"], unique=False)
    op.create_index("ix_item_state", "item", ["state"], unique=False)

    op.create_table(
        "job",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_job")),
    )
    op.create_index("ix_job_due", "job", ["state", "run_at"], unique=False)

    op.create_table(
        "rating",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("helped", sa.String(length=20), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_rating")),
    )
    op.create_index("ix_rating_item_uid", "rating", ["item_uid", "moment"], unique=False)

    op.create_table(
        "search_event",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("corrected", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("confident", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("danger", sa.String(length=60), nullable=False),
        sa.Column("legs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_search_event")),
    )
    op.create_index("ix_search_event_moment", "search_event", ["moment"], unique=False)

    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    op.create_table(
        "sheet",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sheet")),
    )
    op.create_table(
        "sheet_revision",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_conflict", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", "number", name=op.f("pk_sheet_revision")),
    )
    op.create_table(
        "user",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_user")),
        sa.UniqueConstraint("login", name=op.f("uq_user_login")),
    )
    op.create_table(
        "vector",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("encoder", sa.String(length=80), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", "encoder", name=op.f("pk_vector")),
    )
    op.create_table(
        "address",
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_uid"], ["item.uid"], name=op.f("fk_address_item_uid_item")),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_address")),
    )
    op.create_table(
        "grant",
        sa.Column("user_uid", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_uid"], ["user.uid"], name=op.f("fk_grant_user_uid_user")),
        sa.PrimaryKeyConstraint("user_uid", "role", name=op.f("pk_grant")),
    )
    op.create_table(
        "link",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("user_uid", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_uid"], ["user.uid"], name=op.f("fk_link_user_uid_user")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_link_secret_hash")),
    )
    op.create_index("ix_link_user_uid", "link", ["user_uid"], unique=False)

    op.create_table(
        "revision",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("is_conflict", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_uid"], ["item.uid"], name=op.f("fk_revision_item_uid_item")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_revision")),
        sa.UniqueConstraint("item_uid", "number", name=op.f("uq_revision_item_uid_number")),
    )
    op.create_table(
        "session",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("user_uid", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_uid"], ["user.uid"], name=op.f("fk_session_user_uid_user")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_session_secret_hash")),
    )
    op.create_index("ix_session_expires_at", "session", ["expires_at"], unique=False)
    op.create_index("ix_session_user_uid", "session", ["user_uid"], unique=False)

    op.create_table(
        "token",
        sa.Column("jti", sa.String(length=32), nullable=False),
        sa.Column("user_uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_uid"], ["user.uid"], name=op.f("fk_token_user_uid_user")),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_token")),
    )
    op.create_index("ix_token_user_uid", "token", ["user_uid"], unique=False)

    op.create_table(
        "transition",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("revision_uid", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_uid"], ["item.uid"], name=op.f("fk_transition_item_uid_item")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_transition")),
    )
    op.create_index("ix_transition_item_uid", "transition", ["item_uid"], unique=False)
