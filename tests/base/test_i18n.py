"""The catalogue: plural forms, dates and the sentences of errors in both languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kb_service.base import i18n
from kb_service.base.errors import FieldError, KbError
from kb_service.base.i18n import LOCALE_DIR, Translator, translator

ZONE = ZoneInfo("Europe/Moscow")


@pytest.fixture
def russian() -> Translator:
    catalogue = Catalog(locale="ru")
    catalogue.add(
        ("Found %(count)s answer", "Found %(count)s answers"),
        ("Найден %(count)s ответ", "Найдено %(count)s ответа", "Найдено %(count)s ответов"),
    )
    catalogue.add("Hello, %(name)s", "Здравствуйте, %(name)s")
    catalogue.add("100% sure", "Уверены на 100%")
    catalogue.add("toy.broken", "Сломалась игрушка «%(name)s».")
    catalogue.add("toy.percent", "Ровно 100 % случаев.")
    return Translator("ru", catalogue, ZONE)  # fmt: skip


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "Найдено 0 ответов"), (1, "Найден 1 ответ"), (2, "Найдено 2 ответа"),
        (4, "Найдено 4 ответа"), (5, "Найдено 5 ответов"), (11, "Найдено 11 ответов"),
        (12, "Найдено 12 ответов"), (21, "Найден 21 ответ"), (22, "Найдено 22 ответа"),
        (100, "Найдено 100 ответов"), (101, "Найден 101 ответ"), (111, "Найдено 111 ответов"),
        (112, "Найдено 112 ответов"), (1001, "Найден 1001 ответ"),
    ],
)  # fmt: skip
def test_russian_plural_forms(russian: Translator, count: int, words: str) -> None:
    assert russian.ngettext("Found %(count)s answer", "Found %(count)s answers", count) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 jobs"), (1, "1 job"), (2, "2 jobs")])
def test_english_plural_forms_come_from_the_source(count: int, words: str) -> None:
    assert translator("en").ngettext("%(count)s job", "%(count)s jobs", count) == words


def test_a_sentence_is_filled_in(russian: Translator) -> None:
    assert russian.gettext("Hello, %(name)s", name="Анна") == "Здравствуйте, Анна"


def test_a_sentence_without_values_may_hold_a_per_cent_sign(russian: Translator) -> None:
    assert russian.gettext("100% sure") == "Уверены на 100%"


def test_an_unknown_sentence_falls_back_to_its_source(russian: Translator) -> None:
    assert russian.gettext("No %(what)s", what="bread") == "No bread"
    assert not russian.knows("No %(what)s")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(KbError("toy.broken", name="мяч"), "Сломалась игрушка «мяч».", id="filled"),
        pytest.param(FieldError("x", "toy.broken", {"name": "мяч"}), "Сломалась игрушка «мяч».",
                     id="of a field"),
        pytest.param(KbError("toy.broken"), "Сломалась игрушка «%(name)s».", id="value missing"),
        pytest.param(KbError("toy.percent", name="x"), "Ровно 100 % случаев.", id="per cent sign"),
        pytest.param(KbError("toy.unknown"), "toy.unknown", id="no sentence"),
    ],
)  # fmt: skip
def test_the_sentence_of_an_error(
    russian: Translator, error: KbError | FieldError, words: str
) -> None:
    assert russian.error(error) == words


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [("ru", "20.11.2026", "20 ноября 2026"), ("en", "2026-11-20", "20 November 2026")],
)
def test_days(language: str, short: str, long: str) -> None:
    speaker = translator(language)
    assert speaker.day(date(2026, 11, 20), short=True) == short
    assert speaker.day(date(2026, 11, 20)) == long


def test_the_day_of_a_moment_is_the_company_s() -> None:
    late = datetime(2026, 11, 19, 21, 30, tzinfo=UTC)
    assert translator("ru").day(late, short=True) == "20.11.2026"
    assert translator("ru").moment(late) == "20.11.2026 00:30"
    assert translator("en").moment(late) == "2026-11-20 00:30"


def test_an_unknown_language_is_russian_and_fills_no_cache() -> None:
    before = i18n._translator.cache_info().currsize
    for number in range(50):
        assert translator(f"x{number}").language == "ru"
    assert i18n._translator.cache_info().currsize <= before + 1


@pytest.mark.parametrize(
    "path", sorted(LOCALE_DIR.glob("*/messages.po")), ids=lambda p: p.parent.name
)
def test_a_shipped_catalogue_is_readable(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name, abort_invalid=True)
    assert not [message.id for message in catalogue if message.fuzzy and message.id]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_each_sentence_stands_once_and_its_values_are_named_as_we_do(language: str) -> None:
    lines = (LOCALE_DIR / language / "messages.po").read_text(encoding="utf-8").splitlines()
    sources = [line for line in lines if line.startswith("msgid ") and line != 'msgid ""']
    assert sorted(set(sources)) == sorted(sources)
    assert [line for line in lines if re.search(r"\{\w+\}", line)] == []
