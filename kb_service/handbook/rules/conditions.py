"""Saved queries in Plone's words, read into conditions. Pure: rows and a moment in, no items.

A row names an index, an operation and a value. What is not known is refused by its name: a query
that silently lets everything in would be worse than none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from kb_service.base.errors import FieldError, KbError, Kind, invalid

PREFIX = "plone.app.querystring.operation."
MAX_ROWS = 30
MAX_VALUES = 100
_LONGEST = 400
_MAX_DAYS = 36_500


class How(StrEnum):
    """How a value of an item is compared."""

    IS = "is"
    CONTAINS = "contains"
    ANY = "any"
    ALL = "all"
    NONE = "none"
    BELOW = "below"
    BETWEEN = "between"
    TRUE = "true"


class Condition(msgspec.Struct, frozen=True):
    """One condition on an item. `BETWEEN` has two bounds, the upper exclusive, each may be none."""

    index: str
    how: How
    values: tuple[Any, ...] = ()


class Reader(msgspec.Struct, frozen=True):
    """Who asks, where and when."""

    login: str
    path: str
    now: datetime

    def start_of(self, day: date) -> datetime:
        """Give the first moment of a day of the company."""
        return datetime.combine(day, time.min, tzinfo=self.now.tzinfo)


Read = Callable[[str, Any, Reader], Condition]


def conditions_of(rows: Sequence[tuple[str, str, Any]], reader: Reader) -> list[Condition]:
    """Give the conditions of a query.

    Raises: query.empty, query.too_many, query.index_unknown, query.operation_unknown, query.value.
    """
    if not rows:
        raise invalid("query.empty", FieldError("query", "field.needed"))
    if len(rows) > MAX_ROWS:
        raise invalid("query.too_many", FieldError("query", "query.too_many"), max=MAX_ROWS)
    return [_condition(index, operation, value, reader) for index, operation, value in rows]


def _condition(index: str, operation: str, value: Any, reader: Reader) -> Condition:
    if index not in INDEXES:
        raise _unknown("query.index_unknown", index, INDEXES)
    known = operations_of(index)
    if operation not in known:
        raise _unknown("query.operation_unknown", operation, known)
    try:
        return OPERATIONS[operation.removeprefix(PREFIX)](index, value, reader)
    except (ValueError, TypeError, OverflowError) as error:
        fault = FieldError("query", "query.value", {"index": index})
        raise invalid("query.value", fault, index=index) from error


def operations_of(index: str) -> list[str]:
    """Give the operations of an index by their whole names."""
    return [PREFIX + name for name in KINDS[INDEXES[index]]]


def _unknown(code: str, name: str, allowed: Iterable[str]) -> KbError:
    fault = FieldError("query", code, {"name": name[:80]})
    return KbError(code, Kind.INVALID, fields=(fault,), allowed=tuple(allowed), name=name[:80])


def _words(value: Any) -> tuple[str, ...]:
    """Give one text or several; anything else is no value of a list."""
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not 0 < len(found) <= MAX_VALUES:
        raise ValueError("not a list of texts")
    if not all(isinstance(one, str) and len(one) <= _LONGEST and "\0" not in one for one in found):
        raise ValueError("not a list of texts")
    return tuple(found)


def _listed(how: How) -> Read:
    def read(index: str, value: Any, _reader: Reader) -> Condition:
        return Condition(index, how, _words(value))

    return read


def _own(index: str, _value: Any, reader: Reader) -> Condition:
    return Condition(index, How.ANY, (reader.login,))


def _truth(*, is_true: bool) -> Read:
    def read(index: str, _value: Any, _reader: Reader) -> Condition:
        return Condition(index, How.TRUE, (is_true,))

    return read


def _between(bounds: Callable[[Any, Reader], tuple[datetime | None, datetime | None]]) -> Read:
    def read(index: str, value: Any, reader: Reader) -> Condition:
        return Condition(index, How.BETWEEN, bounds(value, reader))

    return read


def _moment(value: Any, reader: Reader) -> datetime:
    """Read a day or a moment; without a zone it is the company's time."""
    if not isinstance(value, str):
        raise TypeError("not a moment")
    found = datetime.fromisoformat(value.strip().replace("/", "-"))
    return found if found.tzinfo is not None else found.replace(tzinfo=reader.now.tzinfo)


def _after(moment: datetime) -> datetime:
    """Give the moment from which something is later: a bare day counts whole."""
    return moment + (timedelta(days=1) if moment.time() == time.min else timedelta())


def _range(value: Any, reader: Reader) -> tuple[datetime | None, datetime | None]:
    first, last = value
    return _moment(first, reader), _after(_moment(last, reader))


