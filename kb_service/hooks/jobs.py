"""What the worker does for the hooks: look what is news to the world, send it, forget old ones.

The handbook knows nothing of hooks. A look compares what a visitor sees of the changed items with
what was seen at the last look: whatever led there (an act, a file, an hour that came), and nothing
that a visitor could not have read himself. Deliveries and the mark of the look are one unit.
"""

from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec
from sqlalchemy import delete, select

from kb_service.base import outbox
from kb_service.base.db import HELD
from kb_service.base.errors import KbError, Kind
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work, open_work
from kb_service.handbook import queries as handbook
from kb_service.hooks import queries, rules
from kb_service.hooks.acts import _rows
from kb_service.hooks.schemas import GONE, DeliveryState, Event, Outcome, Seen
from kb_service.hooks.sender import Sender
from kb_service.hooks.tables import Delivery, Hook, Look, Told

_SEND = "hooks.send"
_KEPT = timedelta(days=30)
_PAUSES = [timedelta(seconds=pause) for pause in (1, 5, 30, 120, 600)]


def look(work: Work) -> None:
    """Leave a delivery for each hook that wants to hear what the world sees differently now."""
    hooks = queries.active(work)
    mark = work.session.get(Look, _rows.ALL, with_for_update=HELD, populate_existing=True)
    if not hooks:
        _rows.forget(work)
        return
    if mark is None:
        _rows.begin(work)
        return
    # The number first: what is changed meanwhile is looked at again.
    seq = handbook.last_change(work)
    changed = handbook.changes_after(work, mark.seq)
    _tell_items(work, hooks, changed - {""})
    if "" in changed:
        facts = queries.facts(work)
        for key in rules.changed_facts(mark.facts, facts):
            _leave(work, hooks, Event.FACT, key, None)
        mark.facts = facts
    mark.seq = seq


def send(work: Work, sender: Sender, base_url: str, delivery: str) -> None:
    """Send a delivery, outside of any transaction, and keep how it ended.

    What the world sees no more by now is not sent: the item was taken back meanwhile.
    Raises: hook.undelivered, so that it comes again.
    """
    row = work.session.get(Delivery, delivery)
    hook = work.session.get(Hook, row.hook_uid) if row else None
    if row is None or hook is None or row.state == DeliveryState.DELIVERED:
        return
    body = _body(work, row, base_url) if hook.is_active or row.event == Event.TEST else None
    if body is None:
        row.state, row.tried_at = DeliveryState.DROPPED, work.now
        return
    url, event, receiver = hook.url, row.event, hook.uid
    moment_s = int(work.clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "kb-service-hooks/1",
        "X-KB-Event": event,
        "X-KB-Signature": rules.signature(hook.secret, moment_s, body),
    }
    work.pause()
    outcome = sender.post(url, body, headers)
    if outcome.problem is None:
        _note(work, delivery, outcome)
        _put_off(work, receiver, delivery, work.clock.now(), is_later=False)
        return
    # In a unit of its own: this one is taken back, so that the job comes again.
    with open_work(work.database, SYSTEM, work.clock) as other:
        _note(other, delivery, outcome)
        _put_off(other, receiver, delivery, work.clock.now(), is_later=True)
    problem, status = str(outcome.problem), outcome.status
    raise KbError("hook.undelivered", Kind.UNAVAILABLE, problem=problem, status=status)


def sweep(work: Work) -> None:
    """Forget deliveries of more than 30 days ago."""
    work.session.execute(delete(Delivery).where(Delivery.moment < work.now - _KEPT))


def _tell_items(work: Work, hooks: list[Hook], uids: set[str]) -> None:
    before, after = queries.told(work, uids), queries.seen(work, uids)
    trashed = queries.trashed(work, set(before) - set(after))
    for uid in sorted({*before, *after}):
        row, now = before.get(uid), after.get(uid)
        was = Seen(row.path, row.title, row.type, row.revision) if row else None
        for event in rules.news(was, now, is_trashed=uid in trashed):
            _leave(work, hooks, event, uid, now or was)
        _remember(work, uid, row, now)


def _remember(work: Work, uid: str, row: Told | None, now: Seen | None) -> None:
    if now is None:
        if row is not None:
            work.session.delete(row)
    elif row is None:
        work.session.add(_rows.told(uid, now))
    else:
        row.path, row.title, row.type, row.revision = now.path, now.title, now.type, now.revision


def _leave(work: Work, hooks: list[Hook], event: Event, subject: str, seen: Seen | None) -> None:
    for hook in hooks:
        if event in hook.events:
            _rows.leave(work, hook.uid, event, subject, seen)


def _note(work: Work, uid: str, outcome: Outcome) -> None:
    row = work.session.get(Delivery, uid)
    if row is None:
        # The hook was removed while we were sending.
        return
    is_done = outcome.problem is None
    row.state = DeliveryState.DELIVERED if is_done else DeliveryState.FAILING
    row.tries += 1
    row.status, row.problem = outcome.status, str(outcome.problem or "")
    row.tried_at = work.clock.now()


def _put_off(work: Work, hook: str, delivery: str, now: datetime, *, is_later: bool) -> None:
    """Let what else waits for a receiver wait with the delivery that failed, or come now.

    A dead receiver costs each round one try and not one for each of its deliveries: the others'
    receivers wait in the same lane. The more has failed, the longer, ten minutes at most.
    """
    rows = work.session.execute(
        select(Delivery.uid, Delivery.tries).where(
            Delivery.hook_uid == hook,
            Delivery.state.in_([DeliveryState.WAITING, DeliveryState.FAILING]),
        )
    ).all()
    others = [{"delivery": row.uid} for row in rows if row.uid != delivery]
    tries = sum(row.tries for row in rows)
    pause = _PAUSES[min(max(tries, 1), len(_PAUSES)) - 1] if is_later else timedelta()
    outbox.put_off(work.session, _SEND, others, now + pause, is_later=is_later)


def _body(work: Work, row: Delivery, base_url: str) -> bytes | None:
    """Give what is sent, or nothing where the world may not hear it any more."""
    told = {"event": row.event, "moment": _iso(row.moment), "id": row.uid}
    if row.event == Event.TEST:
        return msgspec.json.encode(told)
    if row.event == Event.FACT:
        return msgspec.json.encode({**told, "fact": {"key": row.subject}})
    is_gone = row.event in GONE
    last = Seen(row.path, row.title, row.type, "")
    item = last if is_gone else queries.seen(work, [row.subject]).get(row.subject)
    if item is None:
        return None
    shown = {
        "@id": base_url + quote(item.path),
        "uid": row.subject,
        "title": item.title,
        "type": item.type,
        "state": "private" if is_gone else "published",
    }
    return msgspec.json.encode({**told, "item": shown})


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
