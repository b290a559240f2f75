"""What editors do about readers' words, and about gaps that are none."""

from datetime import timedelta

from sqlalchemy import select

from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.feedback.schemas import RatingState
from kb_service.feedback.tables import Handling, NoGap, Rating
from kb_service.handbook import queries
from kb_service.people import queries as people
from kb_service.text.personal_data import mask

MAX_NOTE = 1000
_MAX_KEY = 80
_BATCH = 500


@act("rating.handle")
def handle(
    work: Work, rating: str, state: RatingState, *, responsible: str = "", note: str = ""
) -> None:
    """Say what becomes of a reader's word, who sees to it and what came of it; for its editors.

    Work that nobody is named for is the actor's own. Personal data in the note are masked.
    Raises: rating.missing, item.missing, rating.note_needed (declined without a word),
    rating.note_too_long, rating.responsible_unknown.
    """
    held = work.get(Rating, rating, Permission.RATE)
    queries.for_editing(work, uid=held.item_uid)
    note = _checked(note)
    if state == RatingState.DECLINED and not note:
        raise invalid("rating.note_needed", FieldError("note", "rating.note_needed"))
    if state == RatingState.WORK and not responsible:
        responsible = work.actor.uid
    name = _name(work, responsible)
    row = work.session.get(Handling, rating)
    if row is None:
        row = Handling(rating_uid=rating)
        work.session.add(row)
    row.state, row.note = str(state), note
    row.responsible_uid, row.responsible = responsible, name
    row.author, row.moment = work.actor.login, work.now
    work.about("rating", rating)


@act("rating.expire")
def expire(work: Work, days: int) -> None:
    """Forget readers' words that are older than so many days, and what became of them."""
    work.allow(Permission.MANAGE_JOBS)
    old = select(Rating).where(Rating.moment < work.now - timedelta(days=days)).limit(_BATCH)
    rows = work.session.scalars(old).all()
    done = select(Handling).where(Handling.rating_uid.in_([row.uid for row in rows]))
    for handling in work.session.scalars(done):
        work.session.delete(handling)
    # What became of a rating names it.
    work.session.flush()
    for row in rows:
        work.session.delete(row)


@act("gap.hide")
def hide(work: Work, key: str, *, title: str, demand: int, reason: str) -> None:
    """Say that a gap is none: it comes back when more ask than asked so far.

    Raises: gap.wrong, gap.reason_needed, rating.note_too_long.
    """
    work.allow(Permission.EDIT_WORDS)
    if not key or len(key) > _MAX_KEY or demand < 0:
        raise invalid("gap.wrong")
    reason = _checked(reason)
    if not reason:
        raise invalid("gap.reason_needed", FieldError("reason", "gap.reason_needed"))
    row = work.session.get(NoGap, key)
    if row is None:
        row = NoGap(key=key)
        work.session.add(row)
    row.title, row.demand, row.reason = _checked(title), demand, reason
    row.author, row.moment = work.actor.login, work.now
    work.about("gap", key[:64])


@act("gap.show")
def show(work: Work, key: str) -> None:
    """Let a gap that was hidden stand in the list again; one that is not hidden stays as it is."""
    work.allow(Permission.EDIT_WORDS)
    row = work.session.get(NoGap, key)
    if row is not None:
        work.session.delete(row)


def _checked(text: str) -> str:
    """Give what somebody typed as it may be kept. Raises: rating.note_too_long."""
    clean = mask(text.replace("\0", " ").strip(), strict=True)
    if len(clean) > MAX_NOTE:
        raise invalid(
            "rating.note_too_long", FieldError("note", "rating.note_too_long"), limit=MAX_NOTE
        )
    return clean


def _name(work: Work, uid: str) -> str:
    """Give the name of who shall see to it. Raises: rating.responsible_unknown."""
    if not uid:
        return ""
    names = {str(one.uid): one.name for one in people.coworkers(work)}
    if uid not in names:
        raise invalid(
            "rating.responsible_unknown",
            FieldError("responsible", "rating.responsible_unknown"),
        )
    return names[uid]
