"""Gaps of the handbook, ranked by the working minutes that they cost: demand x absence x handling.

**Demand** is what was really met in the days looked at: questions without a sure answer, marks «did
not help», and for an answer that may be wrong the questions that it was the first answer to.
**Absence** is the share of them that ends with an employee because of the gap. **Handling** is how
long that takes. Nothing is multiplied up for what nobody saw: a minute here is a minute that can be
shown by its questions, so the list may be too low and is never too high by invention.

| what was met | absence | why |
|---|---|---|
| nothing was found | 0.5 | of two who find nothing one calls; the other gives up or knows a way |
| no sure answer | 0.25 | the list below often holds the answer; half of half goes on to call |
| an employee found no sure answer | 1 | the caller waits on the line while they look elsewhere |
| «did not help» | 0.5 | who says so has read to the end and still has the question |
| changed before sending | 0.5 | of two changes one fits the letter, the other mends the text |
| a law, source or fact has run out | 0.25 | what is said may be wrong by now: it is asked again |
| the check is overdue | 0.05 | most overdue texts still hold; one in twenty does not |
| nobody owns the topic | 0.01 | costs nothing today, and nobody will see when it does |

Handling is a call with its record, 6 minutes; an employee who looks elsewhere or words a text anew
needs 2. A text that is changed is a gap from 3 replies on, if every third of them changes it. The
company's own figure stands in `content/_company.yaml`, as `rules: {call_minutes: 4.5}`.
Source: G7, starred 18.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from textwrap import shorten

from kb_service.base.errors import invalid
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.feedback import queries as feedback
from kb_service.feedback.schemas import HiddenGap, RatingState
from kb_service.handbook import queries as handbook
from kb_service.handbook.queries.lapsed import Lapsed
from kb_service.letters import queries as letters
from kb_service.reports.schemas import Gap, GapKind, GapReport, StartCounts
from kb_service.search.unanswered import Unanswered, asked_for, unanswered, unanswered_count

CALL_MINUTES = 6.0
STAFF_MINUTES = 2.0
ABSENCE: Mapping[str, float] = {
    "nothing": 0.5,
    "unsure": 0.25,
    "by_staff": 1.0,
    "dislike": 0.5,
    "edited": 0.5,
    "source": 0.25,
    "review": 0.05,
    "owner": 0.01,
}
# One question is no pattern.
LEAST = 2
# Fewer replies say nothing of a text; below this share most employees leave it as it is.
LEAST_REPLIES = 3
EDITED_SHARE = 1 / 3
PERIODS = (7, 30, 90, 365)
DAYS = 30
_LONGEST_CALL = 240.0
_LONGEST_SENTENCE = 300

Moments = Mapping[str, list[datetime]]
# A gap, when it was met, and the other names of the same gap.
_Found = tuple[Gap, list[datetime], list[str]]


def gaps(work: Work, days: int = DAYS) -> GapReport:
    """Give the gaps of the last days, the dearest first; what may not be read is left out.

    Raises: session.needed, act.forbidden, gap.days_wrong.
    """
    if not 1 <= days <= max(PERIODS):
        raise invalid("gap.days_wrong", max=max(PERIODS))
    work.allow_somewhere(Permission.EDIT)
    since, call = work.now - timedelta(days=days), call_minutes(work)
    asked = asked_for(work, since)
    may_read = work.may(Permission.EDIT_WORDS)
    found = [
        *(_of_searches(unanswered(work, since), call) if may_read else ()),
        *_of_dislikes(work, since, call),
        *_of_changes(work, since),
        *_of_items(handbook.overdue(work), asked, GapKind.REVIEW, call),
        *_of_items(handbook.outlived(work), asked, GapKind.SOURCE, call),
        *(_of_facts(work, asked, call) if work.may(Permission.PROPOSE_FACT) else ()),
        *_of_topics(work, asked, call),
    ]
    hidden = feedback.hidden_gaps(work) if may_read else {}
    for gap, moments, names in found:
        gap.hidden = _hidden(hidden, names, moments)
    ranked = sorted((gap for gap, _m, _n in found), key=lambda one: (-one.minutes, one.title))
    shown = [one for one in ranked if one.hidden is None]
    return GapReport(
        days=days,
        call_minutes=call,
        gaps=shown,
        hidden=[one for one in ranked if one.hidden is not None],
        counts={kind: sum(one.kind == kind for one in shown) for kind in GapKind},
        minutes=round(sum(one.minutes for one in shown), 1),
    )


def start_counts(work: Work) -> StartCounts:
    """Give what the first page of the workplace says of gaps: two counts, quick to make.

    Raises: session.needed, act.forbidden.
    """
    return StartCounts(
        unanswered=unanswered_count(work, work.now - timedelta(days=DAYS)),
        opinions=feedback.inbox_counts(work)[RatingState.NEW],
    )


def call_minutes(work: Work) -> float:
    """Give how long a call takes here: the company's own figure, if it is a sensible one."""
    rules = handbook.company(work).get("rules")
    own = rules.get("call_minutes") if isinstance(rules, Mapping) else None
    if isinstance(own, int | float) and not isinstance(own, bool) and 0 < own <= _LONGEST_CALL:
        return float(own)
    return CALL_MINUTES


