"""A letter taken apart: how urgent, what it asks, what may answer, who wrote. Source: R8-R12, R21.

Nothing of it is kept: no row, no line in the log, no entry in the journal of the search. Personal
data are taken out before anything is searched. A long letter is answered from words and letters at
once; its meaning is encoded meanwhile, and asked again it is answered whole.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from kb_service.base.errors import FieldError, invalid
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.handbook.schemas import Card as ItemCard
from kb_service.handbook.schemas import Danger
from kb_service.letters.rules import card, proposing
from kb_service.letters.rules.content import MAX_LETTER
from kb_service.letters.rules.tone import tone
from kb_service.letters.rules.urgency import pressing
from kb_service.letters.schemas import Analysis, FoundQuestion, Proposal, Urgency, UrgencyLevel
from kb_service.letters.searching import search_letter
from kb_service.search import queries
from kb_service.search.live import Engine
from kb_service.search.rules import share_of_best
from kb_service.search.several import Several
from kb_service.search.snapshot import Snapshot
from kb_service.text import personal_data

WAIT_S = 2.5
# Up to so many letters the encoder is waited for unless the caller says otherwise.
SHORT_LETTER = 4_000
# The danger rules read so much at once; windows overlap by a passage.
_WINDOW = 20_000
_OVERLAP = 1_000
_DEPTH = 20


def analysis(work: Work, engine: Engine, text: str, *, wait_s: float | None = None) -> Analysis:
    """Take a letter apart. Places are code points of the text as given.

    `wait_s` is how long the encoder may take in all; by default a long letter does not wait for it
    and comes back `pending`. Raises: session.needed, act.forbidden, reply.invalid.
    """
    work.allow(Permission.DRAFT)
    if len(text) > MAX_LETTER:
        raise invalid("reply.invalid", FieldError("text", "reply.too_long", {"limit": MAX_LETTER}))
    if wait_s is None:
        wait_s = WAIT_S if len(text) <= SHORT_LETTER else 0.0
    spans = personal_data.find(text)
    danger = queries.danger_in(work, *_windows(text))
    found = _proposed(work, engine, _without(text, personal_data.find(text, strict=True)), wait_s)
    return replace(
        found,
        urgency=_urgency(text, danger),
        danger=danger,
        questions=[replace(one, text=text[one.start : one.end]) for one in found.questions],
        tone=tone(text),
        personal_data=spans,
        card=card.proposed(text, spans),
    )


def _windows(text: str) -> Iterable[str]:
    for start in range(0, max(len(text), 1), _WINDOW - _OVERLAP):
        yield text[start : start + _WINDOW]


def _without(text: str, spans: Sequence[personal_data.Span]) -> str:
    """Give the text with a gap of the same length in the place of each personal datum."""
    pieces: list[str] = []
    place = 0
    for span in spans:
        pieces += (text[place : span.start], " " * (span.end - span.start))
        place = span.end
    return "".join([*pieces, text[place:]])


def _urgency(text: str, danger: Danger | None) -> Urgency:
    if danger is None:
        return pressing(text)
    return Urgency(
        level=UrgencyLevel.IMMEDIATE,
        rule=danger.rule,
        title=danger.title,
        matched=danger.matched,
    )


# --- proposals


def _proposed(work: Work, engine: Engine, text: str, wait_s: float) -> Analysis:
    """Give the questions of a text without personal data, and what may answer."""
    engine.refresh()
    snapshot = engine.snapshot(staff=True)
    found = search_letter(Several(engine, snapshot, wait_s), text)
    cards = _cards(work, [*found.scores, found.whole])
    lists, whole = found.lists({uid: one.code for uid, one in cards.items()})
    made = [
        _proposals(uids, of, cards, sure)
        for uids, of, sure in zip(lists, found.scores, found.sure, strict=True)
    ]
    for_all = _proposals(whole, found.whole, cards, found.sure_of_best)
    topic, title = _topic(snapshot, [*made, for_all])
    return Analysis(
        urgency=Urgency(),
        questions=[
            FoundQuestion(text="", start=one.start, end=one.end, proposals=proposals)
            for one, proposals in zip(found.asked, made, strict=True)
        ],
        proposals=for_all,
        topic=topic,
        topic_title=title,
        pending=found.is_pending,
    )


def _cards(work: Work, scores: Sequence[proposing.Scores]) -> dict[Uid, ItemCard]:
    """Give the cards of the best of all lists: standard questions that this reader may see."""
    wanted: dict[Uid, None] = {}
    for one in scores:
        wanted.update(dict.fromkeys(sorted(one, key=lambda uid: -one[uid])[:_DEPTH]))
    visible = queries.visible_uids(work, list(wanted))
    cards = handbook.cards(work, [uid for uid in wanted if uid in visible])
    return {uid: one for uid, one in cards.items() if one.type == "StandardQuestion"}


def _proposals(
    uids: Sequence[Uid], scores: proposing.Scores, cards: Mapping[Uid, ItemCard], sure: float
) -> list[Proposal]:
    best = scores[uids[0]] if uids else 0.0
    return [
        Proposal(
            uid=uid,
            code=cards[uid].code,
            title=cards[uid].title,
            path=cards[uid].path,
            confidence=round(sure * share_of_best(scores[uid], best), 3),
        )
        for uid in uids
    ]


def _topic(snapshot: Snapshot, made: Sequence[Sequence[Proposal]]) -> tuple[str, str]:
    """Give the topic's path and title for which most of the sureness speaks."""
    entries = {entry.uid: entry for entry in snapshot.entries}
    votes = [
        (entries[one.uid].topic, one.confidence)
        for proposals in made
        for one in proposals
        if one.uid in entries
    ]
    topic = proposing.topic_of(votes)
    titles = (entry.topic_title for entry in entries.values() if entry.topic == topic)
    return topic, next(titles, "") if topic else ""
