"""Decisions of the search as pure functions: how legs are weighed, and how sure we are.

Fusion is the sum of per-query z-scores, weights the same for every handbook. Confidence is a
logistic over raw scores (z-scores cannot say it: the best of nothing is also far above the mean);
only its numbers are fitted, per handbook, with their date.
"""

import math
from collections.abc import Mapping, Sequence

from kb_service.base.errors import FieldError, invalid
from kb_service.search.schemas import Calibration, Leg, SynonymGroup, Verdict
from kb_service.text.normalise import words

_ALWAYS_KEPT = 10
_NEAR_SHARE = 0.3
# What stands lower is hardly read.
TOP = 3
MAX_QUESTION = 500
# So many can be asked while somebody waits for a page.
MAX_QUESTIONS = 500
_MAX_WORDS = 20
_MAX_WORD = 60
WEIGHTS: Mapping[Leg, float] = {Leg.LEXICAL: 1.0, Leg.SEMANTIC: 1.5, Leg.CHARACTERS: 0.5}


def confidence(features: Mapping[str, float], calibration: Calibration) -> float:
    """Give the probability that the handbook answers the question, 0 to 1.

    What is not known of a question (the lead of the only document) counts as average.
    """
    total = calibration.bias
    for name, weight, mean, scale in zip(
        calibration.features,
        calibration.weights,
        calibration.means,
        calibration.scales,
        strict=True,
    ):
        total += weight * (features.get(name, mean) - mean) / (scale or 1.0)
    return logistic(total)


def is_confident(probability: float, calibration: Calibration) -> bool:
    """Say whether to answer, or to offer a person first."""
    return probability >= calibration.threshold


def kept_hits(order: Sequence[int], scores: Sequence[float]) -> list[int]:
    """Give the hits that are worth a line: the first ten, and what comes near the best."""
    limit = _NEAR_SHARE * scores[0] if scores else 0.0
    return [
        place
        for rank, (place, score) in enumerate(zip(order, scores, strict=True))
        if rank < _ALWAYS_KEPT or score >= limit
    ]


def share_of_best(score: float, best: float) -> float:
    """Give what part of the best one's sureness a hit has, 0 to 1; equals have all of it."""
    if score >= best:
        return 1.0
    return max(score, 0.0) / best if best > 0 else 0.0


def verdict(before: int | None, after: int) -> Verdict:
    """Judge what became of a rank; 0 is worse than any place."""
    if before is None:
        return Verdict.NEW
    if before == after:
        return Verdict.SAME
    if after and (after < before or not before):
        return Verdict.ROSE
    return Verdict.OUT if 1 <= before <= TOP and not 1 <= after <= TOP else Verdict.FELL


def logistic(value: float) -> float:
    """Give 1 / (1 + e^-x) without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    return math.exp(value) / (1.0 + math.exp(value))


def checked_question(text: str, note: str) -> str:
    """Give a question's text in one line. Raises: bench_question.wrong with an error at a field."""
    line = " ".join(text.split())
    faults = []
    if not words(line):
        faults.append(FieldError("text", "bench_question.empty"))
    if len(line) > MAX_QUESTION:
        faults.append(FieldError("text", "bench_question.too_long", {"max": MAX_QUESTION}))
    if len(note) > MAX_QUESTION:
        faults.append(FieldError("note", "bench_question.too_long", {"max": MAX_QUESTION}))
    if faults:
        raise invalid("bench_question.wrong", *faults)
    return line


def check_count(count: int) -> None:
    """Refuse more stored questions than a page can ask. Raises: bench_question.too_many."""
    if count > MAX_QUESTIONS:
        raise invalid("bench_question.too_many", max=MAX_QUESTIONS)


def checked_group(group: SynonymGroup) -> SynonymGroup:
    """Give a group with its words in order, each once.

    Raises: synonyms.wrong with an error at a field: no words, one alone that means nothing else,
    too many or too long ones, a weight that is none.
    """
    own, means = _once(group.words), _once(group.means)
    faults = []
    if not own or (len(own) == 1 and not means):
        faults.append(FieldError("words", "synonyms.words_needed"))
    for name, given in (("words", own), ("means", means)):
        if len(given) > _MAX_WORDS or any(len(one) > _MAX_WORD for one in given):
            faults.append(FieldError(name, "synonyms.too_long", {"max": _MAX_WORDS}))
    if not 0 < group.weight <= 1:
        faults.append(FieldError("weight", "synonyms.weight_wrong"))
    if faults:
        raise invalid("synonyms.wrong", *faults)
    return SynonymGroup(words=own, means=means, weight=round(group.weight, 2))


def _once(given: Sequence[str]) -> list[str]:
    lines = (" ".join(one.split()) for one in given)
    return list({" ".join(words(line)): line for line in lines if words(line)}.values())


def with_group(
    groups: Sequence[SynonymGroup], group: SynonymGroup | None, place: int | None
) -> list[SynonymGroup]:
    """Give the groups with one in the place of another, behind all, or (none) with one less."""
    if place is None:
        return [*groups, *([group] if group else [])]
    return [*groups[:place], *([group] if group else []), *groups[place + 1 :]]
