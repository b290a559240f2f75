"""A text published with the files that it names: let out with it, never before and never wider.

A file is let out for everybody only where everybody reads its link: in the public part of a public
document. One for employees alone may go with any part.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec, links, parts
from kb_service.handbook.acts import _tree, edit, workflow
from kb_service.handbook.queries._rows import document_of, resolved, standing
from kb_service.handbook.queries._writers import writers
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules.workflow import Action, possible
from kb_service.handbook.schemas import Document, State
from kb_service.handbook.tables import Item, Revision

_KINDS = ("File", "Image")
_WAITING = (State.PRIVATE, State.PENDING)


@act("item.put_out")
def put_out(
    work: Work,
    text: str,
    *,
    uid: str = "",
    parent: str = "",
    comment: str = "",
    based_on: int | None = None,
) -> Uid:
    """Save a text, or make an item of it under a parent, and publish it; give its uid.

    The files that it names go with it, as far as this actor may publish them: one that needs
    another pair of eyes, or other rights, stays as it is.
    Raises: as edit.save, edit.create and workflow.publish.
    """
    _tree.hold(work)
    if uid:
        work.get(Item, uid, Permission.EDIT)
    # All rows are held before the first act: who holds one of them may wait for the journal.
    found = _held_files(work, codec.decode(text))
    if uid:
        edit.save(work, uid, text, comment=comment, based_on=based_on)
    else:
        uid = edit.create(work, parent, text, comment=comment)
    workflow.publish(work, uid, comment=comment)
    item = work.session.get_one(Item, uid)
    going = [one for one in _named(found, _document(work, item.latest_uid)) if _may_go(work, one)]
    when = _begins(work, item)
    if when is None:
        for one in going:
            workflow.publish(work, one.uid, comment=comment)
    elif going:
        named = [[one.uid, one.latest_uid] for one in going]
        work.later("handbook.release", run_at=when, item=uid, files=named)
    return Uid(uid)


@act("item.release")
def release(work: Work, uid: str, files: Collection[Sequence[str]]) -> None:
    """Let a text whose time has come become live, and its files whose publication was allowed then.

    Each is named with its revision of that moment. What has been changed since, is no longer named,
    or belongs to a text that is not seen, stays as it is.
    """
    _tree.hold(work)
    item = work.get(Item, uid, Permission.PUBLISH)
    allowed = {str(file): str(revision) for file, revision in files}
    texts = [one for one in (item.latest_uid, item.live_uid) if one]
    found = _held_files(work, *(_document(work, one) for one in texts))
    workflow.turn(work, uid)
    if item.live_uid is None or not _is_seen(work, item):
        return
    for one in _named(found, _document(work, item.live_uid)):
        if allowed.get(one.uid) == one.latest_uid:
            workflow.publish(work, one.uid)


def _document(work: Work, revision: str) -> Document:
    return document_of(work.session.get_one(Revision, revision).text)


def _held_files(work: Work, *documents: Document) -> dict[str, Item]:
    """Give the files and pictures that documents name, by path or uid; all held."""
    targets = {target for one in documents for target in links.targets(one.body)}
    found = resolved(work, targets)
    files = {target: one for target, one in found.items() if one.type in _KINDS}
    _tree.held(work, {one.uid for one in files.values()})
    return files


def _named(found: Mapping[str, Item], document: Document) -> list[Item]:
    """Give those of the files that wait for publication and may go out with a document."""
    is_public = document.content.audience == "public"
    named = links.targets(document.body)
    open_to_all = links.targets(parts.split(document.body).public) if is_public else set()
    going = {
        one.uid: one
        for target, one in found.items()
        if target in named and (target in open_to_all or one.audience == "staff")
    }
    return [
        one
        for one in going.values()
        if one.state in _WAITING and Action.PUBLISH in possible(standing(one))
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
    return item.trashed_at is None and begun and not ended
