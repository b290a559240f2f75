"""Reading replies: only what this employee may open."""

from kb_service.letters.queries.analysis import analysis
from kb_service.letters.queries.checks import (
    findings,
    levels,
)
from kb_service.letters.queries.drafts import (
    draft,
    drafts,
    reply_of,
    version,
    versions,
    with_fact,
)
from kb_service.letters.queries.outgoing import outgoing
from kb_service.letters.queries.suggestions import (
    suggestion,
    suggestion_counts,
    suggestions,
    suggestions_to_settle,
)
from kb_service.letters.queries.usage import usage

__all__ = [
    "analysis",
    "draft",
    "drafts",
    "findings",
    "levels",
    "outgoing",
    "reply_of",
    "suggestion",
    "suggestion_counts",
    "suggestions",
    "suggestions_to_settle",
    "usage",
    "version",
    "versions",
    "with_fact",
]
