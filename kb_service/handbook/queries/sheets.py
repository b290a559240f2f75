"""Reading data sheets: the company card, facts of a day, rules and word lists."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from kb_service.base.errors import conflict
from kb_service.base.permissions import FILES, Permission
from kb_service.base.work import Work, readable, reads
from kb_service.handbook import sheets
from kb_service.handbook.queries._kept import sheet_text
from kb_service.handbook.render import Context
from kb_service.handbook.rules import danger
from kb_service.handbook.rules.facts import changed_lately, turns_on
from kb_service.handbook.schemas import Fact
from kb_service.handbook.tables import Change, Sheet


@reads(Sheet)
def open_to_all(_work: Work, statement: Select[Any]) -> Select[Any]:
    """Sheets hold what every text may show; who may read their source asks by `sheet`."""
    return statement


def sheet(work: Work, name: str) -> tuple[str, int]:
    """Give the source text of a sheet and its number (0: the packaged default)."""
    work.allow(Permission.EDIT)
    row = work.session.scalar(readable(work, Sheet).where(Sheet.name == name))
    return (row.text, row.number) if row else (sheets.default_text(name), 0)


def company(work: Work) -> dict[str, Any]:
    """Give the company card, packaged values filled in where it is silent."""
    return {
        **sheets.read_company(sheets.default_text("company")),
        **sheets.read_company(sheet_text(work, "company")),
    }


def needs_four_eyes(work: Work) -> bool:
    """Say whether the house's rule is that nobody publishes an own text."""
    return bool((company(work).get("rules") or {}).get("four_eyes"))


def facts(work: Work, day: date | None = None) -> dict[str, Fact]:
    """Give every fact with its value on a day (today, company time)."""
    return sheets.facts_on(sheets.read_facts(sheet_text(work, "facts")), day or work.today)


def fact_keys(work: Work) -> set[str]:
    """Give the keys of all facts, also of those without a value today."""
    return {fact.key for fact in sheets.read_facts(sheet_text(work, "facts"))}


def facts_changed_lately(work: Work) -> dict[str, date]:
    """Give the facts that got another value within the last fortnight, each with its day."""
    return changed_lately(sheets.read_facts(sheet_text(work, "facts")), work.today)


def fact_turns(work: Work, keys: Collection[str]) -> date | None:
    """Give the next day on which one of these facts has another value."""
    if not keys:
        return None
    return turns_on(sheets.read_facts(sheet_text(work, "facts")), keys, work.today)


def context(work: Work, day: date | None = None) -> Context:
    """Give what texts are filled in with on a day."""
    every = sheets.read_facts(sheet_text(work, "facts"))
    then = day or work.today
    return Context(
        facts=sheets.facts_on(every, then),
        company=company(work),
        changed=changed_lately(every, then),
        known=frozenset(fact.key for fact in every),
    )


def danger_rules(work: Work) -> danger.DangerRules:
    """Give the rules by which a message is judged to be about life and health."""
    return danger.read_rules(sheet_text(work, "danger"))


def words(work: Work, name: str) -> Any:
    """Give the plain values of a list sheet: synonyms, phrases, glossary, salutations."""
    return sheets.read(sheet_text(work, name)) or []


def stamp(work: Work) -> str:
    """Give a short text that changes whenever a sheet does or the day's facts do."""
    rows = work.session.execute(select(Sheet.name, Sheet.number).order_by(Sheet.name))
    return f"{work.today}:" + ",".join(f"{name}{number}" for name, number in rows)


def facts_changed_since(work: Work) -> bool:
    """Say whether some fact has another value today than when all was last shown anew.

    A change of one item does not count: it brings the day's facts into that item alone.
    """
    # The whole's last change; before the first one, the handbook's beginning.
    whole = select(func.max(Change.moment)).where(Change.item_uid == "")
    last = work.session.scalar(whole) or work.session.scalar(select(func.min(Change.moment)))
    if last is None:
        return False
    before = last.astimezone(work.clock.zone).date()
    return before < work.today and facts(work, before) != facts(work)


def allow_sheet(work: Work, name: str) -> None:
    """Ask for what writing a sheet needs. Raises: session.needed, act.forbidden.

    Whoever lays files into the content folder runs the service: the card may come from there.
    """
    if name == "company" and work.actor != FILES:
        work.allow(Permission.MANAGE_COMPANY)
    else:
        work.allow(Permission.APPROVE_FACT if name == "facts" else Permission.PUBLISH)


def refuse_alone(work: Work, name: str) -> None:
    """Refuse a sheet of facts as a whole where each value needs a second pair of eyes.

    Whoever runs the service (its folder, its command line) is not asked. Raises: sheet.four_eyes.
    """
    is_house = work.actor == FILES or work.actor.is_system
    if name == "facts" and not is_house and needs_four_eyes(work):
        raise conflict("sheet.four_eyes")
