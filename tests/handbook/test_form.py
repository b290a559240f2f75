"""Front matter as a form: refused first at the field, then taken; all else stays to the letter."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from kb_service.base.errors import KbError
from kb_service.handbook import codec
from kb_service.handbook.form import changes_of, fields_of, values_of
from kb_service.handbook.schemas import (
    TYPES,
    Action,
    Audience,
    Content,
    Document,
    Source,
    StandardQuestion,
)

ZONE = ZoneInfo("Europe/Moscow")
TEXT = """---
type: StandardQuestion
title: Кто платит?   # the title stays
own_key: {kept: true}
code: M01
wordings:
  - 'за чей счёт'
publish_at: 2026-12-01T09:00:30+03:00
checked: 2026-11-20
sources:
  - act: ПП РФ № 442 | Основные положения
    clause: 136
    url: https://pravo.example/442
order: 2.5
# a remark of an editor
audience: staff
actions:
  - {label: Позвонить, url: "tel:{{ company.phone }}"}
---
Ответ.
"""


def document() -> Document:
    return codec.decode(TEXT)


def saved(**typed: str) -> str:
    """Give the document after a form in which these fields were changed."""
    before = document()
    values = {**values_of(before.content, ZONE), **typed}
    return codec.revision_text(codec.edited(before, **changes_of(before.content, values, ZONE)))


def read(**typed: str) -> Content:
    return codec.decode(saved(**typed)).content


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("valid_from", "вчера", "date.wrong"),
        ("valid_from", "2026-02-30", "date.wrong"),
        ("checked", "да", "date.wrong"),
        ("publish_at", "завтра", "moment.wrong"),
        ("audience", "все", "field.not_one_of"),
        ("language", "de", "field.not_one_of"),
        ("sources", "Акт\n | п. 1", "row.first_empty"),
        ("sources", "Акт | п. 1 | | | лишнее", "row.too_many"),
        ("sources", "Акт | | javascript:alert(1)", "row.address_wrong"),
        ("actions", "Позвонить", "row.incomplete"),
        ("actions", "Позвонить | //evil.example", "row.address_wrong"),
        ("description", "х" * 20_001, "field.too_long"),
    ],
)
def test_a_wrong_field_is_named(field: str, text: str, code: str) -> None:
    with pytest.raises(KbError, match=r"document\.form_wrong") as caught:
        saved(**{field: text})
    assert [(one.field, one.code) for one in caught.value.fields] == [(field, code)]


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(KbError) as caught:
        saved(checked="x", valid_to="y")
    assert {one.field for one in caught.value.fields} == {"checked", "valid_to"}


def test_a_form_that_was_not_touched_changes_no_letter() -> None:
    assert saved() == codec.revision_text(document())


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("title", " Кто меняет? ", "Кто меняет?"),
        ("description", "Раз.\r\nДва.", "Раз.\nДва."),
        ("wordings", "один\r\n\r\n два \r\n", ["один", "два"]),
        ("tags", "often, зима,, often", ["often", "зима"]),
        ("valid_from", "2027-01-01", date(2027, 1, 1)),
        ("checked", "", False),
        ("review_by", "", None),
        ("audience", "public", Audience.PUBLIC),
        ("publish_at", "2027-01-01T00:00", datetime(2026, 12, 31, 21, tzinfo=UTC)),
        ("publish_at", "", None),
        ("sources", "А \\| Б | п. 2 || см.", [Source("А | Б", "п. 2", "", "см.")]),
        ("actions", "Кабинет | https://lk.example", [Action("Кабинет", "https://lk.example")]),
        ("actions", "З | tel:{{ company.phone }}", [Action("З", "tel:{{ company.phone }}")]),
        ("actions", "", []),
    ],
)  # fmt: skip
def test_a_changed_field_is_taken(field: str, text: str, value: object) -> None:
    assert getattr(read(**{field: text}), field) == value


class Counted(Content, kw_only=True, omit_defaults=True):
    """A type with a number of its own."""

    amount: float | None = None


@pytest.mark.parametrize(("text", "value"), [("3,5", 3.5), ("", None), ("2", 2.0)])
def test_a_number_is_taken(text: str, value: float | None) -> None:
    before = Counted(title="Т", amount=7)
    assert values_of(before, ZONE)["amount"] == "7"
    assert changes_of(before, {"amount": text}, ZONE) == {"amount": value}


@pytest.mark.parametrize("text", ["первый", "inf"])
def test_a_wrong_number_is_named(text: str) -> None:
    with pytest.raises(KbError) as caught:
        changes_of(Counted(title="Т"), {"amount": text}, ZONE)
    assert [(one.field, one.code) for one in caught.value.fields] == [("amount", "number.wrong")]


def test_comments_own_keys_and_other_lines_stay() -> None:
    made = saved(title="Кто меняет?", code="M02")
    for line in ("own_key: {kept: true}", "# a remark of an editor", "  - 'за чей счёт'"):
        assert line in made
    assert "clause: 136\n" in made


def test_fields_that_were_not_sent_stay() -> None:
    before = document()
    assert changes_of(before.content, {"title": "Новый"}, ZONE) == {"title": "Новый"}


@pytest.mark.parametrize("kind", TYPES.values())
def test_every_type_has_a_form_without_what_belongs_to_its_binary(kind: type[Content]) -> None:
    names = fields_of(kind)
    assert not {"sha256", "size", "filename", "width"} & set(names)
    content = kind(title="Т")
    assert changes_of(content, values_of(content, ZONE), ZONE) == {}


def test_a_new_type_gets_its_fields_by_their_kind() -> None:
    class Regulation(Content, kw_only=True, omit_defaults=True):
        version: str = ""
        in_force_from: date | None = None
        needs_reading: bool = False
        areas: list[str] = []  # noqa: RUF012 - the form of a content type

    sorts = fields_of(Regulation)
    assert [sorts[n] for n in ("version", "in_force_from", "needs_reading", "areas")] == [
        "line", "day", "check", "lines",
    ]  # fmt: skip
    typed = {"version": "2", "in_force_from": "2027-01-01", "needs_reading": "1", "areas": "а\nб"}
    made = msgspec.structs.replace(
        Regulation(title="Т"), **changes_of(Regulation(title="Т"), typed, ZONE)
    )
    assert (made.version, made.needs_reading, made.areas) == ("2", True, ["а", "б"])


def test_a_question_shows_what_an_editor_writes() -> None:
    values = values_of(document().content, ZONE)
    assert values["publish_at"] == "2026-12-01T09:00:30"
    assert (
        values["sources"] == "ПП РФ № 442 \\| Основные положения | 136 | https://pravo.example/442"
    )
    # Its place among its neighbours is arranged in the tree.
    assert "order" not in values
    assert isinstance(document().content, StandardQuestion)
