from pathlib import Path

import pytest

from kb_service.search.live import Engine
from kb_service.search.suggest import MAX_COMPLETIONS, MAX_ITEMS, suggest
from tests.search import make
from tests.search.make import entry

ENTRIES = [
    entry("Как передать показания счётчика?", code="R02", wordings=["куда отправить цифры"]),
    entry("Как переоформить лицевой счёт?", code="D01", wordings=["новый хозяин квартиры"]),
    entry("Передали неверные показания. Как исправить?", code="R04"),
    entry("Когда включат свет?", code="O01", wordings=["света нет уже три часа"]),
    entry("Раздел", type="Topic", code="", answer="показания"),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make.engine(tmp_path_factory.mktemp("index"), ENTRIES)


def titles(engine: Engine, typed: str) -> list[str]:
    return [item.title for item in suggest(engine, typed).items]


FIRST = {
    "как перед": "Как передать показания счётчика?",
    "переоф": "Как переоформить лицевой счёт?",
    "света н": "Когда включат свет?",
    "показания неверн": "Передали неверные показания. Как исправить?",
    "rfr gthtlfnm": "Как передать показания счётчика?",
    "kogda vkl": "Когда включат свет?",
    "паказания щетчика ": "Как передать показания счётчика?",
}


@pytest.mark.parametrize("typed", FIRST)
def test_first_suggestion(typed: str, engine: Engine) -> None:
    assert titles(engine, typed)[0] == FIRST[typed]


def test_typed_words_are_completed_to_lines_that_exist(engine: Engine) -> None:
    found = suggest(engine, "как пер").completions
    assert "как передать показания счётчика" in found
    assert len(found) <= MAX_COMPLETIONS


def test_last_word_is_completed_as_it_is_written_somewhere(engine: Engine) -> None:
    assert "исправить показания" in suggest(engine, "исправить пок").completions


def test_only_answers_are_suggested(engine: Engine) -> None:
    assert "Раздел" not in titles(engine, "показания")
    assert len(titles(engine, "к")) <= MAX_ITEMS


@pytest.mark.parametrize("typed", ["", " ", "\x00", "%", "((", "💡", "ъ" * 4000, "AND ", "'\"\\"])
def test_any_text_is_ordinary_input(typed: str, engine: Engine) -> None:
    assert suggest(engine, typed).query == typed


def test_nothing_is_suggested_without_an_index(tmp_path: Path) -> None:
    assert suggest(Engine(tmp_path / "none"), "свет").items == []
