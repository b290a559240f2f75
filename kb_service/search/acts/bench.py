"""The editors' stored questions: add, change, remove, take a file in, keep the ranks of today."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from kb_service.base.errors import FieldError, invalid
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.search import rules
from kb_service.search.evaluate import Question
from kb_service.search.queries.stored import uids_named
from kb_service.search.tables import BenchQuestion
from kb_service.text.normalise import words


@act("bench.add")
def add(work: Work, text: str, wanted: str = "", note: str = "") -> Uid:
    """Keep a question with what should answer it: codes or addresses; none where nothing should.

    Source: C24. Raises: bench_question.wrong with an error at each field.
    """
    work.allow(Permission.EDIT_WORDS)
    line = rules.checked_question(text, note)
    _refuse_known(work, line)
    uids = uids_named(work, wanted)
    row = _new(work, line)
    row.wanted, row.note = uids, note.strip()
    return Uid(row.uid)


@act("bench.change")
def change(work: Work, uid: str, text: str, wanted: str = "", note: str = "") -> None:
    """Give a stored question other words; where it asks something else, its rank is forgotten.

    Raises: bench_question.missing, bench_question.wrong.
    """
    row = work.get(BenchQuestion, uid, Permission.EDIT_WORDS)
    line = rules.checked_question(text, note)
    _refuse_known(work, line, but=uid)
    uids = uids_named(work, wanted)
    if (line, uids) != (row.text, row.wanted):
        row.rank, row.ranked_at = None, None
    row.text, row.wanted, row.note = line, uids, note.strip()


@act("bench.remove")
def remove(work: Work, uid: str) -> None:
    """Forget a stored question. Raises: bench_question.missing."""
    work.session.delete(work.get(BenchQuestion, uid, Permission.EDIT_WORDS))


@act("bench.keep")
def keep(work: Work, ranks: Mapping[str, int]) -> int:
    """Keep the ranks of today, to which later ones are compared; give how many were other ones.

    What was removed meanwhile is passed over.
    """
    work.allow(Permission.EDIT_WORDS)
    rows = work.session.scalars(select(BenchQuestion).where(BenchQuestion.uid.in_(list(ranks))))
    changed = 0
    for row in rows:
        changed += row.rank is not None and row.rank != ranks[row.uid]
        row.rank, row.ranked_at = ranks[row.uid], work.now
    return changed


@act("bench.take_in")
def take_in(work: Work, questions: Iterable[Question]) -> tuple[int, int]:
    """Keep the questions of a file, all or none; give how many are new and how many were known.

    A known one gets what the file says of it. Raises: question.answer_unknown with its number,
    bench_question.wrong, bench_question.too_many.
    """
    work.allow(Permission.EDIT_WORDS)
    known = {_key(row.text): row for row in work.session.scalars(select(BenchQuestion))}
    # All is looked at before anything is written.
    wanted = {
        _key(rules.checked_question(one.text, one.note)): (
            one, uids_named(work, one.ids, number=number)
        )
        for number, one in enumerate(questions, 1)
    }  # fmt: skip
    new = wanted.keys() - known.keys()
    rules.check_count(len(known) + len(new))
    for key, (question, uids) in wanted.items():
        row = known.get(key) or _new(work, question.text)
        if row.wanted != uids:
            row.wanted, row.rank, row.ranked_at = uids, None, None
        row.note = question.note.strip() or row.note
    return len(new), len(wanted) - len(new)


def _new(work: Work, text: str) -> BenchQuestion:
    row = BenchQuestion(
        uid=new_uid(),
        text=" ".join(text.split()),
        wanted=[],
        note="",
        author=work.actor.login,
        moment=work.now,
        rank=None,
        ranked_at=None,
    )
    work.session.add(row)
    return row


def _refuse_known(work: Work, text: str, *, but: str = "") -> None:
    """Refuse a question that is kept already, and more of them than can be asked in a while."""
    rows = work.session.scalars(select(BenchQuestion)).all()
    if not but:
        rules.check_count(len(rows) + 1)
    if any(_key(row.text) == _key(text) for row in rows if row.uid != but):
        fault = FieldError("text", "bench_question.known")
        raise invalid("bench_question.wrong", fault)


def _key(text: str) -> str:
    return " ".join(words(text))
