"""Pages: HTML for people. Handlers read input, call one act or a few queries, fill a template.

A module's `pages` exist once a language (`/…` and `/en/…`), its `routes` once.
"""

from litestar import Router
from litestar.handlers import HTTPRouteHandler

from kb_service.web import (
    admin,
    desk,
    edit,
    feeds,
    hooks,
    operation,
    resolve,
    sign_in,
    site,
    tokens,
    widget,
)
from kb_service.web.assets import static_file
from kb_service.web.frame import FIRST_LANGUAGE, LANGUAGES

_PAGES: list[HTTPRouteHandler | Router] = [
    *sign_in.pages,
    *desk.pages,
    *edit.pages,
    *tokens.pages,
    *admin.pages,
    *operation.pages,
    *hooks.pages,
    *feeds.pages,
    *widget.pages,
    *resolve.pages,
    *site.pages,
]
# A router for each further language, not a handler with two paths: Litestar wraps such a handler
# for its thread pool twice.
routes = [
    static_file,
    *feeds.routes,
    *widget.routes,
    *_PAGES,
    *(
        Router(f"/{language}", route_handlers=_PAGES)
        for language in LANGUAGES
        if language != FIRST_LANGUAGE
    ),
]

__all__ = ["routes"]
