"""Live texts that nobody keeps true any more: overdue, past their law, on a dead source, unowned.

Read from the columns of items and from the few texts that name an end, so that a handbook of 20,000
items is looked through at once.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Select, or_

from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import document_of, resolved, shown_revisions
from kb_service.handbook.queries.editable import editable
from kb_service.handbook.schemas import Document, State
from kb_service.handbook.tables import Item, Revision


class Lapsed(msgspec.Struct, frozen=True, kw_only=True):
    """A live item that needs its editor, and since which day. `source` is the one that is dead."""

    uid: str
    path: str
    type: str
    code: str
    title: str
    owner: str
    since: date | None = None
    source: str = ""


class Unowned(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that no department answers for, with the paths and codes of what lies below."""

    uid: str
    path: str
    title: str
    names: list[str]


def overdue(work: Work) -> list[Lapsed]:
    """Give the live items that this actor may edit and whose check is due, oldest date first."""
    statement = _live(work).where(Item.review_by < work.today).order_by(Item.review_by, Item.path)
    return [_lapsed(item, item.review_by) for item in work.session.scalars(statement)]


def outlived(work: Work) -> list[Lapsed]:
    """Give the live items whose `valid_to` has passed or that stand on a source that has.

    A source is known to be dead where it is a text of this handbook that is not live any more or
    past its own `valid_to`. Raises: session.needed, act.forbidden.
    """
    rows = work.session.execute(
        _live(work)
        .join(Revision, Revision.uid == Item.live_uid)
        .where(or_(Revision.text.contains("\nvalid_to:"), Revision.text.contains("url: /")))
        .with_only_columns(Item, Revision.text)
        .order_by(Item.path)
    ).all()
    texts = [(item, document_of(text)) for item, text in rows]
    dead = _dead_sources(work, [document for _item, document in texts])
    found = []
    for item, document in texts:
        end = document.content.valid_to
        named = next((one for one in document.content.sources if one.url in dead), None)
        if end is not None and end < work.today:
            found.append(_lapsed(item, end))
        elif named is not None:
            found.append(_lapsed(item, dead[named.url], named.act or named.url))
    return found


def unowned(work: Work) -> list[Unowned]:
    """Give the live topics without an owner that this actor may edit, with what lies below them."""
    topics = work.session.scalars(
        _live(work).where(Item.type == "Topic", Item.owner == "", Item.path != "/")
        .order_by(Item.path)
    ).all()  # fmt: skip
    found = []
    for topic in topics:
        below = Item.path.startswith(topic.path + "/", autoescape=True)
        rows = work.session.execute(
            _live(work).where(below).with_only_columns(Item.path, Item.code)
        )
        found.append(
            Unowned(
                uid=topic.uid,
                path=topic.path,
                title=topic.title,
                names=[name for row in rows for name in row if name],
            )
        )
    return found


def _live(work: Work) -> Select[Any]:
    """Give the SELECT of the live items that this actor may edit."""
    may_edit = Item.uid.in_(editable(work))
    return readable(work, Item).where(may_edit, Item.state == State.PUBLISHED)


def _lapsed(item: Item, since: date | None, source: str = "") -> Lapsed:
    return Lapsed(
        uid=item.uid,
        path=item.path,
        type=item.type,
        code=item.code or "",
        title=item.title,
        owner=item.owner,
        since=since,
        source=source,
    )


def _dead_sources(work: Work, documents: Iterable[Document]) -> dict[str, date | None]:
    """Give the addresses of sources in this handbook that hold no more, and since when."""
    named = {one.url for document in documents for one in document.content.sources}
    items = resolved(work, [url for url in named if url.startswith("/")])
    texts = shown_revisions(work, list(items.values()))
    dead: dict[str, date | None] = {}
    for url, item in items.items():
        end = document_of(texts[item.uid].text).content.valid_to
        if end is not None and end < work.today:
            dead[url] = end
        elif item.state != State.PUBLISHED:
            dead[url] = None
    return dead
