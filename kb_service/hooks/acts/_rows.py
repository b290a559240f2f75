"""What acts and jobs of the room share: the mark of the last look, and a delivery that is left.

Not acts themselves: what they write follows from changes and acts that have rows of their own.
"""

from sqlalchemy import delete

from kb_service.base.ids import new_uid
from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.hooks import queries
from kb_service.hooks.schemas import DeliveryState, Event, Seen
from kb_service.hooks.tables import Delivery, Look, Told

ALL = "all"


def begin(work: Work) -> None:
    """Remember what the world sees now, unless it is: only what differs from it later is told."""
    # Two who begin at once do it one after the other.
    work.database.lock_chain(work.session)
    if work.session.get(Look, ALL) is not None:
        return
    # The number first: what is changed meanwhile is looked at again.
    seq = handbook.last_change(work)
    work.session.add(Look(name=ALL, seq=seq, facts=queries.facts(work)))
    work.session.add_all(told(uid, now) for uid, now in queries.seen(work).items())
    work.session.flush()


def forget(work: Work) -> None:
    """Remember nothing: nobody is told any more."""
    work.session.execute(delete(Told))
    work.session.execute(delete(Look))


def told(uid: str, now: Seen) -> Told:
    """Give the row of what the world sees of an item."""
    return Told(item_uid=uid, path=now.path, title=now.title, type=now.type, revision=now.revision)


def leave(
    work: Work, hook_uid: str, event: Event, subject: str = "", seen: Seen | None = None
) -> None:
    """Leave a delivery for a hook, and the job that sends it."""
    row = Delivery(
        uid=new_uid(),
        hook_uid=hook_uid,
        event=str(event),
        subject=subject,
        path=seen.path if seen else "",
        title=seen.title if seen else "",
        type=seen.type if seen else "",
        moment=work.now,
        state=DeliveryState.WAITING,
        tries=0,
        status=0,
        problem="",
        tried_at=None,
    )
    work.session.add(row)
    work.later("hooks.send", delivery=row.uid)
