"""Numbers typed by hand: every spelling is found, what only looks alike is not."""

import time

import pytest

from kb_service.handbook.rules.typed_values import MAX_PLACES, typed_places
from kb_service.handbook.schemas import Fact

LIMIT = Fact(key="limit", title="Предел расходов на включение за долг", value="1 000", unit="₽")
DAY = Fact(key="day", title="День, до которого вносят плату", value="10-го")
TERM = Fact(key="term", title="Срок замены счётчика", value="6", unit="месяцев")
SHARE = Fact(key="share", title="Пени в день", value="1/300")
SINCE = Fact(key="since", title="С какого дня", value="1 июля 2020 года")
BOUND = Fact(key="bound", title="Граница диапазона", value="7 020", unit="кВт·ч")
HALF = Fact(key="half", title="Коэффициент при отказе в допуске", value="1,5")

FOUND = [
    (LIMIT, "Берут 1 000 ₽ за это.", "1 000 ₽"),
    (LIMIT, "Берут 1000 руб. с НДС.", "1000 руб."),
    (LIMIT, "Берут 1\u00a0000 рублей.", "1\u00a0000 рублей"),
    (LIMIT, "Берут 1.000 рублей.", "1.000 рублей"),
    (LIMIT, "Берут 1000,00 руб.", "1000,00 руб."),
    (LIMIT, "Берут 1 тыс. рублей.", "1 тыс. рублей"),
    (LIMIT, "Берут тысячу рублей.", "тысячу рублей"),
    (LIMIT, "Берут **1 000 ₽** сразу.", "1 000 ₽"),
    (LIMIT, "Берут **1 000** рублей.", "**1 000** рублей"),
    (LIMIT, "Расходы на включение — не больше 1000.", "1000"),
    (DAY, "Платите до 10-го числа.", "10-го"),
    (DAY, "Платите до 10 числа.", "10"),
    (TERM, "Меняют за шесть месяцев.", "шесть месяцев"),
    (TERM, "Меняют за 6 календарных месяцев.", "6 календарных месяцев"),
    (SHARE, "Пени — 1/300 ставки.", "1/300"),
    (SINCE, "Так с 1\u00a0июля 2020 года.", "1\u00a0июля 2020 года"),
    (BOUND, "До 7020 кВт*ч в месяц.", "7020 кВт*ч"),
    (HALF, "Коэффициент 1.5 после отказов в допуске.", "1.5"),
]


@pytest.mark.parametrize(("fact", "text", "place"), FOUND)
def test_a_value_typed_by_hand_is_found(fact: Fact, text: str, place: str) -> None:
    found = typed_places(text, fact)
    assert [one.text for one in found] == [place]
    assert all(text[one.start : one.end] == one.text for one in found)
    assert found[0].sentence == text.replace("\u00a0", " ")


QUIET = [
    (LIMIT, "Берут 21 000 ₽, 11000 руб., 1 000 000 ₽ и 1 000,50 ₽."),
    (LIMIT, "Берут {{ fact.limit }} за включение, за 1 раз."),
    (LIMIT, "До линии 1000 м."),
    (LIMIT, "Адрес: [страница](/1000-rub) и https://primer.example/1000-руб."),
    (LIMIT, "<!-- было 1 000 ₽ -->"),
    (DAY, "Стоит 10 рублей, 10 декабря."),
    (TERM, "Меняют за 6 дней."),
    (TERM, "6. Срок замены счётчика назовёт мастер."),
    (SHARE, "Дробь 11/300."),
]


@pytest.mark.parametrize(("fact", "text"), QUIET)
def test_what_only_looks_alike_is_left_alone(fact: Fact, text: str) -> None:
    assert typed_places(text, fact) == []


def test_words_of_the_title_make_a_place_likely() -> None:
    text = "За включение берут 1 000 ₽. Штраф — 1 000 ₽."
    assert [one.is_likely for one in typed_places(text, LIMIT)] == [True, False]


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<!-- 6 ",
        "6 месяцев ",
        "6 месяцев, ",
        "`<!--` ",
        "{{",
        "{%",
        "....",
        "?6",
        "**6** месяцев ",
    ],
)
def test_a_text_as_long_as_a_law_is_gone_through_in_time(piece: str) -> None:
    text = piece * (200_000 // len(piece)) + "x"
    began = time.thread_time()
    assert len(typed_places(text, TERM)) <= MAX_PLACES
    assert time.thread_time() - began < 5


def test_remarks_state_nothing_and_one_without_an_end_is_text() -> None:
    text = "Меняют <!-- за 5 месяцев --> за 6 месяцев. <!-- Срок: 6 месяцев."
    assert [place.start for place in typed_places(text, TERM)] == [
        text.index("6 месяцев"), text.rindex("6 месяцев")
    ]  # fmt: skip
