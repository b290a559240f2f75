"""The frame of the editor's workplace: its sections, and a page within them.

A section is one line here, and only when its page is there. Which sections somebody sees is asked
as a door asks: who may do it somewhere may look in, the place itself is asked with its row.
"""

from http import HTTPStatus
from typing import Any

from litestar import Response
from litestar.di import Provide

from kb_service.base.permissions import Permission, may_somewhere
from kb_service.base.work import Work
from kb_service.web.forms import REFUSALS, provide_form
from kb_service.web.frame import Frame, MenuItem
from kb_service.web.pages import page

# Title (a source sentence of the catalogue), address, and what one must be allowed somewhere.
SECTIONS: tuple[tuple[str, str, Permission], ...] = (
    ("Tree", "/edit", Permission.EDIT),
    ("Trash", "/edit/trash", Permission.DELETE),
    ("Facts", "/edit/facts", Permission.PROPOSE_FACT),
    ("Tags", "/edit/tags", Permission.EDIT),
    ("Gaps", "/edit/gaps", Permission.EDIT),
    ("Feedback", "/edit/feedback", Permission.EDIT),
    ("Check of the search", "/edit/bench", Permission.EDIT_WORDS),
    ("Synonyms", "/edit/synonyms", Permission.EDIT_WORDS),
    ("In and out", "/edit/exchange", Permission.ADD),
)

# First words of addresses below `/edit` that are never the path of an item.
_OWN_WORDS = frozenset(
    {"items", "new", "preview", "drafts", "files", "order", "session", "resume", "bulk", "repair"}
    | {"acknowledged"}
)
ITEMS, NEW, DRAFTS = "/edit/items", "/edit/new", "/edit/drafts"
# How handlers of the workplace are declared: a page, and what takes a form.
PAGE: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
FORM: dict[str, Any] = {
    **PAGE,
    "dependencies": {"form": Provide(provide_form)},
    "exception_handlers": REFUSALS,
}


def sections(work: Work, path: str) -> list[MenuItem]:
    """Give the sections of the workplace that this employee may open."""
    return [
        MenuItem(title, address, _is_here(path, address))
        for title, address, permission in SECTIONS
        if may_somewhere(work.actor, permission)
    ]


def edit_page(
    name: str, frame: Frame, work: Work, *, status: int = HTTPStatus.OK, **context: Any
) -> Response[str]:
    """Answer with a page of the workplace: its template extends `edit/layout.html`."""
    return page(name, frame, status=int(status), sections=sections(work, frame.path), **context)


def _is_here(path: str, address: str) -> bool:
    # Below `/edit` each page has a section of its own, or none.
    return path == address or (address != "/edit" and path.startswith(f"{address}/"))


def address_of(uid: str, path: str) -> str:
    """Give the address at which an item is edited: its path below `/edit`, else its uid.

    The root has no path of its own there, nor what begins like a page of the workplace.
    """
    first = path.strip("/").split("/")[0]
    taken = {address.split("/")[2] for _t, address, _p in SECTIONS if address.count("/") > 1}
    if not first or first in taken | _OWN_WORDS:
        return f"{ITEMS}/{uid}"
    return f"/edit{path}"
