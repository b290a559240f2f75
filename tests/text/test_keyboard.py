import pytest

from kb_service.text.keyboard import from_latin, other_layout
from kb_service.text.lemmas import known

LAYOUT = {
    "ghbdtn": "привет",
    "rjulf drk.xfn cdtn": "когда включат свет",
    "gjrfpfybz cx`nxbrf": "показания счётчика",
    "цшаш": "wifi",
}
LATIN = {
    "kogda": "когда",
    "schetchik": "счетчик",
    "schyotchik": "счетчик",
    "vklyuchat": "включат",
    "naskolko": "насколько",
    "peredat": "передать",
    "platit'": "платить",
    "4to": "что",
    "subsidija": "субсидия",
    "obyasnenie": "объяснение",
    "podyezd": "подъезд",
    "elektroenergiya": "электроэнергия",
}


@pytest.mark.parametrize("typed", LAYOUT)
def test_same_keys_in_the_other_layout(typed: str) -> None:
    assert other_layout(typed) == LAYOUT[typed]


@pytest.mark.parametrize("typed", LATIN)
def test_russian_in_latin_letters(typed: str) -> None:
    assert from_latin(typed, known) == LATIN[typed]


@pytest.mark.parametrize("typed", ["", "wireless", "notification", "x" * 500, "свет", "💡"])
def test_what_is_no_russian_word_is_not_read(typed: str) -> None:
    assert from_latin(typed, known) == ""
