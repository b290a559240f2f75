"""Reading the handbook. Every SELECT of the room is here and starts from what the actor may see."""

from kb_service.handbook.queries.addresses import (
    addresses,
    addresses_to,
)
from kb_service.handbook.queries.history import (
    by_number,
    past,
    text_to_revert,
)
from kb_service.handbook.queries.items import (
    breadcrumbs,
    by_path,
    by_uid,
    card_at,
    cards,
    cards_as_of,
    children,
    counts,
    is_hidden,
    moved_to,
    navigation,
    path_of_code,
    recent,
    topics,
)
from kb_service.handbook.queries.revisions import (
    history,
    revision_text,
    steps,
    transitions,
)
from kb_service.handbook.queries.sharing import (
    shares,
    with_local_roles,
)
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
from kb_service.handbook.queries.terms import (
    owners,
    tags,
    titles,
)
from kb_service.handbook.queries.whole import (
    changes_after,
    index_entries,
    last_change,
    live_paths,
    signposts,
)

__all__ = [
    "addresses",
    "addresses_to",
    "breadcrumbs",
    "by_number",
    "by_path",
    "by_uid",
    "card_at",
    "cards",
    "cards_as_of",
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
    "owners",
    "past",
    "path_of_code",
    "recent",
    "revision_text",
    "shares",
    "sheet",
    "sheet_names",
    "signposts",
    "steps",
    "tags",
    "text_to_revert",
    "titles",
    "topics",
    "transitions",
    "with_local_roles",
    "words",
]
