"""The checks of a draft: each speaks where it must, is silent where it must; shipped texts pass."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from msgspec.structs import replace

from kb_service.base.ids import Uid
from kb_service.handbook import parts, sheets
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.render import Context
from kb_service.handbook.schemas import Fact
from kb_service.letters import filling
from kb_service.letters.rules import checks
from kb_service.letters.rules.checks.ground import FactNow, Ground, Phrase, Standing, Term
from kb_service.letters.rules.coverage import coverage
from kb_service.letters.schemas import (
    Card,
    Content,
    Face,
    Finding,
    Fragment,
    FragmentKind,
    Level,
    Origin,
    Question,
)

ROOT = Path(__file__).parents[2]
CONTENT, DEFAULTS = ROOT / "content", ROOT / "kb_service" / "handbook" / "defaults"
PAIRS = yaml.safe_load((ROOT / "tests" / "data" / "check_pairs.yaml").read_text("utf-8"))
DAY = date(2026, 11, 24)
CARD = Card(
    name="Смирнова Анна Петровна",
    organisation="ООО «Ромашка»",
    account="740012345678",
    number="1187/П",
    region="Примерская область",
)
FULL = replace(CARD, written_on=date(2026, 11, 20), received_on=date(2026, 11, 21))
LETTER = "Я, Смирнова Анна Петровна, прошу ответить на anna.smirnova@example.ru."


def sheet(name: str) -> Any:
    path = CONTENT / f"_{name}.yaml"
    text = path if path.exists() else DEFAULTS / f"{name}.yaml"
    return yaml.safe_load(text.read_text("utf-8"))


COMPANY = {**sheets.read_company((CONTENT / "_company.yaml").read_text("utf-8"))}
PHRASES = msgspec.convert(sheet("phrases"), list[Phrase])
TERMS = msgspec.convert(sheet("glossary"), list[Term])
LEVELS = {row["check"]: Level(row["level"]) for row in sheet("checks")}
FACTS = sheets.facts_on(sheets.read_facts((CONTENT / "_facts.yaml").read_text("utf-8")), DAY)
SOME = {
    name: Fact(key=name, title="Срок", value="2 часа") for name in ("quality_term", "gone_term")
}


def ground(content: Content, facts: dict[str, Fact], *, gone: str = "", **known: Any) -> Ground:
    context = Context(facts=facts, company=COMPANY)
    reply = filling.reply(content, context, filling.Words(sheet("salutations")), DAY)
    now = {key: FactNow(value=str(one), is_valid=key != gone) for key, one in facts.items()}
    return Ground(
        content=content,
        reply=reply,
        coverage=coverage(content),
        facts=now,
        phrases=PHRASES,
        glossary=TERMS,
        company=COMPANY,
        today=DAY,
        **known,
    )


def draft(text: str, card: Card = CARD, origin: Origin | None = None) -> Content:
    kind = FragmentKind.OWN if origin is None else FragmentKind.STANDARD
    part = Fragment(id="f1", kind=kind, text=text, questions=["q1"], origin=origin)
    return Content(
        letter=LETTER, card=card, questions=[Question(id="q1", text="?")], fragments=[part]
    )


def said(text: str) -> list[Finding]:
    return checks.findings(ground(draft(text), SOME, gone="gone_term"), LEVELS)


@pytest.mark.parametrize(("check", "bad", "good"), PAIRS, ids=[f"{p[0]}: {p[1]}" for p in PAIRS])
def test_a_check_speaks_of_the_bad_sentence_alone(check: str, bad: str, good: str) -> None:
    found = [one for one in said(bad) if one.check == check]
    assert found
    assert all(bad[one.start : one.end].startswith(one.quote) for one in found if one.end)
    assert [one for one in said(good) if one.check == check] == []


def test_the_table_has_sixty_pairs_and_more() -> None:
    assert len(PAIRS) >= 60
    assert {pair[0] for pair in PAIRS} <= set(checks.CHECKS)


def test_every_check_has_a_level_and_every_level_a_check() -> None:
    assert set(LEVELS) == set(checks.CHECKS)


SHIPPED = [
    (document.content.code or path.stem, letter)  # type: ignore[attr-defined]
    for path in sorted(CONTENT.rglob("*.md"))
    for document in [document_of(path.read_text("utf-8"))]
    for letter in [parts.split(document.body).letter.strip()]
    if letter
]


@pytest.mark.parametrize("letter", [one[1] for one in SHIPPED], ids=[one[0] for one in SHIPPED])
def test_no_check_speaks_of_the_handbook_s_own_letters(letter: str) -> None:
    found = checks.findings(ground(draft(letter, FULL), FACTS), LEVELS)
    assert [(one.check, one.quote, one.instead) for one in found] == []


# --- what moved on since a text was put in

ORIGIN = Origin(
    uid=Uid("a" * 32),
    code="K01",
    title="Напряжение",
    path="/k",
    number=3,
    face=Face.LETTER,
    text="Проверим за {{ fact.quality_term }}.",
    facts={"quality_term": "2 часа"},
)


def moved_on(facts: dict[str, Fact] = SOME, **standing: Any) -> list[str]:
    known = {"number": 3, "text": ORIGIN.text, **standing}
    standards = {ORIGIN.uid: Standing(**known)} if standing.get("number", 3) else {}
    content = draft(ORIGIN.text, origin=ORIGIN)
    found = checks.findings(ground(content, facts, standards=standards), LEVELS)
    return [one.check for one in found if one.check.startswith(("fact", "standard"))]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ({}, []),
        ({"number": 0}, ["standard_gone"]),
        ({"valid_to": date(2026, 11, 23)}, ["standard_gone"]),
        ({"valid_to": date(2026, 11, 24)}, []),
        ({"number": 4}, []),
        ({"number": 4, "text": "Проверим завтра."}, ["standard_changed"]),
        ({"review_by": date(2026, 11, 23)}, ["standard_due"]),
        ({"review_by": date(2026, 11, 24)}, []),
    ],
)
def test_a_standard_text_that_moved_on_is_told(
    standing: dict[str, Any], expected: list[str]
) -> None:
    assert moved_on(**standing) == expected


def test_a_number_that_changed_is_told_with_both_values() -> None:
    facts = {**SOME, "quality_term": Fact(key="quality_term", title="Срок", value="3 часа")}
    content = draft(ORIGIN.text, origin=ORIGIN)
    found = checks.findings(ground(content, facts), LEVELS)
    (one,) = [one for one in found if one.check == "fact_changed"]
    assert (one.params["before"], one.params["after"]) == ("2 часа", "3 часа")


def test_what_blocks_comes_first_and_what_is_off_is_silent() -> None:
    text = "Вы обязаны ждать. {{ enquiry.date }}"
    found = said(text)
    assert [one.level for one in found[:1]] == [Level.BLOCK]
    silent = checks.findings(ground(draft(text), SOME), {**LEVELS, "blame": Level.OFF})
    assert "blame" not in [one.check for one in silent]


def test_the_card_s_own_words_are_nobody_else_s() -> None:
    text = "Счёт 740012345678 записан на Смирнову А. П. Звоните: {{ company.phone }}."
    assert [one.quote for one in said(text) if one.check == "foreign_data"] == []
