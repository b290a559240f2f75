import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.search.schemas import SynonymGroup
from kb_service.search.understand import Synonyms, Understood, repair, understand
from kb_service.search.vocabulary import SegmentWords, Vocabulary
from kb_service.text.lemmas import inflections

WORDS = (
    "когда включить свет счетчик показание передать платить долг отключить сломаться тариф россети"
    " допуск квитанция оплатить wifi как электроэнергия прибор учет"
)
TERMS = WORDS.split()
NONE = Synonyms([])


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    lines = [" ".join([term, *(f for f in inflections(term) if f != term)]) for term in TERMS]
    return Vocabulary([(SegmentWords(lines), np.ones(len(lines), dtype=np.int64))])


REPAIRED = {
    "wrong layout": ("rjulf drk.xfn cdtn", "когда включат свет"),
    "wrong layout of one word": ("оплатить cdtn", "оплатить свет"),
    "Latin letters": ("kogda vklyuchat svet", "когда включат свет"),
    "Latin letters with a question mark": ("kak peredat pokazaniya?", "как передать показания"),
    "a Latin word in the Russian layout": ("цшаш", "wifi"),
}
AS_THEY_ARE = {
    "Russian": "когда включат свет",
    "a word of the index": "wifi",
    "English": "how to pay the bill",
    "an address": "help@example.org",
    "nothing": "",
    "signs": "% \\ : AND ( ) [ ] \" '",
}


@pytest.mark.parametrize("name", REPAIRED)
def test_text_is_repaired(name: str, vocabulary: Vocabulary) -> None:
    typed, meant = REPAIRED[name]
    assert repair(typed, vocabulary) == meant


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_text_stays_as_typed(name: str, vocabulary: Vocabulary) -> None:
    assert repair(AS_THEY_ARE[name], vocabulary) == ""


def test_repaired_text_replaces_the_typed_one_and_says_so(vocabulary: Vocabulary) -> None:
    query = understand("rjulf drk.xfn cdtn", vocabulary, NONE)
    assert query.corrected == query.text == "когда включат свет"
    assert query.terms == ["когда", "включить", "свет"]


def test_as_written_repairs_nothing(vocabulary: Vocabulary) -> None:
    query = understand("cdtn", vocabulary, NONE, as_written=True)
    assert (query.corrected, query.text) == ("", "cdtn")


TYPOS = {
    "a letter doubled": ("счеттчик", "счетчик"),
    "letters swapped": ("счтечик", "счетчик"),
    "an inflected form misspelt": ("паказаний", "показание"),
    "two words glued": ("счетчиксломался", "сломаться"),
}


@pytest.mark.parametrize("name", TYPOS)
def test_misspelt_word_gets_a_weaker_term_beside_it(name: str, vocabulary: Vocabulary) -> None:
    typed, meant = TYPOS[name]
    query = understand(typed, vocabulary, NONE)
    assert 0 < query.added[meant] < 1
    assert query.text == typed
    assert meant not in query.terms


@pytest.mark.parametrize("typed", ["доступ", "счет", "росмети"])
def test_word_of_the_dictionary_or_a_far_one_is_not_touched(
    typed: str, vocabulary: Vocabulary
) -> None:
    query = understand(typed, vocabulary, NONE)
    assert "допуск" not in query.added
    assert "счетчик" not in query.added


def test_what_a_word_may_mean_never_takes_its_place(vocabulary: Vocabulary) -> None:
    query = understand("недопуск контролёра", vocabulary, NONE)
    assert query.terms[0] == "недопуск"
    assert query.guesses == {"недопуск": ["допуск"]}


def test_never_corrected_word_is_left_alone(vocabulary: Vocabulary) -> None:
    query = understand("счеттчик", vocabulary, NONE, frozenset({"счеттчик"}))
    assert query.added == {}


def of(groups: list[SynonymGroup], typed: str, vocabulary: Vocabulary) -> Understood:
    return understand(typed, vocabulary, Synonyms(groups))


def test_synonyms_stand_for_each_other(vocabulary: Vocabulary) -> None:
    groups = [SynonymGroup(words=["свет", "электроэнергия"], weight=0.6)]
    assert of(groups, "нет света", vocabulary).added == {"электроэнергия": 0.6}
    assert of(groups, "электроэнергии нет", vocabulary).added == {"свет": 0.6}


def test_one_way_synonym_leads_one_way(vocabulary: Vocabulary) -> None:
    groups = [SynonymGroup(words=["жировка"], means=["квитанция"])]
    assert of(groups, "жировка", vocabulary).added == {"квитанция": 0.5}
    assert of(groups, "квитанция", vocabulary).added == {}


def test_phrase_matches_as_a_phrase_only(vocabulary: Vocabulary) -> None:
    groups = [SynonymGroup(words=["прибор учёта", "счётчик"])]
    assert of(groups, "приборы учёта", vocabulary).added == {"счетчик": 0.5}
    assert of(groups, "учёт приборов", vocabulary).added == {}


def test_typed_word_is_never_its_own_synonym(vocabulary: Vocabulary) -> None:
    groups = [SynonymGroup(words=["долг", "платить"])]
    query = of(groups, "платить долг", vocabulary)
    assert query.added == {}


ODD = [
    "",
    " ",
    "\x00",
    "%",
    "\\",
    ":",
    "AND OR NOT",
    "((((",
    "💡" * 50,
    "а" * 4000,
    "ъ\u0301" * 900,
]


@pytest.mark.parametrize("typed", ODD)
def test_any_text_is_ordinary_input(typed: str, vocabulary: Vocabulary) -> None:
    query = understand(typed, vocabulary, NONE)
    assert query.typed == typed
    assert len(query.text) <= 4000


@given(st.text(max_size=400))
@settings(deadline=None, max_examples=60)
def test_nothing_typed_raises(text: str) -> None:
    understand(text, Vocabulary([]), NONE)
