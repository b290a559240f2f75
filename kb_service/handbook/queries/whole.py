"""Reading the handbook as a whole: what the index takes, which pages are live, what changed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kb_service.base.ids import Uid
from kb_service.base.permissions import VISITOR, may
from kb_service.base.permissions import Permission as Ask
from kb_service.base.work import Work, readable
from kb_service.handbook import codec, parts
from kb_service.handbook.queries._rows import chunked, document_of, item_of
from kb_service.handbook.queries.editing import refuse_mistakes
from kb_service.handbook.queries.fact_texts import facts_of
from kb_service.handbook.queries.sheets import context, fact_turns
from kb_service.handbook.render import Context, expand, plain
from kb_service.handbook.rules import paths
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.schemas import (
    TYPES,
    Audience,
    Document,
    IndexEntry,
    Signpost,
    State,
)
from kb_service.handbook.tables import Change, Item, Revision

_INDEXED = tuple(TYPES)


def index_entries(work: Work, uids: Sequence[str] | None = None) -> Iterator[IndexEntry]:
    """Give what the search keeps of the items asked for (all), with the facts of today.

    Called by the house itself; what a reader may see is decided again at every question.
    """
    statement = readable(work, Item).where(Item.type.in_(_INDEXED)).order_by(Item.path)
    if uids is not None:
        statement = statement.where(Item.uid.in_(list(uids)))
    items = work.session.scalars(statement).all()
    revisions = {row.item_uid: row for row in chunked(work, _shown(items))}
    titles = {item.uid: item.title for item in items if item.type == "Topic"}
    if uids is not None:
        titles = _topic_titles(work, items)
    today = context(work)
    seq = last_change(work)
    for item in items:
        revision = revisions[item.uid]
        entry = _entry(item, revision, today, titles.get(item.parent_uid or "", ""), seq)
        entry.turns_on = fact_turns(work, facts_of(revision.text))
        yield entry


def entry_if_published(work: Work, place: Place, text: str) -> IndexEntry:
    """Give what the search would keep of a text that nobody has saved, were it live now.

    Whatever its own time is, it has come. An item that is to be made has a uid of noughts.
    Raises: item.missing, act.forbidden, document.*, part.*, document.problem.
    """
    item = item_of(work, place.uid) if place.uid else None
    above = item_of(work, place.parent) if item is None else None
    work.allow(Ask.EDIT if item is not None else Ask.ADD, item or above)
    document = codec.decode(text)
    refuse_mistakes(work, document)
    top = above.path if above else ""
    path = item.path if item else paths.join(top, paths.slug(document.content.title))
    titles = _topic_titles(work, [item]) if item else {}
    title = above.title if above else ""
    return IndexEntry(
        uid=Uid(item.uid if item else "0" * 32),
        path=path,
        type=document.type,
        topic=path.rsplit("/", 1)[0],
        topic_title=titles.get(item.parent_uid or "", "") if item else title,
        state=State.PUBLISHED,
        public=document.content.audience == Audience.PUBLIC,
        modified=work.now,
        **_texts(document, context(work)),
    )


def public_answers(work: Work, uids: Iterable[str]) -> dict[str, str]:
    """Give the public answers of items as plain text, with the facts of today, by uid."""
    wanted = sorted(uids)
    items = work.session.scalars(readable(work, Item).where(Item.uid.in_(wanted))).all()
    today = context(work)
    return {
        row.item_uid: plain(
            expand(parts.split(document_of(row.text).body).public, today, markdown=False)
        )
        for row in chunked(work, _shown(items))
    }


def live_paths(work: Work) -> list[tuple[str, datetime]]:
    """Give the path of every page that this actor may see and when its text last changed."""
    statement = (
        readable(work, Item)
        .join(Revision, Revision.uid == func.coalesce(Item.live_uid, Item.latest_uid))
        .with_only_columns(Item.path, Revision.moment)
        .order_by(Item.path)
    )
    return [(path, moment) for path, moment in work.session.execute(statement)]


def last_change(work: Work, *, of_everything: bool = False) -> int:
    """Give the number of the last content change (that concerned everything); it only grows."""
    statement = select(func.max(Change.seq))
    if of_everything:
        statement = statement.where(Change.item_uid == "")
    return work.session.scalar(statement) or 0


def signposts(work: Work, uids: Iterable[str]) -> dict[str, Signpost]:
    """Give where those of the items stand that this actor may see now."""
    wanted = sorted(uids)
    found: dict[str, Signpost] = {}
    for start in range(0, len(wanted), 500):
        rows = work.session.execute(
            readable(work, Item)
            .with_only_columns(Item.uid, Item.path, Item.title, Item.state)
            .where(Item.uid.in_(wanted[start : start + 500]))
        )
        found |= {uid: Signpost(path, title, state) for uid, path, title, state in rows}
    return found


def changes_after(work: Work, seq: int) -> set[str]:
    """Give the items changed after a number; the empty text stands for everything."""
    return set(work.session.scalars(select(Change.item_uid).where(Change.seq > seq)))


def _shown(items: Sequence[Item]) -> list[str]:
    return [item.live_uid or item.latest_uid for item in items]


def _topic_titles(work: Work, items: Sequence[Item]) -> dict[str, str]:
    parents = {item.parent_uid for item in items if item.parent_uid}
    rows = work.session.scalars(
        readable(work, Item).where(Item.uid.in_(parents), Item.type == "Topic")
    )
    return {row.uid: row.title for row in rows}


def _entry(
    item: Item, revision: Revision, today: Context, topic_title: str, seq: int
) -> IndexEntry:
    document = document_of(revision.text)
    return IndexEntry(
        uid=Uid(item.uid),
        path=item.path,
        type=item.type,
        topic=item.path.rsplit("/", 1)[0],
        topic_title=topic_title,
        state=item.state,
        public=may(VISITOR, Ask.VIEW, item) and item.live_uid is not None,
        effective=item.effective,
        expires=item.expires_at,
        modified=revision.moment,
        seq=seq,
        **_texts(document, today),
    )


def _texts(document: Document, today: Context) -> dict[str, Any]:
    """Give what an entry has from its document alone, filled in."""
    content = document.content
    split = parts.split(document.body)
    return {
        "code": getattr(content, "code", ""),
        "title": content.title,
        "wordings": list(getattr(content, "wordings", [])),
        "description": expand(content.description, today, markdown=False),
        "answer": plain(expand(split.public, today, markdown=False)),
        "staff": plain(expand(split.staff, today, markdown=False)),
        "letter": plain(expand(split.letter, today, markdown=False, is_letter=True)),
        "grounds": "; ".join(f"{one.act} {one.clause}".strip() for one in content.sources),
        "language": content.language,
        "tags": content.tags,
        "review_by": content.review_by,
        "checked": content.checked is not False,
    }
