"""Synonyms: one group of words is added, changed or removed; the rest of the sheet stays as typed.

A handbook without groups of its own has the packaged ones: its first change begins with their text.
"""

from typing import Any

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import list_writer
from kb_service.handbook.acts import sheets
from kb_service.search.queries.words import SHEET, synonyms_text
from kb_service.search.rules import checked_group
from kb_service.search.schemas import SynonymGroup


@act("synonyms.save")
def save_group(
    work: Work,
    group: SynonymGroup,
    *,
    place: int | None = None,
    based_on: int | None = None,
    comment: str = "",
) -> int:
    """Keep a group in the place of another one, or behind all; give the sheet's number.

    Source: C12. Raises: synonyms.wrong with an error at each field, sheet.odd, sheet.row_missing,
    item.stale.
    """
    work.allow(Permission.PUBLISH)
    group = checked_group(group)
    # Under the lock: of two changes the second one must see what the first one wrote.
    work.database.lock_chain(work.session)
    text, number = synonyms_text(work)
    written = list_writer.with_row(text, _row(group), place)
    based_on = number if based_on is None else based_on
    return sheets.save(work, SHEET, written, comment=comment, based_on=based_on)


@act("synonyms.remove")
def remove_group(work: Work, place: int, *, based_on: int | None = None, comment: str = "") -> int:
    """Remove a group; give the sheet's number. Raises: sheet.odd, sheet.row_missing, item.stale."""
    work.allow(Permission.PUBLISH)
    work.database.lock_chain(work.session)
    text, number = synonyms_text(work)
    written = list_writer.without_row(text, place)
    based_on = number if based_on is None else based_on
    return sheets.save(work, SHEET, written, comment=comment, based_on=based_on)


def _row(group: SynonymGroup) -> dict[str, Any]:
    means = {"means": group.means} if group.means else {}
    return {"words": group.words, **means, "weight": group.weight}
