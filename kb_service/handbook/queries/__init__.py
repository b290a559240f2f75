"""Reading the handbook. Every SELECT of the room is here and starts from what the actor may see."""

from kb_service.handbook.queries.items import (
    breadcrumbs,
    by_path,
    by_uid,
    card_at,
    cards,
    children,
    counts,
    is_hidden,
    moved_to,
    navigation,
    recent,
    topics,
)
from kb_service.handbook.queries.revisions import history, revision_text, steps, transitions
from kb_service.handbook.queries.sharing import shares, with_local_roles
from kb_service.handbook.queries.sheets import (
    company,
    context,
    danger_rules,
    facts,
    facts_changed_since,
    next_fact_change,
    sheet,
    sheet_names,
    words,
)
from kb_service.handbook.queries.whole import changes_after, index_entries, last_change, live_paths

__all__ = [
    "breadcrumbs",
    "by_path",
    "by_uid",
    "card_at",
    "cards",
    "changes_after",
    "children",
    "company",
    "context",
    "counts",
    "danger_rules",
    "facts",
    "facts_changed_since",
    "history",
    "index_entries",
    "is_hidden",
    "last_change",
    "live_paths",
    "moved_to",
    "navigation",
    "next_fact_change",
    "recent",
    "revision_text",
    "shares",
    "sheet",
    "sheet_names",
    "steps",
    "topics",
    "transitions",
    "with_local_roles",
    "words",
]
