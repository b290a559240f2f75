"""Writing data sheets: the company card, facts, rules and word lists."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import sheets
from kb_service.handbook.acts._rows import sha256_of
from kb_service.handbook.queries._kept import forget_sheets
from kb_service.handbook.queries.sheets import allow_sheet, refuse_alone
from kb_service.handbook.rules import danger
from kb_service.handbook.tables import Change, Sheet, SheetRevision

READERS: Mapping[str, Callable[[str], Any]] = {
    "company": sheets.read_company,
    "facts": sheets.read_facts,
    "danger": danger.read_rules,
}


@act("sheet.save")
def save(
    work: Work,
    name: str,
    text: str,
    *,
    comment: str = "",
    based_on: int | None = None,
    is_decided: bool = False,
    writes_file: bool = True,
) -> int:
    """Keep a new text of a sheet and give its number; all texts that use it follow at once.

    `is_decided` says that somebody else's proposal is carried out: four eyes have seen it.
    Raises: sheet.unknown, sheet.yaml and the like, sheet.four_eyes, item.stale.
    """
    allow_sheet(work, name)
    READERS.get(name, sheets.read)(text) if name in sheets.NAMES else _refuse(name)
    row = _held(work, name)
    number = row.number if row else 0
    if based_on is not None and based_on != number:
        raise KbError("item.stale", Kind.STALE, latest=number)
    if row is not None and row.text == text:
        return number
    if not is_decided:
        refuse_alone(work, name)
    kept = _keep(work, name, text, is_conflict=False)
    forget_sheets(work)
    if row is None:
        row = Sheet(name=name, text=text, sha256=kept.sha256, number=kept.number, modified=work.now)
        work.session.add(row)
    row.text, row.sha256, row.number, row.modified = text, kept.sha256, kept.number, work.now
    work.session.add(Change(item_uid="", moment=work.now))
    work.later("search.rebuild")
    if writes_file:
        work.later("handbook.write_sheet", name=name)
    return kept.number


@act("sheet.keep_conflict")
def keep_conflict(work: Work, name: str, text: str, *, comment: str = "") -> int:
    """Keep a sheet's file that met another change, as a revision marked as conflicting."""
    work.allow(Permission.PUBLISH)
    _held(work, name)
    number = _keep(work, name, text, is_conflict=True).number
    work.later("handbook.write_sheet", name=name)
    return number


def _held(work: Work, name: str) -> Sheet | None:
    """Give a sheet as it is now and stays until the end, also where there is none yet.

    The chain is held from here on: numbers of sheets and of changes become visible in their order.
    """
    work.database.lock_chain(work.session)
    return work.session.get(Sheet, name, populate_existing=True)


def _keep(work: Work, name: str, text: str, *, is_conflict: bool) -> SheetRevision:
    last = work.session.scalar(
        select(SheetRevision.number)
        .where(SheetRevision.name == name)
        .order_by(SheetRevision.number.desc())
        .limit(1)
    )
    kept = SheetRevision(
        name=name,
        number=(last or 0) + 1,
        text=text,
        sha256=sha256_of(text),
        author=work.actor.login,
        moment=work.now,
        is_conflict=is_conflict,
    )
    work.session.add(kept)
    return kept


def _refuse(name: str) -> None:
    raise invalid("sheet.unknown", name=name)
