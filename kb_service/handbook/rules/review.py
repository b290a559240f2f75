"""Checking again: from when a text is due, and when it should be checked next."""

from datetime import date, timedelta
from typing import Literal

# So long before its day a text is shown to those who answer for it.
AHEAD = timedelta(days=14)
_USUAL = timedelta(days=182)
_SHORTEST, _LONGEST = timedelta(days=30), timedelta(days=731)


def is_due(review_by: date | None, today: date) -> bool:
    """Say whether a text should be checked now: its day is near or has passed."""
    return review_by is not None and review_by <= today + AHEAD


def next_check(today: date, checked: date | Literal[False], review_by: date | None) -> date:
    """Give the day of the next check of a text checked today: as far off as it was before.

    Half a year where that is not known, or is no span that people plan.
    """
    if checked and review_by is not None and _SHORTEST <= review_by - checked <= _LONGEST:
        return today + (review_by - checked)
    return today + _USUAL
