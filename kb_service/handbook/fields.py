"""How the value of a key becomes the field of a struct.

Where a type wants text it gets what was typed, so that `clause: 136` and `code: 010` stay as they
stand; elsewhere an unquoted scalar means what YAML 1.2 says. Moments come out aware.
"""

from datetime import date, datetime, time, tzinfo
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from kb_service.handbook.front import is_null, natural
from kb_service.handbook.schemas import Content


class Field:
    """How the value of one key is read: what was typed becomes text where the type wants text."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.shape = inspect.type_info(kind)
        self.is_moment = _accepts(self.shape, inspect.DateTimeType)

    def value(self, tree: Any, zone: tzinfo) -> Any:
        """Give the value of the field's type; moments are aware."""
        raw = _as_typed(tree, self.shape)
        if self.is_moment:
            return _moment(raw, zone)
        return msgspec.convert(raw, self.kind)


def _moment(raw: Any, zone: tzinfo) -> datetime:
    if isinstance(raw, str):
        raw = datetime.fromisoformat(raw)
    if isinstance(raw, datetime):
        return raw if raw.tzinfo is not None else raw.replace(tzinfo=zone)
    if isinstance(raw, date):
        return datetime.combine(raw, time.min, tzinfo=zone)
    raise ValueError("not a moment")


@cache
def fields_of(kind: type[Content]) -> dict[str, Field]:
    """Give the keys of a content type in the order of its struct."""
    return {one.name: Field(one.type) for one in msgspec.structs.fields(kind)}


def _accepts(shape: inspect.Type, wanted: type[inspect.Type]) -> bool:
    if isinstance(shape, inspect.UnionType):
        return any(isinstance(one, wanted) for one in shape.types)
    return isinstance(shape, wanted)


def _as_typed(tree: Any, shape: inspect.Type) -> Any:
    """Give plain Python values; an unquoted `1.10` or `2026` stays text where text is wanted."""
    if isinstance(tree, str):
        is_text = isinstance(shape, inspect.StrType | inspect.EnumType)
        return str(tree) if is_text else natural(tree)
    if isinstance(tree, list) and isinstance(shape, inspect.ListType):
        return [_as_typed(item, shape.item_type) for item in tree]
    if isinstance(tree, dict) and isinstance(shape, inspect.StructType):
        shapes = {field.name: field.type for field in shape.fields}
        return {
            key: _as_typed(item, shapes[key]) if key in shapes else natural(item)
            for key, item in tree.items()
            if not (key in shapes and is_null(item))
        }
    return natural(tree)
