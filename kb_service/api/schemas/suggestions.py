"""Suggestions to the editors, in the style of the content protocol."""

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID, Batching
from kb_service.letters.schemas import SuggestionKind, SuggestionStatus


class SuggestionBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A wording, or a sentence `instead_of` another, for a standard question (its uid)."""

    item: str
    kind: SuggestionKind
    text: str
    instead_of: str = ""


class SettleBody(Struct, forbid_unknown_fields=True):
    """Why a suggestion is declined; it stands in the journal."""

    reason: str = ""


class SuggestionItem(Struct, kw_only=True):
    """A suggestion, its item and what became of it; personal data are masked."""

    id_: str = field(name=AT_ID)
    uid: str = field(name="UID")
    item: str
    item_path: str
    item_title: str
    code: str
    kind: SuggestionKind
    text: str
    instead_of: str
    status: SuggestionStatus
    author: str
    created: str
    settled_by: str
    settled: str | None


class SuggestionList(Struct, kw_only=True):
    """One page of suggestions, the newest first."""

    id_: str = field(name=AT_ID)
    items: list[SuggestionItem]
    items_total: int
    batching: Batching | UnsetType = UNSET
