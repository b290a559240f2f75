"""Personal data: what is masked, what must stay, and what `strict` adds for the journal."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text.personal_data import MARKS, DataKind, find, mask

STAYS = {
    "numbers of laws": "Правила № 354 и № 442, 59-ФЗ, 861",
    "a law with its date": "ПП РФ от 06.05.2011 № 354 и закон от 27.12.2018 № 522-ФЗ",
    "money": "начислено 12 345,67 руб., оплатил 15000 рублей, долг 12345678 руб",
    "energy and power": "350 кВт·ч за месяц, 15 кВт, 100000000 кВт·ч",
    "voltage": "220 В вместо 380 вольт",
    "emergency numbers": "звоните 112, 101 или 103",
    "meter readings": "показания 0012345, 45678, Т1 12345 Т2 6789",
    "terms and hours": "до 25 числа, с 10:00 до 18:00, 20 дней",
    "articles and clauses": "ст. 157.2, п. 117-122, ч. 3",
    "a year": "в 2026 году",
    "a street without a house": "нет света на ул. Ленина с 10 утра",
    "houses that are counted": "на ул. Мира отключили 10 домов",
    "a street named after a person": "темно на улице Сергея Есенина",
    "a street named by initials": "улица А. С. Пушкина и улица Толстого Л. Н.",
    "a clause with a letter": "Пункт А. Общие положения, Приложение Б. В. к договору",
    "a word after an introduction": "меня зовут на работу, абонент доволен",
    "an area": "общая площадь квартиры 45 кв. м, 3 этаж",
    "a toll-free line": "горячая линия 8 800 555-35-35",
    "a card that fails its check": "номер 4276 3800 1234 5670",
    "a SNILS that fails its check": "112-233-445 96",
    "a mark of our own": "".join(MARKS.values()),
    "nothing": "",
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_ordinary_text_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "ПП РФ от 06.05.2011 № 354",
        "тариф 5,38 с 1 июля 2026",
        "показания 12345 67890",
        "правила 354 442 861",
        "оплатил 15000 а долг 3000",
        "когда включат свет в примерске",
        "нет света 3 часа",
        "за январь 2026 начислено 350 квт",
        "мороз на улице минус 30",
        "приём с 9-18, перерасчёт с 10-15 числа",
        "можно ли офрмить рассрочку",
        "220 В, 112, 101",
        "счётчик меркурий",
        "замена столбов т.е. опор",
    ],
)
def test_even_the_strict_mask_leaves_what_people_search(text: str) -> None:
    assert mask(text, strict=True) == text


FOUND = [
    (DataKind.PHONE, "+7 (921) 123-45-67"),
    (DataKind.PHONE, "8-921-123-45-67"),
    (DataKind.PHONE, "89211234567"),
    (DataKind.PHONE, "8.921.123.45.67"),
    (DataKind.PHONE, "8 (495) 123 45 67"),
    (DataKind.PHONE, "(8142) 12-34-56"),
    (DataKind.PHONE, "921 123-45-67"),
    (DataKind.PHONE, "+375 29 123-45-67"),
    (DataKind.EMAIL, "ivan.petrov+1@mail.example.ru"),
    (DataKind.EMAIL, "вася@пример.рф"),
    (DataKind.SNILS, "112-233-445 95"),
    (DataKind.SNILS, "11223344595"),
    (DataKind.INN, "500100732259"),
    (DataKind.INN, "7707083893"),
    (DataKind.OGRN, "1027700132195"),
    (DataKind.ACCOUNT, "987654321"),
    (DataKind.ACCOUNT, "50АА123456"),
    (DataKind.ACCOUNT, "40817810099910004312"),
    (DataKind.CARD, "4111 1111 1111 1111"),
    (DataKind.CARD, "4111111111111111"),
    (DataKind.BIRTH_DATE, "12 марта 1965"),
    (DataKind.ADDRESS, "ул. Ленина, д. 5, кв. 12"),
    (DataKind.ADDRESS, "проспект Мира 10-25"),
    (DataKind.ADDRESS, "г. Примерск, Садовая 7"),
    (DataKind.ADDRESS, "123456, г. Примерск, ул. Карла Маркса, дом 10, корп. 2, кв. 5"),
    (DataKind.ADDRESS, "Садовая ул., 7"),
    (DataKind.ADDRESS, "Невский проспект, 10"),
    (DataKind.ADDRESS, "пер. Тихий, 3а"),
    (DataKind.ADDRESS, "ул. 50 лет Октября, 7"),
    (DataKind.ADDRESS, "улица 8 Марта 10"),
    (DataKind.ADDRESS, "дер. Малиновка, дом 12"),
    (DataKind.ADDRESS, "с. Ивановка 5"),
    (DataKind.ADDRESS, "СНТ «Ромашка», участок 45"),
    (DataKind.ADDRESS, "д. 5, кв. 12"),
    (DataKind.NAME, "Иванов И. И."),
    (DataKind.NAME, "Петрова А.С."),
    (DataKind.NAME, "С. П. Королёв"),
    (DataKind.NAME, "Смирнов-Водкин К."),
    (DataKind.NAME, "Иванова Мария Сергеевна"),
    (DataKind.NAME, "Мария Сергеевна"),
    (DataKind.NAME, "Сергей Смирнов"),
    (DataKind.NAME, "ИВАНОВ ИВАН ИВАНОВИЧ"),
    (DataKind.NAME, "Ыжбулдин Анна Петровна"),
]
_TAIL = {DataKind.BIRTH_DATE: " г.р."}


@pytest.mark.parametrize(("kind", "datum"), FOUND, ids=[datum for _, datum in FOUND])
def test_a_datum_is_found_whole(kind: DataKind, datum: str) -> None:
    text = f"прошу учесть: {datum}{_TAIL.get(kind, '')}; жду ответа"
    assert [(text[span.start : span.end], span.kind) for span in find(text)] == [(datum, kind)]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("мой л/с 1234567", "мой л/с [лицевой счёт]"),
        ("лицевой счёт № 12-345-678-90", "лицевой счёт № [лицевой счёт]"),
        ("ЛС:0012345678", "ЛС:[лицевой счёт]"),
        ("абонент 123456", "абонент [лицевой счёт]"),
        ("Договор № 123456", "Договор № [лицевой счёт]"),
        ("паспорт 4510 123456", "паспорт [паспорт]"),
        ("серия 45 10 номер 123456", "серия [паспорт]"),
        ("СНИЛС 112 233 445 00", "СНИЛС [СНИЛС]"),
        ("ИНН: 1234567890", "ИНН: [ИНН]"),
        ("тел. 2-34-56", "тел. [телефон]"),
        ("перезвоните мне на 45-67-89", "перезвоните мне на [телефон]"),
        ("карта 4276 3800 1234 5670", "карта [карта]"),
        ("родился 12.03.1965", "родился [дата рождения]"),
        ("1965 года рождения", "[дата рождения] года рождения"),
        ("Меня зовут Анна", "Меня зовут [имя]"),
        ("С уважением, Пётр", "С уважением, [имя]"),
    ],
)
def test_the_words_around_tell_what_a_datum_is(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("иванов иван иванович ленина 5 кв 12", "[имя] [адрес]"),
        ("на ленина 5 нет света", "[адрес] нет света"),
        ("садовая 7-15 счетчик", "[адрес] счетчик"),
        ("кирова дом 10", "[адрес]"),
        ("ул карла маркса 5", "[адрес]"),
        ("квитанция петрова", "квитанция [имя]"),
        ("долг иванова и.и.", "долг [имя]"),
        ("анна петровна ыжбулдина", "[имя]"),
        ("4510 123456", "[паспорт]"),
        ("112-233-445 96", "[СНИЛС]"),
        ("1234 5678 9012 3456", "[карта]"),
        ("счёт 1234 5678 90", "счёт [лицевой счёт]"),
        ("N12345678x", "N[лицевой счёт]x"),
        ("12.05.1978", "[дата рождения]"),
        ("45-67-89", "[телефон]"),
        ("ivanov @ mail.ru", "[почта]"),
        ("кв 12 нет света", "[адрес] нет света"),
    ],
)
def test_the_strict_mask_takes_what_may_be_personal(text: str, masked: str) -> None:
    assert mask(text, strict=True) == masked


def test_places_are_code_points_of_the_text_as_given() -> None:
    text = "😀 е\u0308лка 😀 тел. 89211234567"
    [span] = find(text)
    assert text[span.start : span.end] == "89211234567"


_PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from([datum for _, datum in FOUND] + list(STAYS.values())),
    st.sampled_from(["л/с ", "паспорт ", "тел. ", "ул. ", " д. ", " кв. ", "№ ", "г.р. ", "@"]),
    st.from_regex(r"[0-9 ()+-]{1,20}", fullmatch=True),
)


@given(st.lists(_PIECES, max_size=6).map("".join), st.booleans())
def test_places_are_in_order_apart_and_inside(text: str, strict: bool) -> None:
    spans = find(text, strict=strict)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@given(st.lists(_PIECES, max_size=6).map(" ".join))
def test_nothing_long_or_mailable_passes_the_strict_mask(text: str) -> None:
    masked = mask(f"{text} 89211234567 ivan@mail.ru 112-233-445 95", strict=True)
    assert "9211234567" not in masked
    assert "ivan@mail" not in masked


@given(st.sampled_from(FOUND), st.booleans())
def test_a_masked_text_holds_nothing_more_to_mask(
    found: tuple[DataKind, str], strict: bool
) -> None:
    kind, datum = found
    masked = mask(f"Прошу: {datum}{_TAIL.get(kind, '')}.", strict=strict)
    assert mask(masked, strict=strict) == masked


def test_two_hundred_letters_take_under_a_millisecond() -> None:
    texts = [
        f"Иванов И. И., ул. Ленина, д. {n}, тел. 8921123450{n}, л/с 123456789" for n in range(9)
    ]
    text = " ".join(texts)[:200]
    mask(text, strict=True)
    assert _best_ms(text, rounds=20) < 1


@pytest.mark.parametrize(
    "piece", ["1 ", "а.а", "(9", "ул. а ", "1-", "л/с ", "А.", "тел мой ", "д 5 "]
)
def test_no_text_makes_it_slow(piece: str) -> None:
    text = (piece * 4000)[:4000] + "@1а"
    assert _best_ms(text, rounds=2) < 100


def _best_ms(text: str, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        mask(text, strict=True)
        times.append((time.perf_counter() - start) * 1000)
    return min(times)
