"""What the worker does for people: forgetting what has ended."""

from kb_service.base.work import Work
from kb_service.people.acts import sessions


def expire(work: Work) -> None:
    """Forget ended sessions, guesses, links and tokens."""
    sessions.expire(work)
