"""What the worker does for the feedback room: forgetting what is old."""

from kb_service.base.work import Work
from kb_service.feedback.acts import inbox


def expire(work: Work, days: int) -> None:
    """Forget readers' words after so many days; 0 keeps them for ever."""
    if days > 0:
        inbox.expire(work, days)
