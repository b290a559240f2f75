"""Sentences: where a Russian text is cut, and where a full stop cuts nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[found.start : found.end] for found in sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "Живу на ул. Ленина, д. 5, кв. 12.",
        "По п. 5 ст. 20 Правил 354 платить не нужно.",
        "Оплатил 500 руб. за март.",
        "В г. Примерск света нет.",
        "Директор И. И. Иванов обещал.",
        "Письмо писал А. С. Пушкин, т. е. поэт.",
        "Счётчик, пломба и т. д. стоят у нас.",
        "Тариф 5.38 руб. за кВт·ч вырос.",
        "«Когда включат?» спросил он.",
        "1. Позвоните диспетчеру.",
        "Адрес primer.example не открывается.",
        "Ну… ладно.",
    ],
)
def test_an_abbreviation_ends_nothing(whole: str) -> None:
    assert cut(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Света нет. Когда дадут?", ["Света нет.", "Когда дадут?"]),
        (
            "Отключили 3 марта 2024 г. Никто не приехал",
            ["Отключили 3 марта 2024 г.", "Никто не приехал"],
        ),
        ("Оплатил 500 руб. Почему долг?", ["Оплатил 500 руб.", "Почему долг?"]),
        ("Свет, плита и т. д. Всё сгорело", ["Свет, плита и т. д.", "Всё сгорело"]),
        ("Автомат на 16 А. Мало", ["Автомат на 16 А.", "Мало"]),
        ("Света нет.Когда дадут?", ["Света нет.", "Когда дадут?"]),
        ("Что это?! Ответьте!!!", ["Что это?!", "Ответьте!!!"]),
        ("- один\n- два\n\nтри", ["- один", "- два", "три"]),
        ("1. Один.\n2. Два.", ["1. Один.", "2. Два."]),
        ("Он сказал: «Да.» Потом ушёл", ["Он сказал: «Да.»", "Потом ушёл"]),
        ("Ждать до 5. Потом идти", ["Ждать до 5.", "Потом идти"]),
        ("", []),
        ("... — !", []),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


@given(st.text(alphabet="аБг. !?\n5«»е", max_size=60))
def test_every_letter_is_in_exactly_one_sentence(text: str) -> None:
    found = sentences(text)
    inside = [place for span in found for place in range(span.start, span.end)]
    assert inside == sorted(set(inside))
    outside = set(range(len(text))) - set(inside)
    assert not any(text[place].isalnum() for place in outside)