def search_minutes(count: int, nothing: int, by_staff: int, call: float) -> float:
    """Give what questions without a sure answer cost; `nothing` and `by_staff` are parts of them.

    A question of an employee costs their own time only, whatever was found.
    """
    # Both are shares of the whole, so visitors found nothing as often as everybody did.
    visitors = count - by_staff
    empty = nothing * visitors / count if count else 0.0
    by_visitors = empty * ABSENCE["nothing"] + (visitors - empty) * ABSENCE["unsure"]
    return round(by_visitors * call + by_staff * ABSENCE["by_staff"] * STAFF_MINUTES, 1)


def _of_searches(groups: list[Unanswered], call: float) -> Iterator[_Found]:
    for one in groups:
        count = len(one.moments)
        if count < LEAST:
            continue
        gap = Gap(
            key=one.keys[0],
            kind=GapKind.SEARCH,
            title=one.question,
            demand=count,
            minutes=search_minutes(count, one.nothing, one.by_staff, call),
            examples=one.examples,
            nothing=one.nothing,
            by_staff=one.by_staff,
            first=one.moments[-1],
            last=one.moments[0],
        )
        yield gap, one.moments, one.keys


def _of_dislikes(work: Work, since: datetime, call: float) -> Iterator[_Found]:
    found = feedback.dislikes(work, since)
    cards = handbook.cards(work, [one.item_uid for one in found])
    for one in found:
        card = cards.get(Uid(one.item_uid))
        if card is None:
            continue
        gap = Gap(
            key=f"dislike:{one.item_uid}",
            kind=GapKind.DISLIKE,
            title=card.title,
            demand=one.count,
            minutes=round(one.count * ABSENCE["dislike"] * call, 1),
            examples=[*one.said, *one.asked],
            reasons=one.reasons,
            first=one.moments[-1],
            last=one.moments[0],
            uid=one.item_uid,
            path=card.path,
            code=card.code,
        )
        yield gap, one.moments, [gap.key]


def edited_minutes(kept: int, edited: int) -> float:
    """Give what it costs that a text is changed in replies; 0 where that is no pattern."""
    replies = kept + edited
    if replies < LEAST_REPLIES or edited < replies * EDITED_SHARE:
        return 0.0
    return round(edited * ABSENCE["edited"] * STAFF_MINUTES, 1)


