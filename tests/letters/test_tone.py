"""How a letter sounds: angry words, and those that only look so. Letters of our own."""

import pytest

from kb_service.letters.rules.tone import tone


@pytest.mark.parametrize(
    "text",
    [
        "Возмутительно! Третий месяц без ответа.",
        "Ваша сотрудница мне нахамила.",
        "Хочу пожаловаться на кассира.",
        "Сколько можно ждать?",
        "Требую прекратить, иначе обращусь в прокуратуру.",
        "Никто не отвечает, опять одни отписки.",
        "ВЫ ЧТО ТАМ ВСЕ СПИТЕ!!! Надоело!",
        "Это грабёж, верните деньги.",
        "Опять нет света, до сих пор никто не приехал!!!",
        "Мой терпение лопнуло.",
    ],
)
def test_an_angry_letter_is_negative_and_shows_its_words(text: str) -> None:
    found = tone(text)
    assert found.is_negative
    assert all(word in text for word in found.matched)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Прошу замерить напряжение и выдать акт.",
        "Как подать жалобу?",
        "Куда направить претензию по качеству?",
        "Претензий нет, спасибо.",
        "Не жалуюсь, только спрашиваю.",
        "Опять спасибо, ужасно рада!",
        "Света нет с утра. Когда включат?",
        "Требую перерасчёта за март.",
        "Спасибо, что не отказали.",
        "Совет дома просит показания.",
        "ООО ПРИМЕРСК просит счёт.",
    ],
)
def test_a_calm_letter_is_not(text: str) -> None:
    assert not tone(text).is_negative
