"""A question that the search failed at becomes a wording of the item that answers it."""

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows, edit
from kb_service.handbook.tables import Revision
from kb_service.handbook.wordings import with_wording


@act("item.add_wording")
def add_wording(
    work: Work, uid: str, wording: str, *, based_on: int | None = None, comment: str = ""
) -> int:
    """Give an item a wording more, and the number of its revision.

    It goes live where the latest text is the live one and the actor may publish; with four eyes it
    waits for the second pair. Somebody's unfinished text stays unfinished. Source: C14.
    Raises: as with_wording and edit.save.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    latest = work.session.get_one(Revision, item.latest_uid)
    text = with_wording(latest.text, wording)
    number = edit.save(
        work,
        uid,
        text,
        comment=comment,
        based_on=based_on,
        goes_live=item.live_uid == item.latest_uid,
    )
    work.note("item", uid, wording=" ".join(wording.split()))
    return number
