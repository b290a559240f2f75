import pytest

from kb_service.text.lemmas import WHOLE, inflections, known, lemma

LEMMAS = {
    "счетчиков": "счетчик",
    "счета": "счет",
    "отключили": "отключить",
    "показаний": "показание",
    "ипу": "ипу",
    "мкд": "мкд",
    "meters": "meter",
    "354": "354",
}


@pytest.mark.parametrize("word", LEMMAS)
def test_lemma_of(word: str) -> None:
    assert lemma(word) == LEMMAS[word]


@pytest.mark.parametrize("word", ["счетчик", "опломбировать", "снт"])
def test_words_of_the_dictionary_are_known(word: str) -> None:
    assert known(word)


@pytest.mark.parametrize("word", ["шчетчик", "россети", "meter", "354", ""])
def test_other_words_are_not_known(word: str) -> None:
    assert not known(word)


def test_inflections_are_folded_forms_of_the_word() -> None:
    assert {"счет", "счета", "счетами"} <= set(inflections("счет"))
    assert all("ё" not in form for form in inflections("елка"))


@pytest.mark.parametrize("word", ["россети", "одн"])
def test_word_outside_the_dictionary_has_only_itself(word: str) -> None:
    assert inflections(word) == (word,)


def test_abbreviations_stay_whole() -> None:
    assert all(lemma(word) == word for word in WHOLE)
