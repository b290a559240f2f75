"""Message catalogues, plural forms, Russian dates and money.

A catalogue is `locale/<language>/messages.po`, read at start; nothing is compiled. The source text
of templates is English; errors are looked up by their code in both languages. A sentence that is
not translated falls back to its source, and a test fails (tests/web/test_templates.py).
"""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.plural import PluralRule

from kb_service.base.errors import FieldError, KbError

LANGUAGES = ("ru", "en")
LOCALE_DIR = Path(__file__).parent.parent / "locale"


class Translator:
    """Speaks one language: sentences, plurals, errors, dates."""

    def __init__(self, language: str, catalogue: Catalog, zone: ZoneInfo) -> None:
        self.language = language
        self.zone = zone
        self._plural: PluralRule = _plural_rule(language)
        self._one: dict[str, str] = {}
        self._many: dict[str, tuple[str, ...]] = {}
        for message in catalogue:
            if not message.id or not message.string:
                continue
            if isinstance(message.id, tuple | list):
                self._many[message.id[0]] = tuple(message.string)
            else:
                self._one[message.id] = str(message.string)

    def gettext(self, source: str, **params: Any) -> str:
        """Give the sentence in this language, its `%(name)s` filled in."""
        text = self._one.get(source) or source
        return text % params if params else text

    def ngettext(self, one: str, many: str, count: int, **params: Any) -> str:
        """Give the sentence in the plural form of the count; `%(count)s` is the count."""
        forms = self._many.get(one)
        form = forms[_plural_index(self._plural, self.language, count)] if forms else None
        text = form or (one if count == 1 else many)
        return text % {"count": count, **params}

    def knows(self, source: str) -> bool:
        """Say whether the catalogue has this sentence."""
        return source in self._one or source in self._many

    def error(self, error: KbError | FieldError) -> str:
        """Give the sentence of an error by its code; the code itself where none is written."""
        text = self._one.get(error.code)
        if text is None:
            return error.code
        try:
            return text % error.params
        except (KeyError, TypeError, ValueError):
            return text

    def day(self, value: date, *, short: bool = False) -> str:
        """Give «20 ноября 2026 г.» in text or «20.11.2026» in tables; a moment's day is local."""
        local = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        if short:
            return local.strftime("%d.%m.%Y") if self.language == "ru" else local.isoformat()
        if self.language == "ru":
            return format_date(local, "d MMMM y", locale="ru")
        return format_date(local, "d MMMM y", locale="en")

    def clock(self, value: datetime) -> str:
        """Give the minute of a moment of these hours in the company's time zone."""
        return value.astimezone(self.zone).strftime("%H:%M")

    def moment(self, value: datetime) -> str:
        """Give day and minute in the company's time zone."""
        pattern = "dd.MM.y HH:mm" if self.language == "ru" else "y-MM-dd HH:mm"
        return format_datetime(value, pattern, tzinfo=self.zone, locale=self.language)


def translator(language: str, timezone: str = "Europe/Moscow") -> Translator:
    """Give the speaker of a language; an unknown one is Russian, the first language here."""
    # Only known names reach the cache: a caller's header must not fill the memory.
    return _translator(language if language in LANGUAGES else LANGUAGES[0], timezone)


@cache
def _translator(known: str, timezone: str) -> Translator:
    path = LOCALE_DIR / known / "messages.po"
    catalogue = Catalog(locale=known)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=known)
    return Translator(known, catalogue, ZoneInfo(timezone))


def _plural_rule(language: str) -> PluralRule:
    if language == "ru":
        return PluralRule(
            {
                "one": "n mod 10 is 1 and n mod 100 is not 11",
                "few": "n mod 10 in 2..4 and n mod 100 not in 12..14",
            }
        )
    return PluralRule({"one": "n is 1"})


def _plural_index(rule: PluralRule, language: str, count: int) -> int:
    order = ("one", "few", "other") if language == "ru" else ("one", "other")
    return order.index(rule(count))
