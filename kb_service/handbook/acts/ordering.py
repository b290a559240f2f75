"""The order of items among their neighbours: a property of the item, as its state is (ADR 14)."""

from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows, _tree
from kb_service.handbook.rules import order as rules

# So many neighbours get a number in one act: each is a row of the journal's and a file.
MOST = 1000


@act("item.order")
def order(work: Work, uid: str, *, before: str = "", comment: str = "") -> None:
    """Put an item before one of its neighbours (its uid), or behind all of them.

    No text changes, so nobody needs to look at one again: readers see the new order at once. Who
    orders edits the topic. Raises: item.root_stays, item.in_trash, item.not_neighbour,
    item.order_too_far.
    """
    _tree.hold(work)
    item = _rows.present(work, uid, Permission.VIEW)
    if item.parent_uid is None:
        raise invalid("item.root_stays")
    _rows.present(work, item.parent_uid, Permission.EDIT)
    work.about("item", item.uid)
    row = _tree.neighbours(work, item.parent_uid)
    if before == uid or (before and before not in dict(row)):
        fault = FieldError("before", "item.not_neighbour")
        raise invalid("item.not_neighbour", fault, uid=before[:64])
    places = dict(rules.moved(row, uid, before))
    if len(places) > MOST:
        raise invalid("item.order_too_far", count=len(places), max=MOST)
    changed = {row.uid: row for row in _tree.held(work, places)}
    for name, position in places.items():
        changed[name].position = position
    _rows.note_order(work, [changed[name] for name in places])
