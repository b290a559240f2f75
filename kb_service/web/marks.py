"""Marks beside a title: checked, due for a check, changed, a draft. A tone never comes alone.

One place decides them, so that the list, the whole answer and the fragment in a draft agree.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from kb_service.base.i18n import Translator
from kb_service.handbook.schemas import Audience, Card, State

Mark = tuple[str, str]
_NEWS = timedelta(days=14)
# What holds nothing that could be checked against a source.
_UNCHECKED_TYPES = frozenset({"Topic", "File", "Image"})


def is_stale(card: Card, today: date) -> bool:
    """Say whether the day of the next check has passed."""
    return card.review_by is not None and card.review_by < today


def is_changed(card: Card, today: date) -> bool:
    """Say whether a text changed so lately that who knew it should read it again.

    A first revision is new, not changed: after an import nothing is marked. A number that changed
    by itself counts as a change of the text.
    """
    return _news_of(card, today) is not None


def _news_of(card: Card, today: date) -> date | None:
    """Give the day of the last change, if it is news; of the number where both are."""
    days = [card.fact_changed] if card.fact_changed is not None else []
    if card.revision > 1 and today - card.modified.date() <= _NEWS:
        days.append(card.modified.date())
    return max(days, default=None)


def changed_on(card: Card, today: date) -> date | None:
    """Give the day since which a text says something new: its law's, or that of its last change.

    None for what has stood since the handbook was taken in.
    """
    days = [card.valid_from] if card.valid_from is not None and card.valid_from <= today else []
    if card.revision > 1:
        days.append(card.modified.date())
    if card.fact_changed is not None:
        days.append(card.fact_changed)
    return max(days, default=None)


def staff_marks(speaker: Translator, card: Card, today: date) -> list[Mark]:
    """Give what an employee must know before reading a text aloud, as (tone, words)."""
    return list(_staff_marks(speaker, card, today))


def _staff_marks(speaker: Translator, card: Card, today: date) -> Iterator[Mark]:
    say = speaker.gettext
    if card.state != State.PUBLISHED:
        yield "warn", say("not published")
    if card.audience == Audience.STAFF:
        yield "info", say("for staff only")
    if card.review_by is not None and card.review_by < today:
        yield "warn", say("check is due since %(day)s", day=speaker.day(card.review_by, short=True))
    elif card.checked:
        yield "ok", say("✓ checked %(day)s", day=speaker.day(card.checked, short=True))
    elif card.type not in _UNCHECKED_TYPES:
        yield "", say("not checked")
    if (day := _news_of(card, today)) is not None:
        moment = card.modified if day == card.modified.date() else day
        yield "info", say("changed %(day)s", day=speaker.day(moment, short=True))


def visitor_marks(speaker: Translator, card: Card, today: date) -> list[Mark]:
    """Give what a visitor should know: only what they should act upon."""
    if is_stale(card, today):
        return [("warn", speaker.gettext("being checked again"))]
    if not card.checked:
        return [("warn", speaker.gettext("being verified"))]
    return []
