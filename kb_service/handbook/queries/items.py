"""Reading items one by one and in lists: only what the actor may see, rendered where asked."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from kb_service.base.errors import KbError, missing
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import codec, parts
from kb_service.handbook.binaries import with_true_type
from kb_service.handbook.plain import without_remarks
from kb_service.handbook.queries._beside import draft_beside, lock_on
from kb_service.handbook.queries._rows import (
    IN_ORDER,
    document_of,
    item_at,
    item_of,
    resolved,
    revision_as_of,
    revisions_as_of,
    shown_revision,
    shown_revisions,
)
from kb_service.handbook.queries.fact_texts import facts_of
from kb_service.handbook.queries.sheets import (
    company,
    context,
    fact_keys,
    facts_changed_lately,
    stamp,
)
from kb_service.handbook.render import Context, Renderer, expand, plain, tel
from kb_service.handbook.rules.links import related_target
from kb_service.handbook.rules.order import order_of
from kb_service.handbook.schemas import (
    Action,
    Audience,
    Card,
    Content,
    Crumb,
    Fact,
    ItemView,
    PastCard,
    State,
)
from kb_service.handbook.tables import Address, Item, Revision


def by_path(
    work: Work, renderer: Renderer, path: str, *, as_of: date | None = None, latest: bool = False
) -> ItemView:
    """Give the item at a path, whole. `latest` shows an editor the newest text.

    Raises: item.missing, item.not_live_then.
    """
    return _view(work, renderer, item_at(work, path), as_of, latest=latest)


def by_uid(
    work: Work, renderer: Renderer, uid: str, *, as_of: date | None = None, latest: bool = False
) -> ItemView:
    """Give the item with a uid, whole. Raises: item.missing, item.not_live_then."""
    return _view(work, renderer, item_of(work, uid), as_of, latest=latest)


def by_uid_with(work: Work, renderer: Renderer, uid: str, facts: Mapping[str, Fact]) -> ItemView:
    """Give an editor the shown text of an item as it would be with other facts.

    Raises: item.missing, act.forbidden, render.variable_unknown.
    """
    item = item_of(work, uid)
    work.allow(Permission.EDIT, item)
    day = Context(facts=facts, company=company(work), known=fact_keys(work))
    return view_of(work, renderer, item, shown_revision(work, item), day)


def is_hidden(work: Work, path: str) -> bool:
    """Say whether something is there that this actor may not see: the API's 401 instead of 404."""
    is_seen = work.session.scalar(readable(work, Item).where(Item.path == path)) is not None
    there = select(Item.uid).where(Item.path == path, Item.trashed_at.is_(None))
    return not is_seen and work.session.scalar(there) is not None


def moved_to(work: Work, path: str) -> str | None:
    """Give the present path of what was once here, if this actor may see it."""
    statement = readable(work, Item).join(Address, Address.item_uid == Item.uid)
    item = work.session.scalar(statement.where(Address.path == path))
    return item.path if item else None


def card_at(work: Work, path: str) -> Card:
    """Give the card of the item at a path. Raises: item.missing."""
    return next(iter(_cards(work, [item_at(work, path)]).values()))


def path_of_code(work: Work, code: str) -> str:
    """Give where the item with a code is. Raises: item.missing."""
    path = work.session.scalar(
        readable(work, Item).with_only_columns(Item.path).where(Item.code == code)
    )
    if path is None:
        raise missing("item.missing", path=code)
    return path


def children(work: Work, path: str) -> list[Card]:
    """Give the cards of what lies directly under a path, in the editors' order."""
    parent = item_at(work, path)
    rows = work.session.scalars(
        readable(work, Item).where(Item.parent_uid == parent.uid).order_by(*IN_ORDER)
    ).all()
    return list(_cards(work, rows).values())


def topics(work: Work) -> list[Card]:
    """Give all topics that this actor may see, in order."""
    rows = work.session.scalars(
        readable(work, Item).where(Item.type == "Topic").order_by(Item.position, Item.path)
    ).all()
    return list(_cards(work, rows).values())


def cards(work: Work, uids: Iterable[Uid | str]) -> dict[Uid, Card]:
    """Give the cards of those items that this actor may see now, in the order asked for.

    The search checks every hit here before it leaves the house.
    """
    return _cards(work, _in_order(work, uids))


