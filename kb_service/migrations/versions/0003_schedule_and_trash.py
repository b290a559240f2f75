"""When a published text becomes live, and with what an item was thrown away."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("item", sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("item", sa.Column("trashed_with", sa.String(length=32), nullable=True))
    _fill_trashed_with()


def _fill_trashed_with() -> None:
    item = sa.table(
        "item",
        *map(sa.column, ("uid", "trashed_at", "trashed_path", "trashed_with")),
    )
    connection = op.get_bind()
    columns = (item.c.uid, item.c.trashed_at, item.c.trashed_path)
    rows = connection.execute(sa.select(*columns).where(item.c.trashed_at.is_not(None)))
    found = [(str(uid), str(moment), str(path)) for uid, moment, path in rows]
    for uid, top in _tops(found):
        connection.execute(sa.update(item).where(item.c.uid == uid).values(trashed_with=top))


def _tops(thrown: list[tuple[str, str, str]]) -> Iterable[tuple[str, str]]:
    """Give each thrown-away item with the topmost one of the same moment above it."""
    tops: dict[str, list[tuple[str, str]]] = {}
    for uid, moment, path in sorted(thrown, key=lambda one: len(one[2])):
        known = tops.setdefault(moment, [])
        above = [top for start, top in known if path.startswith(start + "/")]
        if not above:
            known.append((path, uid))
        yield uid, above[0] if above else uid
