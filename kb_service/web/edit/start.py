"""The first page of the workplace: all that lies in the handbook, drafts too."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.queries.lists import Worklist
from kb_service.web.edit.bulk import steps_for
from kb_service.web.edit.place import address_of, edit_page
from kb_service.web.frame import Frame

_PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
# A path has at most eight parts (handbook/rules/paths.py).
_DEPTH = 8
TITLES = {
    Worklist.MINE: "Made by me",
    Worklist.PENDING: "Wait for review",
    Worklist.DUE: "Due for a check",
    Worklist.EXPIRED: "Gone by their date",
    Worklist.OWNERLESS: "Without an owner",
    Worklist.CONFLICT: "In conflict",
    Worklist.DRAFT: "With a newer draft",
}


@get("/edit", **_PAGE)
def start(
    frame: NamedDependency[Frame], work: NamedDependency[Work], show: FromQuery[str] = ""
) -> Response[str]:
    """Show what lies where, with its state, or one of the lists. Raises: session.needed."""
    work.allow_somewhere(Permission.EDIT)
    which = Worklist(show) if show in tuple(Worklist) else None
    rows = (
        [(card, 1) for card in queries.worklist(work, which)]
        if which
        else queries.navigation(work, "/", _DEPTH)
    )
    counts = queries.worklist_counts(work)
    lists = [(str(one), title, counts[one]) for one, title in TITLES.items()]
    return edit_page(
        "edit/start.html",
        frame,
        work,
        rows=rows,
        address_of=address_of,
        lists=lists,
        show=which,
        bulk_steps=steps_for(frame, work),
    )


pages = [start]
