"""The dictionary form of a word, cached: pymorphy3 for Russian, Snowball for Latin letters.

Words come in folded (text.normalise) and lemmas go out folded. Abbreviations of the trade stay
whole, because the dictionary takes «ИПУ» for a form of «ипа». The dictionary is loaded once for a
process, at its first word; reading it is safe from several threads.
"""

import re
from functools import cache, lru_cache
from threading import Lock

import pymorphy3
import Stemmer

from kb_service.text.normalise import is_cyrillic, is_latin

_ABBREVIATIONS = (
    "ао аскуэ вл вру гк гп гсм дкп днп днт егрн еирц ерц жк жкх зао зоуит ивл ижс инн ип ипу"
    " ису кл ктп лк лэп мкд мфц нпа огрн одн одпу ооо опу пао пп пу пуэ рф рэк рэс сбп сип"
    " снилс снт сот тко тп тсж тсн узо ук фас фз эп"
)
WHOLE = frozenset(_ABBREVIATIONS.split())
_FORM_WORD = re.compile(r"[а-я]+")
_latin = Stemmer.Stemmer("english")
_latin_lock = Lock()


@cache
def analyser() -> pymorphy3.MorphAnalyzer:
    """Give the one morphological analyser of the process; the first call takes half a second."""
    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """Give the dictionary form of a folded word; a number or an unknown script is its own.

    >>> lemma("счетчиков"), lemma("ипу")
    ('счетчик', 'ипу')
    """
    if word in WHOLE:
        return word
    if is_cyrillic(word):
        form: str = analyser().parse(word)[0].normal_form
        return form.replace("ё", "е")
    if is_latin(word):
        with _latin_lock:
            stem: str = _latin.stemWord(word)
        return stem
    return word


@lru_cache(maxsize=50_000)
def known(word: str) -> bool:
    """Say whether the dictionary (or the list of abbreviations) has this folded Russian word."""
    if word in WHOLE:
        return True
    if not is_cyrillic(word):
        return False
    return bool(analyser().word_is_known(word))


@lru_cache(maxsize=50_000)
def inflections(word: str) -> tuple[str, ...]:
    """Give all forms of a lemma, folded; of a word outside the dictionary only itself."""
    if word in WHOLE or not known(word):
        return (word,)
    forms: set[str] = {word}
    for parse in analyser().parse(word):
        if parse.is_known and parse.normal_form.replace("ё", "е") == word:
            forms.update(form.word.replace("ё", "е") for form in parse.lexeme)
            break
    return tuple(sorted(form for form in forms if _FORM_WORD.fullmatch(form)))
