"""The editor's workplace `/edit`: the tree, the document, and what else keeps the handbook true.

One file is a group of pages and gives its `pages`; `place` holds the frame that they share. The
texts below `/edit/<path>` have the address of their item, so a page of the workplace itself has a
fixed first word, and an item that happens to have the same one is reached by its uid.
"""

from litestar import Router
from litestar.handlers import HTTPRouteHandler

from kb_service.web.edit import (
    bench,
    bulk,
    document,
    drafts,
    exchange,
    fact_texts,
    facts,
    feedback,
    files,
    gaps,
    history,
    locks,
    placing,
    preview,
    regulations,
    remarks,
    repair,
    resume,
    review,
    start,
    synonyms,
    tags,
    topics,
    trash,
)

# Handlers that share a path come in one router.
pages: list[HTTPRouteHandler | Router] = [
    *start.pages,
    *facts.pages,
    *fact_texts.pages,
    *exchange.pages,
    *bulk.pages,
    *tags.pages,
    *topics.pages,
    *feedback.pages,
    *gaps.pages,
    *bench.pages,
    *synonyms.pages,
    *repair.pages,
    *regulations.pages,
    Router(
        "/",
        route_handlers=[
            *document.routes,
            *drafts.routes,
            *files.routes,
            *history.routes,
            *locks.routes,
            *placing.routes,
            *preview.routes,
            *remarks.routes,
            *resume.routes,
            *trash.routes,
            *review.routes,
        ],
    ),
]

__all__ = ["pages"]
