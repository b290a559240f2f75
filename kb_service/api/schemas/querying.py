"""Saved queries in Plone's words: what is asked, and what can be asked."""

from typing import Any

from msgspec import Struct, field

from kb_service.api.schemas.lists import AT_ID


class QueryRow(Struct):
    """One condition: index, operation, value."""

    i: str
    o: str
    v: Any = None


class QueryBody(Struct, kw_only=True):
    """A saved query. Numbers may come as text, as Plone's clients send them."""

    query: list[QueryRow] = []
    sort_on: str | None = None
    sort_order: str | None = None
    limit: int | str | None = None
    b_start: int | str = 0
    b_size: int | str = 25
    fullobjects: bool | int | str | None = None
    metadata_fields: list[str] | str | None = None


class Operator(Struct):
    """How the values of an index can be compared."""

    title: str
    description: str
    operation: str
    widget: str | None


class QueryIndex(Struct, kw_only=True):
    """Something by which items can be found."""

    title: str
    description: str = ""
    group: str
    enabled: bool = True
    sortable: bool
    fetch_vocabulary: bool = True
    operations: list[str]
    operators: dict[str, Operator]
    values: dict[str, Any] = {}
    vocabulary: str | None = None


class QueryForm(Struct):
    """By what items can be found, and in which order they can stand."""

    id_: str = field(name=AT_ID)
    indexes: dict[str, QueryIndex]
    sortable_indexes: dict[str, QueryIndex]
