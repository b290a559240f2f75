"""Roles and permissions: the default is no, and the matrix says so role by role."""

import pytest
from msgspec import structs

from kb_service.base.permissions import (
    EVERY_STATE,
    FILES,
    MATRIX,
    PRIVATE,
    PUBLISHED,
    STAFF,
    SYSTEM,
    Actor,
    LocalGrant,
    Permission,
    Role,
    may,
    may_somewhere,
)
from tests.persons import ANNA, ELENA, EVERYBODY, OLGA, RITA, VERA


class Thing:
    """A target with a state, an audience and a place."""

    def __init__(self, state: str, audience: str = "public", *, path: str = "/meters/a"):
        self.state = state
        self.audience = audience
        self.path = path


def local(actor: Actor, role: Role, path: str = "/meters", *stops: str) -> Actor:
    """Give the actor with a local role."""
    return structs.replace(actor, local=(LocalGrant(path, frozenset({role}), stops),))


P = Permission
WRITERS = {ELENA, RITA, ANNA}

HOLDERS: dict[Permission, set[Actor]] = {
    P.VIEW: set(EVERYBODY),
    P.RATE: set(EVERYBODY),
    P.SEARCH: set(EVERYBODY),
    P.SIGN_IN: set(EVERYBODY),
    P.VIEW_STAFF: set(EVERYBODY) - {VERA},
    P.SEARCH_STAFF: set(EVERYBODY) - {VERA},
    P.OWN_ACCOUNT: set(EVERYBODY) - {VERA},
    P.ADD: WRITERS,
    P.EDIT: WRITERS,
    P.DELETE: WRITERS,
    P.SUBMIT: WRITERS,
    P.EDIT_WORDS: WRITERS,
    P.PROPOSE_FACT: WRITERS,
    P.PUBLISH: {RITA, ANNA},
    P.APPROVE_FACT: {RITA, ANNA},
    P.SHARE: {RITA, ANNA},
    P.MANAGE_USERS: {ANNA},
    P.MANAGE_COMPANY: {ANNA},
    P.MANAGE_JOBS: {ANNA},
    P.MANAGE_HOOKS: {ANNA},
    P.READ_AUDIT: {ANNA},
}


def test_every_permission_stands_in_the_matrix() -> None:
    assert set(MATRIX) == set(Permission)


@pytest.mark.parametrize("permission", HOLDERS)
def test_who_holds_it_anywhere(permission: Permission) -> None:
    assert {actor for actor in EVERYBODY if may(actor, permission)} == HOLDERS[permission]


@pytest.mark.parametrize("state", sorted(EVERY_STATE - {PUBLISHED}))
@pytest.mark.parametrize("permission", [P.VIEW, P.VIEW_STAFF])
def test_only_writers_see_what_is_not_published(permission: Permission, state: str) -> None:
    assert {actor for actor in EVERYBODY if may(actor, permission, Thing(state))} == WRITERS


def test_a_published_text_is_seen_by_all_and_its_staff_part_by_employees() -> None:
    thing = Thing(PUBLISHED)
    assert all(may(actor, P.VIEW, thing) for actor in EVERYBODY)
    assert [actor for actor in EVERYBODY if not may(actor, P.VIEW_STAFF, thing)] == [VERA]


def test_a_document_for_employees_is_hidden_from_visitors_in_any_state() -> None:
    assert not any(may(VERA, P.VIEW, Thing(state, "staff")) for state in EVERY_STATE)
    assert may(OLGA, P.VIEW, Thing(PUBLISHED, "staff"))


def test_an_unknown_state_opens_nothing() -> None:
    assert not any(may(actor, P.VIEW, Thing("other")) for actor in EVERYBODY)


def test_a_local_role_counts_for_its_target_alone() -> None:
    olga = local(OLGA, Role.EDITOR, "/meters", "/meters/closed")
    assert may_somewhere(olga, P.EDIT)
    assert not may(olga, P.EDIT)
    held = {path: may(olga, P.EDIT, Thing(PRIVATE, path=path)) for path in PLACES}
    assert held == PLACES


PLACES = {
    "/": False,
    "/meters": True,
    "/meters/a": True,
    "/meters/a/b": True,
    "/meters-new": False,
    "/payments": False,
    "/meters/closed": False,
    "/meters/closed/a": False,
    "/meters/closed-not": True,
}


def test_what_lies_in_the_trash_is_where_it_was() -> None:
    thing = Thing(PRIVATE, path="/@trash/1")
    thing.trashed_path = "/meters/a"  # type: ignore[attr-defined]
    assert may(local(OLGA, Role.EDITOR), P.DELETE, thing)
    assert not may(local(OLGA, Role.EDITOR, "/payments"), P.DELETE, thing)


def test_a_local_role_does_not_open_the_administration() -> None:
    olga = local(OLGA, Role.REVIEWER, "/")
    assert not may(olga, P.MANAGE_USERS, Thing(PRIVATE))
    assert not may_somewhere(olga, P.MANAGE_USERS)


def test_who_has_a_local_role_is_no_visitor() -> None:
    nobody = Actor("nina", "Нина", frozenset({Role.VISITOR}))
    assert not nobody.is_staff
    assert local(nobody, Role.READER).is_staff
    assert may(local(nobody, Role.READER), P.VIEW, Thing(PUBLISHED, "staff"))
    assert not may(local(nobody, Role.READER), P.VIEW, Thing(PUBLISHED, "staff", path="/other"))


def test_only_the_house_itself_passes_always() -> None:
    assert all(may(SYSTEM, permission, Thing("other")) for permission in Permission)
    assert not may(FILES, P.MANAGE_USERS)
    assert may(FILES, P.PUBLISH, Thing(PRIVATE))


def test_nobody_without_roles_may_anything() -> None:
    nobody = Actor("nobody", "Nobody", frozenset())
    assert not any(may(nobody, permission) for permission in Permission)
    assert not nobody.is_staff


def test_every_role_but_the_visitor_is_staff() -> None:
    assert frozenset(Role) - STAFF == {Role.VISITOR}
    assert [actor for actor in EVERYBODY if not actor.is_staff] == [VERA]
