"""Russian names of persons: their parts, whether a man or a woman, their cases.

A name is taken in the nominative, surname first or last, with full names or initials. What the
name does not tell stays unknown and is then not declined: a wrong ending offends more than none.
Declension is pytrovich's, dictionary forms are pymorphy3's.
"""

import logging
import re
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from pytrovich import Case, Gender, NamePart, PetrovichDeclinationMaker

from kb_service.text.lemmas import analyser
from kb_service.text.name_words import (
    ADJECTIVES,
    FATHERS,
    FEMALE_FATHERS,
    GENDERED,
    ORGANISATION,
    PARTICLES,
    SON,
    TITLES,
    TRADER,
    WORD,
    GenderWord,
    has,
    is_first,
    is_initial,
    is_patronymic,
    tags,
)
from kb_service.text.normalise import clean, is_latin

# It tells every name to its log; a name is nobody's business there.
logging.getLogger("pytrovich").setLevel(logging.WARNING)


class GrammarCase(StrEnum):
    """The cases that letters need; names are given in the nominative."""

    GENITIVE = "genitive"
    DATIVE = "dative"
    ACCUSATIVE = "accusative"


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A person's name in its parts; `first` and `patronymic` are full or an initial («И.»).

    `title` is what stays before the name («ИП»). `gender` is what the name itself tells.
    """

    surname: str = ""
    first: str = ""
    patronymic: str = ""
    title: str = ""
    is_surname_last: bool = False
    gender: GenderWord = ""

    def __str__(self) -> str:
        """Give the name in the order in which it was written."""
        given = (self.first, self.patronymic)
        parts = (*given, self.surname) if self.is_surname_last else (self.surname, *given)
        return " ".join(filter(None, (self.title, *parts)))


# The library drops this «е» always: Кравцу, but Кузнецу and Швецу.
_KEPT_E = re.compile(r".*[бвгджзйклмнпрстфхцчшщ]{2}ец", re.IGNORECASE)
_KEPT_ENDINGS = {
    GrammarCase.GENITIVE: "а",
    GrammarCase.DATIVE: "у",
    GrammarCase.ACCUSATIVE: "а",
}
_CASES = {
    GrammarCase.GENITIVE: Case.GENITIVE,
    GrammarCase.DATIVE: Case.DATIVE,
    GrammarCase.ACCUSATIVE: Case.ACCUSATIVE,
}
_GENDERS = {"male": Gender.MALE, "female": Gender.FEMALE}
_BY_GRAMMEME: dict[str | None, GenderWord] = {"masc": "male", "femn": "female"}
_PAIR = 2


def is_organisation(text: str) -> bool:
    """Say whether a text names an organisation; a sole trader («ИП Петров») is a person."""
    return ORGANISATION.search(text) is not None


def parse(text: str) -> Name:
    """Give the parts of a person's name; nothing for an organisation.

    >>> parse("Кузнецов И. В.").patronymic, parse("Анна Петровна Смирнова").surname
    ('В.', 'Смирнова')
    """
    if is_organisation(text):
        return Name()
    words, initials, told, is_trader = _taken_apart(clean(text))
    if not words:
        return Name()
    name = _with_initials(words, initials) if initials else _of_words([w for w, _ in words])
    gender = told or _gender(name)
    return msgspec.structs.replace(name, gender=gender, title="ИП" if is_trader else "")


def polite(name: Name) -> str:
    """Give how a letter calls a person: first name and patronymic; empty where they are unknown."""
    if not name.first or is_initial(name.first):
        return ""
    father = "" if is_initial(name.patronymic) else name.patronymic
    return f"{name.first} {father}".strip()


def shortened(name: Name) -> Name:
    """Give the name as addresses write it, with initials: «Смирнова А. П.»."""
    if not name.surname:
        return name
    initials = [part[0] + "." if part else "" for part in (name.first, name.patronymic)]
    return msgspec.structs.replace(name, first=initials[0], patronymic=initials[1])


def declined(name: str | Name, case: GrammarCase, gender: str = "") -> str:
    """Give a name in another case, in the order in which it was written.

    `gender` is what somebody said; else the name tells it. Unknown, only what is the same for men
    and women is declined. An organisation stays as it is.

    >>> declined("Смирнова Анна Петровна", GrammarCase.DATIVE)
    'Смирновой Анне Петровне'
    """
    known = parse(name) if isinstance(name, str) else name
    if known == Name():
        return str(name)
    of = gender or known.gender
    if of in _GENDERS:
        return _in_case(known, case, _GENDERS[of])
    male, female = (_in_case(known, case, one) for one in _GENDERS.values())
    return male if male == female else str(known)


def from_genitive(text: str) -> str:
    """Give the nominative of a name in the genitive («от Орловой Т. С.»); as it is if unsure."""
    if is_organisation(text):
        return text
    parts = WORD.findall(clean(text))
    endings = {_gender_of_genitive(part) for part in parts} - {None}
    gender = endings.pop() if len(endings) == 1 else None
    given = " ".join(part if is_initial(part) else _nominative(part, gender) for part in parts)
    is_sure = _spaced(declined(given, GrammarCase.GENITIVE)) == _spaced(" ".join(parts))
    return given if is_sure else text


# --- parts

_Placed = tuple[str, int]


def _taken_apart(text: str) -> tuple[list[_Placed], list[_Placed], GenderWord, bool]:
    """Give words and initials with their places, what a title tells, and whether it is a trader."""
    found = WORD.findall(text)
    words: list[_Placed] = []
    initials: list[_Placed] = []
    told: GenderWord = ""
    is_trader = False
    is_all_upper = all(part.isupper() for part in found)
    for place, part in enumerate(found):
        bare = part.rstrip(".")
        small = bare.lower()
        if small in TRADER:
            is_trader = True
        elif small in TITLES and not (len(bare) == 1 and bare.isupper()):
            told = told or TITLES[small]
        elif len(bare) == 1:
            initials.append((bare.upper() + ".", place))
        elif len(bare) == _PAIR and bare.isupper() and not is_all_upper and not is_latin(small):
            initials += [(letter + ".", place) for letter in bare]
        else:
            words.append((_capital(bare), place))
    return _joined(words), initials[:_PAIR], told, is_trader


def _capital(word: str) -> str:
    small = word.lower()
    if small in PARTICLES or small in SON:
        return small if word.islower() or small in SON else word
    if word.isupper() or word.islower():
        return re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), word)
    return word


def _joined(words: list[_Placed]) -> list[_Placed]:
    """Put particles to the word after them and «оглы» to the word before."""
    result: list[_Placed] = []
    before = ""
    for word, place in words:
        if word.lower() in SON and result:
            result[-1] = (f"{result[-1][0]} {word}", place)
        elif word in PARTICLES:
            before += word + " "
        else:
            result.append((before + word, place))
            before = ""
    return result


def _with_initials(words: list[_Placed], initials: list[_Placed]) -> Name:
    marks = [mark for mark, _ in initials] + [""]
    if len(words) >= _PAIR:
        pair = _pair(words[0][0], words[-1][0])
        if not pair.patronymic:
            return msgspec.structs.replace(pair, patronymic=marks[0])
        # «А. Анна Петровна»: the initial is the surname's
        return msgspec.structs.replace(pair, surname=marks[0])
    word, place = words[0]
    if len(initials) == 1 and is_first(word) and not has(word, "Surn"):
        return Name(first=word, surname=marks[0], is_surname_last=initials[0][1] > place)
    return Name(
        surname=word,
        first=marks[0],
        patronymic=marks[1],
        is_surname_last=initials[0][1] < place,
    )


def _of_words(words: list[str]) -> Name:
    if len(words) == 1:
        return _one(words[0])
    if len(words) == _PAIR:
        return _pair(words[0], words[1])
    last = len(words) - 1
    is_first_name_first = is_patronymic(words[1]) and is_first(words[0]) and not is_first(words[-2])
    if is_patronymic(words[last]) and not is_first_name_first:
        surname = " ".join(words[: last - 1])
        return Name(surname=surname, first=words[last - 1], patronymic=words[last])
    if is_patronymic(words[1]):
        surname = " ".join(words[2:])
        return Name(surname=surname, first=words[0], patronymic=words[1], is_surname_last=True)
    return _foreign(words)


def _one(word: str) -> Name:
    if is_first(word) and not has(word, "Surn"):
        return Name(first=word)
    if FATHERS.fullmatch(word.lower()) and FEMALE_FATHERS.fullmatch(word.lower()):
        return Name(patronymic=word)
    return Name(surname=word)


def _pair(left: str, right: str) -> Name:
    """Two words: polite address, else surname and first name in either order."""
    first = (is_first(left), is_first(right))
    if is_patronymic(right) and not (first[1] and not first[0]):
        return Name(first=left, patronymic=right)
    is_last = first[0] and not first[1]
    if first == (True, True):
        is_last = has(right, "Surn") and not has(left, "Surn")
    elif first == (False, False):
        is_last = is_latin(left.lower())
    if is_last:
        return Name(first=left, surname=right, is_surname_last=True)
    return Name(surname=left, first=right)


def _foreign(words: list[str]) -> Name:
    """Three words and more without a patronymic: «Нгуен Ван Тхань», «Гарсиа Маркес Габриэль»."""
    if is_first(words[0]) and not is_first(words[-1]):
        return Name(first=words[0], surname=" ".join(words[1:]), is_surname_last=True)
    if is_first(words[-1]) and not is_first(words[1]):
        return Name(surname=" ".join(words[:-1]), first=words[-1])
    return Name(surname=words[0], first=" ".join(words[1:]))


# --- man or woman


def _gender(name: Name) -> GenderWord:
    """Ask the patronymic, then the first name, then the surname; unknown stays unknown."""
    father = name.patronymic.lower()
    if father and not is_initial(father):
        son = SON.get(father.rpartition(" ")[2])
        if son:
            return "female" if son == "female" else "male"
        return "female" if FEMALE_FATHERS.fullmatch(father) else "male"
    if name.first and not is_initial(name.first):
        told = _told(name.first.partition("-")[0], "Name")
        if told:
            return told
    return _told(name.surname.rpartition("-")[2].rpartition(" ")[2], "Surn")


def _told(word: str, kind: str) -> GenderWord:
    small = word.lower()
    if kind == "Surn" and not GENDERED.fullmatch(small):
        return ""
    genders = {tag.gender for tag in tags(small) if kind in tag}
    if genders or kind == "Name":
        return _BY_GRAMMEME.get(genders.pop(), "") if len(genders) == 1 else ""
    endings = (told for ending, told in ADJECTIVES if ending.fullmatch(small))
    return next(endings, "")


# --- cases


@cache
def _maker() -> PetrovichDeclinationMaker:
    return PetrovichDeclinationMaker()


def _in_case(name: Name, case: GrammarCase, gender: Gender) -> str:
    return str(
        msgspec.structs.replace(
            name,
            surname=_words_in_case(name.surname, NamePart.LASTNAME, case, gender),
            first=_words_in_case(name.first, NamePart.FIRSTNAME, case, gender),
            patronymic=_words_in_case(name.patronymic, NamePart.MIDDLENAME, case, gender),
        )
    )


def _words_in_case(part: str, kind: NamePart, case: GrammarCase, gender: Gender) -> str:
    words = part.split()
    if words and words[-1] in SON:
        return part
    return " ".join(
        word if _is_fixed(word, words) else _word_in_case(word, kind, case, gender)
        for word in words
    )


def _is_fixed(word: str, beside: list[str]) -> bool:
    is_particle = word.lower() in PARTICLES and word != beside[-1]
    return is_initial(word) or is_particle or is_latin(word.lower())


def _word_in_case(word: str, kind: NamePart, case: GrammarCase, gender: Gender) -> str:
    if kind == NamePart.LASTNAME and gender == Gender.MALE and _KEPT_E.fullmatch(word):
        return word + _KEPT_ENDINGS[case]
    return _maker().make(kind, gender, _CASES[case], word)


# --- back to the nominative


def _genitives(word: str) -> list[Any]:
    """Give the readings as a name in the genitive, adjectives («Белого») last."""
    found = [
        parse
        for parse in analyser().parse(word.lower())
        if parse.tag.case == "gent"
        and parse.tag.number == "sing"
        and parse.tag.gender in ("masc", "femn")
        and (parse.tag.POS == "ADJF" or any(kind in parse.tag for kind in ("Name", "Patr", "Surn")))
    ]
    return sorted(found, key=lambda parse: parse.tag.POS == "ADJF")


def _gender_of_genitive(word: str) -> str | None:
    found = _genitives(word)
    named = [parse for parse in found if parse.tag.POS != "ADJF"]
    genders = {str(parse.tag.gender) for parse in named or found}
    return genders.pop() if len(genders) == 1 else None


def _nominative(word: str, gender: str | None) -> str:
    for parse in _genitives(word):
        if gender in (None, str(parse.tag.gender)):
            form = parse.inflect({"nomn", "sing"})
            if form is not None:
                return _capital(str(form.word))
    return word


def _spaced(text: str) -> str:
    return " ".join(text.replace(".", ". ").lower().split())
