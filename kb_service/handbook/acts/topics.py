"""Topics as a whole: one put into another, or some of what lies in one into a new one."""

from collections.abc import Sequence

from sqlalchemy import select

from kb_service.base.errors import FieldError, invalid
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec
from kb_service.handbook.acts import _rows, _tree, edit, workflow
from kb_service.handbook.queries.merging import children_of, names_there
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules.topics import check_merge
from kb_service.handbook.schemas import State, Topic
from kb_service.handbook.tables import Address, Item, Share


@act("topic.merge")
def merge(work: Work, uid: str, into: str, *, keeps_roles: bool = False, comment: str = "") -> str:
    """Put all that lies in a topic into another one, and the topic itself into the trash.

    Old addresses lead on: of what moved to where it is now, of the topic and what led to it to the
    other topic. A name that is taken there gets a number. The topic's text stays in the trash with
    its history. Its local roles end with it; with `keeps_roles` they hold in the other topic, which
    needs the permission to share it. All of it is done or nothing. Gives the other topic's path.
    Raises: topic.not_topic, topic.same, item.root_stays, item.into_itself, item.in_trash,
    item.locked, path.wrong.
    """
    _tree.hold(work)
    item = _rows.present(work, uid, Permission.DELETE)
    target = _rows.present(work, into, Permission.ADD)
    check_merge(item, target)
    if keeps_roles:
        work.allow(Permission.SHARE, target)
        _share_alike(work, item, target)
    path = item.path
    for child, name in names_there(work, item, target):
        edit.move(work, child.uid, target.uid, name=name, comment=comment)
    for known in work.session.scalars(select(Address).where(Address.item_uid == uid)).all():
        known.item_uid = target.uid
    edit.trash(work, uid, comment=comment)
    _rows.note_address(work, target, path)
    work.note("item", uid, merged_into=target.uid)
    return target.path


@act("topic.split")
def split(
    work: Work,
    uid: str,
    title: str,
    children: Sequence[str],
    *,
    is_inside: bool = False,
    comment: str = "",
) -> Uid:
    """Make a new topic of some of what lies in one, beside it or inside; give the new one's uid.

    Old addresses lead on. A topic beside it belongs to the same department and has the same local
    roles, so that nobody gains or loses anything. It is live where the old one is and the actor may
    publish; else it waits for review.
    Raises: topic.not_topic, topic.nothing_chosen, topic.not_inside, document.title_missing,
    item.locked, path.wrong.
    """
    _tree.hold(work)
    item = _rows.present(work, uid, Permission.EDIT)
    if item.type != "Topic" and item.path != edit.ROOT:
        raise invalid("topic.not_topic", path=item.path)
    inside = {child.uid for child in children_of(work, item)}
    if not children:
        raise invalid("topic.nothing_chosen", FieldError("child", "topic.nothing_chosen"))
    if not inside.issuperset(children):
        raise invalid("topic.not_inside", FieldError("child", "topic.not_inside"))
    is_inside = is_inside or item.parent_uid is None
    parent = uid if is_inside else str(item.parent_uid)
    content = Topic(title=" ".join(title.split()), owner=item.owner)
    made = edit.create(work, parent, codec.encode(codec.new("Topic", content, "")), comment=comment)
    new = work.get(Item, made, Permission.EDIT)
    if not is_inside:
        _share_alike(work, item, new)
        new.is_inheriting = item.is_inheriting
    for child in dict.fromkeys(children):
        edit.move(work, child, made, comment=comment)
    if item.state == State.PUBLISHED:
        may_publish = work.may(Permission.PUBLISH, new) and not needs_four_eyes(work)
        (workflow.publish if may_publish else workflow.submit)(work, made, comment=comment)
    work.note("item", made, split_from=uid)
    return made


def _share_alike(work: Work, item: Item, other: Item) -> None:
    """Give who has local roles at an item the same ones at another, beside those there."""
    held = work.session.scalars(select(Share).where(Share.item_uid == item.uid)).all()
    for row in held:
        key = (other.uid, row.kind, row.principal, row.role)
        if work.session.get(Share, key) is None:
            made = Share(item_uid=other.uid, kind=row.kind, principal=row.principal, role=row.role)
            work.session.add(made)
