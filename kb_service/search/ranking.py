"""The legs of one query over one snapshot, fused, with the raw scores that confidence reads.

No database and no clock here: what is ranked is the snapshot's, and every hit is checked again by
the caller. Equal scores go by code, so that results are the same from run to run.
"""

from collections.abc import Collection, Mapping

import msgspec
import numpy as np

from kb_service.search.arrays import TOP_IMPACT, Floats, Ints, gram_keys, term_key
from kb_service.search.matrix import Found, Mask, Matrix
from kb_service.search.rules import WEIGHTS
from kb_service.search.schemas import Leg
from kb_service.search.semantic import VectorIndex
from kb_service.search.understand import Understood

_DEPTH = 50
_MAX_GRAMS = 1500
# The semantic leg speaks when it knows at least this share of the candidates.
_MOSTLY = 0.9
# Scores are compared to this many places: the order of sums must not decide.
_PLACES = 5
_FLAT = 1e-6


class Ranking(msgspec.Struct):
    """Documents best first, their fused scores, which legs spoke, and raw features of the query."""

    order: list[int]
    scores: list[float]
    legs: list[Leg]
    features: dict[str, float]


class Space(msgspec.Struct, frozen=True):
    """What one audience's documents are ranked by.

    `candidates` are the numbers of the documents that may be an answer, `ties` the order of their
    codes, by which equal scores are settled.
    """

    lexical: Matrix
    grams: Matrix
    vectors: VectorIndex | None
    candidates: Ints
    ties: Ints


def rank(
    space: Space,
    query: Understood,
    vector: Floats | None,
    legs: frozenset[Leg] = frozenset(Leg),
) -> Ranking:
    """Rank the candidates for a query; without a vector the semantic leg keeps silent."""
    raw: dict[Leg, Floats] = {}
    features: dict[str, float] = {}
    if not query.terms or not len(space.candidates):
        return Ranking([], [], [], features)
    if Leg.LEXICAL in legs:
        raw[Leg.LEXICAL] = _lexical(space, query, features)
    if Leg.CHARACTERS in legs:
        raw[Leg.CHARACTERS] = _characters(space, query.text, features)
    if Leg.SEMANTIC in legs and vector is not None and space.vectors is not None:
        raw[Leg.SEMANTIC] = _semantic(space.vectors, space.candidates, vector, features)
    standards = {leg: standard(scores) for leg, scores in raw.items()}
    spoke = {leg: scores for leg, scores in standards.items() if scores is not None}
    if not spoke:
        return Ranking([], [], [], features)
    fused = np.zeros(len(space.candidates), dtype=np.float32)
    for leg, scores in spoke.items():
        fused += np.float32(WEIGHTS[leg]) * scores
    fits = np.flatnonzero(_fits(raw, spoke))
    best = [int(fits[place]) for place in _best(fused[fits], space.ties[fits])]
    scores_ = [round(float(fused[place]), _PLACES) for place in best]
    if len(scores_) > 1:
        features["margin"] = scores_[0] - scores_[1]
    order = [int(space.candidates[place]) for place in best]
    return Ranking(order, scores_, list(spoke), features)


def _fits(raw: Mapping[Leg, Floats], spoke: Mapping[Leg, Floats]) -> Mask:
    """Say which candidates have anything of the query: a word, a gram, or are nearer than most.

    The others are no answers, however few there are.
    """
    each = [scores > 0 if leg is Leg.SEMANTIC else raw[leg] > 0 for leg, scores in spoke.items()]
    fits: Mask = np.logical_or.reduce(each)
    return fits


def _lexical(space: Space, query: Understood, features: dict[str, float]) -> Floats:
    found = space.lexical.find(_keys(query.terms))
    scores = space.lexical.scores(found, found.idf)
    if query.added:
        scores = scores + _added(space.lexical, query, found)
    scores = scores[space.candidates]
    features["lexical"] = _share(scores, found)
    features["known"] = _known(query, found)
    return scores


def _keys(terms: Collection[str]) -> Ints:
    return np.fromiter((term_key(term) for term in terms), dtype=np.int64, count=len(terms))


def _added(matrix: Matrix, query: Understood, typed: Found) -> Floats:
    """Score the weaker terms. A synonym tells as much as the word it stands for, not more."""
    found = matrix.find(_keys(query.added))
    weights = np.fromiter(query.added.values(), dtype=np.float32, count=len(query.added))
    tells = dict(zip(query.terms, typed.idf, strict=True))
    for place, term in enumerate(query.added):
        stands_for = [tells[one] for one in query.synonyms.get(term, ()) if one in tells]
        weights[place] *= max(stands_for, default=found.idf[place])
    return matrix.scores(found, weights)


def _characters(space: Space, text: str, features: dict[str, float]) -> Floats:
    found = space.grams.find(np.unique(gram_keys(text))[:_MAX_GRAMS])
    scores = space.grams.scores(found, found.idf)[space.candidates]
    features["characters"] = _share(scores, found)
    return scores


def _share(scores: Floats, found: Found) -> float:
    """Give the best score as a share of the best that could be."""
    possible = float(found.idf.sum()) * TOP_IMPACT
    return float(scores.max()) / possible if possible else 0.0


def _known(query: Understood, found: Found) -> float:
    """Give what share of the query's weight the index knows, or can guess."""
    is_known = found.is_known
    if query.guesses:
        is_known = is_known | np.array([term in query.guesses for term in query.terms])
    return float(found.idf[is_known].sum()) / float(found.idf.sum())


def _semantic(
    vectors: VectorIndex, candidates: Ints, query: Floats, features: dict[str, float]
) -> Floats:
    pooled, best = vectors.nearness(query)
    near = best[candidates]
    if np.isfinite(near).mean() < _MOSTLY:
        # While a handbook is being encoded, what has vectors would stand above what has none.
        return np.full(len(candidates), np.nan, dtype=np.float32)
    features["semantic"] = float(np.nanmax(near)) if np.isfinite(near).any() else 0.0
    return pooled[candidates]


def standard(values: Floats) -> Floats | None:
    """Give z-scores; none where there is nothing to score, 0 for documents without a value.

    Where all are equal, as the only document of a handbook is with itself, all are average.
    """
    is_there = np.isfinite(values)
    known = values[is_there]
    if not len(known):
        return None
    centred = known - known.mean()
    spread = float(np.sqrt((centred @ centred) / len(centred)))
    if spread < _FLAT and not known.any():
        return None
    result = np.zeros(len(values), dtype=np.float32)
    if spread >= _FLAT:
        result[is_there] = centred / np.float32(spread)
    return result


def _best(fused: Floats, ties: Ints) -> list[int]:
    """Give the places of the best in order, ties by code."""
    chosen = np.arange(len(fused))
    if len(fused) > _DEPTH:
        depth = len(fused) - _DEPTH
        chosen = np.flatnonzero(fused >= np.partition(fused, depth)[depth])
    rounded = np.round(fused[chosen].astype(np.float64), _PLACES)
    order = chosen[np.lexsort((ties[chosen], -rounded))]
    return [int(place) for place in order[:_DEPTH]]
