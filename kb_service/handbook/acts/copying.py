"""Copying items: the newest text of each, under another uid, private and without its code.

A copy is a new item in every respect: it is created like any other, and the journal says of what
it is a copy.
"""

from sqlalchemy import select

from kb_service.base.errors import invalid
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec
from kb_service.handbook.acts import _rows, _tree, edit
from kb_service.handbook.queries._rows import IN_ORDER
from kb_service.handbook.rules import paths
from kb_service.handbook.rules.order import order_of
from kb_service.handbook.tables import Item, Revision


@act("item.copy")
def copy(work: Work, uid: str, parent: str, *, name: str = "", comment: str = "") -> Uid:
    """Put a copy of an item, with all that lies below it, under a parent; give its uid.

    Its name stays where it is free there, else a number follows. It stands last there; what lies
    below it keeps its order. Who copies reads drafts and staff
    parts, so the permission is that of editing.
    Raises: item.into_itself, item.in_trash, item.parent_not_folder, item.exists, path.wrong,
    tree.too_many, tree.closed_below.
    """
    _tree.hold(work)
    item = _rows.present(work, uid, Permission.EDIT)
    above = work.get(Item, parent, Permission.ADD)
    if f"{above.path.rstrip('/')}/".startswith(f"{item.path.rstrip('/')}/"):
        raise invalid("item.into_itself", path=item.path)
    _tree.with_below(work, item, Permission.EDIT)
    taken = set(work.session.scalars(select(Item.name).where(Item.parent_uid == above.uid)))
    short = name or paths.unique(item.name, taken)
    return _copied(work, item, above.uid, short, comment, place=None)


def _copied(
    work: Work, item: Item, parent: str, name: str, comment: str, *, place: float | None
) -> Uid:
    # The list comes before the copy: what is put beside it must not be copied again.
    children = list(
        work.session.scalars(
            select(Item)
            .where(Item.parent_uid == item.uid, Item.trashed_at.is_(None))
            .order_by(*IN_ORDER)
        )
    )
    text = work.session.get_one(Revision, item.latest_uid).text
    bare = codec.with_order(_without_code(text), place)
    copied = edit.create(work, parent, bare, name=name, comment=comment)
    work.note("item", copied, copied_from=item.uid)
    for child in children:
        _copied(work, child, copied, child.name, comment, place=order_of(child.position))
    return copied


def _without_code(text: str) -> str:
    """Give the text without its code, which belongs to one question alone."""
    document = codec.decode(text)
    if not getattr(document.content, "code", ""):
        return text
    return codec.revision_text(codec.edited(document, code=""))