def cards_as_of(work: Work, uids: Iterable[Uid | str], day: date) -> dict[Uid, PastCard]:
    """Give items as they were on a day, with its facts, in the order asked for.

    What this actor may not see now, what was not live then, and what needs a fact that had no value
    then, is left out. The path is today's; the topic is not told.
    """
    items = _in_order(work, uids)
    revisions = revisions_as_of(work, items, day)
    facts = _facts_then(work, day)
    shown: dict[Uid, PastCard] = {}
    for item in items:
        revision = revisions.get(item.uid)
        # One text that cannot be filled in must not take the others away.
        with suppress(KbError):
            if revision is not None:
                card = Card(**_card_fields(work, item, revision, facts))
                shown[Uid(item.uid)] = PastCard(card, _public_text(revision, facts))
    return shown


def _public_text(revision: Revision, day: Context) -> str:
    """Give the public answer of a revision as plain text, filled in with a day's facts."""
    body = document_of(revision.text).body
    return plain(expand(parts.split(body).public, day, markdown=False))


def _in_order(work: Work, uids: Iterable[Uid | str]) -> list[Item]:
    """Load those of the items that this actor may see now, in the order asked for."""
    wanted = list(dict.fromkeys(uids))
    rows: list[Item] = []
    for start in range(0, len(wanted), 500):
        piece = wanted[start : start + 500]
        rows.extend(work.session.scalars(readable(work, Item).where(Item.uid.in_(piece))))
    order = {uid: place for place, uid in enumerate(wanted)}
    return sorted(rows, key=lambda row: order[row.uid])


def recent(work: Work, limit: int = 10) -> list[Card]:
    """Give the questions whose shown text changed last, newest first."""
    rows = work.session.scalars(
        readable(work, Item)
        .where(Item.type == "StandardQuestion")
        .order_by(Item.modified.desc(), Item.code)
        .limit(limit)
    ).all()
    return list(_cards(work, rows).values())


def with_changed_facts(work: Work, limit: int = 10) -> list[Card]:
    """Give the questions of which a fact lately got another value, the latest first."""
    lately = facts_changed_lately(work)
    if not lately:
        return []
    rows = work.session.scalars(
        readable(work, Item)
        .join(Revision, Revision.uid == func.coalesce(Item.live_uid, Item.latest_uid))
        .where(Item.type == "StandardQuestion")
        .where(or_(*(Revision.text.contains(f"fact.{key}", autoescape=True) for key in lately)))
        .order_by(Item.code, Item.path)
    ).all()
    found = [card for card in _cards(work, rows).values() if card.fact_changed is not None]
    return sorted(found, key=lambda card: card.fact_changed or date.min, reverse=True)[:limit]


def counts(work: Work) -> dict[str, int]:
    """Say how many items of each type this actor may see."""
    statement = readable(work, Item).with_only_columns(Item.type, func.count()).group_by(Item.type)
    return dict(work.session.execute(statement).all())


def breadcrumbs(work: Work, item: Item) -> list[Crumb]:
    """Give the way from below the root to the item's parent; steps one may not see are left out."""
    names = item.path.strip("/").split("/")
    above = ["/" + "/".join(names[:depth]) for depth in range(1, len(names))]
    if not above:
        return []
    crumbs = _crumbs(work, Item.path.in_(above))
    return sorted(crumbs.values(), key=lambda crumb: len(crumb.path))


def navigation(work: Work, path: str = "/", depth: int = 1) -> list[tuple[Card, int]]:
    """Give cards under a path with their depth below it, down to a depth, in order."""
    found: list[tuple[Card, int]] = []
    for card in children(work, path):
        found.append((card, 1))
        if depth > 1 and card.type == "Topic":
            found.extend(
                (below, level + 1) for below, level in navigation(work, card.path, depth - 1)
            )
    return found


def _cards(work: Work, rows: Sequence[Item]) -> dict[Uid, Card]:
    if not rows:
        return {}
    revisions = shown_revisions(work, rows)
    parents = {row.parent_uid for row in rows if row.parent_uid}
    crumbs = _crumbs(work, Item.uid.in_(parents))
    today = context(work)
    return {
        Uid(row.uid): Card(
            **_card_fields(work, row, revisions[row.uid], today),
            topic=crumbs.get(row.parent_uid or ""),
            creator=row.creator if work.may(Permission.VIEW_STAFF, row) else "",
        )
        for row in rows
    }