def _of_changes(work: Work, since: datetime) -> Iterator[_Found]:
    """Give the standard texts that employees change before they send them. Source: R43."""
    used = letters.usage(work, since)
    cards = handbook.cards(work, [one.uid for one in used])
    for one in used:
        card, minutes = cards.get(one.uid), edited_minutes(one.kept, len(one.edited))
        if card is None or not minutes:
            continue
        counts = {"edited": len(one.edited), "kept": one.kept, "dropped": one.dropped}
        gap = Gap(
            key=f"edited:{one.uid}",
            kind=GapKind.EDITED,
            title=card.title,
            demand=len(one.edited),
            minutes=minutes,
            examples=[_change(before, after) for before, after, _count in one.changes],
            reasons={name: count for name, count in counts.items() if count},
            first=one.edited[-1],
            last=one.edited[0],
            uid=one.uid,
            path=card.path,
            code=card.code,
        )
        yield gap, one.edited, [gap.key]


def _change(before: str, after: str) -> str:
    """Give a changed sentence in one line: what stood there, what an employee wrote."""
    old, new = (shorten(one, _LONGEST_SENTENCE, placeholder=" …") for one in (before, after))
    if not old:
        return f"+ {new}"
    return f"{old} → {new}" if new else f"− {old}"


def _of_items(rows: list[Lapsed], asked: Moments, kind: GapKind, call: float) -> Iterator[_Found]:
    for row in rows:
        moments = _moments(asked, [row.path, row.code])
        # A later date, or another source, is another gap.
        gap = Gap(
            key=f"{kind}:{row.uid}:{row.since or ''}",
            kind=kind,
            title=row.title,
            demand=len(moments),
            minutes=round(len(moments) * ABSENCE[str(kind)] * call, 1),
            first=moments[-1] if moments else None,
            last=moments[0] if moments else None,
            uid=row.uid,
            path=row.path,
            code=row.code,
            since=row.since,
            source=row.source,
        )
        yield gap, moments, [gap.key]


def _of_facts(work: Work, asked: Moments, call: float) -> Iterator[_Found]:
    """Give the facts that texts name and that have had their last day."""
    for fact in handbook.all_facts(work):
        ends = [one.valid_to for one in fact.values if one.valid_to is not None]
        if fact.now is not None or fact.next is not None or not ends:
            continue
        uses = [one for one in handbook.fact_uses(work, fact.key) if one.is_live]
        if not uses:
            continue
        moments = _moments(asked, [name for one in uses for name in (one.path, one.code)])
        gap = Gap(
            key=f"fact:{fact.key}:{max(ends)}",
            kind=GapKind.SOURCE,
            title=fact.title,
            demand=len(moments),
            minutes=round(len(moments) * ABSENCE["source"] * call, 1),
            first=moments[-1] if moments else None,
            last=moments[0] if moments else None,
            path=f"/edit/facts/{fact.key}",
            since=max(ends),
            examples=[one.title for one in uses[:3]],
        )
        yield gap, moments, [gap.key]


def _of_topics(work: Work, asked: Moments, call: float) -> Iterator[_Found]:
    for topic in handbook.unowned(work):
        moments = _moments(asked, [topic.path, *topic.names])
        gap = Gap(
            key=f"owner:{topic.uid}",
            kind=GapKind.OWNER,
            title=topic.title,
            demand=len(moments),
            minutes=round(len(moments) * ABSENCE["owner"] * call, 1),
            first=moments[-1] if moments else None,
            last=moments[0] if moments else None,
            uid=topic.uid,
            path=topic.path,
        )
        yield gap, moments, [gap.key]


def _moments(asked: Moments, names: list[str]) -> list[datetime]:
    found = [moment for name in dict.fromkeys(names) if name for moment in asked.get(name, ())]
    return sorted(found, reverse=True)


def _hidden(
    hidden: Mapping[str, HiddenGap], names: list[str], moments: list[datetime]
) -> HiddenGap | None:
    """Say whether a gap is hidden still: until it is met more often than it had been met then."""
    for name in names:
        one = hidden.get(name)
        if one is not None and sum(moment > one.moment for moment in moments) <= one.demand:
            return one
    return None
