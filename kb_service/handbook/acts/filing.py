"""Filing: tags, the owner and the next check of a text, without a word of it being changed."""

from collections.abc import Mapping
from datetime import date

from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _locks, _rows
from kb_service.handbook.acts._amending import amended
from kb_service.handbook.rules import bulk
from kb_service.handbook.rules.bulk import BulkStep


@act("item.amend")
def amend(
    work: Work, uid: str, step: BulkStep, wanted: Mapping[str, str], *, comment: str = ""
) -> bool:
    """Give an item another owner, other tags or another day of its next check.

    Each is a new revision. Who may publish has it live at once; of who may not it waits for review
    in the newer text, and the world goes on seeing the live one. A newer text that stands beside
    the live one gets the change too, in a revision of its own, and is not published by it.
    Tags and the owner are no part of the answer: with four eyes they too are live at once, and who
    set them has not written the text. The day of the check waits then for a second pair.
    Says whether anything differs. Raises: bulk.wrong, item.locked, item.scheduled, document.*.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    _locks.refuse_others(work, item)
    told = bulk.checked(step, wanted)
    return amended(
        work,
        item,
        lambda content: bulk.changes(step, told, content),
        comment,
        is_filing=step in bulk.FILING,
    )


@act("item.check")
def check(work: Work, uid: str, *, review_by: date, comment: str = "") -> bool:
    """Say that a text was checked against its sources today, and when it is to be checked next.

    Both days become a new revision, live as in `item.amend`; a newer text beside the live one gets
    them too and stays what it is. With four eyes they wait for a second pair.
    Says whether anything differs. Raises: review.too_soon, item.locked, item.scheduled.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    _locks.refuse_others(work, item)
    if review_by <= work.today:
        raise invalid("review.too_soon", FieldError("review_by", "review.too_soon"))
    days = {"checked": work.today, "review_by": review_by}
    return amended(
        work,
        item,
        lambda content: {key: day for key, day in days.items() if getattr(content, key) != day},
        comment,
        is_filing=False,
    )
