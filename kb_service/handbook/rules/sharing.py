"""Local roles: which can be given at a place, and how far each reaches down the tree."""

from collections.abc import Iterable, Mapping

from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import LocalGrant, Role, is_within

# What can be shared of a topic. Whoever gives them is a publisher there, so nobody gives more
# than they hold themselves.
SHARED_ROLES = (Role.READER, Role.EDITOR, Role.REVIEWER)


def checked_role(role: str) -> Role:
    """Give a role that can be shared. Raises: share.role_wrong, with those that can."""
    if role not in SHARED_ROLES:
        allowed = tuple(str(one) for one in SHARED_ROLES)
        raise invalid(
            "share.role_wrong", FieldError("entries", "share.role_wrong"), allowed=allowed
        )
    return Role(role)


def grants(
    shared: Iterable[tuple[str, str]],
    stops: Iterable[str],
    trashed_stops: Iterable[str] = (),
    *,
    only_reads: bool = False,
) -> tuple[LocalGrant, ...]:
    """Give an actor's local grants of pairs (path, role); `stops` are paths that inherit nothing.

    A stop in the trash goes on for what lies there, named by the path that it had: also at the very
    path of a grant, where another item may have come meanwhile.

    A token that only reads carries a reader's roles, whatever its owner may.
    """
    roles: dict[str, set[Role]] = {}
    for path, role in shared:
        roles.setdefault(path, set()).add(Role.READER if only_reads else Role(role))
    ends, trashed = sorted(stops), sorted(set(trashed_stops))
    return tuple(
        LocalGrant(
            path,
            frozenset(held),
            tuple(one for one in ends if one != path and is_within(one, path)),
            tuple(one for one in trashed if is_within(one, path)),
        )
        for path, held in sorted(roles.items())
    )


def inherited(
    path: str, shared: Mapping[str, Mapping[tuple[str, str], set[Role]]], stops: Iterable[str]
) -> dict[tuple[str, str], set[Role]]:
    """Give who has which roles at a path by what stands above it: (kind, principal) -> roles.

    `shared` holds the shares of the paths above, by path.
    """
    ends = [one for one in stops if is_within(path, one)]
    found: dict[tuple[str, str], set[Role]] = {}
    for above, held in shared.items():
        if above == path or not is_within(path, above):
            continue
        if any(one != above and is_within(one, above) for one in ends):
            continue
        for principal, roles in held.items():
            found.setdefault(principal, set()).update(roles)
    return found
