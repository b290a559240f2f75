"""Words of persons' names: titles, particles, what a patronymic looks like, what a word may be.

The words' half of `names`; the dictionary is pymorphy3's.
"""

import re
from functools import lru_cache
from typing import Any, Literal

from kb_service.text.lemmas import analyser

GenderWord = Literal["", "female", "male"]

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
ORGANISATION = re.compile(
    r"[\"«»“„]|(?<!\w)(?:[пн]?ао|ооо|зао|оао|тсж|тсн|снт|днт|днп|сот|жск|гск|гпк|гбоу|моу|мбоу|мкоу"
    r"|мбдоу|мкдоу|гуп|муп|фгуп|фгбу|гбуз|кфх|общество|товарищество|кооператив|управляющая|компания"
    r"|администрация|учреждение|предприятие|школа|больница|фонд|союз|магазин|завод|банк)(?!\w)",
    re.IGNORECASE,
)
TITLES: dict[str, GenderWord] = {
    "гр": "",
    "г": "",
    "гражданин": "male",
    "гр-н": "male",
    "г-н": "male",
    "господин": "male",
    "гражданка": "female",
    "гр-ка": "female",
    "г-жа": "female",
    "госпожа": "female",
    "уважаемый": "male",
    "уважаемая": "female",
}
TRADER = {"ип", "индивидуальный", "предприниматель"}
PARTICLES = {"ван", "дер", "ден", "фон", "де", "ди", "да", "дю", "ла", "ле", "эль", "аль", "бен"}
SON = {"оглы": "male", "улы": "male", "уулу": "male", "кызы": "female", "гызы": "female"}
FATHERS = re.compile(r".{2,}(?:ович|евич|ьич|овна|евна|ична|ишна)")
FEMALE_FATHERS = re.compile(r".*(?:вна|чна|шна)")
# Surnames that differ for men and women; Цой and Смит do not.
GENDERED = re.compile(r".{2,}(?:[оеё]ва?|[иы]на?|[иыо]й|ая|яя)")
ADJECTIVES: tuple[tuple[re.Pattern[str], GenderWord], ...] = (
    (re.compile(r".{2,}(?:ая|яя)"), "female"),
    (re.compile(r".{2,}[^аеёиоуыэюя](?:ый|ий)"), "male"),
)


def is_initial(part: str) -> bool:
    """Say whether a part of a name is an initial: «И.»."""
    return len(part.rstrip(".")) == 1


def is_patronymic(word: str) -> bool:
    """Say whether a word looks like a patronymic; many surnames do too (Абрамович)."""
    small = word.lower()
    return (
        small.rpartition(" ")[2] in SON or FATHERS.fullmatch(small) is not None or has(word, "Patr")
    )


def is_first(word: str) -> bool:
    """Say whether the dictionary has a word as a first name."""
    return has(word.partition("-")[0], "Name")


def has(word: str, kind: str) -> bool:
    """Say whether a word may be a name of a kind: Name, Patr, Surn."""
    return any(kind in tag for tag in tags(word.lower()))


@lru_cache(maxsize=5_000)
def tags(word: str) -> tuple[Any, ...]:
    """Give the dictionary's readings of a word as a name in the nominative."""
    return tuple(
        parse.tag
        for parse in analyser().parse(word)
        if parse.tag.case == "nomn"
        and parse.tag.number == "sing"
        and any(kind in parse.tag for kind in ("Name", "Patr", "Surn"))
        and (parse.is_known or "Surn" in parse.tag)
    )
