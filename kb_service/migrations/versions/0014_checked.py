"""When the shown text of an item was last checked, as a column: it is counted and filtered."""

from datetime import date

import sqlalchemy as sa
import yaml
from alembic import op

revision = "0014"
down_revision = "0013"
_PIECE = 500
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def upgrade() -> None:
    op.add_column("item", sa.Column("checked", sa.Date(), nullable=True))
    _read_texts()


def _read_texts() -> None:
    """Let the column follow the text that is shown: the live one, or the latest."""
    item = sa.table(
        "item",
        *(sa.column(name, sa.String) for name in ("uid", "live_uid", "latest_uid")),
        sa.column("checked", sa.Date),
    )
    texts = sa.table("revision", *(sa.column(name, sa.String) for name in ("uid", "text")))
    connection = op.get_bind()
    shown = sa.func.coalesce(item.c.live_uid, item.c.latest_uid)
    joined = item.join(texts, texts.c.uid == shown)
    is_said = texts.c.text.contains("checked")
    uids = connection.scalars(
        sa.select(item.c.uid).select_from(joined).where(is_said).order_by(item.c.uid)
    ).all()
    for start in range(0, len(uids), _PIECE):
        piece = uids[start : start + _PIECE]
        rows = connection.execute(
            sa.select(item.c.uid, texts.c.text).select_from(joined).where(item.c.uid.in_(piece))
        ).all()
        for uid, text in rows:
            day = _checked(str(text))
            if day is not None:
                statement = sa.update(item).where(item.c.uid == uid).values(checked=day)
                connection.execute(statement)


def _checked(text: str) -> date | None:
    """Give the day that a document's front matter names; no day where it names none."""
    front = text.removeprefix("---\n").partition("\n---\n")[0]
    try:
        values = yaml.load(front, _LOADER)  # noqa: S506 - a base loader gives texts alone
        said = values.get("checked") if isinstance(values, dict) else None
        return date.fromisoformat(said) if isinstance(said, str) else None
    except (yaml.YAMLError, ValueError):
        return None
