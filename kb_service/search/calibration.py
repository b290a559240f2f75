"""The fitted numbers of confidence, and how they are fitted: a small logistic regression.

Two sets, because without the semantic leg the other scores mean less. The shipped numbers come with
the package; a handbook that has fitted its own keeps them beside the index, with their date.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from kb_service.search.schemas import Calibration, Leg

PLAIN = ("lexical", "known", "characters", "margin")
FULL = (*PLAIN, "semantic")
_RIDGE = 1.0
_STEPS = 50
_TINY = 1e-6
_NEARLY = 0.01

Doubles = npt.NDArray[np.float64]


class Calibrations(msgspec.Struct):
    """Confidence with the semantic leg (`full`) and without it (`plain`)."""

    full: Calibration
    plain: Calibration

    def of(self, legs: Sequence[Leg]) -> Calibration:
        """Give the numbers that fit the legs that spoke."""
        return self.full if Leg.SEMANTIC in legs else self.plain


class Origin(StrEnum):
    """Where a question of the fit comes from. All but the first are not answered."""

    KEPT = "kept"
    LEFT_OUT = "left_out"
    ELSEWHERE = "elsewhere"


class Example(msgspec.Struct):
    """One asked question: its raw features, where it comes from, and its group."""

    features: dict[str, float]
    origin: Origin
    group: str


def shipped() -> Calibrations:
    """Give the numbers that come with the package."""
    file = resources.files("kb_service.search") / "defaults" / "calibration.json"
    return msgspec.json.decode(file.read_bytes(), type=Calibrations)


def fit(
    examples: Sequence[Example],
    names: Sequence[str],
    *,
    now: datetime | None,
    source: Literal["shipped", "bench"],
) -> Calibration:
    """Fit weights and threshold; threshold and AUC are of groups that the fit did not see.

    The answerable weigh as much as the others, and each origin of the others the same. The
    threshold is where the fewest are judged wrongly, under the same weights.
    """
    values = np.array([[one.features.get(name, 0.0) for name in names] for one in examples])
    labels = np.array([one.origin == Origin.KEPT for one in examples], dtype=np.float64)
    groups = np.array([one.group for one in examples])
    each = _each([one.origin for one in examples])
    means, scales = values.mean(axis=0), values.std(axis=0)
    scales[scales == 0] = 1.0
    scaled = (values - means) / scales
    unseen = np.zeros(len(labels))
    for group in np.unique(groups):
        held = groups == group
        weights, bias = _logistic(scaled[~held], labels[~held], each[~held])
        unseen[held] = _sigmoid(scaled[held] @ weights + bias)
    weights, bias = _logistic(scaled, labels, each)
    return Calibration(
        features=list(names),
        weights=_rounded(weights),
        bias=round(bias, 4),
        means=_rounded(means),
        scales=_rounded(scales),
        threshold=round(_threshold(unseen, labels, each), 4),
        fitted_at=now,
        questions=len(examples),
        auc=round(auc(unseen, labels), 3),
        source=source,
    )


def _rounded(values: Doubles) -> list[float]:
    return [round(float(value), 5) for value in values]


def _each(origins: Sequence[Origin]) -> Doubles:
    """Give the weight of each example: half for the answerable, the rest shared by origin."""
    counts = Counter(origins)
    others = max(len(counts) - 1, 1)
    share = {origin: 0.5 if origin == Origin.KEPT else 0.5 / others for origin in counts}
    return np.array([len(origins) * share[one] / counts[one] for one in origins])


def _threshold(scores: Doubles, labels: Doubles, each: Doubles) -> float:
    """Give the score from which on to answer, with little weight on the wrong side.

    The least is a matter of chance among thresholds that are nearly as good: the lowest of them is
    taken, which rather answers than refuses.
    """
    order = np.argsort(scores, kind="stable")
    refused = np.concatenate(([0.0], np.cumsum((each * labels)[order])))
    answered = np.concatenate(([0.0], np.cumsum((each * (1 - labels))[order])))
    wrong = refused + answered[-1] - answered
    place = int(np.flatnonzero(wrong <= wrong.min() + _NEARLY * each.sum())[0])
    return float(scores[order[place]]) if place < len(scores) else 1.0


def _logistic(values: Doubles, labels: Doubles, each: Doubles) -> tuple[Doubles, float]:
    """Fit weighted examples by Newton's method with a small ridge."""
    rows = np.column_stack([values, np.ones(len(values))])
    ridge = np.diag([_RIDGE] * values.shape[1] + [_TINY])
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        guess = _sigmoid(rows @ found)
        gradient = rows.T @ (each * (guess - labels)) + ridge @ found
        curvature = (rows * (each * guess * (1 - guess))[:, None]).T @ rows + ridge
        step = np.linalg.solve(curvature, gradient)
        found -= step
        if np.abs(step).max() < _TINY:
            break
    return found[:-1], float(found[-1])


def _sigmoid(values: Doubles) -> Doubles:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -30, 30))))


def auc(scores: Doubles, labels: Doubles) -> float:
    """Give how often an answerable question scores above an unanswerable one."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    if not len(positive) or not len(negative):
        return 0.0
    above = (positive[:, None] > negative[None, :]).mean()
    equal = (positive[:, None] == negative[None, :]).mean()
    return float(above + equal / 2)
