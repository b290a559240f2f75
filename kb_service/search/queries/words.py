"""Words that editors give to the search: synonyms, and what was asked without a sure answer."""

from datetime import datetime, timedelta

import msgspec

from kb_service.base.errors import conflict
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import queries as handbook
from kb_service.handbook import sheets
from kb_service.search import packaged
from kb_service.search.schemas import FailedQuestion, SynonymGroup
from kb_service.search.tables import SearchEvent
from kb_service.text.normalise import words

SHEET = "synonyms"
_FAILED_FOR = timedelta(days=30)
_LOOKED_AT = 5_000


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


def failed_questions(work: Work, *, limit: int = 50) -> list[FailedQuestion]:
    """Give what was asked of late without a sure answer, the most asked first.

    Dangers are left out: they have their instruction. Raises: session.needed, act.forbidden.
    """
    since: datetime = work.now - _FAILED_FOR
    rows = work.session.scalars(
        readable(work, SearchEvent, Permission.EDIT)
        .where(SearchEvent.moment >= since, SearchEvent.confident.is_(False))
        .where(SearchEvent.danger == "")
        .order_by(SearchEvent.moment.desc())
        .limit(_LOOKED_AT)
    )
    found: dict[str, FailedQuestion] = {}
    for row in rows:
        key = " ".join(words(row.query))
        if not key:
            continue
        known = found.get(key)
        found[key] = FailedQuestion(
            text=known.text if known else row.query,
            count=(known.count if known else 0) + 1,
            last=known.last if known else row.moment,
            found=known.found if known else list(row.found),
        )
    # The newest came first, and equal counts stay so.
    return sorted(found.values(), key=lambda one: -one.count)[:limit]
