"""Related items, named one by one: each change is a revision of the item that names them."""

from collections.abc import Collection

from kb_service.base.errors import missing
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec
from kb_service.handbook.acts import _rows, _tree, edit
from kb_service.handbook.queries._rows import document_of, item_of, resolved
from kb_service.handbook.rules.links import related_target
from kb_service.handbook.tables import Item, Revision

Pairs = Collection[tuple[str, str]]


@act("item.relate")
def relate(work: Work, pairs: Pairs) -> None:
    """Name items as related: the first of each pair (of uids) names the second.

    Live at once as any other change of a text by who may publish; a draft stays a draft.
    Raises: item.missing, item.in_trash, item.locked, act.forbidden.
    """
    for item in _sources(work, pairs):
        values, named = _related(work, item)
        wanted = dict.fromkeys(target for source, target in pairs if source == item.uid)
        added = [item_of(work, uid).path for uid in wanted if uid not in named.values()]
        _save(work, item, [*values, *added])


@act("item.unrelate")
def unrelate(work: Work, pairs: Pairs) -> None:
    """Name items as related no more; a pair that is none changes nothing.

    Raises: relation.missing, item.missing, item.in_trash, item.locked, act.forbidden.
    """
    for item in _sources(work, pairs):
        values, named = _related(work, item)
        gone = {target for source, target in pairs if source == item.uid}
        for uid in sorted(gone - set(named.values())):
            raise missing("relation.missing", path=item.path, uid=uid)
        _save(work, item, [value for value in values if named.get(value) not in gone])


def _sources(work: Work, pairs: Pairs) -> list[Item]:
    """Give the items that name others, all held before the first of them is changed."""
    _tree.hold(work)
    uids = sorted({source for source, _target in pairs})
    return [_rows.present(work, uid, Permission.EDIT) for uid in uids]


def _related(work: Work, item: Item) -> tuple[list[str], dict[str, str]]:
    """Give what an item names as related, as written, and the uids of those that are there."""
    content = document_of(work.session.get_one(Revision, item.latest_uid).text).content
    targets = {value: related_target(value) for value in content.related}
    found = resolved(work, targets.values())
    named = {value: found[target].uid for value, target in targets.items() if target in found}
    return list(targets), named


def _save(work: Work, item: Item, related: list[str]) -> None:
    document = document_of(work.session.get_one(Revision, item.latest_uid).text)
    text = codec.revision_text(codec.edited(document, related=related))
    edit.save(work, item.uid, text, goes_live=True, keeps_draft=True)
