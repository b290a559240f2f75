"""What a proposal does to the values of a fact, case by case; and its text in the sheet."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook import fact_writer, sheets
from kb_service.handbook.rules.facts import (
    ChangeKind,
    NewValue,
    changed_lately,
    changes_past,
    checked,
    plan,
)
from kb_service.handbook.schemas import Fact

TODAY = date(2026, 11, 24)
SHEET = """# Предельные суммы
limit:  # спросить юриста
  title: Предел расходов
  values:
    - {value: "1 000", unit: ₽, to: 2025-12-26, source: прежние правила}  # было
    - {value: "5 000",   unit: ₽, from: 2025-12-27, source: "ПП № 2075", checked: 2026-11-20}
# Сроки
term:
    title: Срок
    values:
      - value: "6"
        unit: месяцев
        source: "ПП № 442"
        # и до этого так было
short: {title: Короткий, values: [{value: да, source: закон}]}
"""


def new(key: str = "limit", value: str = "6 000", **more: object) -> NewValue:
    values: dict[str, object] = {"source": "ПП № 3000", "unit": "₽" if key == "limit" else ""}
    return NewValue(key=key, value=value, **{**values, **more})  # type: ignore[arg-type]


def rows(key: str, text: str = SHEET) -> list[Fact]:
    return [fact for fact in sheets.read_facts(text) if fact.key == key]


NEXT_YEAR = date(2027, 1, 1)
WRONG = [
    ("value", new(value=" ", valid_from=NEXT_YEAR), "field.needed"),
    ("source", new(source="", valid_from=NEXT_YEAR), "field.needed"),
    ("valid_from", new(), "field.needed"),
    ("reason", new(kind=ChangeKind.CORRECTION), "field.needed"),
    ("title", new("fresh", kind=ChangeKind.NEW), "field.needed"),
    ("key", new("Fresh Key", kind=ChangeKind.NEW, title="т"), "fact.key_wrong"),
    ("key", new("limit", kind=ChangeKind.NEW, title="т"), "fact.key_wrong"),
    ("value", new(value="6\n000", valid_from=NEXT_YEAR), "field.too_long"),
    ("unit", new(unit="₽" * 61, valid_from=NEXT_YEAR), "field.too_long"),
    ("valid_to", new(valid_from=NEXT_YEAR, valid_to=TODAY), "fact.days_wrong"),
]


@pytest.mark.parametrize(("field", "proposal", "code"), WRONG)
def test_a_field_that_is_wrong_is_named(field: str, proposal: NewValue, code: str) -> None:
    with pytest.raises(KbError, match=r"fact\.wrong") as caught:
        checked(proposal)
    assert [(one.field, one.code) for one in caught.value.fields] == [(field, code)]


REFUSED = [
    (new("nothing", valid_from=NEXT_YEAR), "fact.unknown"),
    (new("term", kind=ChangeKind.NEW, title="т"), "fact.exists"),
    (new(valid_from=date(2025, 12, 27)), "fact.value_exists"),
    (new(valid_from=NEXT_YEAR, kind=ChangeKind.CORRECTION, reason="р"), "fact.value_missing"),
    (new(value="5 000", valid_from=NEXT_YEAR), "fact.unchanged"),
    (
        new(value="1 000", source="прежние правила", kind=ChangeKind.CORRECTION, reason="р"),
        "fact.unchanged",
    ),
    (new(valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1)), "fact.overlap"),
]


@pytest.mark.parametrize(("proposal", "code"), REFUSED)
def test_what_cannot_be_is_refused(proposal: NewValue, code: str) -> None:
    with pytest.raises(KbError) as caught:
        plan(rows(proposal.key), proposal, TODAY)
    assert caught.value.code == code


PLANS = {
    "the next value closes the one before": (
        new(valid_from=NEXT_YEAR),
        [("1 000", None, "2025-12-26"), ("5 000", "2025-12-27", "2026-12-31"),
         ("6 000", "2027-01-01", None)],
        False,
    ),
    "between two values it ends before the later one": (
        new(valid_from=date(2025, 6, 1)),
        [("1 000", None, "2025-05-31"), ("6 000", "2025-06-01", "2025-12-26"),
         ("5 000", "2025-12-27", None)],
        False,
    ),
    "one with a last day leaves nothing behind it": (
        new(valid_from=NEXT_YEAR, valid_to=date(2027, 6, 30)),
        [("1 000", None, "2025-12-26"), ("5 000", "2025-12-27", "2026-12-31"),
         ("6 000", "2027-01-01", "2027-06-30")],
        True,
    ),
    "a correction takes the place of what was wrong": (
        new(value="1 100", kind=ChangeKind.CORRECTION, reason="опечатка"),
        [("1 100", None, "2025-12-26"), ("5 000", "2025-12-27", None)],
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_a_value_is_closed_and_never_overwritten(name: str) -> None:
    proposal, wanted, leaves_gap = PLANS[name]
    found = plan(rows("limit"), checked(proposal), TODAY)
    after = found.applied(rows("limit"))
    days = [(one.value, one.valid_from, one.valid_to) for one in after]
    assert [(v, f and str(f), t and str(t)) for v, f, t in days] == wanted
    assert found.leaves_gap == leaves_gap
    assert list(sheets.read_facts(fact_writer.changed(SHEET, found)))[: len(after)] == after


def lines_changed(before: str, after: str) -> list[str]:
    old = before.split("\n")
    return [line for line in after.split("\n") if line not in old]


WRITTEN = {
    "a row between braces": (
        new(value="6 000", valid_from=NEXT_YEAR),
        [
            (
                '    - {value: "5 000",   unit: ₽, from: 2025-12-27, to: 2026-12-31, '
                'source: "ПП № 2075", checked: 2026-11-20}'
            ),
            (
                '    - {value: "6 000", unit: ₽, from: 2027-01-01, source: ПП № 3000, '
                "checked: 2026-11-24}"
            ),
        ],
    ),
    "a row of lines": (
        new("term", "8", unit="месяцев", valid_from=NEXT_YEAR),
        [
            "        to: 2026-12-31",
            '      - value: "8"',
            "        from: 2027-01-01",
            "        source: ПП № 3000",
            "        checked: 2026-11-24",
        ],
    ),
    "a list between brackets": (
        new("short", "нет", valid_from=NEXT_YEAR),
        [
            (
                "short: {title: Короткий, values: [{value: да, to: 2026-12-31, source: закон}, "
                "{value: нет, from: 2027-01-01, source: ПП № 3000, checked: 2026-11-24}]}"
            )
        ],
    ),
    "a correction": (
        new(value="1 100", kind=ChangeKind.CORRECTION, reason="опечатка"),
        [
            (
                '    - {value: "1 100", unit: ₽, to: 2025-12-26, source: ПП № 3000, '
                "checked: 2026-11-24}  # было"
            )
        ],
    ),
    "a new fact": (
        new("fresh", "да: # нет", kind=ChangeKind.NEW, title="Свежий"),
        [
            "fresh:",
            "  title: Свежий",
            '    - {value: "да: # нет", source: ПП № 3000, checked: 2026-11-24}',
        ],
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_only_the_lines_of_one_value_change(name: str) -> None:
    proposal, lines = WRITTEN[name]
    own = rows(proposal.key)
    written = fact_writer.changed(SHEET, plan(own, proposal, TODAY))
    assert lines_changed(SHEET, written) == lines
    comments = [line.partition("#")[2] for line in SHEET.split("\n") if "#" in line]
    assert all(comment in written for comment in comments)


ODD = {
    "an alias": "limit: {title: a, values: [&x {value: б}]}\nother: {title: в, values: [*x]}\n",
    "a folded text": "limit:\n  title: a\n  values:\n    - value: >\n        б\n",
}


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_changed_by_lines_is_refused_whole(name: str) -> None:
    key = "other" if name == "an alias" else "limit"
    proposal = new(key, valid_from=NEXT_YEAR)
    with pytest.raises(KbError, match=r"fact\.sheet_odd"):
        fact_writer.changed(ODD[name], plan(rows(key, ODD[name]), proposal, TODAY))


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=40)


@given(TEXTS, TEXTS, TEXTS)
@example("%", "%", "- x")
@example("а: б", "а #б", "\ufeffа")
def test_whatever_is_written_is_read_again(value: str, unit: str, source: str) -> None:
    try:
        proposal = checked(new(value=value, unit=unit, source=source, valid_from=NEXT_YEAR))
    except KbError:
        return
    found = plan(rows("limit"), proposal, TODAY)
    after = rows("limit", fact_writer.changed(SHEET, found))
    assert after == found.applied(rows("limit"))


@pytest.mark.parametrize(
    ("proposal", "is_past"),
    [
        (new(valid_from=NEXT_YEAR), False),
        (new(valid_from=TODAY), False),
        (new(valid_from=date(2026, 11, 23)), True),
        (new(kind=ChangeKind.CORRECTION), True),
        (new("fresh", kind=ChangeKind.NEW), False),
    ],
)
def test_what_changes_the_past_is_known(proposal: NewValue, is_past: bool) -> None:
    assert changes_past(proposal, TODAY) == is_past


@pytest.mark.parametrize(
    ("day", "is_news"),
    [("2025-12-26", False), ("2025-12-27", True), ("2026-01-10", True), ("2026-01-11", False)],
)
def test_a_changed_value_is_news_for_a_fortnight(day: str, is_news: bool) -> None:
    found = changed_lately(sheets.read_facts(SHEET), date.fromisoformat(day))
    assert found == ({"limit": date(2025, 12, 27)} if is_news else {})
