import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text.normalise import clean, fold, one_alphabet, words

CASES = {
    "capitals and ё": ("СЧЁТЧИК Ёлка", ["счетчик", "елка"]),
    "a Latin letter in a Russian word": ("cчетчик", ["счетчик"]),
    "a Russian letter in a Latin word": ("wi-fі роутеp", ["wi", "fі", "роутер"]),
    "a decomposed letter": (unicodedata.normalize("NFD", "йод"), ["йод"]),
    "a stress mark": ("за\u0301мок", ["замок"]),
    "NUL and controls": ("свет\x00нет\x1b", ["свет", "нет"]),
    "signs are no words": ("%\\: «—» !?", []),
    "an emoji": ("свет 💡 нет", ["свет", "нет"]),
    "figures stay": ("№ 354, 0,4 кВ", ["354", "0", "4", "кв"]),
    "hyphens part": ("день-ночь", ["день", "ночь"]),
    "nothing": ("", []),
}


@pytest.mark.parametrize("name", CASES)
def test_words_of(name: str) -> None:
    text, wanted = CASES[name]
    assert words(text) == wanted


@pytest.mark.parametrize("word", ["7а", "html", "свет", "htmlкод"])
def test_word_that_cannot_be_put_right_stays(word: str) -> None:
    assert one_alphabet(word) == word


@given(st.text(max_size=200))
def test_folding_keeps_the_places_of_letters(text: str) -> None:
    cleaned = clean(text)
    assert len(fold(cleaned)) == len(cleaned)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\x00" not in once
