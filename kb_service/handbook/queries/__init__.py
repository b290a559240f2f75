"""Reading the handbook. Every SELECT of the room is here and starts from what the actor may see."""

from kb_service.handbook.queries.addresses import (
    addresses,
    addresses_to,
)
from kb_service.handbook.queries.announcements import banners
from kb_service.handbook.queries.drafts import (
    DraftView,
    unsaved,
    unsaved_text,
)
from kb_service.handbook.queries.editing import (
    EditView,
    files_to_publish,
    for_editing,
    is_for_another,
    may_publish,
    parent_for_new,
    preview,
    refuse_mistakes,
)
from kb_service.handbook.queries.fact_texts import (
    fact_use_counts,
    fact_uses,
    typed_uses,
)
from kb_service.handbook.queries.facts import (
    all_facts,
    fact,
    fact_change,
    fact_changes,
    facts_then,
    planned,
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
    by_uid_with,
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
    with_changed_facts,
)
from kb_service.handbook.queries.links import (
    breaches,
    broken_everywhere,
    broken_links,
    linked_from,
    links_of,
    relations,
)
from kb_service.handbook.queries.lists import (
    worklist,
    worklist_counts,
)
from kb_service.handbook.queries.locks import (
    draft_of,
    lock_of,
)
from kb_service.handbook.queries.querying import (
    matching,
    sort_keys,
)
from kb_service.handbook.queries.regulations import (
    own_reading,
    readers,
    to_acknowledge,
)
from kb_service.handbook.queries.remarks import (
    open_remarks,
    remark,
    remarks,
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
    facts_changed_lately,
    facts_changed_since,
    needs_four_eyes,
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
    public_answers,
    signposts,
)

__all__ = [
    "DraftView",
    "EditView",
    "addresses",
    "addresses_to",
    "all_facts",
    "banners",
    "breaches",
    "breadcrumbs",
    "broken_everywhere",
    "broken_links",
    "by_number",
    "by_path",
    "by_uid",
    "by_uid_with",
    "card_at",
    "cards",
    "cards_as_of",
    "changes_after",
    "children",
    "company",
    "context",
    "counts",
    "danger_rules",
    "draft_of",
    "fact",
    "fact_change",
    "fact_changes",
    "fact_use_counts",
    "fact_uses",
    "facts",
    "facts_changed_lately",
    "facts_changed_since",
    "facts_then",
    "files_to_publish",
    "for_editing",
    "history",
    "index_entries",
    "is_for_another",
    "is_hidden",
    "last_change",
    "linked_from",
    "links_of",
    "live_paths",
    "lock_of",
    "matching",
    "may_publish",
    "moved_to",
    "navigation",
    "needs_four_eyes",
    "next_fact_change",
    "open_remarks",
    "own_reading",
    "owners",
    "parent_for_new",
    "past",
    "path_of_code",
    "planned",
    "preview",
    "public_answers",
    "readers",
    "recent",
    "refuse_mistakes",
    "relations",
    "remark",
    "remarks",
    "revision_text",
    "shares",
    "sheet",
    "sheet_names",
    "signposts",
    "sort_keys",
    "steps",
    "tags",
    "text_to_revert",
    "titles",
    "to_acknowledge",
    "topics",
    "transitions",
    "typed_uses",
    "unsaved",
    "unsaved_text",
    "with_changed_facts",
    "with_local_roles",
    "words",
    "worklist",
    "worklist_counts",
]
