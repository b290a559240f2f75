"""What the services of people share: their addresses, and our fields under Plone's names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote

from kb_service.api.addresses import Addresses
from kb_service.base.errors import FieldError, KbError

# Fields of the rooms below, by their names on the wire.
_WIRE: Mapping[str, str] = {
    "login": "username",
    "name": "fullname",
    "department": "groups",
    "old": "old_password",
}


def address(addresses: Addresses, service: str, name: str) -> str:
    """Give the address of a person or a department, which is the site's, not an item's."""
    return addresses.service(f"{service}/{quote(name, safe='')}", "/")


@contextmanager
def our_fields(**more: str) -> Iterator[None]:
    """Name the fields of an error as they were sent."""
    try:
        yield
    except KbError as error:
        names = {**_WIRE, **more}
        error.fields = tuple(
            FieldError(names.get(one.field, one.field), one.code, one.params)
            for one in error.fields
        )
        raise
