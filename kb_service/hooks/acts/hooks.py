"""Hooks: make one, change it, pause it, wake it, remove it, send it a test or a delivery again."""

from collections.abc import Sequence

from sqlalchemy import delete

from kb_service.base.errors import conflict, missing
from kb_service.base.ids import Uid, new_secret, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.hooks import rules
from kb_service.hooks.acts import _rows
from kb_service.hooks.schemas import DeliveryState, Event, MadeHook, Policy
from kb_service.hooks.tables import Delivery, Hook


@act("hook.add")
def add(work: Work, url: str, events: Sequence[str], policy: Policy) -> MadeHook:
    """Make a hook that is told from now on, and give its secret, which is shown this once.

    What the world sees already is not told; the receiver may read it. Source: H5.
    Raises: hook.wrong with an error at each field.
    """
    work.allow(Permission.MANAGE_HOOKS)
    rules.target_of(url, policy)
    row = Hook(
        uid=new_uid(),
        url=url,
        events=rules.chosen_events(events),
        secret=new_secret(),
        is_active=True,
        creator=work.actor.login,
        created=work.now,
    )
    work.session.add(row)
    _rows.begin(work)
    return MadeHook(Uid(row.uid), row.secret)


@act("hook.change")
def change(work: Work, uid: str, url: str, events: Sequence[str], policy: Policy) -> None:
    """Give a hook another address and other events; its secret stays.

    What waits to be sent goes to the new address. Raises: hook.missing, hook.wrong.
    """
    row = work.get(Hook, uid, Permission.MANAGE_HOOKS)
    rules.target_of(url, policy)
    row.url, row.events = url, rules.chosen_events(events)


@act("hook.pause")
def pause(work: Work, uid: str) -> None:
    """Tell a hook nothing until it is woken; what happens meanwhile it never hears."""
    work.get(Hook, uid, Permission.MANAGE_HOOKS).is_active = False


@act("hook.wake")
def wake(work: Work, uid: str) -> None:
    """Tell a paused hook again what happens from now on."""
    work.get(Hook, uid, Permission.MANAGE_HOOKS).is_active = True
    _rows.begin(work)


@act("hook.remove")
def remove(work: Work, uid: str, *, reason: str = "") -> None:
    """Remove a hook with its deliveries; what waits is not sent any more."""
    row = work.get(Hook, uid, Permission.MANAGE_HOOKS)
    work.session.execute(delete(Delivery).where(Delivery.hook_uid == uid))
    work.session.delete(row)


@act("hook.test", always=True)
def test(work: Work, uid: str) -> None:
    """Send a hook an event without content, also while it is paused."""
    work.get(Hook, uid, Permission.MANAGE_HOOKS)
    _rows.leave(work, uid, Event.TEST)


@act("hook.retry", always=True)
def retry(work: Work, uid: str, delivery: str) -> None:
    """Try a delivery that did not arrive again now; what waits for its own next try finds it done.

    Raises: hook.missing, delivery.missing, delivery.not_failing.
    """
    work.get(Hook, uid, Permission.MANAGE_HOOKS)
    row = work.get(Delivery, delivery, Permission.MANAGE_HOOKS)
    if row.hook_uid != uid:
        raise missing("delivery.missing", uid=delivery[:80])
    if row.state != DeliveryState.FAILING:
        raise conflict("delivery.not_failing", state=str(row.state))
    row.state = DeliveryState.WAITING
    work.later("hooks.send", delivery=delivery)
