"""Names and addresses of persons in a text; the words' half of `personal_data`.

A name is a surname with initials, two or three name words side by side, or one after «меня зовут»
and the like. An address is a street or a village with a house, or a house with a flat; a street
alone belongs to nobody. `strict` also takes what is written small, without types and dots.
"""

import re
from collections.abc import Iterator
from enum import IntFlag
from functools import lru_cache

from kb_service.text.lemmas import analyser

Place = tuple[int, int]


class _Role(IntFlag):
    """What a word may be in a name; PURE where the dictionary thinks of a name first."""

    NONE = 0
    SURNAME = 1
    NAME = 2
    PATRONYMIC = 4
    PURE = 8
    ONLY = 16


_GRAMMEMES = {"Surn": _Role.SURNAME, "Name": _Role.NAME, "Patr": _Role.PATRONYMIC}
_ANY = _Role.SURNAME | _Role.NAME | _Role.PATRONYMIC

_NAME_WORD = re.compile(r"[А-ЯЁа-яё]{2,}(?:-[А-ЯЁа-яё]{2,})?")
_CAPITAL_WORD = re.compile(r"[А-ЯЁ][А-ЯЁа-яё]+(?:-[А-ЯЁ][А-ЯЁа-яё]+)?")
_SURNAME_FIRST = re.compile(
    r"(?<![\w.-])([А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[А-ЯЁ]{3,})[ \xa0]+"
    r"([А-ЯЁ]\.(?:[ \xa0]?[А-ЯЁ]\.)?|[А-ЯЁ][ \xa0]?[А-ЯЁ](?!\w))"
)
_INITIALS_FIRST = re.compile(
    r"(?<![\w.])([А-ЯЁ]\.[ \xa0]?(?:[А-ЯЁ]\.[ \xa0]?)?)([А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?)"
)
_SMALL_INITIALS = re.compile(r"(?<![\w-])([а-яё]{3,})[ \xa0]+[а-яё]\.[ \xa0]?[а-яё]\.?(?!\w)")
_INTRODUCED = re.compile(
    r"(?<!\w)(?:меня зовут|зовут|фамилия|ф\.?\s?и\.?\s?о\.?|на имя|гр-н|гр-ка|гр\.|граждани?н\w*"
    r"|абонент\w{0,2}|собственник\w{0,2}|квартиросъ[её]мщик\w{0,2}|заявител\w{1,2}|с уважением"
    r"|контактное лицо)[\s:,–—-]{1,3}((?:[А-ЯЁа-яё][А-ЯЁа-яё-]+[ \xa0]?){1,3})",
    re.IGNORECASE,
)
_STREET_BEFORE = re.compile(
    r"(?:(?<!\w)(?:ул|пр|просп|пер|пл|б-р|наб|ш|им|мкр)\.?|улиц\w*|проспект\w*|переул\w*|площад\w*"
    r"|бульвар\w*|набережн\w*|имени|шоссе|пр-т\w?)\s*$",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(r"(?<!\w)(?:на|по|до)\s+$", re.IGNORECASE)
_NO_SURNAME = re.compile(r"общество|компания|филиал|приложение|правила|статья|пункт|часть")
_LOOK_BACK = 16
_MAX_WORDS = 3
_PAIR = 2


@lru_cache(maxsize=20_000)
def _role(word: str) -> _Role:
    tags = analyser().tag(word.rpartition("-")[2])
    role = _Role.NONE
    for grammeme, kind in _GRAMMEMES.items():
        if any(grammeme in tag for tag in tags):
            role |= kind
    if role and any(grammeme in tags[0] for grammeme in _GRAMMEMES):
        role |= _Role.PURE
    if role and all(_is_of_a_name(tag) for tag in tags):
        role |= _Role.ONLY
    return role


def _is_of_a_name(tag: object) -> bool:
    known = str(tag)
    return any(part in known for part in ("Surn", "Name", "Patr", "Geox", "Poss"))


def names(text: str, *, strict: bool = False) -> Iterator[Place]:
    """Give the places of persons' names, the surest first; they may overlap."""
    yield from _with_initials(text, strict)
    yield from _introduced(text, strict)
    yield from _side_by_side(text, strict)


def _with_initials(text: str, strict: bool) -> Iterator[Place]:
    for found in _SURNAME_FIRST.finditer(text):
        initials = sum(letter.isalpha() for letter in found[2])
        is_surname = bool(_role(found[1].lower()) & _Role.SURNAME)
        two = initials == _PAIR and "." in found[2] and not _NO_SURNAME.fullmatch(found[1].lower())
        if (two or is_surname) and not _after_street(text, found.start()):
            yield found.span()
    for found in _INITIALS_FIRST.finditer(text):
        is_surname = bool(_role(found[2].lower()) & _Role.SURNAME)
        if (found[1].count(".") == _PAIR or is_surname) and not _after_street(text, found.start()):
            yield found.span()
    if strict:
        for found in _SMALL_INITIALS.finditer(text):
            if _role(found[1]) & _Role.PURE:
                yield found.span()


def _introduced(text: str, strict: bool) -> Iterator[Place]:
    for found in _INTRODUCED.finditer(text):
        end = 0
        for word in _NAME_WORD.finditer(text, found.start(1), found.end(1)):
            wanted = _Role.PURE if strict or word[0][0].isupper() else _Role.PATRONYMIC
            if not _role(word[0].lower()) & wanted:
                break
            end = word.end()
        if end:
            yield found.start(1), end


def _side_by_side(text: str, strict: bool) -> Iterator[Place]:
    pattern = _NAME_WORD if strict else _CAPITAL_WORD
    run: list[re.Match[str]] = []
    for word in pattern.finditer(text):
        if run and not (_adjoin(text, run[-1], word) and len(run) < _MAX_WORDS):
            yield from _run(text, run, strict)
            run = []
        if _role(word[0].lower()) & _ANY:
            run.append(word)
        elif run:
            yield from _run(text, run, strict, word if _adjoin(text, run[-1], word) else None)
            run = []
    yield from _run(text, run, strict)


def _adjoin(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    between = text[left.end() : right.start()]
    return 0 < len(between) <= _PAIR and not between.strip()


def _run(
    text: str, run: list[re.Match[str]], strict: bool, follower: re.Match[str] | None = None
) -> Iterator[Place]:
    if not run or _after_street(text, run[0].start()):
        return
    roles = [_role(word[0].lower()) for word in run]
    full = _is_full_name(roles) and (_is_capital(run) or _is_sure(run, roles))
    if not (full or (strict and _is_lone_name(text, run, roles))):
        return
    start, end = run[0].start(), run[-1].end()
    # A surname that the dictionary does not know stands beside a name and a patronymic.
    if len(run) < _MAX_WORDS and any(role & _Role.PATRONYMIC for role in roles):
        before = _unknown_before(text, start)
        start = start if before is None else before
        if follower is not None and not analyser().word_is_known(follower[0].lower()):
            end = follower.end()
    yield start, end


def _is_full_name(roles: list[_Role]) -> bool:
    if len(roles) < _PAIR or not any(role & _Role.PURE for role in roles):
        return False
    if any(role & _Role.PATRONYMIC for role in roles):
        return True
    first, second = roles[0], roles[1]
    return bool(
        (first & _Role.SURNAME and second & _Role.NAME)
        or (first & _Role.NAME and second & _Role.SURNAME)
    )


def _is_capital(run: list[re.Match[str]]) -> bool:
    return all(word[0][0].isupper() for word in run)


def _is_sure(run: list[re.Match[str]], roles: list[_Role]) -> bool:
    """Small letters: «ли» and a mistyped word are no name, whatever the dictionary guesses."""
    if any(role & _Role.PATRONYMIC and role & _Role.PURE for role in roles):
        return True
    return all(
        role & _Role.PURE and analyser().word_is_known(word[0].lower())
        for role, word in zip(roles, run, strict=True)
    )


def _is_lone_name(text: str, run: list[re.Match[str]], roles: list[_Role]) -> bool:
    """A word that is nothing but a surname; «на Гагарина» is a street, a typo is no name."""
    wanted = _Role.SURNAME | _Role.PATRONYMIC
    named = any(
        role & _Role.ONLY and role & wanted and analyser().word_is_known(word[0].lower())
        for role, word in zip(roles, run, strict=True)
    )
    start = run[0].start()
    return named and not _PLACE_BEFORE.search(text[max(0, start - _LOOK_BACK) : start])


def _unknown_before(text: str, start: int) -> int | None:
    before = re.search(r"(?<![\w-])([А-ЯЁа-яё-]{3,})[ \xa0]$", text[max(0, start - 40) : start])
    if before is None or analyser().word_is_known(before[1].lower()):
        return None
    return start - len(before[0])


def _after_street(text: str, start: int) -> bool:
    return _STREET_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]) is not None


