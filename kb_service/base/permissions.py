"""Who may do what: roles, permissions, one matrix, one function. The default is no.

`MATRIX` is read by `may` alone. A row says which roles hold a permission, and for content in which
states; local roles of a topic (`@sharing`) are added by the target. Only `SYSTEM` passes always.
Source: product.md roles; layout.md section 3.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from kb_service.base.ids import Uid


class Role(StrEnum):
    """Roles of the service; Plone's names stand in PLONE_ROLES."""

    VISITOR = "visitor"
    READER = "reader"
    OPERATOR = "operator"
    SPECIALIST = "specialist"
    EXPERT = "expert"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    SIGNATORY = "signatory"
    HEAD = "head"
    ANALYST = "analyst"
    INTERVIEWER = "interviewer"
    ADMINISTRATOR = "administrator"


PLONE_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.VISITOR: ("Anonymous",),
    Role.READER: ("Reader",),
    Role.EDITOR: ("Editor", "Contributor"),
    Role.REVIEWER: ("Reviewer",),
    Role.ADMINISTRATOR: ("Manager", "Site Administrator"),
}

STAFF = frozenset(Role) - {Role.VISITOR}


class Permission(StrEnum):
    """Something a person can do; the noun before the dot is the thing it is done to."""

    VIEW = "item.view"
    VIEW_STAFF = "item.view_staff"
    ADD = "item.add"
    EDIT = "item.edit"
    DELETE = "item.delete"
    SUBMIT = "item.submit"
    PUBLISH = "item.publish"
    SHARE = "item.share"
    REMARK = "item.remark"
    RATE = "item.rate"
    SEARCH = "search.ask"
    SEARCH_STAFF = "search.ask_staff"
    EDIT_WORDS = "search.edit_words"
    PROPOSE_FACT = "fact.propose"
    APPROVE_FACT = "fact.approve"
    DRAFT = "draft.write"
    DRAFT_OF_OTHERS = "draft.of_others"
    SUGGEST = "suggestion.make"
    SIGN_IN = "session.start"
    OWN_ACCOUNT = "user.own"
    MANAGE_USERS = "user.manage"
    MANAGE_COMPANY = "company.manage"
    MANAGE_JOBS = "job.manage"
    MANAGE_HOOKS = "hook.manage"
    READ_AUDIT = "audit.read"


PUBLISHED, PENDING, PRIVATE, ARCHIVED = "published", "pending", "private", "archived"
EVERY_STATE = frozenset({PUBLISHED, PENDING, PRIVATE, ARCHIVED})
_WRITERS = frozenset({Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR})
_PUBLISHERS = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
_EVERYBODY = frozenset(Role)
_ANYWHERE: frozenset[str] = frozenset()
_REPLIERS = frozenset(
    {
        Role.OPERATOR,
        Role.SPECIALIST,
        Role.EXPERT,
        Role.APPROVER,
        Role.SIGNATORY,
        Role.HEAD,
        Role.ADMINISTRATOR,
    }
)

# role -> states; an empty set of states means the permission is not about a state at all
MATRIX: Mapping[Permission, Mapping[Role, frozenset[str]]] = {
    Permission.VIEW: {
        **dict.fromkeys(_EVERYBODY, frozenset({PUBLISHED})),
        **dict.fromkeys(_WRITERS, EVERY_STATE),
    },
    Permission.VIEW_STAFF: {
        **dict.fromkeys(STAFF, frozenset({PUBLISHED})),
        **dict.fromkeys(_WRITERS, EVERY_STATE),
    },
    Permission.ADD: dict.fromkeys(_WRITERS, EVERY_STATE),
    Permission.EDIT: dict.fromkeys(_WRITERS, EVERY_STATE),
    Permission.DELETE: dict.fromkeys(_WRITERS, EVERY_STATE),
    Permission.SUBMIT: dict.fromkeys(_WRITERS, EVERY_STATE),
    Permission.PUBLISH: dict.fromkeys(_PUBLISHERS, EVERY_STATE),
    Permission.SHARE: dict.fromkeys(_PUBLISHERS, EVERY_STATE),
    # A remark to the editors: of whoever sees the staff parts, on what they see.
    Permission.REMARK: {
        **dict.fromkeys(STAFF, frozenset({PUBLISHED})),
        **dict.fromkeys(_WRITERS, EVERY_STATE),
    },
    Permission.RATE: dict.fromkeys(_EVERYBODY, frozenset({PUBLISHED})),
    Permission.SEARCH: dict.fromkeys(_EVERYBODY, _ANYWHERE),
    Permission.SEARCH_STAFF: dict.fromkeys(STAFF, _ANYWHERE),
    Permission.EDIT_WORDS: dict.fromkeys(_WRITERS, _ANYWHERE),
    Permission.PROPOSE_FACT: dict.fromkeys(_WRITERS, _ANYWHERE),
    Permission.APPROVE_FACT: dict.fromkeys(_PUBLISHERS, _ANYWHERE),
    # Own drafts and those of the own department; the others' for who answers for all of them.
    Permission.DRAFT: dict.fromkeys(_REPLIERS, _ANYWHERE),
    Permission.DRAFT_OF_OTHERS: dict.fromkeys(
        {Role.APPROVER, Role.SIGNATORY, Role.HEAD, Role.ADMINISTRATOR}, _ANYWHERE
    ),
    Permission.SUGGEST: dict.fromkeys(STAFF, _ANYWHERE),
    Permission.SIGN_IN: dict.fromkeys(_EVERYBODY, _ANYWHERE),
    Permission.OWN_ACCOUNT: dict.fromkeys(STAFF, _ANYWHERE),
    Permission.MANAGE_USERS: {Role.ADMINISTRATOR: _ANYWHERE},
    Permission.MANAGE_COMPANY: {Role.ADMINISTRATOR: _ANYWHERE},
    Permission.MANAGE_JOBS: {Role.ADMINISTRATOR: _ANYWHERE},
    Permission.MANAGE_HOOKS: {Role.ADMINISTRATOR: _ANYWHERE},
    Permission.READ_AUDIT: {Role.ADMINISTRATOR: _ANYWHERE},
}


