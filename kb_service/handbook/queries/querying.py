"""Reading items by a saved query: by columns in the database, by the rest in the shown texts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, true

from kb_service.base.ids import is_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import chunked, document_of
from kb_service.handbook.rules.conditions import Condition, How
from kb_service.handbook.schemas import Content
from kb_service.handbook.tables import Item, Revision

_PIECE = 500
_NOT_MOMENTS = {"review_by"}
_COLUMNS: Mapping[str, Any] = {
    "Title": Item.title,
    "portal_type": Item.type,
    "review_state": Item.state,
    "getId": Item.name,
    "Creator": Item.creator,
    "created": Item.created,
    "modified": Revision.moment,
    "effective": Item.effective,
    "expires": Item.expires_at,
    "code": Item.code,
    "owner": Item.owner,
    "audience": Item.audience,
    "review_by": Item.review_by,
}
_SORTS: Mapping[str, Any] = {
    **{name: column for name, column in _COLUMNS.items() if name != "Title"},
    "sortable_title": func.lower(Item.title),
    "path": Item.path,
    "getObjPositionInParent": Item.position,
}


class Order(msgspec.Struct, frozen=True):
    """How the found items are ordered; nothing is the editors' order."""

    index: str = ""
    is_reversed: bool = False


def matching(
    work: Work, conditions: Sequence[Condition], order: Order, *, without: str = ""
) -> list[str]:
    """Give the uids of what this actor may see and all conditions let through, in order.

    Who made an item is known to colleagues only. The text index is not asked here.
    Raises: session.needed, act.forbidden.
    """
    named = {one.index for one in conditions} | {order.index}
    if "Creator" in named:
        work.allow(Permission.VIEW_STAFF)
    statement: Any = _shown(work).with_only_columns(Item.uid, Revision.uid)
    if without:
        statement = statement.where(Item.uid != without)
    for test in conditions:
        statement = statement.where(_clause(work, test))
    rows = [(uid, revision) for uid, revision in work.session.execute(_ordered(statement, order))]
    inside = [test for test in conditions if test.index in _INSIDE]
    if not inside:
        return [uid for uid, _revision in rows]
    texts = {row.uid: row.text for row in chunked(work, [revision for _uid, revision in rows])}
    return [
        uid
        for uid, revision in rows
        if all(_INSIDE[t.index](document_of(texts[revision]).content, t) for t in inside)
    ]


def _shown(work: Work) -> Select[Any]:
    """Give the items that this actor may see, each with the revision that is shown of it."""
    shown = func.coalesce(Item.live_uid, Item.latest_uid)
    return readable(work, Item).join(Revision, Revision.uid == shown)


def sort_keys(work: Work, uids: Sequence[str], index: str) -> dict[str, Any]:
    """Give by what each item is ordered under an index, of those that this actor may see.

    Raises: session.needed, act.forbidden.
    """
    if index == "Creator":
        work.allow(Permission.VIEW_STAFF)
    keys: dict[str, Any] = {}
    for start in range(0, len(uids), _PIECE):
        statement = _shown(work).where(Item.uid.in_(uids[start : start + _PIECE]))
        rows = statement.with_only_columns(Item.uid, _SORTS[index])
        keys.update((uid, key) for uid, key in work.session.execute(rows))
    return keys


def _ordered(statement: Select[Any], order: Order) -> Select[Any]:
    column = _SORTS.get(order.index, Item.position)
    # What has no value stands last, whichever way the rest goes: both databases differ in it.
    by = column.desc() if order.is_reversed else column.asc()
    return statement.order_by(column.is_(None), by, Item.path)


def _clause(work: Work, test: Condition) -> ColumnElement[bool]:
    if test.index == "path":
        return or_(*(_under(_path_of(work, way), depth) for way, depth in test.values))
    if test.index == "isFolderish":
        is_folder = or_(Item.type == "Topic", Item.path == "/")
        return is_folder if test.values[0] else ~is_folder
    column = _COLUMNS.get(test.index)
    if column is None:
        return true()
    if test.how == How.CONTAINS:
        return and_(*(func.lower(column).contains(w.lower(), autoescape=True) for w in test.values))
    if test.how == How.BETWEEN:
        return _bounded(column, test)
    listed = column.in_(test.values)
    return or_(~listed, column.is_(None)) if test.how == How.NONE else listed


def _bounded(column: Any, test: Condition) -> ColumnElement[bool]:
    first, last = (_bound(test.index, one) for one in test.values)
    clauses = [column.is_not(None)]
    if first is not None:
        clauses.append(column >= first)
    if last is not None:
        clauses.append(column < last)
    return and_(*clauses)


def _bound(index: str, moment: datetime | None) -> datetime | date | None:
    return moment.date() if moment is not None and index in _NOT_MOMENTS else moment


def _path_of(work: Work, way: str) -> str:
    """Give the path of a uid or a path; what one may not see is nowhere."""
    if not is_uid(way):
        return "/" + way.strip("/")
    found = work.session.scalar(readable(work, Item).where(Item.uid == way))
    return found.path if found is not None else ""


def _under(path: str, depth: int | None) -> ColumnElement[bool]:
    """Give the test of lying at a path or below it, at most so many steps."""
    if not path:
        return false()
    top = path.rstrip("/")
    below = Item.path.startswith(top + "/", autoescape=True)
    own = Item.path == path
    if depth is None:
        return or_(own, below)
    slashes = func.length(Item.path) - func.length(func.replace(Item.path, "/", ""))
    is_near = and_(below, slashes <= top.count("/") + depth)
    return or_(own, is_near) if path != "/" else or_(own, and_(is_near, Item.path != "/"))


def _has_tags(content: Content, test: Condition) -> bool:
    wanted, own = set(test.values), set(content.tags)
    if test.how == How.ALL:
        return wanted <= own
    return wanted.isdisjoint(own) == (test.how == How.NONE)


def _is_checked(content: Content, test: Condition) -> bool:
    return (content.checked is not False) is bool(test.values[0])


def _describes(content: Content, test: Condition) -> bool:
    return all(word.lower() in content.description.lower() for word in test.values)


# What stands in the texts alone.
_INSIDE: Mapping[str, Callable[[Content, Condition], bool]] = {
    "Subject": _has_tags,
    "checked": _is_checked,
    "Description": _describes,
}
