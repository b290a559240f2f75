"""Readability: counts of Russian words, and silence where a text is short."""

import pytest

from kb_service.text.readability import measure, syllables

OFFICIAL = (
    "В соответствии с пунктом Правил предоставления коммунальных услуг собственникам и"
    " пользователям помещений в многоквартирных домах потребитель обязан обеспечивать"
    " беспрепятственный допуск"
    " представителей исполнителя в занимаемое жилое помещение для осуществления проверки состояния"
    " установленных индивидуальных приборов учёта и достоверности представленных сведений об их"
    " показаниях."
)
PLAIN = (
    "Мы меняем счётчик бесплатно. Оставьте заявку на сайте или позвоните. Мастер придёт в тот день,"
    " который вы выберете. Он снимет старый счётчик и поставит новый. Подпишите акт. Один лист"
    " останется у вас."
)


@pytest.mark.parametrize(
    ("word", "count"),
    [("свет", 1), ("счётчик", 2), ("электроэнергия", 7), ("МКД", 1), ("в", 1), ("ЁЛКА", 2)],
)
def test_syllables_are_vowels(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize("text", ["", "220 В…"[:3], "Света нет. Когда дадут?", "слово " * 29])
def test_a_short_text_has_no_index(text: str) -> None:
    assert measure(text).flesch is None
    assert measure(text).grade is None


def test_counts_are_of_words_not_of_figures() -> None:
    counts = measure("Оплатите 5 000 ₽ до 15 марта. Кое-где раньше.\n8 000 000-00-00")
    assert (counts.sentences, counts.words, counts.sentence_words) == (2, 5, 2.5)


def test_thirty_words_are_enough_for_an_index() -> None:
    assert measure("слово " * 30).flesch == pytest.approx(206.835 - 1.3 * 30 - 60.1 * 2, abs=0.1)


def test_plain_words_are_easier_than_official_ones() -> None:
    official, plain = measure(OFFICIAL), measure(PLAIN)
    assert official.flesch is not None
    assert plain.flesch is not None
    assert official.flesch < 0
    assert plain.flesch > 40
    assert official.grade is not None
    assert plain.grade is not None
    assert plain.grade < 11
    assert official.grade > 11
