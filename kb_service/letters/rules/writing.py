"""Who may open and write a draft, and what becomes of a text that meets another one."""

from datetime import datetime, timedelta

from kb_service.base.permissions import Actor

# Without a sign of life for so long nobody is taken to be writing any more.
HELD_FOR = timedelta(seconds=90)
# So much time of typing is at most lost by going back to a version.
VERSION_EVERY = timedelta(minutes=5)


def may_open(actor: Actor, owner_uid: str, department: str, *, sees_all: bool) -> bool:
    """Say whether a draft is this person's: own, of the own department, or all of them. R40."""
    if sees_all or actor.is_system:
        return True
    is_colleague = bool(department) and actor.department == department
    return owner_uid == actor.uid or is_colleague


def is_held(holder_uid: str, confirmed_at: datetime, now: datetime) -> bool:
    """Say whether somebody is writing now."""
    return bool(holder_uid) and now < confirmed_at + HELD_FOR


def beside(
    *, is_open: bool, held_by_other: bool, based_on: int, edition: int, is_same_tab: bool
) -> str:
    """Give why a text cannot become the draft's own: `frozen`, `held`, `stale`, or empty.

    The tab that kept the present text may always follow itself: its own save is no surprise to it,
    also where the answer to that save was lost on the way.
    """
    if not is_open:
        return "frozen"
    if held_by_other:
        return "held"
    if based_on != edition and not is_same_tab:
        return "stale"
    return ""


def needs_version(last_at: datetime | None, *, is_other_writer: bool, now: datetime) -> bool:
    """Say whether the present text is kept as a version before it is replaced."""
    return is_other_writer or last_at is None or now >= last_at + VERSION_EVERY
