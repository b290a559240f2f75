"""One form for what people type: small letters, ё as е, letters of one alphabet in a word.

Pure functions over text, ground of the analyser, of the spelling repair and of the danger rules.
`clean` never makes a text longer and `fold` keeps the length of a cleaned text, so that a place
found in the folded text is the same place in the text that is shown.
"""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
# Signs, Latin and Russian letters that need no cleaning: nearly every text is of them alone.
_ORDINARY = re.compile(
    r"[\n\t\x20-\x7e\xa0-\xac\xae-\xff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
    r"\u20a0-\u20bf\u2100-\u2bff]*"
)
_CYRILLIC = re.compile(r"[а-яё]")
_LATIN = re.compile(r"[a-z]")

# Letters that look the same on paper and in most fonts, small and capital.
_TO_CYRILLIC = str.maketrans("aceopxykmthb", "асеорхукмтнв")
_TO_LATIN = str.maketrans("асеорхукмтнв", "aceopxykmthb")


def clean(text: str) -> str:
    """Give the text composed (NFC), without stress marks, with a space for each control letter."""
    if _ORDINARY.fullmatch(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(_plain(letter) for letter in composed if unicodedata.category(letter) != "Mn")


def _plain(letter: str) -> str:
    if letter in "\n\t" or letter.isprintable():
        return letter
    return " "


def fold(text: str) -> str:
    """Give the text in small letters, ё as е, foreign look-alikes put right; length is kept.

    >>> fold("CЧЁТЧИК кВт")
    'счетчик квт'
    """
    small = text.lower()
    if len(small) != len(text):
        small = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    small = small.replace("ё", "е")
    if _LATIN.search(small) and _CYRILLIC.search(small):
        small = WORD.sub(lambda found: one_alphabet(found[0]), small)
    return small


def one_alphabet(word: str) -> str:
    """Give a small-letter word in one alphabet where its letters of the other only look alike.

    A word that cannot be put right is given as it is: «wi-fi», «7а», «html-код».
    """
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return word
    cyrillic = word.translate(_TO_CYRILLIC)
    if not _LATIN.search(cyrillic):
        return cyrillic
    latin = word.translate(_TO_LATIN)
    return word if _CYRILLIC.search(latin) else latin


def words(text: str) -> list[str]:
    """Give the words and numbers of a text, folded, in order."""
    return WORD.findall(fold(clean(text)))


def is_cyrillic(word: str) -> bool:
    """Say whether a folded word holds a Russian letter."""
    return _CYRILLIC.search(word) is not None


def is_latin(word: str) -> bool:
    """Say whether a folded word holds a Latin letter."""
    return _LATIN.search(word) is not None
