"""Reading links between items: who links here, where a text leads, and what leads nowhere.

A link that only a draft has is told to its editors alone.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from sqlalchemy import select

from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import is_within, item_of, resolved
from kb_service.handbook.queries.items import cards
from kb_service.handbook.rules.links import LinkKind, is_own_page
from kb_service.handbook.schemas import Card
from kb_service.handbook.tables import Address, Item, ItemLink

_PIECE = 400


class LinkView(msgspec.Struct, frozen=True):
    """One link of an item: as written, and the item to which it leads if the reader may see it."""

    kind: LinkKind
    target: str
    card: Card | None
    is_broken: bool


class Relation(msgspec.Struct, frozen=True):
    """One item that leads to another."""

    kind: LinkKind
    source: Card
    target: Card


class Breach(msgspec.Struct, frozen=True):
    """An item, and who would lead nowhere without it and what lies below it."""

    item: Card
    sources: list[Card]


def links_of(work: Work, uid: str) -> list[LinkView]:
    """Give where an item leads, by address. Raises: item.missing."""
    item = item_of(work, uid)
    rows = _shown(work, [item])
    found = resolved(work, (row.target for row in rows))
    seen = cards(work, (one.uid for one in found.values()))
    return [
        LinkView(
            kind=LinkKind(row.kind),
            target=row.target,
            card=seen.get(Uid(found[row.target].uid)) if row.target in found else None,
            is_broken=row.target not in found and not is_own_page(row.target),
        )
        for row in sorted(rows, key=lambda row: (row.kind, row.target))
    ]


def broken_links(work: Work, uid: str) -> list[LinkView]:
    """Give the links of an item that lead nowhere, or into the trash. Raises: item.missing."""
    return [link for link in links_of(work, uid) if link.is_broken]


def broken_everywhere(work: Work, kind: LinkKind | None = None) -> dict[LinkKind, list[Card]]:
    """Give the items that have links which lead nowhere, by kind of link."""
    rows = _rows_of(work, kind)
    found = resolved(work, (row.target for row in rows))
    broken: dict[LinkKind, list[str]] = {}
    for row in rows:
        if row.target not in found and not is_own_page(row.target):
            broken.setdefault(LinkKind(row.kind), []).append(row.item_uid)
    return {name: list(cards(work, uids).values()) for name, uids in sorted(broken.items())}


def linked_from(work: Work, uid: str) -> list[Card]:
    """Give the items that lead to this one, whatever address they use. Raises: item.missing."""
    item = item_of(work, uid)
    return list(cards(work, _sources(work, [item]) - {item.uid}).values())


def breaches(work: Work, uids: Iterable[str]) -> list[Breach]:
    """Give for each of the items who outside of them leads to it or to what lies below it.

    Items to which nobody leads, and those that the reader may not see, are left out.
    """
    asked = cards(work, uids)
    groups = {uid: _group(work, card.path) for uid, card in asked.items()}
    inside = {item.uid for group in groups.values() for item in group}
    found = []
    for uid, group in groups.items():
        sources = cards(work, _sources(work, group) - inside)
        if sources:
            found.append(Breach(asked[uid], list(sources.values())))
    return found


def relations(
    work: Work, *, source: str = "", target: str = "", kind: LinkKind | None = None
) -> list[Relation]:
    """Give the links between items that the reader may see, from a uid, to a uid, of a kind."""
    rows = _rows_of(work, kind, source=source, names=_names(work, [target]) if target else None)
    found = resolved(work, (row.target for row in rows))
    pairs = {
        (row.kind, row.item_uid, found[row.target].uid)
        for row in rows
        if row.target in found and target in ("", found[row.target].uid)
    }
    seen = cards(work, (uid for pair in sorted(pairs) for uid in pair[1:]))
    known = (pair for pair in pairs if Uid(pair[1]) in seen and Uid(pair[2]) in seen)
    made = [Relation(LinkKind(name), seen[Uid(a)], seen[Uid(b)]) for name, a, b in known]
    return sorted(made, key=lambda one: (one.kind, one.source.path, one.target.path))


def _sources(work: Work, items: Collection[Item]) -> set[str]:
    """Give the uids of the items that lead to one of these, as far as the reader may know."""
    wanted = {item.uid for item in items}
    rows = _rows_of(work, None, names=_names(work, wanted))
    found = resolved(work, (row.target for row in rows))
    return {row.item_uid for row in rows if row.target in found and found[row.target].uid in wanted}


def _group(work: Work, path: str) -> Sequence[Item]:
    return work.session.scalars(readable(work, Item).where(is_within(path))).all()


def _names(work: Work, uids: Iterable[str]) -> list[str]:
    """Give all names of items: uids, present and old paths."""
    known = list(uids)
    names = set(known)
    for start in range(0, len(known), _PIECE):
        piece = known[start : start + _PIECE]
        names.update(work.session.scalars(select(Item.path).where(Item.uid.in_(piece))))
        names.update(work.session.scalars(select(Address.path).where(Address.item_uid.in_(piece))))
    return sorted(names)


def _rows_of(
    work: Work, kind: LinkKind | None, *, source: str = "", names: Sequence[str] | None = None
) -> list[ItemLink]:
    items = readable(work, Item)
    if source:
        items = items.where(Item.uid == source)
    if names is None:
        return _shown(work, work.session.scalars(items).all(), kind)
    found: list[ItemLink] = []
    for start in range(0, len(names), _PIECE):
        piece = names[start : start + _PIECE]
        to_these = select(ItemLink.item_uid).where(ItemLink.target.in_(piece))
        linking = work.session.scalars(items.where(Item.uid.in_(to_these))).all()
        found += [row for row in _shown(work, linking, kind) if row.target in piece]
    return found


def _shown(work: Work, items: Sequence[Item], kind: LinkKind | None = None) -> list[ItemLink]:
    """Give the rows of readable items that this reader may know of."""
    known = {item.uid: item for item in items}
    uids = sorted(known)
    rows: list[ItemLink] = []
    for start in range(0, len(uids), _PIECE):
        statement = select(ItemLink).where(ItemLink.item_uid.in_(uids[start : start + _PIECE]))
        if kind is not None:
            statement = statement.where(ItemLink.kind == str(kind))
        rows.extend(work.session.scalars(statement))
    return [row for row in rows if row.is_live or work.may(Permission.EDIT, known[row.item_uid])]
