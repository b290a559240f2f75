"""The rows that say where an item's texts lead: read anew whenever the item changes."""

from sqlalchemy import select

from kb_service.base.work import Work
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.rules import links
from kb_service.handbook.tables import Item, ItemLink, Revision


def keep(work: Work, item: Item) -> None:
    """Bring the rows into step with the item's live and latest text."""
    work.session.flush()
    wanted = dict.fromkeys(_of(work, item.latest_uid), item.live_uid == item.latest_uid)
    wanted |= dict.fromkeys(_of(work, item.live_uid), True)
    rows = work.session.scalars(select(ItemLink).where(ItemLink.item_uid == item.uid))
    for row in rows.all():
        is_live = wanted.pop((row.kind, row.target), None)
        if is_live is None:
            work.session.delete(row)
        else:
            row.is_live = is_live
    for (kind, target), is_live in sorted(wanted.items()):
        work.session.add(
            ItemLink(item_uid=item.uid, kind=str(kind), target=target, is_live=is_live)
        )


def _of(work: Work, revision_uid: str | None) -> set[tuple[str, str]]:
    if not revision_uid:
        return set()
    text = work.session.get_one(Revision, revision_uid).text
    return {(str(kind), target) for kind, target in links.of_document(document_of(text))}
