"""Links between items, in Plone's words: who would lead nowhere, and relations."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID, Summary


class BreachSource(Struct, kw_only=True):
    """An item that leads to another one."""

    id_: str = field(name=AT_ID)
    title: str
    uid: str


class Breaches(Summary, kw_only=True):
    """An item, and who would lead nowhere without it."""

    breaches: list[BreachSource]


class Relations(Struct, kw_only=True):
    """Relations by name: the pairs that were asked for, or how many there are.

    `relatedItems` are named by an item, `isReferencing` are the links of its text.
    """

    id_: str = field(name=AT_ID)
    relations: dict[str, Any]
    broken: dict[str, int] | UnsetType = UNSET


class RelationBody(Struct, kw_only=True):
    """One relation: two items, each by uid, path or address, and the relation's name."""

    source: str = ""
    target: str = ""
    relation: str = ""


class RelationsBody(RelationBody, kw_only=True):
    """Relations to be made or ended: a list, or (to be ended) all of a source or a target."""

    items: list[RelationBody] = []
