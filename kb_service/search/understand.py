"""Typed text to a query: repaired layout and transliteration, terms, and weaker terms beside them.

A text in the wrong layout or in Latin letters is replaced as a whole, for every leg, and the page
says so. A misspelt word is never replaced: what it may stand for is added, weaker, to the lexical
leg alone; the other legs read what was typed and are robust by themselves. Any text at all is
ordinary input; nothing here raises.
"""

from collections.abc import Collection, Iterator

import msgspec

from kb_service.search.analysis import terms
from kb_service.search.schemas import SynonymGroup
from kb_service.search.vocabulary import Vocabulary
from kb_service.text.keyboard import from_latin, other_layout
from kb_service.text.lemmas import known, lemma
from kb_service.text.normalise import WORD, clean, fold, is_cyrillic, is_latin, words

MAX_LETTERS = 4000
_MAX_TERMS = 400
# Repair is for queries; in a whole letter it would cost much and change little.
_MAX_LATIN_WORDS = 20
_MAX_REPAIRED = 12
_TYPO_WEIGHTS = {1: 0.7, 2: 0.5}
_GLUED_WEIGHT = 0.8
_TELLING = 3
_MIN_GLUED = 7
_MIN_PIECE = 3
_BAD_KEYS = str.maketrans({"ё": "е"})


class Understood(msgspec.Struct):
    """A query. `text` is what was typed, or its repaired form; `added` are weaker terms.

    `synonyms` says for an added term which typed ones it stands for, `guesses` for a misspelt one
    what it may mean.
    """

    typed: str
    text: str
    corrected: str
    terms: list[str]
    added: dict[str, float]
    synonyms: dict[str, list[str]]
    guesses: dict[str, list[str]]
    words: list[str]


class Synonyms:
    """The editors' groups, ready to be looked up by the terms of a query."""

    def __init__(self, groups: list[SynonymGroup]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], float]]] = {}
        for group in groups:
            phrases = [tuple(terms(word)) for word in group.words]
            means = [tuple(terms(word)) for word in group.means]
            for phrase in filter(None, phrases):
                others = means or [other for other in phrases if other != phrase]
                added = tuple(dict.fromkeys(term for other in others for term in other))
                entry = (phrase, added, group.weight)
                self._by_first.setdefault(phrase[0], []).append(entry)

    def beside(self, query: list[str]) -> Iterator[tuple[str, float, tuple[str, ...]]]:
        """Give the terms that stand for words of the query, with their weights and the words."""
        for place, term in enumerate(query):
            for phrase, added, weight in self._by_first.get(term, ()):
                if tuple(query[place : place + len(phrase)]) == phrase:
                    yield from ((other, weight, phrase) for other in added)


def understand(
    typed: str,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
    never_correct: frozenset[str] = frozenset(),
    *,
    as_written: bool = False,
) -> Understood:
    """Read a typed text. `as_written` leaves layout and transliteration as they are."""
    text = clean(typed[:MAX_LETTERS]).strip()
    repaired = "" if as_written else repair(text, vocabulary)
    text = repaired or text
    folded = words(text)
    sequence = [lemma(word) for word in folded][:_MAX_TERMS]
    own = list(dict.fromkeys(sequence))
    added: dict[str, float] = {}
    stands_for: dict[str, list[str]] = {}
    for term, weight, phrase in synonyms.beside(sequence):
        added[term] = max(weight, added.get(term, 0.0))
        stands_for.setdefault(term, []).extend(phrase)
    odd = [word for word in dict.fromkeys(folded) if _is_odd(word, vocabulary)]
    guesses: dict[str, list[str]] = {}
    for word in odd[:_MAX_REPAIRED]:
        if word in never_correct:
            continue
        for term, weight in _guesses(word, vocabulary):
            added[term] = max(weight, added.get(term, 0.0))
            guesses.setdefault(lemma(word), []).append(term)
    for term in own:
        added.pop(term, None)
    guessed = [term for terms_ in guesses.values() for term in terms_]
    further = [term for term in dict.fromkeys([*guessed, *added]) if term in added]
    return Understood(typed, text, repaired, own, added, stands_for, guesses, further)


def _is_odd(word: str, vocabulary: Vocabulary) -> bool:
    """Say whether a word is neither the index's nor the dictionary's."""
    return is_cyrillic(word) and not known(word) and lemma(word) not in vocabulary


def _guesses(word: str, vocabulary: Vocabulary) -> list[tuple[str, float]]:
    similar = vocabulary.similar(word)
    if similar:
        return [(term, _TYPO_WEIGHTS[distance]) for term, distance in similar if distance]
    return [(term, _GLUED_WEIGHT) for term in _unglued(word, vocabulary)]


def _unglued(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the two words that were written as one, the most even split of those that exist."""
    if len(word) < _MIN_GLUED:
        return ()
    best: tuple[str, ...] = ()
    evenness = 0
    for place in range(_MIN_PIECE, len(word) - _MIN_PIECE + 1):
        halves = (word[:place], word[place:])
        if min(place, len(word) - place) <= evenness or not all(map(known, halves)):
            continue
        pieces = tuple(lemma(half) for half in halves)
        if all(piece in vocabulary for piece in pieces):
            best, evenness = pieces, min(place, len(word) - place)
    return best


def repair(text: str, vocabulary: Vocabulary) -> str:
    """Give the text as it was meant, typed in the wrong layout or in Latin letters; else ""."""
    chunks = text.split()
    foreign = [chunk for chunk in chunks if _is_foreign(chunk.lower(), vocabulary)]
    if not foreign:
        return _repaired_latin(chunks, vocabulary)
    foreign = foreign[:_MAX_LATIN_WORDS]
    best = ""
    most = 0
    for convert in (_by_layout, _by_sound):
        meant = {chunk: convert(chunk.lower()) for chunk in foreign}
        found = _found(meant.values(), vocabulary)
        if found > most:
            best = " ".join(meant.get(chunk) or chunk for chunk in chunks)
            most = found
    return best if best != text else ""


def _found(texts: Collection[str], vocabulary: Vocabulary) -> int:
    """Count the meant texts that the index knows; 0 where they are fewer than half."""
    telling = [text for text in texts if len(text) >= _TELLING or not text]
    found = sum(any(term in vocabulary for term in terms(text)) for text in telling if text)
    return found if 2 * found >= len(telling) else 0


def _is_foreign(chunk: str, vocabulary: Vocabulary) -> bool:
    folded = fold(chunk)
    return (
        is_latin(folded)
        and not is_cyrillic(folded)
        and not any(lemma(word) in vocabulary for word in WORD.findall(folded))
    )


def _by_layout(chunk: str) -> str:
    text = other_layout(chunk)
    found = WORD.findall(text.translate(_BAD_KEYS))
    return text if found and all(known(word) or word.isdigit() for word in found) else ""


def _by_sound(chunk: str) -> str:
    inner = chunk.strip('.,!?;:()"«»')
    return from_latin(inner, known) if inner else ""


def _repaired_latin(chunks: list[str], vocabulary: Vocabulary) -> str:
    """Give the text with Latin words that were typed in the Russian layout («цшаш»)."""
    meant = []
    for chunk in chunks:
        folded = fold(chunk)
        other = other_layout(folded)
        is_odd = is_cyrillic(folded) and not any(map(known, WORD.findall(folded)))
        meant.append(other if is_odd and lemma(other) in vocabulary else chunk)
    return " ".join(meant) if meant != chunks else ""
