"""Sharing: who has which role at an item, in Plone's words."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class SharedRole(Struct):
    """A role that can be given at a place, with its name in the reader's language."""

    id: str
    title: str


class SharingEntry(Struct, kw_only=True):
    """An account or a department. A role is here (true), from above (acquired), or everywhere."""

    id: str
    login: str | None
    title: str
    type: str
    disabled: bool = False
    roles: dict[str, Any]


class Sharing(Struct, kw_only=True):
    """Who has which role at an item, and whether roles come down to it."""

    available_roles: list[SharedRole]
    entries: list[SharingEntry]
    inherit: bool


class EntryBody(Struct, kw_only=True):
    """Exactly the roles that are true are those of this account or department from now on."""

    id: str = ""
    type: str | UnsetType | None = UNSET
    roles: dict[str, Any] = {}


class SharingBody(Struct, kw_only=True):
    """Changes of sharing; who is not named keeps what they have."""

    entries: list[EntryBody] | UnsetType | None = UNSET
    inherit: bool | UnsetType | None = UNSET
