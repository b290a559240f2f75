"""What the journal of questions tells editors: what found no sure answer, and what is asked for.

The journal holds no personal data and nobody behind a question. Only the latest questions are
looked at: a page must not wait for a year of them.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import func

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.search.grouping import Meaning, grouped, meaning_of
from kb_service.search.tables import SearchEvent

MAX_EVENTS = 50_000
_EXAMPLES = 4
_DIGEST = 20


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """A group of questions of one meaning that found no sure answer.

    `question` is how it was asked most often, `keys` name every wording in the group, the most
    frequent first. `moments` are when it was asked, newest first; of them `nothing` found nothing
    at all, `by_staff` were asked at the desk.
    """

    keys: list[str]
    question: str
    examples: list[str]
    moments: list[datetime]
    nothing: int
    by_staff: int


class _Asked(msgspec.Struct, frozen=True):
    text: str
    is_nothing: bool
    is_staff: bool
    moment: datetime


def unanswered(work: Work, since: datetime) -> list[Unanswered]:
    """Give the questions without a sure answer since a moment in groups, the most frequent first.

    Messages of danger are not among them: they were answered. Raises: session.needed,
    act.forbidden.
    """
    columns = SearchEvent.query, SearchEvent.corrected, SearchEvent.total
    statement = (
        readable(work, SearchEvent, Permission.EDIT_WORDS)
        .where(SearchEvent.moment >= since)
        .where(SearchEvent.confident.is_(False), SearchEvent.danger == "")
        .with_only_columns(*columns, SearchEvent.staff, SearchEvent.moment)
        .order_by(SearchEvent.moment.desc())
        .limit(MAX_EVENTS)
    )
    by_text: dict[str, list[_Asked]] = {}
    for query, corrected, total, is_staff, moment in work.session.execute(statement):
        text = " ".join((corrected or query).split())
        by_text.setdefault(text, []).append(_Asked(text, total == 0, is_staff, moment))
    return _groups(by_text)


def unanswered_count(work: Work, since: datetime) -> int:
    """Say how many questions found no sure answer since a moment; 0 to who may not read them."""
    if not work.may(Permission.EDIT_WORDS):
        return 0
    statement = readable(work, SearchEvent, Permission.EDIT_WORDS).where(
        SearchEvent.moment >= since,
        SearchEvent.confident.is_(False),
        SearchEvent.danger == "",
    )
    return work.session.scalar(statement.with_only_columns(func.count())) or 0


def asked_for(work: Work, since: datetime) -> dict[str, list[datetime]]:
    """Give when each item, by its code or path, was the first to be found since a moment.

    For staff: numbers that tell nothing of who asked. Raises: session.needed, act.forbidden.
    """
    statement = (
        readable(work, SearchEvent, Permission.SEARCH)
        .where(SearchEvent.moment >= since, SearchEvent.total > 0)
        .with_only_columns(SearchEvent.found, SearchEvent.moment)
        .order_by(SearchEvent.moment.desc())
        .limit(MAX_EVENTS)
    )
    found: dict[str, list[datetime]] = {}
    for names, moment in work.session.execute(statement):
        if names:
            found.setdefault(str(names[0]), []).append(moment)
    return found


def key_of(meaning: Meaning) -> str:
    """Give a short lasting name of a meaning."""
    return f"search:{sha256(' '.join(sorted(meaning)).encode()).hexdigest()[:_DIGEST]}"


def _groups(by_text: dict[str, list[_Asked]]) -> list[Unanswered]:
    meanings = {text: meaning_of(text) for text in by_text}
    counts: Counter[Meaning] = Counter()
    for text, events in by_text.items():
        counts[meanings[text]] += len(events)
    del counts[frozenset()]
    leaders = grouped(counts)
    members: dict[Meaning, list[str]] = {}
    for text, meaning in meanings.items():
        if meaning:
            members.setdefault(leaders[meaning], []).append(text)
    found = [_group(texts, by_text, meanings) for texts in members.values()]
    return sorted(found, key=lambda one: (-len(one.moments), one.question))


def _group(
    texts: Iterable[str], by_text: dict[str, list[_Asked]], meanings: dict[str, Meaning]
) -> Unanswered:
    ordered = sorted(texts, key=lambda text: (-len(by_text[text]), text))
    events = [event for text in ordered for event in by_text[text]]
    counts: Counter[Meaning] = Counter()
    for text in ordered:
        counts[meanings[text]] += len(by_text[text])
    return Unanswered(
        keys=[key_of(meaning) for meaning, _count in counts.most_common()],
        question=ordered[0],
        examples=ordered[1 : 1 + _EXAMPLES],
        moments=sorted((event.moment for event in events), reverse=True),
        nothing=sum(event.is_nothing for event in events),
        by_staff=sum(event.is_staff for event in events),
    )
