"""Where facts stand in texts: by reference, and as numbers typed by hand; for editors."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import or_, select

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import parts
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.render import variables
from kb_service.handbook.rules.facts import sentence_digest
from kb_service.handbook.rules.typed_values import typed_places
from kb_service.handbook.schemas import Document, Fact, Parts
from kb_service.handbook.tables import FactException, Item, Revision

PARTS = ("public", "staff", "letter")
_ROOT = "fact."
_PIECE = 200


class FactUse(msgspec.Struct, frozen=True, kw_only=True):
    """An item that uses a fact by reference, and in which of its parts; nothing is to be done.

    `is_live`, `is_latest`: the text that the world sees, the text that editors see.
    """

    uid: str
    path: str
    type: str
    code: str
    title: str
    parts: list[str]
    is_live: bool
    is_latest: bool


class TypedUse(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that states a fact's value by hand.

    `field` is `body` or `description` of the revision with that number, `start` and `end` places in
    it. What stands in the live text alone waits for its newer text to be published: it cannot be
    replaced.
    """

    uid: str
    path: str
    type: str
    code: str
    title: str
    part: str
    field: str
    revision: int
    start: int
    end: int
    text: str
    sentence: str
    is_likely: bool
    can_replace: bool

    @property
    def shown(self) -> str:
        """The typed value as it stands in the sentence, without double blanks."""
        return " ".join(self.text.split())


def fact_uses(work: Work, key: str) -> list[FactUse]:
    """Give the items whose live or latest text uses a fact by reference, by path."""
    work.allow(Permission.PROPOSE_FACT)
    found: list[FactUse] = []
    for item, live, latest in _texts(work, key):
        where = {text: _parts_with(text, key) for text in (live, latest) if text}
        named = {part for found_in in where.values() for part in found_in}
        if named:
            found.append(
                FactUse(
                    **_about(item),
                    parts=[part for part in ("description", *PARTS) if part in named],
                    is_live=bool(where.get(live)),
                    is_latest=bool(where.get(latest)),
                )
            )
    return found


def fact_use_counts(work: Work) -> Mapping[str, int]:
    """Say of each fact how many items use it by reference."""
    work.allow(Permission.PROPOSE_FACT)
    counts: Counter[str] = Counter()
    for _item, live, latest in _texts(work, ""):
        counts.update(facts_of(live) | facts_of(latest))
    return counts


def typed_uses(work: Work, value: Fact) -> list[TypedUse]:
    """Give the sentences that state a value by hand, likely ones first.

    Sentences of which somebody said that the number is not the fact's are left out.
    """
    work.allow(Permission.PROPOSE_FACT)
    known = select(FactException.item_uid, FactException.sentence)
    rows = work.session.execute(known.where(FactException.key == value.key)).all()
    dismissed = {(item_uid, sentence) for item_uid, sentence in rows}
    found: list[TypedUse] = []
    for item, live, latest, number in _shown_texts(work):
        own = [*_typed_in(item, latest, value, number, can_replace=True)]
        if live and live != latest:
            seen = {one.sentence for one in own}
            only_live = _typed_in(item, live, value, 0, can_replace=False)
            own += [one for one in only_live if one.sentence not in seen]
        found += [one for one in own if (one.uid, sentence_digest(one.sentence)) not in dismissed]
    return sorted(found, key=lambda one: not one.is_likely)


@lru_cache(maxsize=4096)
def facts_of(text: str, *, is_public: bool = False) -> frozenset[str]:
    """Give the facts that a revision's text uses, or those of what everybody may read."""
    if not text:
        return frozenset()
    document = document_of(text)
    names = _shown_names(document)
    split = parts.split(document.body)
    for part in PARTS[:1] if is_public else PARTS:
        names |= variables(getattr(split, part))
    return frozenset(name.removeprefix(_ROOT) for name in names if name.startswith(_ROOT))


def _shown_names(document: Document) -> set[str]:
    names = variables(document.content.description)
    for action in document.content.actions:
        names |= variables(action.label) | variables(action.url)
    return names


def _parts_with(text: str, key: str) -> list[str]:
    document = document_of(text)
    split = parts.split(document.body)
    name = f"{_ROOT}{key}"
    found = [part for part in PARTS if name in variables(getattr(split, part))]
    return ["description", *found] if name in _shown_names(document) else found


def _about(item: Item) -> dict[str, str]:
    return {
        "uid": item.uid,
        "path": item.path,
        "type": item.type,
        "code": item.code or "",
        "title": item.title,
    }


def _texts(work: Work, key: str) -> Iterator[tuple[Item, str, str]]:
    """Give the items whose live or latest text holds the name of a fact, with both texts."""
    needle = Revision.text.contains(f"{_ROOT}{key}", autoescape=True)
    statement = (
        readable(work, Item)
        .join(Revision, or_(Revision.uid == Item.live_uid, Revision.uid == Item.latest_uid))
        .where(needle)
        .order_by(Item.path)
    )
    items = work.session.scalars(statement).unique().all()
    for item, live, latest, _number in _with_texts(work, items):
        yield item, live, latest


def _shown_texts(work: Work) -> Iterator[tuple[Item, str, str, int]]:
    items = work.session.scalars(readable(work, Item).order_by(Item.path)).all()
    yield from _with_texts(work, items)


def _with_texts(work: Work, items: Sequence[Item]) -> Iterator[tuple[Item, str, str, int]]:
    """Give each item with its live and latest text and the latest's number, piece by piece."""
    for start in range(0, len(items), _PIECE):
        piece = items[start : start + _PIECE]
        wanted = {uid for item in piece for uid in (item.live_uid, item.latest_uid) if uid}
        rows = work.session.scalars(select(Revision).where(Revision.uid.in_(wanted)))
        by_uid = {row.uid: row for row in rows}
        for item in piece:
            latest = by_uid[item.latest_uid]
            live = by_uid[item.live_uid].text if item.live_uid else ""
            yield item, live, latest.text, latest.number


def _typed_in(
    item: Item, text: str, value: Fact, number: int, *, can_replace: bool
) -> Iterable[TypedUse]:
    document = document_of(text)
    split: Parts | None = None
    for field, words in (("description", document.content.description), ("body", document.body)):
        for place in typed_places(words, value):
            if field == "body" and split is None:
                split = parts.split(words)
            part = "description" if split is None else _part_at(split, words, place.start)
            yield TypedUse(
                **_about(item),
                part=part,
                field=field,
                revision=number,
                start=place.start,
                end=place.end,
                text=place.text,
                sentence=place.sentence,
                is_likely=place.is_likely,
                can_replace=can_replace,
            )


def _part_at(split: Parts, body: str, place: int) -> str:
    """Give the part to which a place of a body belongs: parts keep the lines of their body."""
    line = body.count("\n", 0, place)
    for part in PARTS:
        lines = getattr(split, part).split("\n")
        if line < len(lines) and lines[line].strip():
            return part
    return PARTS[0]