# --- addresses

_TYPE_NAME = (
    r"(?:ул(?:иц[аеуыой]+)?|просп(?:ект\w*)?|пр-к?т\w?|пр|пер(?:еул\w*)?|б-р|бульвар\w*|ш(?:оссе)?"
    r"|наб(?:ережн\w+)?|пл(?:ощад\w+)?|проезд\w*|пр-д|туп(?:ик\w*)?|аллея|аллее|тракт\w*"
    r"|мкр-?н?|микрорайон\w*|кв-л|снт|днт|тсн|сот)(?!\w)"
)
_TYPE = rf"{_TYPE_NAME}(?:\.\s*|\s+)"
_TYPE_AFTER = rf"{_TYPE_NAME}\.?"
_VILLAGE = (
    r"(?:дер(?:евня|евне|\.)|сел[ое]\s|с\.|д\.|пос(?:[её]л\w+|\.)|пгт|хутор\w?|х\.|станица|ст-ца"
    r"|снт|днт|аул)"
)
_TOWN = r"(?:\d{6},?\s*)?(?:г|гор|город)\.?\s*(?-i:[А-ЯЁ])[\w-]+(?:\s(?-i:[А-ЯЁ])[\w-]+)?,?\s*"
_UNIT = (
    r"(?!\s?(?:квт|вт\b|руб|р\.|₽|%|лет\b|год|г\.|дн[ея]|час|мин|вольт|ампер|квартир\b|домов\b"
    r"|человек|раз\b|метр|м\b|м2|кв\.?\s?м|этаж|числ|янв|февр|март|апр|мая\b|июн|июл|авг|сент|окт"
    r"|нояб|дек|:\d\d|[.,]\d|утра|вечера|\d))"
)
_HOUSE_WORD = r"(?:(?:д|дом|участок|уч)\.?\s*№?\s*)"
_NUMBER = r"\d{1,4}(?:\s?[а-я](?!\w))?(?:\s?[/\\]\s?\d{1,4}[а-я]?)?"
_REST = (
    r"(?:,?\s*(?:к|корп|корпус|стр|строение|лит|литера?)\.?\s*\d{1,3}[а-я]?(?!\w))?"
    r"(?:\s?-\s?\d{1,4}(?!\d)|,?\s*(?:кв|квартир[аеуы]|оф|офис|ком|комнат[аеуы]|пом)\.?\s*№?\s*"
    r"\d{1,4}[а-я]?(?!\w))?"
)
_HOUSE = rf"{_HOUSE_WORD}?{_NUMBER}{_UNIT}{_REST}"
_FLAT = r",?\s*(?:кв|квартир[аеуы])\.?\s*№?\s*\d{1,4}[а-я]?(?!\w)"
_NOT_A_STREET = (
    r"(?!(?:январ|феврал|март|апрел|июн|июл|август|сентябр|октябр|ноябр|декабр|час|числ|дня\b|дней"
    r"|год|тариф|показан|номер|стать|пункт|правил|этаж|сумм|счет|счёт|рубл|закон|постановл|приказ"
    r"|норматив|категори|срок|неделя|месяц|квитанц|напряжен|мощност|перио|дома\b|группа|зона|минус|плюс|свет))"
)
_FIRST = _NOT_A_STREET + r"(?:им\.\s?|\d{1,3}(?:-?[а-я]{1,2})?\s(?:лет\s)?)?[а-яё][а-яё-]{2,}"
_MORE = r"(?:\s(?-i:[А-ЯЁ])[\w-]*\.?)"
_QUOTED = r"[«\"][^»\"\n]{2,40}[»\"]"
_SPACE = r"[,;]?\s*"
_BEGIN = r"(?<![\w-])"


