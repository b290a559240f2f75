"""Data sheets: the YAML that editors keep beside the documents, read into values.

`company` is a mapping that texts use as `company.*`; `facts` are values with their days; the others
(synonyms, danger, phrases, glossary, salutations) are lists whose rooms know their form. The text
is kept as typed; this module only reads it.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

import msgspec
import yaml

from kb_service.base.errors import invalid
from kb_service.handbook.schemas import Fact

NAMES = ("company", "facts", "synonyms", "danger", "phrases", "glossary", "salutations", "checks")
_MAX_TEXT = 512 * 1024


class _FactValue(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    value: str
    unit: str = ""
    valid_from: date | None = msgspec.field(name="from", default=None)
    valid_to: date | None = msgspec.field(name="to", default=None)
    source: str = ""
    checked: date | bool = False


class _FactText(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    title: str
    values: list[_FactValue]


def default_text(name: str) -> str:
    """Give the packaged text of a sheet that the content folder does not have."""
    file = resources.files("kb_service.handbook") / "defaults" / f"{name}.yaml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


@lru_cache(maxsize=64)
def read(text: str) -> Any:
    """Read a sheet's YAML. Raises: sheet.yaml with the line, sheet.too_large."""
    if len(text) > _MAX_TEXT:
        raise invalid("sheet.too_large", limit=_MAX_TEXT)
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise invalid("sheet.yaml", line=line) from error


@lru_cache(maxsize=16)
def read_company(text: str) -> dict[str, Any]:
    """Give the company card as a mapping. Raises: sheet.yaml, sheet.not_mapping."""
    card = read(text) or {}
    if not isinstance(card, dict):
        raise invalid("sheet.not_mapping", line=1)
    return card


@lru_cache(maxsize=16)
def read_facts(text: str) -> tuple[Fact, ...]:
    """Give every value of every fact, in the order of the sheet.

    Raises: sheet.yaml, sheet.fact_wrong with the key, fact.overlap where two values hold at once.
    """
    sheet = read(text) or {}
    facts: list[Fact] = []
    for key, raw in sheet.items():
        try:
            entry = msgspec.convert(raw, _FactText, strict=False)
        except msgspec.ValidationError as error:
            raise invalid("sheet.fact_wrong", key=str(key), problem=str(error)) from error
        values = [
            Fact(
                key=str(key),
                title=entry.title,
                value=one.value,
                unit=one.unit,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
                source=one.source,
                checked=one.checked if isinstance(one.checked, date) else False,
            )
            for one in entry.values
        ]
        _refuse_overlap(values)
        facts.extend(values)
    return tuple(facts)


def facts_on(facts: Sequence[Fact], day: date) -> dict[str, Fact]:
    """Give the value of each fact on a day; a fact without a value on that day is absent."""
    return {
        fact.key: fact
        for fact in facts
        if (fact.valid_from is None or fact.valid_from <= day)
        and (fact.valid_to is None or day <= fact.valid_to)
    }


def _refuse_overlap(values: list[Fact]) -> None:
    ordered = sorted(values, key=lambda fact: fact.valid_from or date.min)
    for before, after in pairwise(ordered):
        if before.valid_to is None or before.valid_to >= (after.valid_from or date.min):
            raise invalid("fact.overlap", key=after.key, day=str(after.valid_from))
