"""The first page of the workplace: all that lies in the handbook, drafts too."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.web.edit.place import address_of, edit_page
from kb_service.web.frame import Frame

_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
# A path has at most eight parts (handbook/rules/paths.py).
_DEPTH = 8


@get("/edit", **_PAGE)
def start(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[str]:
    """Show what lies where, with its state. Raises: session.needed, act.forbidden."""
    work.allow_somewhere(Permission.EDIT)
    rows = queries.navigation(work, "/", _DEPTH)
    return edit_page("edit/start.html", frame, work, rows=rows, address_of=address_of)


pages = [start]
