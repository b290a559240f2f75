"""Copying, moving and the other addresses of items, in Plone's words."""

from msgspec import Struct, field

from kb_service.api.schemas.lists import AT_ID, Batching


class SourceBody(Struct):
    """What is to be copied or moved here: a path, an address or a uid, or several."""

    source: str | list[str]


class Moved(Struct):
    """What became of one item: where it was and where it, or its copy, is."""

    source: str
    target: str


class AliasItem(Struct, rename={"redirect_to": "redirect-to"}):
    """One other address."""

    path: str
    redirect_to: str
    manual: bool
    datetime: str


class Aliases(Struct, omit_defaults=True):
    """A page of other addresses."""

    id_: str = field(name=AT_ID)
    items: list[AliasItem]
    items_total: int
    batching: Batching | None = None


class AliasBody(Struct, rename={"redirect_to": "redirect-to"}):
    """An address to be added or removed; `redirect-to` is needed at the root alone."""

    path: str
    redirect_to: str = ""
    datetime: str = ""


class AliasesBody(Struct):
    """Addresses to be added or removed."""

    items: list[AliasBody]
