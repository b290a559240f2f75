"""In which language an answer speaks: by Accept-Language, Russian first."""

from typing import Any

from litestar import Request

from kb_service.base.i18n import LANGUAGES, Translator, translator

_MAX_CHOICES = 20


def speaker_of(request: Request[Any, Any, Any]) -> Translator:
    """Give the translator of the language that a caller likes best."""
    site = request.app.state.get("site")
    timezone = site.timezone if site is not None else "Europe/Moscow"
    return translator(preferred(request.headers.get("accept-language", "")), timezone)


def preferred(accept: str) -> str:
    """Give the best of our languages for an Accept-Language; Russian where none is asked for."""
    best, best_weight = LANGUAGES[0], 0.0
    for choice in accept.split(",")[:_MAX_CHOICES]:
        name, _, rest = choice.strip().partition(";")
        language = name.strip().lower().split("-")[0]
        weight = _weight(rest)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(text: str) -> float:
    if not text.strip():
        return 1.0
    _, _, value = text.partition("=")
    try:
        return min(1.0, float(value))
    except ValueError:
        return 0.0
