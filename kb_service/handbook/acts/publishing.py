"""A text published with the files that it names: let out with it, never before and never wider.

A file is let out for everybody only where everybody reads its link: in the public part of a public
document. One for employees alone may go with any part.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import links, parts
from kb_service.handbook.acts import _tree, edit, workflow
from kb_service.handbook.queries._rows import document_of, resolved, standing, writers
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules.workflow import Action, possible
from kb_service.handbook.schemas import Document, State
from kb_service.handbook.tables import Item, Revision

_KINDS = ("File", "Image")
_WAITING = (State.PRIVATE, State.PENDING)


@act("item.put_out")
def put_out(
    work: Work, uid: str, text: str, *, comment: str = "", based_on: int | None = None
) -> State:
    """Save a text and publish it with the files that it names, as far as this actor may.

    A file that needs another pair of eyes, or other rights, stays as it is. Where the text waits
    for its time the files wait with it.
    Raises: as edit.save and workflow.publish.
    """
    _tree.hold(work)
    edit.save(work, uid, text, comment=comment, based_on=based_on)
    state = workflow.publish(work, uid, comment=comment)
    item = work.get(Item, uid, Permission.PUBLISH)
    document = document_of(work.session.get_one(Revision, item.latest_uid).text)
    files = [one for one in _named(work, document) if _may_go(work, one)]
    when = _begins(work, item)
    if when is None:
        for one in files:
            workflow.publish(work, one.uid, comment=comment)
    elif files:
        named = [[one.uid, one.latest_uid] for one in files]
        work.later("handbook.release", run_at=when, item=uid, files=named)
    return state


@act("item.release")
def release(work: Work, uid: str, files: Collection[Sequence[str]]) -> None:
    """Publish the files of a text whose time has come: those whose publication was allowed then.

    Each is named with its revision of that moment. What has been changed since, is no longer named,
    or belongs to a text that is not seen, stays as it is.
    """
    _tree.hold(work)
    item = work.get(Item, uid, Permission.PUBLISH)
    if not _is_seen(work, item):
        return
    document = document_of(work.session.get_one(Revision, item.live_uid).text)
    allowed = {str(file): str(revision) for file, revision in files}
    for one in _named(work, document):
        if allowed.get(one.uid) == one.latest_uid:
            workflow.publish(work, one.uid)


def _named(work: Work, document: Document) -> list[Item]:
    """Give the files, not published yet, that may go out with a document; all held, by uid."""
    split = parts.split(document.body)
    open_to_all = links.targets(split.public) if document.content.audience == "public" else set()
    found = resolved(work, links.targets(document.body))
    public = {one.uid for target, one in found.items() if target in open_to_all}
    rows = _tree.held(work, {one.uid for one in found.values()})
    return [
        one
        for one in rows
        if one.type in _KINDS
        and one.state in _WAITING
        and Action.PUBLISH in possible(standing(one))
        and (one.uid in public or one.audience == "staff")
    ]


def _may_go(work: Work, file: Item) -> bool:
    """Say whether this actor may publish a file; one that may not be is left without an error."""
    if not work.may(Permission.PUBLISH, file):
        return False
    return not needs_four_eyes(work) or work.actor.login not in writers(work, file)


def _begins(work: Work, item: Item) -> datetime | None:
    """Give when the text that was published just now begins, where that is still to come."""
    for moment in (item.scheduled_at, item.effective):
        if moment is not None and moment > work.now:
            return moment
    return None


def _is_seen(work: Work, item: Item) -> bool:
    begun = item.effective is None or item.effective <= work.now
    ended = item.expires_at is not None and item.expires_at <= work.now
    return item.trashed_at is None and item.live_uid is not None and begun and not ended
