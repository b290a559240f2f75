"""Remarks to editors: what can be said, and where in a text the words stand that are meant."""

import re
from collections.abc import Mapping

from kb_service.base.errors import FieldError, invalid

MAX_TEXT = 4000
MAX_QUOTE = 500


def checked_text(text: str) -> str:
    """Give a remark as it is kept. Raises: remark.empty, remark.too_long."""
    clean = text.replace("\0", "").strip()
    if not clean:
        raise invalid("remark.empty", FieldError("text", "remark.empty"))
    if len(clean) > MAX_TEXT:
        raise invalid("remark.too_long", FieldError("text", "remark.too_long"), limit=MAX_TEXT)
    return clean


def checked_quote(quote: str) -> str:
    """Give the words that are meant, as they are kept. Raises: remark.quote_too_long."""
    clean = quote.replace("\0", "").strip()
    if len(clean) > MAX_QUOTE:
        raise invalid(
            "remark.quote_too_long",
            FieldError("quote", "remark.quote_too_long"),
            limit=MAX_QUOTE,
        )
    return clean


def way_up(uid: str, replies: Mapping[str, str | None]) -> list[str]:
    """Give a remark, what it answers, what that answers, up to the first; `replies` of each."""
    way = [uid]
    while (above := replies.get(way[-1])) is not None:
        way.append(above)
    return way


def place(text: str, quote: str) -> tuple[int, int] | None:
    """Give where the words stand in a text (start, end); None without words or where they are gone.

    Line ends and blanks between the words may have changed. Offsets are of code points.
    """
    words = [re.escape(word) for word in quote.split()]
    if not words:
        return None
    found = re.search(r"\s+".join(words), text)
    return found.span() if found else None
