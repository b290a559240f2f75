"""What stands under the field while somebody types: questions, and completions of what is typed.

Answers on the event loop from a snapshot in memory: no database, no encoder, nothing that waits.
What has been taken back or renamed since the index was written is left out (`changes`).
"""

from collections.abc import Iterator

import numpy as np

from kb_service.search.arrays import Floats, gram_keys, term_key
from kb_service.search.live import Engine
from kb_service.search.schemas import Suggestion, Suggestions
from kb_service.search.snapshot import Snapshot
from kb_service.search.understand import repair
from kb_service.text.lemmas import lemma
from kb_service.text.normalise import clean, words

MAX_ITEMS = 6
MAX_COMPLETIONS = 4
_MAX_LETTERS = 200
_MAX_WORDS = 12
_DEPTH = 24
_GRAM_SHARE = 0.5
_EXPANDED = 0.8
_ALL_WORDS = 1.0
_BEGINS = 0.5


def suggest(engine: Engine, text: str, staff: bool = False) -> Suggestions:
    """Give questions and completions for what has been typed so far."""
    return of_snapshot(engine.snapshot(staff), text)


def of_snapshot(snapshot: Snapshot, text: str) -> Suggestions:
    """Give questions and completions from one snapshot."""
    typed = clean(text[:_MAX_LETTERS]).lstrip()
    meant = repair(typed, snapshot.vocabulary) or typed
    folded = words(meant)[-_MAX_WORDS:]
    if not folded:
        return Suggestions(query=text)
    whole, prefix = (folded, "") if meant[-1].isspace() else (folded[:-1], folded[-1])
    scores = _scores(snapshot, meant, whole, prefix)
    places = _best(snapshot, scores)
    ranked = sorted(
        places, key=lambda place: -_score(snapshot, place, float(scores[place]), folded)
    )
    items = []
    for place in ranked[:MAX_ITEMS]:
        entry = snapshot.entries[place]
        items.append(Suggestion(entry.uid, entry.path, entry.title))
    completions = list(dict.fromkeys(_completions(snapshot, ranked, " ".join(folded))))
    return Suggestions(query=text, items=items, completions=completions[:MAX_COMPLETIONS])


def _scores(snapshot: Snapshot, text: str, whole: list[str], prefix: str) -> Floats:
    """Give lexical scores, the last word read as a beginning, and characters beside them."""
    matrix, grams = snapshot.space.lexical, snapshot.space.grams
    typed = [lemma(word) for word in whole]
    weighted = dict.fromkeys(typed, 1.0)
    for term, weight, _ in snapshot.synonyms.beside(typed):
        weighted[term] = max(weight, weighted.get(term, 0.0))
    if prefix:
        weighted[lemma(prefix)] = 1.0
        expansions = snapshot.vocabulary.beginning(prefix)
        for term in expansions:
            weighted[term] = max(weighted.get(term, 0.0), _EXPANDED)
    found = matrix.find(np.array([term_key(term) for term in weighted], dtype=np.int64))
    weights = np.array(list(weighted.values()), dtype=np.float32)
    lexical = matrix.scores(found, found.idf * weights)
    found = grams.find(np.unique(gram_keys(text)))
    characters = grams.scores(found, found.idf)
    return _share(lexical) + np.float32(_GRAM_SHARE) * _share(characters)


def _share(scores: Floats) -> Floats:
    top = scores.max(initial=0.0)
    return scores / top if top else scores


def _best(snapshot: Snapshot, scores: Floats) -> list[int]:
    space = snapshot.space
    own = np.where(snapshot.named[space.candidates], scores[space.candidates], 0)
    order = np.lexsort((space.ties, -own))[:_DEPTH]
    return [int(space.candidates[place]) for place in order if own[place] > 0]


def _score(snapshot: Snapshot, place: int, score: float, typed: list[str]) -> float:
    """Raise what holds all typed words in one of its lines, more so at the line's beginning."""
    text = " ".join(typed)
    bonus = 0.0
    for line, _ in snapshot.lines.of_place(place):
        if line.startswith(text):
            return score + _ALL_WORDS + _BEGINS
        own = f" {line}"
        if all(f" {word}" in own for word in typed):
            bonus = _ALL_WORDS
    return score + bonus


def _completions(snapshot: Snapshot, places: list[int], typed: str) -> Iterator[str]:
    """Give whole lines that begin as typed, then the typed text with its last word completed.

    A word that follows the one before it somewhere comes before one that only stands there too.
    """
    yield from snapshot.lines.beginning(typed, MAX_COMPLETIONS)
    before, _, last = typed.rpartition(" ")
    for lead in dict.fromkeys((before.rpartition(" ")[2], "")):
        needle = f" {lead} {last}" if lead else f" {last}"
        for place in places:
            for folded, shown in snapshot.lines.of_place(place):
                found = f" {folded}".find(needle)
                word = shown[found + len(needle) - 1 - len(last) :].partition(" ")[0]
                if found >= 0 and len(word) > len(last):
                    yield f"{before} {word}".strip()