def _day(days: int, reader: Reader) -> datetime:
    return reader.start_of(reader.now.date() + timedelta(days=days))


def _days(value: Any) -> int:
    found = int(value[0] if isinstance(value, list) and len(value) == 1 else value)
    if abs(found) > _MAX_DAYS:
        raise ValueError("too many days")
    return found


def _ways(value: Any, reader: Reader, *, is_relative: bool) -> tuple[tuple[str, int | None], ...]:
    """Give paths (or uids) with the depth behind `::`; -1 and nothing is all that lies below."""
    found = []
    for one in _words(value):
        way, _, depth = one.partition("::")
        levels = int(depth) if depth else None
        path = _joined(reader.path, way) if is_relative else way
        found.append((path, None if levels is not None and levels < 0 else levels))
    return tuple(found)


def _joined(path: str, way: str) -> str:
    """Go a way of `.`, `..` and names from a path; above the root there is nothing more."""
    names = [name for name in path.split("/") if name]
    for step in way.split("/"):
        if step == "..":
            del names[-1:]
        elif step not in ("", "."):
            names.append(step)
    return "/" + "/".join(names)


def _below(*, is_relative: bool) -> Read:
    def read(index: str, value: Any, reader: Reader) -> Condition:
        return Condition(index, How.BELOW, _ways(value, reader, is_relative=is_relative))

    return read


# By the part of their names behind PREFIX.
OPERATIONS: Mapping[str, Read] = {
    "string.is": _listed(How.ANY),
    "string.contains": _listed(How.CONTAINS),
    "string.currentUser": _own,
    "string.absolutePath": _below(is_relative=False),
    "string.relativePath": _below(is_relative=True),
    "string.path": _below(is_relative=False),
    "selection.any": _listed(How.ANY),
    "selection.all": _listed(How.ALL),
    "selection.none": _listed(How.NONE),
    "selection.is": _listed(How.ANY),
    "boolean.isTrue": _truth(is_true=True),
    "boolean.isFalse": _truth(is_true=False),
    "date.lessThan": _between(lambda value, reader: (None, _moment(value, reader))),
    "date.largerThan": _between(lambda value, reader: (_moment(value, reader), None)),
    "date.between": _between(_range),
    "date.today": _between(lambda _value, reader: (_day(0, reader), _day(1, reader))),
    "date.beforeToday": _between(lambda _value, reader: (None, _day(0, reader))),
    "date.afterToday": _between(lambda _value, reader: (_day(1, reader), None)),
    "date.lessThanRelativeDate": _between(
        lambda value, reader: (_day(0, reader), _day(_days(value) + 1, reader))
    ),
    "date.largerThanRelativeDate": _between(
        lambda value, reader: (_day(-_days(value), reader), _day(1, reader))
    ),
    "date.beforeRelativeDate": _between(lambda value, reader: (None, _day(-_days(value), reader))),
    "date.afterRelativeDate": _between(
        lambda value, reader: (_day(_days(value) + 1, reader), None)
    ),
}
_DATES = tuple(name for name in OPERATIONS if name.startswith("date."))
_BOOLEANS = ("boolean.isTrue", "boolean.isFalse")
KINDS: Mapping[str, tuple[str, ...]] = {
    "text": ("string.contains",),
    "line": ("string.is", "string.contains", "selection.any", "selection.none"),
    "choice": ("selection.any", "selection.none", "selection.is"),
    "list": ("selection.any", "selection.all", "selection.none"),
    "person": ("string.currentUser", "selection.any", "selection.none"),
    "path": ("string.absolutePath", "string.relativePath", "string.path"),
    "date": _DATES,
    "boolean": _BOOLEANS,
}
# Index -> kind. Plone's names, then our own.
INDEXES: Mapping[str, str] = {
    "SearchableText": "text",
    "Title": "text",
    "Description": "text",
    "Subject": "list",
    "portal_type": "choice",
    "review_state": "choice",
    "path": "path",
    "getId": "line",
    "Creator": "person",
    "created": "date",
    "modified": "date",
    "effective": "date",
    "expires": "date",
    "isFolderish": "boolean",
    "code": "line",
    "owner": "choice",
    "audience": "choice",
    "review_by": "date",
    "checked": "boolean",
}
SORTABLE: tuple[str, ...] = (
    "sortable_title",
    "created",
    "modified",
    "effective",
    "expires",
    "review_state",
    "portal_type",
    "path",
    "getId",
    "getObjPositionInParent",
    "Creator",
    "code",
    "owner",
    "review_by",
)
