"""What is written without the library is letter for letter what the library writes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.handbook.front_writer import by_library, written

# Words that mean something to readers of YAML, and signs at which they part.
_ODD = [
    "null", "true", "False", "yes", "Off", "y", "infinity", ".inf", "0x1f", "1_000", "2026-11-28",
    "12:30:45", "=", "<<", "~", "Вопрос: ответ", "Вопрос:", "а:б", "а #б", "а#б", "- а", "а - б",
    "«Да», — сказал он", "e5", "N", "да", "a, б", "a; б!", "[а]", "{а}", "'а'", '"а"', "а'б: в",
    "100%", "а%", "@а", "`а`", "а|б", "а>", "&а", "*а", "!а", "а  б", " а", "а ", "", "а\tб",
    "строка\nвторая", "и\u0306", "\u00a0а", "а\u2028б", "№ 186", "https://a.example/б?в=г", "ст. 1",
]  # fmt: skip
_LETTERS = st.text("абЯёazZ09 :,#.-—–«»№()/?!;%'\"[]{}&*|>@`_=~\n\u00a0", max_size=12)
_TEXTS = st.one_of(st.sampled_from(_ODD), _LETTERS, st.sampled_from(["Кто платит?", "приказ № 1"]))
_VALUES: st.SearchStrategy[Any] = st.one_of(
    _TEXTS,
    st.lists(_TEXTS, max_size=3),
    st.dates(),
    st.booleans(),
    st.integers(),
    st.just(datetime(2026, 12, 1, 9, tzinfo=UTC)),
    st.lists(st.fixed_dictionaries({"act": _TEXTS, "url": _TEXTS}), max_size=2),
)
_KEYS = st.sampled_from(["title", "tags", "related", "wordings", "actions", "sources", "x-1", "да"])


def same(pairs: list[tuple[str, Any]]) -> bool:
    """Say whether both ways refuse the same, or write the same."""
    try:
        wanted = by_library(pairs)
    except Exception as error:
        with pytest.raises(type(error)):
            written(pairs)
        return True
    return written(pairs) == wanted


@pytest.mark.parametrize("text", _ODD)
@pytest.mark.parametrize("key", ["title", "tags", "wordings"])
def test_an_odd_word_is_written_as_the_library_does(key: str, text: str) -> None:
    assert same([(key, text if key == "title" else [text, "ещё слово"])])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=4))
def test_any_values_are_written_as_the_library_does(values: dict[str, Any]) -> None:
    assert same(list(values.items()))
