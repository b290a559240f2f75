"""Where a text holds personal data, and the same text with each of it masked.

`find` gives what is surely personal; `strict` also takes what only may be: it stands between a
visitor's search field and the journal, where too much is better than too little. Law numbers,
money, energy, voltage, emergency numbers and meter readings stay. Numbers are found here, names
and addresses in `personal_words`. Places are code points of the text as given.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

import msgspec
from stdnum import luhn
from stdnum.ru import inn as inn_number
from stdnum.ru import ogrn as ogrn_number

from kb_service.text.personal_words import addresses, names


class DataKind(StrEnum):
    """What kind of personal data a span holds."""

    PHONE = "phone"
    EMAIL = "email"
    SNILS = "snils"
    INN = "inn"
    OGRN = "ogrn"
    PASSPORT = "passport"
    ACCOUNT = "account"
    CARD = "card"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    NAME = "name"


class Span(msgspec.Struct, frozen=True, order=True):
    """A place of personal data: `text[start:end]`."""

    start: int
    end: int
    kind: DataKind


MARKS = {
    DataKind.PHONE: "[телефон]",
    DataKind.EMAIL: "[почта]",
    DataKind.SNILS: "[СНИЛС]",
    DataKind.INN: "[ИНН]",
    DataKind.OGRN: "[ОГРН]",
    DataKind.PASSPORT: "[паспорт]",
    DataKind.ACCOUNT: "[лицевой счёт]",
    DataKind.CARD: "[карта]",
    DataKind.BIRTH_DATE: "[дата рождения]",
    DataKind.ADDRESS: "[адрес]",
    DataKind.NAME: "[имя]",
}


def mask(text: str, *, strict: bool = False) -> str:
    """Give the text with a neutral mark in the place of each personal datum.

    >>> mask("Мой л/с 1234567890, тел. 8 921 123-45-67")
    'Мой л/с [лицевой счёт], тел. [телефон]'
    """
    pieces: list[str] = []
    place = 0
    for span in find(text, strict=strict):
        pieces += (text[place : span.start], MARKS[span.kind])
        place = span.end
    return "".join([*pieces, text[place:]])


def find(text: str, *, strict: bool = False) -> list[Span]:
    """Give the places of personal data in order, none inside another."""
    taken = bytearray(len(text))
    found: list[Span] = []
    for kind, start, end in _candidates(text, strict):
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            if kind is not None:
                found.append(Span(start, end, kind))
    return sorted(found)


_Candidate = tuple[DataKind | None, int, int]


def _candidates(text: str, strict: bool) -> Iterator[_Candidate]:
    """Give all places, the surest first: the first to take a letter keeps it."""
    has_digit = _DIGIT.search(text) is not None
    if "@" in text:
        yield from _mail(text, strict)
    if has_digit:
        yield from _numbers(text, _SURE)
        yield from ((DataKind.ADDRESS, *place) for place in addresses(text, strict=strict))
        yield from _numbers(text, _LONG)
    if strict and has_digit:
        yield from _numbers(text, _LOOSE)
    yield from ((DataKind.NAME, *place) for place in names(text, strict=strict))


def _mail(text: str, strict: bool) -> Iterator[_Candidate]:
    for pattern in (_MAIL, _LOOSE_MAIL) if strict else (_MAIL,):
        yield from ((DataKind.EMAIL, *found.span()) for found in pattern.finditer(text))


# --- numbers: (kind, pattern, check); the span is group 1; kind None takes the place unmasked


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def _is_snils(text: str) -> bool:
    digits = _digits(text)
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:9]))
    return total % 101 % 100 == int(digits[9:])


def _is_inn(text: str) -> bool:
    return bool(inn_number.is_valid(_ascii(text)))


def _is_ogrn(text: str) -> bool:
    return bool(ogrn_number.is_valid(_ascii(text)))


def _is_card(text: str) -> bool:
    return bool(luhn.is_valid(_ascii(text)))


def _ascii(text: str) -> str:
    return "".join(str(int(digit)) for digit in _digits(text))


def _is_phone(text: str) -> bool:
    """Area codes begin with 3, 4, 8 or 9; other countries are taken on their plus."""
    return text.lstrip().startswith("+") or _ascii(text)[1] in "3489"


def _is_free_phone(text: str) -> bool:
    return _ascii(text)[1:4] == "800"


def _always(text: str) -> bool:
    return bool(text)


def _has_ten_digits(text: str) -> bool:
    return len(_digits(text)) >= _LONG_NUMBER


_LONG_NUMBER = 10
_DIGIT = re.compile(r"\d")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LOOSE_MAIL = re.compile(
    r"(?:(?<![\w.+-])[\w.+-]{1,64}\s?)?@\s?[\w-]+(?:\s?\.\s?[\w-]+)*(?:\s(?:ru|com|ру))?(?!\w)"
)

_GAP = r"[ \t\xa0\u2009\u202f\u200b.()‐‑–—-]"
_UNIT = (
    r"(?!\s*(?:квт|вт\b|мвт|ква|руб|р\b|₽|коп|тыс|млн|%|вольт|ампер|лет\b|год|дн[ея]|час|мин"
    r"|человек|раз\b|метр|м\b|кв\.?\s?м|домов|квартир\b|числ))"
)
_DATE = (
    r"(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:19|20)?\d{2}(?!\d)|\d{1,2}\s+(?:январ|феврал|март"
    r"|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр)\w*\s+(?:19|20)\d{2}(?!\d))"
)
_BORN = r"(?:родил\w*|рожд\w*|(?<!\w)[гд]\.?\s?р\b\.?)"
_ACCOUNT_WORD = (
    r"(?<!\w)(?:л\s?/\s?с(?:ч[её]т\w*)?|лс|л\.\s?с\.?|елс|лицев\w+(?:\s+сч[её]т\w*)?"
    r"|абонент\w*(?:\s+номер\w*)?|номер\w*\s+(?:лицев\w+\s+)?сч[её]та|договор\w*\s*(?:№|n\b|номер))"
)
_PHONE_WORD = (
    r"(?<!\w)(?:тел(?:ефон\w*)?|т(?=[.:])|моб\w*|сот\w*|(?:пере)?звон\w+|whats\s?app|в[ао]тсап\w*|вайбер\w*)"
    r"[\s.:№-]{0,4}(?:(?:мне|мой|на|по|номер\w*|домашн\w+|раб\w*)[\s.:№-]{1,3}){0,3}"
)

_Check = Callable[[str], bool]
_Pattern = tuple[DataKind | None, re.Pattern[str], _Check]


def _pattern(kind: DataKind | None, pattern: str, check: _Check = _always) -> _Pattern:
    return kind, re.compile(pattern, re.IGNORECASE), check


def _numbers(text: str, patterns: tuple[_Pattern, ...]) -> Iterator[_Candidate]:
    for kind, pattern, check in patterns:
        for found in pattern.finditer(text):
            if check(found[1]):
                yield kind, found.start(1), found.end(1)


_SURE = (
    _pattern(DataKind.SNILS, r"(?<!\d)(\d{3}[- ]\d{3}[- ]\d{3}[- ]?\d{2})(?!\d)", _is_snils),
    _pattern(DataKind.SNILS, r"снилс\w*[\s:№-]{0,4}(\d(?:[ -]?\d){10})(?!\d)"),
    _pattern(DataKind.INN, r"(?<!\w)инн[\s:№-]{0,4}(\d{12}|\d{10})(?!\d)"),
    _pattern(DataKind.OGRN, r"(?<!\w)огрн(?:ип)?[\s:№-]{0,4}(\d{15}|\d{13})(?!\d)"),
    _pattern(
        DataKind.PASSPORT,
        r"(?:паспорт|сери[яйию])\D{0,40}?(?<!\d)(\d{2}\s?\d{2}[\s,-]*(?:номер|ном\.|№|n)?[\s:-]*"
        r"\d{6})(?!\d)",
    ),
    _pattern(DataKind.CARD, r"(?<!\d)(\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?)(?!\d)", _is_card),
    _pattern(DataKind.CARD, r"карт\w*[\s:№-]{1,4}(\d{4}(?:[ -]?\d{4}){3})(?!\d)"),
    _pattern(
        DataKind.ACCOUNT,
        _ACCOUNT_WORD + r"[\s:№#.-]{0,5}(?:номер\w*|№|n)?[\s:.-]{0,3}"
        r"(\d(?:[ /-]?\d){4,19})(?![\d]|[.,]\d)" + _UNIT,
    ),
    _pattern(None, rf"(?<![\w+])((?:\+\s?7|[78])(?:{_GAP}{{0,3}}\d){{10}})(?!\d)", _is_free_phone),
    _pattern(
        DataKind.PHONE, rf"(?<![\w+])((?:\+\s?7|[78])(?:{_GAP}{{0,3}}\d){{10}})(?!\d)", _is_phone
    ),
    _pattern(DataKind.PHONE, rf"(?<![\w+])(\+\d(?:{_GAP}{{0,2}}\d){{8,13}})(?!\d)"),
    _pattern(DataKind.INN, r"(?<![\w-])(\d{12}|\d{10})(?![\w-])", _is_inn),
    _pattern(DataKind.OGRN, r"(?<![\w-])(\d{15}|\d{13})(?![\w-])", _is_ogrn),
    _pattern(DataKind.PHONE, rf"(?<![\w+])(\(?9\d{{2}}\)?(?:{_GAP}{{0,2}}\d){{7}})(?!\d)"),
    _pattern(
        DataKind.PHONE, r"(?<![\w+])(\([348]\d{2,4}\)\s?\d{1,3}[ -]?\d{2}[ -]?\d{2})(?![\d-])"
    ),
    _pattern(
        DataKind.PHONE,
        _PHONE_WORD + r"(\(?\d{0,5}\)?\s?\d{1,3}[ -]?\d{2}[ -]?\d{2})(?![\w-]|[.,]\d)" + _UNIT,
    ),
    _pattern(DataKind.BIRTH_DATE, rf"{_BORN}\D{{0,25}}?({_DATE})"),
    _pattern(
        DataKind.BIRTH_DATE, rf"(?<!\d)({_DATE})\s*(?:г(?:ода|\.)?)?\s*(?:рожд|[гд]\.?\s?р\b)"
    ),
    _pattern(
        DataKind.BIRTH_DATE,
        r"(?<!\d)((?:19|20)\d{2})\s*(?:год\w*\s+рожд\w*|г\.?\s?р\b|рожд)",
    ),
    _pattern(DataKind.BIRTH_DATE, r"рожд\w*[\s:-]{1,3}((?:19|20)\d{2})(?!\d)"),
)

_LONG = (
    _pattern(DataKind.SNILS, r"(?<![\w-])(\d{11})(?![\w-])", _is_snils),
    _pattern(DataKind.ACCOUNT, r"(?<!\w)(\d{2}[а-яa-z]{2}\d{6}(?:-\d{2})?)(?!\w)"),
    _pattern(DataKind.ACCOUNT, r"(?<![\w])(?<!\d[.,])(\d{8,})(?!\w|[.,]\d)" + _UNIT),
)

_LOOSE = (
    _pattern(DataKind.SNILS, r"(?<!\d)(\d{3}[- ]\d{3}[- ]\d{3}[- ]?\d{2})(?!\d)"),
    _pattern(DataKind.CARD, r"(?<!\d)(\d{4}(?:[ -]\d{4}){3})(?!\d)"),
    _pattern(DataKind.PASSPORT, r"(?<!\d)(\d{2} ?\d{2} (?:№ ?)?\d{6})(?!\d)"),
    _pattern(DataKind.PHONE, r"(?<![\d-])(\d{1,3}-\d{2}-\d{2})(?![\d-])"),
    _pattern(
        DataKind.BIRTH_DATE,
        r"(?<![\d.])(?<!от )(\d{1,2}[./-]\d{1,2}[./-](?:19[2-9]\d|200\d|2010))"
        r"(?!\d|\s*(?:г\.?)?\s*[№n])",
    ),
    _pattern(
        DataKind.ACCOUNT, r"(?<!\d)(\d{1,4}(?:[ \xa0-]\d{2,4}){2,})(?!\d)" + _UNIT, _has_ten_digits
    ),
    _pattern(DataKind.ACCOUNT, r"(?<!\d)(\d{8,})(?!\d)" + _UNIT),
)
