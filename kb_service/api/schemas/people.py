"""Accounts and departments, in Plone's words: users, groups, principals, roles."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID, AT_TYPE, Batching


class GroupLink(Struct):
    """A department by its name and title."""

    id: str
    title: str


class GroupLinks(Struct):
    """The departments of an account: one or none."""

    id_: str = field(name=AT_ID)
    items: list[GroupLink]
    items_total: int


class UserItem(Struct, kw_only=True):
    """An account, for its owner and for who manages accounts.

    `password_link` is the address where its owner sets the password, shown once to who made it.
    """

    id_: str = field(name=AT_ID)
    id: str
    username: str
    fullname: str
    email: str
    roles: list[str]
    groups: GroupLinks
    description: str = ""
    home_page: str = ""
    location: str = ""
    portrait: str | None = None
    is_blocked: bool = False
    password_link: str | UnsetType = UNSET


class Users(Struct, omit_defaults=True):
    """A page of accounts."""

    id_: str = field(name=AT_ID)
    items: list[UserItem]
    items_total: int
    batching: Batching | None = None


class NewUserBody(Struct, kw_only=True):
    """An account to be made: with a password, or with a link by which its owner sets one."""

    username: str = ""
    fullname: str = ""
    email: str = ""
    password: str = ""
    roles: list[str] = []
    groups: list[str] = []
    sendPasswordReset: bool = False  # noqa: N815 - Plone's name


class UserBody(Struct, kw_only=True):
    """What may be changed of an account; `roles` as a list, or as the ones to give and take."""

    fullname: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    roles: list[str] | dict[str, bool] | UnsetType = UNSET
    groups: list[str] | UnsetType = UNSET
    password: str | UnsetType = UNSET
    is_blocked: bool | UnsetType = UNSET


class PasswordBody(Struct, kw_only=True):
    """The present password and the next one; nothing asks for a one-time link."""

    old_password: str = ""
    new_password: str = ""


class PasswordLink(Struct):
    """The address where a password is set, once."""

    password_link: str


class Members(Struct):
    """The logins of who belongs to a department."""

    id_: str = field(name=AT_ID)
    items: list[str]
    items_total: int


class GroupItem(Struct, kw_only=True):
    """A department. Roles are given to accounts alone."""

    id_: str = field(name=AT_ID)
    id: str
    groupname: str
    title: str
    description: str
    email: str
    roles: list[str]
    members: Members


class NewGroupBody(Struct, kw_only=True):
    """A department to be described."""

    groupname: str = ""
    title: str = ""
    description: str = ""
    email: str = ""
    roles: list[str] = []
    users: list[str] = []


class GroupBody(Struct, kw_only=True):
    """What may be changed of a department; `users` says who belongs (true) and who does not."""

    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    roles: list[str] | UnsetType = UNSET
    users: dict[str, bool] | UnsetType = UNSET


class PrincipalUser(Struct, kw_only=True):
    """A colleague as others see them: no address and no roles."""

    id_: str = field(name=AT_ID)
    id: str
    username: str
    fullname: str


class PrincipalGroup(Struct, kw_only=True):
    """A department as others see it."""

    id_: str = field(name=AT_ID)
    id: str
    groupname: str
    title: str


class Principals(Struct):
    """Whom something can be shared with."""

    users: list[PrincipalUser]
    groups: list[PrincipalGroup]


class RoleItem(Struct, kw_only=True):
    """A role and its name in the reader's language."""

    id_: str = field(name=AT_ID)
    type_: str = field(name=AT_TYPE, default="role")
    id: str
    title: str


class UserSchema(Struct):
    """The fields of an account, by which a client makes its form."""

    properties: dict[str, dict[str, Any]]
    required: list[str]
    fieldsets: list[dict[str, Any]]
