"""Words that editors give to the search: groups of synonyms."""

import msgspec

from kb_service.base.errors import conflict
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.handbook import sheets
from kb_service.search import packaged
from kb_service.search.schemas import SynonymGroup

SHEET = "synonyms"


def synonyms_text(work: Work) -> tuple[str, int]:
    """Give the sheet of synonyms, packaged where the handbook has none, and its number.

    Raises: session.needed, act.forbidden.
    """
    work.allow(Permission.EDIT_WORDS)
    text, number = handbook.sheet(work, SHEET)
    return (text if sheets.read(text) else packaged.synonyms_text()), number


def synonyms(work: Work) -> tuple[list[SynonymGroup], int]:
    """Give the groups in the order of the sheet, and its number. Raises: sheet.odd."""
    work.allow(Permission.EDIT_WORDS)
    text, number = synonyms_text(work)
    try:
        return msgspec.convert(sheets.read(text), list[SynonymGroup], strict=False), number
    except msgspec.ValidationError as error:
        raise conflict("sheet.odd") from error
