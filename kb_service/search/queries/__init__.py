"""Asking the handbook, and asking about the search itself: stored questions, what was asked."""

from kb_service.search.queries.asking import (
    answer,
    asked,
    bench,
    danger_in,
    danger_of,
    find,
    pending,
    visible_uids,
)

__all__ = ["answer", "asked", "bench", "danger_in", "danger_of", "find", "pending", "visible_uids"]
