"""Asking the handbook: typed words to an answer, or to «ask a person».

Danger comes first, whatever the search thinks. Ranking is the snapshot's; every hit, and the count,
is checked again in the database as what this reader may see now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import queries as handbook
from kb_service.handbook.rules import danger
from kb_service.handbook.schemas import Card, Danger, IndexEntry, PastCard
from kb_service.handbook.tables import Item
from kb_service.search import advanced
from kb_service.search.analysis import terms
from kb_service.search.arrays import term_key
from kb_service.search.evaluate import Question, Report, evaluate
from kb_service.search.excerpts import Passage, stop_words
from kb_service.search.journal import Event
from kb_service.search.live import Engine
from kb_service.search.ranking import Ranking
from kb_service.search.rules import confidence, is_confident, kept_hits, share_of_best
from kb_service.search.schemas import Answer, Ask, Find, Hit
from kb_service.search.snapshot import Snapshot
from kb_service.search.tables import SearchEvent
from kb_service.search.understand import Understood
from kb_service.search.vectors import pending as texts_pending
from kb_service.text.normalise import words

_NOTED_HITS = 5
_PIECE = 500
_BENCH_WAIT_S = 30.0
# Orders of the catalogue that no entry of the index holds.
_OF_ROWS = frozenset(
    {
        "created",
        "review_state",
        "portal_type",
        "getId",
        "getObjPositionInParent",
        "Creator",
        "code",
        "owner",
        "review_by",
    }
)


def answer(work: Work, engine: Engine, ask: Ask) -> Answer:
    """Say what the handbook knows about a question, and how sure that is.

    Raises: session.needed, act.forbidden (staff words for who may not read them).
    """
    work.allow(Permission.SEARCH_STAFF if ask.staff else Permission.SEARCH)
    engine.refresh()
    snapshot = engine.snapshot(ask.staff)
    query = snapshot.understand(ask.text, as_written=ask.as_written)
    vector = engine.query_vector(query.text, ask.wait_s) if query.terms else None
    ranking = snapshot.rank(query, vector)
    calibration = snapshot.calibrations.of(ranking.legs)
    sureness = _sureness(ranking, confidence(ranking.features, calibration))
    places = kept_hits(ranking.order, ranking.scores)
    if ask.topic:
        places = [place for place in places if _is_below(snapshot, place, ask.topic)]
    uids = [snapshot.entries[place].uid for place in places]
    past = None if ask.as_of is None else handbook.cards_as_of(work, uids, ask.as_of)
    visible = visible_uids(work, uids) if past is None else set(past)
    places = [place for place in places if snapshot.entries[place].uid in visible]
    # What is true of the best of all may not be true of the best that this reader is given.
    best = sureness[places[0]] if places else 0.0
    page = places[ask.offset : ask.offset + ask.limit]
    given = Answer(
        query=ask.text,
        corrected=query.corrected,
        words=query.words,
        danger=danger_of(work, query),
        confident=bool(places) and is_confident(best, calibration),
        legs=ranking.legs,
        hits=_hits(work, snapshot, query, {place: sureness[place] for place in page}, past),
        total=len(places),
    )
    if ask.journal and query.typed.strip():
        given.event = _noted(work, engine, ask, given, best)
    return given


def asked(work: Work, engine: Engine, event: str) -> str:
    """Give the question of a journal entry as it was kept, without personal data; empty if none.

    For keeping it beside what its reader says of an answer, not for showing it.
    """
    work.allow(Permission.SEARCH)
    if not event:
        return ""
    waiting = engine.journal.asked(event)
    if waiting is not None:
        return waiting
    row = work.session.get(SearchEvent, event)
    return row.query if row is not None else ""


def find(
    work: Work,
    engine: Engine,
    text: str = "",
    *,
    types: Collection[str] = (),
    states: Collection[str] = (),
    uids: Collection[str] = (),
    tags: Collection[str] = (),
    path: str = "/",
    depth: int | None = None,
    sort_on: str = "",
    is_reversed: bool = False,
    start: int = 0,
    size: int = 25,
    is_advanced: bool = False,
) -> tuple[list[Card], int]:
    """Give one page of the items that fit, and how many fit in all.

    Items that hold all words come alone; where there is none, those that hold any. A word with a
    star stands for all words that begin so. Without a text everything fits that the filters let in.
    `sort_on` is one of Plone's names; what is not known is relevance, and then the path.
    `is_advanced` reads the text in Whoosh's syntax, for staff.
    Raises: session.needed, act.forbidden, and for the advanced syntax the codes of `advanced`.
    """
    work.allow(Permission.SEARCH_STAFF if is_advanced else Permission.SEARCH)
    engine.refresh()
    snapshot = engine.snapshot(work.actor.is_staff)
    wanted = Find(types=types, states=states, uids=uids, tags=tags, path=path, depth=depth)
    fits = np.array([_fits(entry, wanted) for entry in snapshot.entries], dtype=bool)
    fits &= snapshot.visible
    scores = np.zeros(len(snapshot.entries), dtype=np.float32)
    if is_advanced and text.strip():
        found = advanced.found(engine.index, snapshot.vocabulary, text)
        fits &= np.array([entry.uid in found for entry in snapshot.entries], dtype=bool)
        scores = np.array([found.get(entry.uid, 0.0) for entry in snapshot.entries])
    elif words(text):
        scores = snapshot.match(text)
        fits &= scores > 0
    places = [int(place) for place in np.flatnonzero(fits)]
    visible = visible_uids(work, [snapshot.entries[place].uid for place in places])
    places = [place for place in places if snapshot.entries[place].uid in visible]
    if sort_on in _OF_ROWS:
        places = _by_rows(work, snapshot, places, sort_on, is_reversed=is_reversed)
    else:
        order = partial(_order, sort_on=sort_on)
        places.sort(key=lambda place: order(snapshot.entries[place], float(scores[place])))
        if is_reversed:
            places.reverse()
    page = places[start : start + size]
    cards = handbook.cards(work, [snapshot.entries[place].uid for place in page])
    return list(cards.values()), len(places)


def _fits(entry: IndexEntry, wanted: Find) -> bool:
    return (
        (not wanted.types or entry.type in wanted.types)
        and (not wanted.states or entry.state in wanted.states)
        and (not wanted.uids or entry.uid in wanted.uids)
        and (not wanted.tags or not set(wanted.tags).isdisjoint(entry.tags))
        and _is_under(entry.path, wanted.path, wanted.depth)
    )


def _is_under(path: str, top: str, depth: int | None) -> bool:
    """Say whether a path is the top one or lies below it, at most so many steps."""
    top = top.strip("/")
    own = path.strip("/")
    if own != top and top and not own.startswith(top + "/"):
        return False
    below = own[len(top) :].strip("/")
    return depth is None or len(below.split("/")) * bool(below) <= depth


def _by_rows(
    work: Work, snapshot: Snapshot, places: list[int], sort_on: str, *, is_reversed: bool
) -> list[int]:
    """Order places by what only the database knows; what has no value stands last."""
    uids = {place: snapshot.entries[place].uid for place in places}
    keys = handbook.sort_keys(work, list(uids.values()), sort_on)
    valued = [place for place in places if keys.get(uids[place]) is not None]
    valued.sort(key=lambda place: snapshot.entries[place].path)
    valued.sort(key=lambda place: keys[uids[place]], reverse=is_reversed)
    known = set(valued)
    return [*valued, *(place for place in places if place not in known)]


def _order(entry: IndexEntry, score: float, *, sort_on: str) -> tuple[float, str, str]:
    moments = {"effective": entry.effective, "modified": entry.modified, "expires": entry.expires}
    if sort_on in moments:
        moment = moments[sort_on]
        return (moment.timestamp() if moment else 0.0), "", entry.path
    if sort_on in ("sortable_title", "Title"):
        return 0.0, " ".join(words(entry.title)), entry.path
    if sort_on in ("path", "id"):
        return 0.0, entry.path, ""
    return -round(score, 5), "", entry.path


def pending(work: Work, engine: Engine) -> int:
    """Say how many texts of the index have no vector yet: a number that tells nothing of them."""
    work.allow(Permission.SEARCH)
    if engine.vectors is None:
        return 0
    return len(texts_pending(engine.index, engine.vectors))


def bench(
    work: Work,
    engine: Engine,
    questions: Iterable[Question],
    acceptable: Mapping[str, list[str]] | None = None,
) -> Report:
    """Ask stored questions as a visitor would, and count. Nothing is noted in the journal."""

    def asked(text: str) -> tuple[list[str], bool]:
        ask = Ask(text=text, limit=10, journal=False, wait_s=_BENCH_WAIT_S)
        given = answer(work, engine, ask)
        return [hit.card.code for hit in given.hits], given.confident

    return evaluate(asked, questions, acceptable)


def danger_of(work: Work, query: Understood) -> Danger | None:
    """Give the instruction for a message about life and health; none where it is not one."""
    return danger_in(work, query.text, *([query.typed] if query.corrected else []))


def danger_in(work: Work, *texts: str) -> Danger | None:
    """Give the instruction for the first of the texts that is about life and health."""
    rules = handbook.danger_rules(work)
    match = next(filter(None, (danger.judge(text, rules) for text in texts)), None)
    if match is None:
        return None
    rule = match.rule
    return Danger(
        rule=rule.id,
        title=rule.title,
        text=rule.text,
        steps=list(rule.steps),
        phone=str(handbook.company(work).get("dispatch_phone", "")),
        matched=list(match.matched),
        paths=list(rule.paths),
    )


def visible_uids(work: Work, uids: Sequence[str]) -> set[str]:
    """Give those of the items that this actor may see now."""
    seen: set[str] = set()
    for start in range(0, len(uids), _PIECE):
        statement = readable(work, Item).with_only_columns(Item.uid)
        piece = uids[start : start + _PIECE]
        seen.update(work.session.scalars(statement.where(Item.uid.in_(piece))))
    return seen


def _is_below(snapshot: Snapshot, place: int, topic: str) -> bool:
    top = "/" + topic.strip("/")
    return snapshot.entries[place].path.startswith(top + "/")


def _hits(
    work: Work,
    snapshot: Snapshot,
    query: Understood,
    page: Mapping[int, float],
    past: Mapping[Uid, PastCard] | None,
) -> list[Hit]:
    """Give the documents of a page, each with its sureness, as they are or as they were."""
    if past is None:
        cards = handbook.cards(work, [snapshot.entries[place].uid for place in page])
        texts = _passages(work, snapshot, page)
    else:
        cards = {uid: one.card for uid, one in past.items()}
        texts = {place: Passage(past[snapshot.entries[place].uid].answer) for place in page}
    weights = _weights(snapshot, query)
    hits = []
    for place, sureness in page.items():
        card = cards.get(snapshot.entries[place].uid)
        if card is not None:
            text = _excerpt(texts[place], card, weights)
            hits.append(Hit(card=card, excerpt=text, confidence=round(sureness, 3)))
    return hits


def _passages(work: Work, snapshot: Snapshot, places: Iterable[int]) -> dict[int, Passage]:
    """Give the public answers of documents; from the handbook itself where a fact has turned since.

    A number changes at midnight everywhere at once, the index some moments later.
    """
    uids = {place: snapshot.entries[place].uid for place in places}
    turns = {place: snapshot.entries[place].turns_on for place in uids}
    turned = [place for place, day in turns.items() if day is not None and day <= work.today]
    anew = handbook.public_answers(work, [uids[place] for place in turned]) if turned else {}
    return {
        place: Passage(anew[uid]) if uid in anew else snapshot.passage(place)
        for place, uid in uids.items()
    }


def _weights(snapshot: Snapshot, query: Understood) -> dict[str, float]:
    """Say how telling each term is for an excerpt; added ones less, words without a meaning not."""
    wanted = {**dict.fromkeys(query.terms, 1.0), **query.added}
    wanted = {term: weight for term, weight in wanted.items() if term not in stop_words()}
    if not wanted:
        return {}
    keys = np.array([term_key(term) for term in wanted], dtype=np.int64)
    idf = snapshot.space.lexical.find(keys).idf
    return {
        term: weight * float(tell) for (term, weight), tell in zip(wanted.items(), idf, strict=True)
    }


def _excerpt(passage: Passage, card: Card, weights: dict[str, float]) -> str:
    title = set(terms(card.title))
    found = passage.excerpt(weights, title)
    if found:
        return found
    description = Passage(card.description)
    return description.excerpt(weights, title) or description.beginning() or passage.beginning()


def _sureness(ranking: Ranking, of_best: float) -> dict[int, float]:
    """Give each document its part of the answer's confidence, by its score against the best."""
    best = ranking.scores[0] if ranking.scores else 0.0
    return {
        place: of_best * share_of_best(score, best)
        for place, score in zip(ranking.order, ranking.scores, strict=True)
    }


def _noted(work: Work, engine: Engine, ask: Ask, given: Answer, sureness: float) -> Uid:
    event = Event(
        uid=new_uid(),
        moment=work.now,
        channel=ask.channel[:20],
        staff=ask.staff,
        query=ask.text,
        corrected=given.corrected,
        found=[hit.card.code or hit.card.path for hit in given.hits[:_NOTED_HITS]],
        total=given.total,
        confident=given.confident,
        confidence=round(sureness, 3),
        danger=given.danger.rule if given.danger else "",
        legs=[str(leg) for leg in given.legs],
    )
    engine.journal.note(event)
    return event.uid
