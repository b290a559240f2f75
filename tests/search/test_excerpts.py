import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.search.excerpts import MAX_LETTERS, Passage, stop_words

TEXT = (
    "Прибор обязаны заменить не позднее 6 месяцев.\n\nЗапишите дату и последние показания. "
    "Крышку счётчика не открывайте: её откроет мастер. Позвоните диспетчеру."
)
LONG = "Мы " + "очень " * 60 + "меняем счётчики " + "быстро " * 60 + "."


def visible(excerpt: str) -> str:
    return html.unescape(re.sub(r"</?mark>", "", excerpt))


def test_sentence_with_the_words_is_shown_with_its_neighbours() -> None:
    found = Passage(TEXT).excerpt({"крышка": 2.0, "счетчик": 1.0})
    assert found.startswith("<mark>Крышку</mark> <mark>счётчика</mark> не открывайте")
    assert found.endswith("Позвоните диспетчеру.")


def test_more_telling_word_decides() -> None:
    found = Passage(TEXT).excerpt({"прибор": 0.5, "показание": 3.0})
    assert "<mark>показания</mark>" in found
    assert "Прибор" not in found


def test_paragraphs_are_not_run_together() -> None:
    assert visible(Passage(TEXT).excerpt({"прибор": 1.0})) == (
        "Прибор обязаны заменить не позднее 6 месяцев."
    )


def test_long_sentence_is_cut_around_the_match() -> None:
    found = Passage(LONG).excerpt({"счетчик": 1.0})
    assert "<mark>счётчики</mark>" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(visible(found)) <= MAX_LETTERS


HEADED = (
    "Звоните диспетчеру. Он назовёт время.\n\n"
    "Когда включат\n\nСрок уточняется. Его назовут по телефону."
    "\n\nСвет моргает\n\nПроверьте щиток."
)


def test_heading_leads_to_the_sentence_below_it_and_is_never_shown() -> None:
    found = Passage(HEADED).excerpt({"включить": 2.0})
    assert found == "Срок уточняется. Его назовут по телефону."
    assert Passage(HEADED).excerpt({"моргать": 2.0}) == "Проверьте щиток."
    assert Passage("Когда включат\n\nСкоро.").beginning() == "Скоро."
    assert Passage("Когда включат").excerpt({"включить": 1.0}) == "Когда <mark>включат</mark>"


def test_first_sentence_gives_way_to_one_that_tells_clearly_more() -> None:
    text = "Звоните диспетчеру: о свете знает он.\n\nСвет за долг включат через час.\n\nКонец."
    assert "диспетчеру" in Passage(text).excerpt({"свет": 1.0})
    assert "<mark>долг</mark>" in Passage(text).excerpt({"свет": 1.0, "долг": 1.0, "час": 1.0})


def test_words_of_the_title_say_less() -> None:
    text = "Свет мигает у многих. Это видно сразу.\n\nВ щитке ищите нагар и запах гари."
    weights = {"мигать": 2.0, "нагар": 2.0}
    assert "Свет мигает" in visible(Passage(text).excerpt(weights))
    assert "нагар" in visible(Passage(text).excerpt(weights, {"мигать"}))


def test_stop_words_are_lemmas_of_what_says_nothing() -> None:
    assert {"как", "что", "где", "и", "нет", "я"} <= stop_words()
    assert stop_words().isdisjoint({"свет", "счетчик", "отключить", "договор"})


@pytest.mark.parametrize("text", ["", "   ", "!!! —", TEXT])
def test_nothing_is_given_where_no_word_stands(text: str) -> None:
    assert Passage(text).excerpt({"розетка": 1.0}) == ""


def test_beginning_is_the_first_paragraph() -> None:
    assert Passage(TEXT).beginning() == "Прибор обязаны заменить не позднее 6 месяцев."


def test_markup_of_the_text_is_shown_as_text() -> None:
    found = Passage('Счётчик <script>alert("1")</script> & <mark>так</mark>.').excerpt(
        {"счетчик": 1.0}
    )
    assert "<script>" not in found
    assert found.count("<mark>") == 1
    assert "&lt;script&gt;alert(&quot;1&quot;)" in found


@given(
    st.text(max_size=600),
    st.dictionaries(st.sampled_from(["свет", "a", "1", "счетчик"]), st.floats(0.1, 9)),
)
@settings(deadline=None, max_examples=80)
def test_excerpt_is_short_safe_and_from_the_text(text: str, weights: dict[str, float]) -> None:
    passage = Passage(text)
    for found in (passage.excerpt(weights), passage.beginning()):
        bare = re.sub(r"</?mark>", "", found)
        assert "<" not in bare
        assert len(visible(found)) <= MAX_LETTERS
        shown = visible(found).strip("…")
        assert shown in passage.text.replace("\n", " ")
