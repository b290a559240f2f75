"""The company card as a form: refused first, then taken, with everything else left as it was."""

import pytest
from ruamel.yaml import YAML

from kb_service.base.errors import KbError
from kb_service.handbook import company

SHEET = """# The card: comments stay.
name: АО «Старый сбыт»   # the full name
is_example: true
phone: "0 000 000-01-00"
offices:
  - name: Центр
    address: ул. Мира, 1
    hours: 9–18
signature:
  position: Начальник
  name: И. О. Фамилия
own_key: kept
"""


def values(**changed: str) -> dict[str, str]:
    return {**company.values_of(YAML(typ="safe").load(SHEET)), **changed}


def problems(**changed: str) -> set[tuple[str, str]]:
    with pytest.raises(KbError) as caught:
        company.edited(SHEET, values(**changed))
    return {(field.field, field.code) for field in caught.value.fields}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "field.needed"),
        ("name", "x" * 301, "field.too_long"),
        ("region", "две\nстроки", "field.too_long"),
        ("phone", "позвоните нам", "phone.wrong"),
        ("dispatch_phone", "112; DROP", "phone.wrong"),
        ("email", "нет", "email.wrong"),
        ("site_url", "javascript:alert(1)", "url.wrong"),
        ("site_url", "JAVASCRIPT:alert(1)", "url.wrong"),
        ("site_url", "data:text/html,x", "url.wrong"),
        ("site_url", "example.ru", "url.wrong"),
        ("ask_url", "//evil.example", "url.wrong"),
        ("ask_url", "/\\evil.example", "url.wrong"),
        ("cabinet_url", 'https://x.ru/"onclick', "url.wrong"),
        ("offices", " | ул. Мира", "company.offices_wrong"),
        ("offices", "а | б | в | г", "company.offices_wrong"),
        ("offices", "\n".join(["Центр"] * 51), "company.offices_wrong"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(field: str, value: str, code: str) -> None:
    assert problems(**{field: value}) == {(field, code)}


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(problems(name="", email="нет", offices="|")) == 3


def test_a_form_that_changes_nothing_changes_no_letter() -> None:
    assert company.edited(SHEET, values()) == SHEET


def test_only_what_changed_is_written_anew() -> None:
    text = company.edited(SHEET, values(name="АО «Новый сбыт»", is_example=""))
    old, new = SHEET.splitlines(), text.splitlines()
    differing = [line for line in new if line not in old]
    # a comment keeps its column
    assert differing == ["name: АО «Новый сбыт»    # the full name", "is_example: false"]
    assert len(old) == len(new)


@pytest.mark.parametrize(
    "value", ["8 800 000-00-00", "112", "+7 (495) 000-00-00", "0 000 000-01-00, доб. 12"]
)
def test_telephones_as_people_write_them(value: str) -> None:
    assert (
        company.values_of(YAML(typ="safe").load(company.edited(SHEET, values(phone=value))))[
            "phone"
        ]
        == value
    )


@pytest.mark.parametrize("value", ["https://example.ru/a?b=c", "http://x.ru", "/ask", ""])
def test_addresses_that_a_page_may_link_to(value: str) -> None:
    text = company.edited(SHEET, values(site_url=value))
    assert company.values_of(YAML(typ="safe").load(text))["site_url"] == value


def test_offices_are_lines() -> None:
    text = company.edited(SHEET, values(offices="Центр | ул. Мира, 1 | 9–18\n\n  Юг  "))
    card = YAML(typ="safe").load(text)
    assert [office["name"] for office in card["offices"]] == ["Центр", "Юг"]
    assert card["signature"]["name"] == "И. О. Фамилия"
    assert card["own_key"] == "kept"


def test_a_sheet_that_was_not_there_is_made() -> None:
    text = company.edited("", values(is_example=""))
    assert YAML(typ="safe").load(text)["name"] == "АО «Старый сбыт»"


@pytest.mark.parametrize("card", [{}, {"offices": None}, {"offices": "x"}, {"phone": 112}])
def test_a_card_of_the_wrong_kinds_is_still_a_form(card: dict[str, object]) -> None:
    assert set(company.values_of(card)) >= {"name", "phone", "offices", "is_example"}


def test_special_letters_do_not_break_the_sheet() -> None:
    name = "«Сбыт»: # не комментарий, - и 'кавычки' \"двойные\" {x}"
    text = company.edited(SHEET, values(name=name))
    assert YAML(typ="safe").load(text)["name"] == name
