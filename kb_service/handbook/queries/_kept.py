"""What a unit of work reads once: the texts of data sheets, which every page asks for many times.

They are kept as long as the session, and forgotten when the unit saves one or takes something back.
"""

from sqlalchemy import event

from kb_service.base.work import Work, readable
from kb_service.handbook import sheets
from kb_service.handbook.tables import Sheet

_KEY = "handbook.sheets"
# Every text is filled in with both, so both are read at once.
_TOGETHER = ("company", "facts")


def sheet_text(work: Work, name: str) -> str:
    """Give the text of a sheet, or the packaged one where the handbook has none."""
    kept = _kept(work)
    if name not in kept:
        names = _TOGETHER if name in _TOGETHER else (name,)
        statement = readable(work, Sheet).with_only_columns(Sheet.name, Sheet.text)
        found = dict(work.session.execute(statement.where(Sheet.name.in_(names))).all())
        for one in names:
            kept[one] = found[one] if one in found else sheets.default_text(one)
    return kept[name]


def forget_sheets(work: Work) -> None:
    """Read the texts anew when they are asked for next: one of them was saved."""
    _kept(work).clear()


def _kept(work: Work) -> dict[str, str]:
    info = work.session.info
    if _KEY not in info:
        kept: dict[str, str] = {}
        info[_KEY] = kept
        event.listen(work.session, "after_soft_rollback", lambda *_: kept.clear())
    return info[_KEY]  # type: ignore[no-any-return]  # a dictionary of anything