# What a token that only reads may do, whatever the roles of its owner.
READING = frozenset(
    {
        Permission.VIEW,
        Permission.VIEW_STAFF,
        Permission.SEARCH,
        Permission.SEARCH_STAFF,
        Permission.RATE,
        Permission.SIGN_IN,
        Permission.OWN_ACCOUNT,
    }
)


class LocalGrant(msgspec.Struct, frozen=True):
    """Roles that hold at a path and below it, but not from `stops` on, which inherit nothing.

    `trashed_stops` are those that lie in the trash: they hold for what was thrown away with them.
    """

    path: str
    roles: frozenset[Role]
    stops: tuple[str, ...] = ()
    trashed_stops: tuple[str, ...] = ()

    def covers(self, path: str, *, is_trashed: bool = False) -> bool:
        """Say whether the roles hold at a path, or for what was thrown away from there."""
        stops = self.stops + self.trashed_stops if is_trashed else self.stops
        return is_within(path, self.path) and not any(is_within(path, one) for one in stops)


class Actor(msgspec.Struct, frozen=True):
    """Who acts. `uid` is empty for the visitor and for the house's own actors.

    `only_reads` is the sign of a token that may not write: its local roles are a reader's too.
    """

    login: str
    name: str
    roles: frozenset[Role]
    uid: Uid = Uid("")
    department: str = ""
    is_system: bool = False
    only_reads: bool = False
    local: tuple[LocalGrant, ...] = ()

    @property
    def is_staff(self) -> bool:
        """Whether this is a signed-in employee (or the house itself)."""
        return self.is_system or bool(self.roles & STAFF) or bool(self.local)


VISITOR = Actor("visitor", "Visitor", frozenset({Role.VISITOR}))
SYSTEM = Actor("system", "System", frozenset(Role), is_system=True)
# Files of the content/ folder come in under this name; its rights are those of a reviewer.
FILES = Actor("files", "Files", frozenset({Role.REVIEWER}))


class Target(Protocol):
    """What a permission is asked about: an object with a workflow state."""

    state: str


def is_within(path: str, top: str) -> bool:
    """Say whether a path is the top one or lies below it."""
    return path == top or path.startswith(top.rstrip("/") + "/")


def local_roles(actor: Actor, target: object) -> frozenset[Role]:
    """Give the roles that an actor has at a target alone (`@sharing`), none by default.

    What lies in the trash is still where it was thrown away.
    """
    trashed = getattr(target, "trashed_path", None)
    path = trashed or getattr(target, "path", None)
    if not actor.local or not isinstance(path, str):
        return frozenset()
    held = [one.roles for one in actor.local if one.covers(path, is_trashed=trashed is not None)]
    return frozenset().union(*held)


def may_somewhere(actor: Actor, permission: Permission) -> bool:
    """Say whether there is any place where the actor may do this: what a door asks first."""
    local = frozenset[Role]().union(*(grant.roles for grant in actor.local))
    return may(actor, permission) or any(role in MATRIX[permission] for role in local)


def may(actor: Actor, permission: Permission, target: Target | None = None) -> bool:
    """Say whether the actor may do this, to this target if one is given.

    Asked without a target it answers for the whole handbook, in some state: local roles count only
    where a target is. A document for staff alone is seen by employees only, whatever its state.
    """
    if actor.is_system:
        return True
    if actor.only_reads and permission not in READING:
        return False
    roles = actor.roles | local_roles(actor, target)
    if getattr(target, "audience", "") == "staff" and not roles & STAFF:
        return False
    row = MATRIX[permission]
    state = getattr(target, "state", None)
    return any(role in row and _holds(row[role], state) for role in roles)


def _holds(states: frozenset[str], state: str | None) -> bool:
    return not states or state is None or str(state) in states
