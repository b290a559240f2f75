"""The bench: how well stored questions find their answers, the same figures everywhere.

Top1, top5 and MRR of questions that the handbook answers; how often a question that it does not
answer is refused, and how often an answerable one is refused wrongly.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from kb_service.base.errors import invalid
from kb_service.search.schemas import StoredQuestion

_TOP = 5
# Asked: give the codes found, best first, and whether the search was confident.
Asker = Callable[[str], tuple[list[str], bool]]


class Question(msgspec.Struct, frozen=True):
    """A question and the codes of the entries that answer it; none where nothing does."""

    text: str
    ids: list[str]
    note: str = ""


class Miss(msgspec.Struct, frozen=True):
    """A question whose answer was not first. `rank` counts from 1; 0 where it was not found."""

    text: str
    wanted: list[str]
    found: list[str]
    rank: int


class Report(msgspec.Struct, kw_only=True):
    """What the bench measured; shares from 0 to 1."""

    questions: int
    unanswerable: int
    top1: float
    top5: float
    mrr: float
    refused: float
    wrongly_refused: float
    misses: list[Miss]


def read_questions(lines: Iterable[str]) -> list[Question]:
    """Read JSON lines with `text` (or `query`) and `ids` or `standard_question_id`.

    Raises: question.unreadable with the line.
    """
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: dict[str, Any] = msgspec.json.decode(line, type=dict)
            text = str(row.get("text") or row["query"])
        except (msgspec.MsgspecError, KeyError) as error:
            raise invalid("question.unreadable", line=number) from error
        ids = row["ids"] if "ids" in row else [row.get("standard_question_id")]
        if not isinstance(ids, list):
            raise invalid("question.unreadable", line=number)
        note = row.get("note", "")
        questions.append(Question(text, [str(one) for one in ids if one], str(note)))
    return questions


def written_questions(stored: Iterable[StoredQuestion]) -> str:
    """Give stored questions as JSON lines, by codes, by uids where there is none."""
    rows = (
        {
            "text": one.text,
            "ids": [item.code or item.uid for item in one.wanted],
            **({"note": one.note} if one.note else {}),
        }
        for one in stored
    )
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)


def evaluate(
    ask: Asker, questions: Iterable[Question], acceptable: Mapping[str, list[str]] | None = None
) -> Report:
    """Ask every question and count; `acceptable` names codes that are right as well."""
    ranks: list[int] = []
    misses: list[Miss] = []
    refused: list[bool] = []
    wrongly: list[bool] = []
    for question in questions:
        codes, is_confident = ask(question.text)
        if not question.ids:
            refused.append(not is_confident)
            continue
        wrongly.append(not is_confident)
        right = {
            *question.ids,
            *(o for one in question.ids for o in (acceptable or {}).get(one, [])),
        }
        rank = next((place for place, code in enumerate(codes, 1) if code in right), 0)
        ranks.append(rank)
        if rank != 1:
            misses.append(Miss(question.text, sorted(right), codes[:_TOP], rank))
    return Report(
        questions=len(ranks),
        unanswerable=len(refused),
        top1=_share(rank == 1 for rank in ranks),
        top5=_share(1 <= rank <= _TOP for rank in ranks),
        mrr=sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0,
        refused=_share(refused),
        wrongly_refused=_share(wrongly),
        misses=misses,
    )


def _share(values: Iterable[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else 0.0
