"""The card that a letter proposes: the writer's, never the addressee's. Letters of our own."""

from datetime import date

import pytest

from kb_service.letters.rules.card import proposed
from kb_service.letters.schemas import ApplicantKind, Card, Gender
from kb_service.text.personal_data import find


def card(text: str) -> Card:
    return proposed(text, find(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Меня зовут Смирнова Анна Петровна. Прошу справку.", "Смирнова Анна Петровна"),
        ("В ПАО «Сети». От Кузнецова И. В.\nПрошу заменить счётчик.", "Кузнецов И. В."),
        ("Директору Иванову П. С. от Орловой Т. С.\nЗаявление.", "Орлова Т. С."),
        ("Я, Петров Сергей Иванович, купил дом.", "Петров Сергей Иванович"),
        ("Прошу ответа.\nС уважением, Ким А. В.", "Ким А. В."),
        ("Прошу пересчитать плату.\n\nОрлова Т. С.\nтел. 8-912-345-67-89", "Орлова Т. С."),
        ("Уважаемый Пётр Семёнович! Когда включат свет?", ""),
        ("Сосед Иванов П. С. ворует свет.", ""),
        ("Директору Иванову П. С. Прошу справку.", ""),
        ("Мастер Иванов П. С. и мастер Петров А. А. не приехали.", ""),
        ("Прошу справку для Сидоровой О. Н. и Белова К. К.", ""),
        ("Прошу справку.", ""),
    ],
)
def test_the_name_is_the_writers_in_the_nominative(text: str, name: str) -> None:
    assert card(text).name == name


def test_a_woman_is_known_by_her_name() -> None:
    assert card("Меня зовут Смирнова Анна Петровна.").gender == Gender.FEMALE
    assert card("Меня зовут Ким А. В.").gender == Gender.BY_NAME


@pytest.mark.parametrize(
    ("text", "kind", "organisation"),
    [
        ("От ООО «Ромашка». Прошу счёт.", ApplicantKind.ORGANISATION, "ООО «Ромашка»"),
        ("СНТ «Берёзка»\nПросим заменить опору.", ApplicantKind.ORGANISATION, "СНТ «Берёзка»"),
        ("Председатель ТСЖ «Новый» просит показания.", ApplicantKind.ORGANISATION, "ТСЖ «Новый»"),
        ("В ПАО «Сети» от жителя. Прошу счёт.", ApplicantKind.PERSON, ""),
        ("Я работаю в ООО «Ромашка», дома нет света.", ApplicantKind.PERSON, ""),
        ("Просим от имени жителей деревни починить линию.", ApplicantKind.GROUP, ""),
        ("Мы, жители дома 5, просим света. Всего 34 подписи.", ApplicantKind.GROUP, ""),
        ("ИП Петров. Прошу договор.", ApplicantKind.PERSON, ""),
    ],
)
def test_who_writes_a_person_a_group_or_an_organisation(
    text: str, kind: ApplicantKind, organisation: str
) -> None:
    found = card(text)
    assert (found.kind, found.organisation) == (kind, organisation)


@pytest.mark.parametrize(
    ("text", "number", "day"),
    [
        ("Исх. № 15 от 12.05.2026\nПросим счёт.", "15", date(2026, 5, 12)),
        ("от 12.05.2026 № 15/П\nПросим счёт.", "15/П", date(2026, 5, 12)),
        ("исх. № 7-К от 3 марта 2026 г. Просим счёт.", "7-К", date(2026, 3, 3)),
        ("Письмо № 4 от 1 мая 2026 года.", "4", date(2026, 5, 1)),
        ("На ваше письмо № 33 от 01.02.2026 сообщаем: счёта нет.", "", None),
        ("По договору № 15 от 12.05.2026 просим счёт.", "", None),
        ("Правила от 06.05.2011 № 354 нарушены.", "", None),
        ("Исх. № 15 от 32.05.2026\nПросим счёт.", "", None),
        ("Исх. № 15 от 3 дня 2026\nПросим счёт.", "", None),
    ],
)
def test_the_number_is_the_letters_own(text: str, number: str, day: date | None) -> None:
    found = card(text)
    assert (found.number, found.written_on) == (number, day)


def test_account_and_address_are_the_first_ones() -> None:
    found = card("Я с ул. Полевая, д. 7,\nкв. 14, лицевой счёт 740012345678, было 740012345699.")
    assert found.account == "740012345678"
    assert found.address == "ул. Полевая, д. 7, кв. 14"