def _crumbs(work: Work, where: ColumnElement[bool]) -> dict[str, Crumb]:
    # The row's title is that of the revision which is shown: no text needs to be read for it.
    rows = work.session.execute(
        readable(work, Item).with_only_columns(Item.uid, Item.path, Item.title).where(where)
    )
    return {uid: Crumb(path, title) for uid, path, title in rows}


def _fact_changed(work: Work, item: Item, revision: Revision, day: Context) -> date | None:
    """Give the day on which a fact that this reader sees in a text lately got another value."""
    if not day.changed:
        return None
    used = facts_of(revision.text, is_public=not work.may(Permission.VIEW_STAFF, item))
    return max((day.changed[key] for key in used & day.changed.keys()), default=None)


def _card_fields(work: Work, item: Item, revision: Revision, today: Context) -> dict[str, Any]:
    content = document_of(revision.text).content
    return {
        "uid": Uid(item.uid),
        "path": item.path,
        "type": item.type,
        "state": State(item.state),
        "title": content.title,
        "description": expand(content.description, today, markdown=False),
        "code": getattr(content, "code", ""),
        "audience": Audience(item.audience),
        "checked": content.checked,
        "valid_from": content.valid_from,
        "valid_to": content.valid_to,
        "review_by": content.review_by,
        "owner": content.owner,
        "sources": content.sources,
        "order": order_of(item.position),
        "tags": content.tags,
        "created": item.created,
        "modified": revision.moment,
        "effective": item.effective,
        "expires": item.expires_at,
        "revision": revision.number,
        "is_latest_live": item.live_uid == item.latest_uid,
        "scheduled": item.scheduled_at if work.may(Permission.EDIT, item) else None,
        "fact_changed": _fact_changed(work, item, revision, today),
    }


def _view(
    work: Work, renderer: Renderer, item: Item, as_of: date | None, *, latest: bool
) -> ItemView:
    sees_drafts = latest and work.may(Permission.EDIT, item)
    revision = (
        revision_as_of(work, item, as_of)
        if as_of is not None
        else shown_revision(work, item, latest=sees_drafts)
    )
    return view_of(work, renderer, item, revision, _facts_then(work, as_of, item))


def _facts_then(work: Work, day: date | None, item: Item | None = None) -> Context:
    """Give the facts of a day (today); nobody but an editor reads a value before its day."""
    if day is not None and day > work.today and not work.may(Permission.EDIT, item):
        day = work.today
    return context(work, day)


def view_of(
    work: Work, renderer: Renderer, item: Item, revision: Revision, day: Context
) -> ItemView:
    """Give an item whole with one of its texts, which this reader may see (`readable` said so)."""
    document = document_of(revision.text)
    sees_staff = work.may(Permission.VIEW_STAFF, item)
    split = parts.split(document.body)
    rendered = renderer.render(split if sees_staff else parts.public_only(split), day)
    crumbs = breadcrumbs(work, item)
    return ItemView(
        **_card_fields(work, item, revision, day),
        topic=crumbs[-1] if crumbs else None,
        html=rendered.public,
        staff_html=rendered.staff,
        letter_html=rendered.letter,
        letter_text=expand(split.letter, day, markdown=False, is_letter=True) if sees_staff else "",
        markdown=document.body if sees_staff else without_remarks(expand(split.public, day)),
        source=codec.with_order(revision.text, None) if sees_staff else "",
        etag=_etag(work, revision),
        creator=item.creator if sees_staff else "",
        content=with_true_type(document.content, item.path),
        crumbs=crumbs,
        related=related(work, document.content),
        actions=[
            Action(one.label, tel(expand(one.url, day, markdown=False)))
            for one in document.content.actions
        ],
        toc=rendered.toc,
        lock=lock_on(work, item),
        draft=draft_beside(work, item),
    )


def _etag(work: Work, revision: Revision) -> str:
    """Give the tag of what a reader is shown: the text, the sheets and the day's facts."""
    text = f"{revision.uid}:{revision.sha256}:{stamp(work)}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def related(work: Work, content: Content) -> list[Card]:
    """Give the cards of what a content names as near to it, in its order."""
    if not content.related:
        return []
    targets = [related_target(value) for value in content.related]
    found = resolved(work, targets)
    uids = [found[target].uid for target in targets if target in found]
    return list(cards(work, uids).values())
