"""Types of content: which there are, which can be added here, and their fields as JSON schema."""

from typing import Any

from msgspec import Struct, field

from kb_service.api.schemas.lists import AT_ID


class TypeLink(Struct):
    """A type, and whether this reader may add one here."""

    id_: str = field(name=AT_ID)
    id: str
    title: str
    addable: bool
    immediately_addable: bool


class Fieldset(Struct):
    """Fields that a form shows together."""

    id: str
    title: str
    description: str
    fields: list[str]
    behavior: str = "plone"


class TypeSchema(Struct):
    """The fields of a type, by which a client makes its form."""

    title: str
    type: str
    properties: dict[str, dict[str, Any]]
    required: list[str]
    fieldsets: list[Fieldset]
    layouts: list[str]
