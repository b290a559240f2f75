"""When an announcement holds: from its beginning until its end, both moments of the clock."""

from datetime import datetime

from kb_service.base.errors import FieldError, invalid
from kb_service.handbook.schemas import Announcement, Content


def gone_at(content: Content) -> datetime | None:
    """Give the moment from which a text is not shown any more: an announcement goes when it ends.

    Whichever comes first of `ends` and `expires_at`.
    """
    ends = content.ends if isinstance(content, Announcement) else None
    return min((one for one in (content.expires_at, ends) if one is not None), default=None)


def has_begun(content: Content, now: datetime) -> bool:
    """Say whether an announcement stands above the pages already; before, only its page is read."""
    starts = content.starts if isinstance(content, Announcement) else None
    return starts is None or starts <= now


def check_times(content: Content) -> None:
    """Refuse an announcement that would end before it begins. Raises: announcement.ends_first."""
    if not isinstance(content, Announcement) or content.starts is None or content.ends is None:
        return
    if content.ends <= content.starts:
        raise invalid("announcement.ends_first", FieldError("ends", "announcement.ends_first"))
