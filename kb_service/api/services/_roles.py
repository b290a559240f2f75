"""Roles on the wire: ours and Plone's names of them, both ways."""

from collections.abc import Iterable, Mapping

from kb_service.base.errors import FieldError, KbError, Kind
from kb_service.base.i18n import Translator
from kb_service.base.permissions import PLONE_ROLES, Role

# What Plone gives to everybody who has an account; here the least role is the reader's.
_OF_EVERYBODY = frozenset({"Member", "Authenticated"})
_OURS: Mapping[str, Role] = {
    **{str(role): role for role in Role if role is not Role.VISITOR},
    **{
        name: role
        for role, names in PLONE_ROLES.items()
        if role is not Role.VISITOR
        for name in names
    },
}


def wire_roles(roles: Iterable[str]) -> list[str]:
    """Give roles as Plone names them; those that only this house has by their own names."""
    return [name for role in roles for name in PLONE_ROLES.get(Role(role), (role,))]


def our_roles(names: Iterable[str]) -> frozenset[Role]:
    """Give the roles that are named, in either way. Raises: role.unknown with what is known."""
    wanted = set()
    for name in names:
        if name in _OF_EVERYBODY:
            continue
        if name not in _OURS:
            raise KbError(
                "role.unknown",
                Kind.INVALID,
                fields=(FieldError("roles", "role.unknown", {"name": name[:80]}),),
                allowed=tuple(_OURS),
                name=name[:80],
            )
        wanted.add(_OURS[name])
    return frozenset(wanted)


def role_titles(speaker: Translator) -> list[tuple[str, str]]:
    """Give every name of a role with its title in the reader's language."""
    found = []
    for role in Role:
        if role is not Role.VISITOR:
            title = speaker.gettext(role.value.capitalize())
            found += [(name, title) for name in PLONE_ROLES.get(role, (str(role),))]
    return found
