"""Where an unsaved text belongs: to an item, or to one of a type that is to be made in a topic."""

import msgspec

from kb_service.base.errors import invalid
from kb_service.base.ids import is_uid
from kb_service.handbook.schemas import TYPES


class Place(msgspec.Struct, frozen=True):
    """An item by its uid, or the type and the parent's uid of one that is not there yet."""

    uid: str = ""
    type: str = ""
    parent: str = ""

    @property
    def key(self) -> str:
        """The name under which unsaved texts of this place are kept."""
        return self.uid or f"new:{self.type}:{self.parent}"


def place_of(uid: str, kind: str, parent: str) -> Place:
    """Give the place that a form names. Raises: unsaved.place_wrong."""
    if is_uid(uid):
        return Place(uid=uid)
    if uid or kind not in TYPES or not is_uid(parent):
        raise invalid("unsaved.place_wrong")
    return Place(type=kind, parent=parent)


def place_named(key: str) -> Place:
    """Give the place of a name under which unsaved texts are kept. Raises: unsaved.place_wrong."""
    if not key.startswith("new:"):
        return place_of(key, "", "")
    kind, _, parent = key.removeprefix("new:").partition(":")
    return place_of("", kind, parent)
