"""The bench of the editors: stored questions, where their answers stand, and where they would.

Nothing here is noted in the journal, and nothing is written.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.base.ids import Uid, is_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable, reads
from kb_service.handbook import queries as handbook
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.schemas import Card, IndexEntry
from kb_service.search.live import Engine
from kb_service.search.schemas import (
    BenchReport,
    FoundItem,
    StoredQuestion,
    Trial,
)
from kb_service.search.snapshot import Snapshot
from kb_service.search.tables import BenchQuestion
from kb_service.search.trying import Patience, compare, item_of, present, trial
from kb_service.search.whatif import Imagined, Supposed, imagine

# Longer than an editor waits for a page nobody should; what is new is encoded within this time.
PATIENCE_S = 5.0
_FORETOLD_S = 1.0
_MAX_NEIGHBOURS = 8
_NEAR = 5
_MAX_LINES = 60


@reads(BenchQuestion)
def who_edits_words(work: Work, statement: Select[Any]) -> Select[Any]:
    """Stored questions are for who keeps the words of the search."""
    work.allow_somewhere(Permission.EDIT)
    return statement


def stored_questions(work: Work) -> list[StoredQuestion]:
    """Give the stored questions by their texts. Raises: session.needed, act.forbidden."""
    rows = work.session.scalars(readable(work, BenchQuestion).order_by(BenchQuestion.text)).all()
    cards = handbook.cards(work, sorted({uid for row in rows for uid in row.wanted}))
    return [_view(row, cards) for row in rows]


def _view(row: BenchQuestion, cards: Mapping[Uid, Card]) -> StoredQuestion:
    known = [cards[Uid(uid)] for uid in row.wanted if uid in cards]
    return StoredQuestion(
        uid=row.uid,
        text=row.text,
        wanted=[FoundItem(card.uid, card.code, card.title, card.path) for card in known],
        lost=len(row.wanted) - len(known),
        note=row.note,
        rank=row.rank,
        ranked_at=row.ranked_at,
    )


def uids_named(work: Work, named: str | Sequence[str], *, number: int = 0) -> list[str]:
    """Give the items that codes, paths or uids name, typed with blanks or commas between them.

    Raises: bench_question.wrong at its field; of a file's question question.answer_unknown.
    """
    names = re.split(r"[\s,;]+", named.strip()) if isinstance(named, str) else named
    found = []
    for name in filter(None, names):
        uid = _uid_named(work, name)
        if not uid and number:
            raise invalid("question.answer_unknown", number=number, name=name)
        if not uid:
            fault = FieldError("wanted", "bench_question.answer_unknown", {"name": name})
            raise invalid("bench_question.wrong", fault)
        found.append(uid)
    return list(dict.fromkeys(found))


def _uid_named(work: Work, name: str) -> str:
    """Give the uid of an item by its code, path, address or uid; "" where there is none."""
    if is_uid(name):
        return name if handbook.cards(work, [name]) else ""
    path = urlsplit(name).path if "/" in name else ""
    try:
        path = path.removeprefix("/edit") or handbook.path_of_code(work, name.upper())
        return handbook.card_at(work, "/" + path.strip("/")).uid
    except KbError:
        return ""


def bench_report(work: Work, engine: Engine) -> BenchReport:
    """Ask the stored questions as a visitor would now, against the ranks that were kept last."""
    questions = stored_questions(work)
    _let_go(work)
    snapshot = _snapshot(engine)
    patience = Patience(engine, PATIENCE_S)
    outcomes = [present(patience, snapshot, question) for question in questions]
    return BenchReport(outcomes=outcomes, is_whole=all(one.is_whole for one in outcomes))


def foretold(work: Work, engine: Engine, place: Place, text: str) -> BenchReport:
    """Say what would become of the stored questions if a text were published now.

    And of the own lines of the items that it comes near: what it pushes out of the first three.
    Raises: as handbook.entry_if_published.
    """
    entry = handbook.entry_if_published(work, place, text)
    return supposed_report(work, engine, Supposed(entries=[entry]))


def supposed_report(work: Work, engine: Engine, supposed: Supposed) -> BenchReport:
    """Say what would become of the stored questions with a change, and of what it comes near."""
    work.allow_somewhere(Permission.EDIT)
    questions = stored_questions(work)
    _let_go(work)
    before, after = _both(engine, supposed)
    patience = Patience(engine, _FORETOLD_S)
    outcomes = [compare(patience, before, after.snapshot, one) for one in questions]
    lines = [line for entry in supposed.entries for line in _neighbours(after.snapshot, entry)]
    neighbours = [compare(patience, before, after.snapshot, line) for line in lines[:_MAX_LINES]]
    return BenchReport(
        outcomes=outcomes,
        # Without their meaning lines would be judged wrongly; they are known at the next look.
        neighbours=[one for one in neighbours if one.is_whole],
        is_whole=after.has_vectors and all(one.is_whole for one in outcomes),
    )


def tried(work: Work, engine: Engine, text: str, supposed: Supposed | None = None) -> Trial:
    """Give what the search finds for a text, or would find with a change, and where it was before.

    Raises: session.needed, act.forbidden.
    """
    work.allow_somewhere(Permission.EDIT)
    patience = Patience(engine, PATIENCE_S)
    if supposed is None:
        return trial(patience, None, _snapshot(engine), text)
    before, after = _both(engine, supposed)
    return trial(patience, before, after.snapshot, text)


def _let_go(work: Work) -> None:
    """Let the transaction go while questions are asked: a form's unit keeps other writers waiting.

    Of a form that is refused something may have been written, which is taken back later.
    """
    with suppress(RuntimeError):
        work.pause()


def _snapshot(engine: Engine) -> Snapshot:
    engine.refresh()
    return engine.snapshot()


def _both(engine: Engine, supposed: Supposed) -> tuple[Snapshot, Imagined]:
    """Give what visitors find now, and what they would."""
    before = _snapshot(engine)
    try:
        return before, imagine(engine, before, supposed)
    except OSError:
        # The index was built anew between the two looks; a new one is not built twice so soon.
        before = _snapshot(engine)
        return before, imagine(engine, before, supposed)


def _neighbours(after: Snapshot, entry: IndexEntry) -> list[StoredQuestion]:
    """Give the own lines of the items that stand near an entry's own lines, as questions."""
    near: dict[str, IndexEntry] = {}
    for line in (entry.title, *entry.wordings):
        for place in after.rank(after.understand(line), None).order[:_NEAR]:
            near.setdefault(after.entries[place].uid, after.entries[place])
    near.pop(entry.uid, None)
    return [
        StoredQuestion(text=line, wanted=[item_of(other)])
        for other in list(near.values())[:_MAX_NEIGHBOURS]
        for line in (other.title, *other.wordings)
    ]
