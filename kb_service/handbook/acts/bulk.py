"""Steps for many items: begun and stopped here; each item has its turn in `handbook.bulk`."""

from collections.abc import Mapping, Sequence

from kb_service.base.errors import conflict, invalid, missing
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act, readable
from kb_service.handbook.queries.bulk import chosen
from kb_service.handbook.rules import bulk
from kb_service.handbook.rules.bulk import BulkStep, Outcome
from kb_service.handbook.tables import Bulk, BulkRow

_MAX_COMMENT = 1000


@act("bulk.begin")
def begin(
    work: Work,
    step: BulkStep,
    uids: Sequence[str],
    wanted: Mapping[str, str],
    *,
    is_deep: bool = False,
    comment: str = "",
) -> Uid:
    """Let the worker take a step with many items, one after another, as whoever asks here.

    Each is asked for its permission when its turn comes, and is done or refused by itself. Only an
    account can ask: the worker looks it up again. Gives the uid under which the progress is seen.
    Raises: bulk.wrong, bulk.empty, bulk.too_many, session.needed, act.forbidden.
    """
    told = bulk.checked(step, wanted)
    items = chosen(work, step, uids, is_deep=is_deep)
    # One at least; a step that may be taken with none is refused whole.
    work.allow(
        bulk.permission_for(step),
        next((item for item in items if work.may(bulk.permission_for(step), item)), items[0]),
    )
    if not work.actor.uid:
        raise invalid("bulk.no_account")
    row = Bulk(
        uid=new_uid(),
        step=str(step),
        wanted=told,
        comment=comment.strip()[:_MAX_COMMENT],
        author_uid=work.actor.uid,
        author=work.actor.login,
        created=work.now,
        stopped_at=None,
        stopped_by="",
    )
    work.session.add(row)
    work.session.flush()
    for number, item in enumerate(items, 1):
        work.session.add(
            BulkRow(
                bulk_uid=row.uid,
                number=number,
                item_uid=item.uid,
                outcome=Outcome.WAITS,
                code="",
                params={},
                moment=None,
            )
        )
    work.about("bulk", row.uid)
    work.note("bulk", row.uid, items=len(items))
    work.later("handbook.bulk", bulk=row.uid)
    return Uid(row.uid)


@act("bulk.stop")
def stop(work: Work, uid: str) -> None:
    """Let no further item have its turn; what was done stays done.

    Whoever began it may stop it, and who looks after jobs. Raises: bulk.missing, bulk.over.
    """
    work.allow(Permission.OWN_ACCOUNT)
    row = work.session.scalar(readable(work, Bulk).where(Bulk.uid == uid))
    if row is None:
        raise missing("bulk.missing", uid=uid)
    if row.stopped_at is not None:
        raise conflict("bulk.over")
    row.stopped_at, row.stopped_by = work.now, work.actor.login
    work.about("bulk", uid)
