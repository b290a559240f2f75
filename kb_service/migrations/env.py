"""Run migrations with the engine that the caller hands in; nothing is read from a file."""

from alembic import context
from sqlalchemy import text

config = context.config
engine = config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=config.attributes.get("metadata"),
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        # Who starts beside us waits here, and then finds nothing left to do. SQLite is held anyway.
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(20260718)"))
        context.run_migrations()