def _compile(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_SURE = _compile(
    # «г. Примерск, Садовая 7», «г. Примерск, ул. Ленина, д. 5»
    rf"{_BEGIN}{_TOWN}(?:{_TYPE})?(?:{_FIRST}{_MORE}{{0,2}}?|{_QUOTED})"
    rf"(?:\s{_TYPE_AFTER})?{_SPACE}{_HOUSE}",
    # «ул. Ленина 5», «проспект Мира 10-25», «СНТ «Ромашка», участок 4»
    rf"{_BEGIN}{_TYPE}(?:{_FIRST}{_MORE}{{0,2}}?|{_QUOTED}){_SPACE}{_HOUSE}",
    rf"{_BEGIN}{_TYPE}{_FIRST}(?:\s[\w.-]+){{0,2}}?{_SPACE}{_HOUSE_WORD}{_NUMBER}{_REST}",
    # «Садовая ул., 7», «Невский проспект, 10»
    rf"{_BEGIN}(?:\d{{1,2}}-?[йяе]\s)?(?-i:[А-ЯЁ])[\w-]+\s{_TYPE_AFTER}{_SPACE}{_HOUSE}",
    # «дер. Малиновка, дом 12», «с. Ивановка 5»
    rf"{_BEGIN}{_VILLAGE}\s*(?:(?-i:[А-ЯЁ])[\w-]+{_MORE}?|{_QUOTED}){_SPACE}{_HOUSE}",
    # «д. 5, кв. 12», «Садовая 7 кв. 3»
    rf"{_BEGIN}{_HOUSE_WORD}{_NUMBER}(?:,?\s*(?:к|корп|корпус|стр)\.?\s*\d{{1,3}})?{_FLAT}",
    rf"{_BEGIN}(?-i:[А-ЯЁ])[а-яё-]{{2,}}\s{_NUMBER}{_FLAT}",
)

_LOOSE = _compile(
    # «ленина 5-12», «садовая 7 кв 3», «на ленина 5», «ул карла маркса 5», «кв 12»
    rf"{_BEGIN}{_NOT_A_STREET}[а-яё-]{{4,}}\s\d{{1,3}}[а-я]?\s?-\s?\d{{1,4}}(?![\d-]){_UNIT}",
    rf"{_BEGIN}{_NOT_A_STREET}[а-яё-]{{4,}}{_SPACE}{_NUMBER}{_FLAT}",
    rf"{_BEGIN}{_NOT_A_STREET}[а-яё-]{{4,}}{_SPACE}{_HOUSE_WORD}{_NUMBER}{_REST}",
    rf"{_BEGIN}(?:на|по)\s{_NOT_A_STREET}[а-яё-]{{3,}}(?:а|ая|ой|ого|ей|ых|их)\s{_HOUSE}",
    rf"{_BEGIN}{_TYPE}{_FIRST}(?:\s[а-яё-]{{3,}})?{_SPACE}{_HOUSE}",
    rf"{_BEGIN}[а-яё-]{{4,}}\s{_TYPE_AFTER}{_SPACE}{_HOUSE}",
    rf"{_BEGIN}(?:кв|квартир[аеуы])\.?\s*№?\s*\d{{1,4}}(?!\d){_UNIT}",
)


def addresses(text: str, *, strict: bool = False) -> Iterator[Place]:
    """Give the places of addresses, the surest first; they may overlap."""
    for pattern in (*_SURE, *_LOOSE) if strict else _SURE:
        yield from (found.span() for found in pattern.finditer(text))
