"""Decisions of the search as pure functions: how legs are weighed, and how sure we are.

Fusion is the sum of per-query z-scores, weights the same for every handbook. Confidence is a
logistic over raw scores (z-scores cannot say it: the best of nothing is also far above the mean);
only its numbers are fitted, per handbook, with their date.
"""

import math
from collections.abc import Mapping, Sequence

from kb_service.search.schemas import Calibration, Leg

_ALWAYS_KEPT = 10
_NEAR_SHARE = 0.3
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


def logistic(value: float) -> float:
    """Give 1 / (1 + e^-x) without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    return math.exp(value) / (1.0 + math.exp(value))
