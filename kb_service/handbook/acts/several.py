"""Several items copied or moved in one go, all of them or none: held before the first is changed.

Who changes one item holds its row and may wait for the journal: rows asked for behind the journal's
lock would wait in a circle.
"""

from collections.abc import Sequence

from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows, _tree, copying, edit
from kb_service.handbook.rules import paths
from kb_service.handbook.tables import Item


@act("item.copy_several")
def copy_several(work: Work, uids: Sequence[str], parent: str) -> list[Uid]:
    """Copy items, each with all below it, under a parent; give the uids of the copies.

    Raises: as copying.copy; tree.too_many for all of them together.
    """
    _held(work, uids, parent)
    return [copying.copy(work, uid, parent) for uid in uids]


@act("item.move_several")
def move_several(work: Work, uids: Sequence[str], parent: str) -> list[str]:
    """Move items, each with all below it, under a parent; give their new paths.

    Where a name is taken there, a number follows it.
    Raises: as edit.move; tree.too_many for all of them together.
    """
    above, items = _held(work, uids, parent)
    moved = []
    for item in items:
        name = paths.unique(item.name, _tree.names_below(work, above, but=item))
        moved.append(edit.move(work, item.uid, parent, name=name))
    return moved


def _held(work: Work, uids: Sequence[str], parent: str) -> tuple[Item, list[Item]]:
    """Give the parent and the items in the order asked for; they and all below are held."""
    _tree.hold(work)
    above = work.get(Item, parent, Permission.ADD)
    items = [_rows.present(work, uid, Permission.EDIT) for uid in uids]
    _tree.check_size(work, *items)
    for item in items:
        _tree.with_below(work, item, Permission.EDIT)
    return above, items
