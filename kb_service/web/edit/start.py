"""The first page of the workplace: the tree with its drafts, lists of what to look at, the order.

The tree is folded: a topic shows what lies in it when its path is in `open`, a piece of a long one;
by itself (`in`) it shows all of it, page by page. All of that is links and buttons; the script
beside it lets keys and the mouse press them.
"""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from kb_service.base.paging import Batch, checked_batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import ordering
from kb_service.handbook.queries.lists import Worklist
from kb_service.handbook.rules.order import before_shifted
from kb_service.web.edit.bulk import steps_for
from kb_service.web.edit.place import FORM, PAGE, address_of, edit_page
from kb_service.web.edit.unsaved import unsaved_rows
from kb_service.web.forms import text_of
from kb_service.web.frame import Frame

TITLES = {
    Worklist.MINE: "Made by me",
    Worklist.PENDING: "Wait for review",
    Worklist.DUE: "Due for a check",
    Worklist.REVIEW: "To be checked soon",
    Worklist.EXPIRED: "Gone by their date",
    Worklist.UNCHECKED: "Not checked",
    Worklist.OWNERLESS: "Without an owner",
    Worklist.CONFLICT: "In conflict",
    Worklist.DRAFT: "With a newer draft",
}
SIZE = 50
# Each opened topic is a query of its own.
_MOST_OPEN = 30
_MAX_DIGITS = 9


class Looked(msgspec.Struct, frozen=True):
    """How somebody looks at the tree: in which topic, from where, which topics are unfolded."""

    inside: str = "/"
    start: int = 0
    opened: tuple[str, ...] = ()

    def toggled(self, path: str) -> "Looked":
        """Give the same with a topic unfolded, or folded with all that is unfolded in it."""
        if path not in self.opened:
            return msgspec.structs.replace(self, opened=(*self.opened, path))
        kept = (one for one in self.opened if not f"{one}/".startswith(f"{path}/"))
        return msgspec.structs.replace(self, opened=tuple(kept))

    def address(self, frame: Frame) -> str:
        """Give the page's address."""
        said = (
            ("in", self.inside if self.inside != "/" else ""),
            ("start", str(self.start) if self.start else ""),
            ("open", ",".join(self.opened)),
        )
        query = "&".join(f"{name}={value}" for name, value in said if value)
        return frame.url(f"/edit?{query}" if query else "/edit")


@get("/edit", **PAGE)
def start(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    show: FromQuery[str] = "",
    inside: Annotated[str, QueryParameter(name="in")] = "/",
    opened: Annotated[str, QueryParameter(name="open")] = "",
    begin: Annotated[int, QueryParameter(name="start")] = 0,
) -> Response[str]:
    """Show what lies where, with its state, or one of the lists. Raises: session.needed."""
    work.allow_somewhere(Permission.EDIT)
    counts = queries.worklist_counts(work)
    lists = [(str(one), title, counts[one]) for one, title in TITLES.items()]
    begin, _size = checked_batch(begin, SIZE)
    if show in tuple(Worklist):
        rows = queries.worklist(work, Worklist(show), start=begin, size=SIZE)
        batch = Batch(rows, counts[Worklist(show)], begin, SIZE)
        return _page(frame, work, lists=lists, show=show, batch=batch)
    return _tree(frame, work, _looked(inside, begin, opened), lists)


@post("/edit/order", **FORM)
def order(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Put an item one place up or down, or before or behind a neighbour; show it there.

    Raises: session.needed, act.forbidden, item.missing, item.not_neighbour.
    """
    work.allow_somewhere(Permission.EDIT)
    uid = next((text_of(form, one) for one in ("up", "down", "uid") if text_of(form, one)), "")
    row = queries.neighbours_of(work, uid)
    ordering.order(work, uid, before=_before(form, row, uid))
    looked = _looked(text_of(form, "in"), 0, text_of(form, "open"))
    top = queries.neighbours(work, queries.card_at(work, looked.inside).uid)
    places = {one: place for place, (one, _path) in enumerate(top)}
    # Where a long topic is looked at page by page, it may have gone to another page.
    shown = places.get(uid, _number(text_of(form, "start")))
    looked = msgspec.structs.replace(looked, start=shown // SIZE * SIZE)
    return Redirect(f"{looked.address(frame)}#n-{uid}", status_code=303)


def _before(form: FormMultiDict, row: list[str], uid: str) -> str:
    """Give before whom the item is to stand, as its button or the mouse said; "" is the end."""
    if not text_of(form, "uid"):
        return before_shifted(row, uid, -1 if text_of(form, "up") else 1)
    after = text_of(form, "after")
    others = [one for one in row if one != uid]
    if after in others:
        return next(iter(others[others.index(after) + 1 :]), "")
    return after or text_of(form, "before")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _MAX_DIGITS else 0


def _looked(inside: str, begin: int, opened: str) -> Looked:
    paths = dict.fromkeys(one for one in opened.split(",") if one.startswith("/"))
    return Looked(inside or "/", begin, tuple(paths)[-_MOST_OPEN:])


def _tree(
    frame: Frame, work: Work, looked: Looked, lists: list[tuple[str, str, int]]
) -> Response[str]:
    level = queries.level(work, looked.inside, opened=looked.opened, start=looked.start, size=SIZE)

    def toggle(path: str) -> str:
        return looked.toggled(path).address(frame)

    def alone(path: str, begin: int = 0) -> str:
        return Looked(path, begin).address(frame)

    return _page(
        frame,
        work,
        lists=lists,
        show=None,
        level=level,
        looked=looked,
        way=queries.way_to(work, looked.inside) if looked.inside != "/" else [],
        batch=Batch(level.nodes, level.total, level.start, SIZE),
        toggle=toggle,
        alone=alone,
    )


def _page(frame: Frame, work: Work, **context: Any) -> Response[str]:
    context |= {
        "bulk_steps": steps_for(frame, work),
        "review": queries.review_counts(work),
        "unsaved": unsaved_rows(frame, work),
    }
    return edit_page("edit/start.html", frame, work, address_of=address_of, **context)


pages = [start, order]
