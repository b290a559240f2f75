"""Where a text holds a phrase, whatever its word forms: «в установленные сроки», «вам обязаны».

A word stands for all its dictionary forms at once, since one form may be of several words; a verb
and its reflexive are one. Places are code points of the text as given.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from kb_service.text.lemmas import analyser
from kb_service.text.normalise import WORD, fold, is_cyrillic

_REFLEXIVE = re.compile(r"(?<=.{3})с[яь]$")
# Between two words of a phrase nothing may stand but blanks and a hyphen.
_GAP = re.compile(r"[\s\u00a0-]{1,3}")


class Match(msgspec.Struct, frozen=True, order=True):
    """A place of a phrase: `text[start:end]`, and which phrase it is."""

    start: int
    end: int
    phrase: str


class _Word(msgspec.Struct, frozen=True):
    start: int
    end: int
    forms: frozenset[str]


@lru_cache(maxsize=100_000)
def forms(word: str) -> frozenset[str]:
    """Give all dictionary forms of a folded word."""
    if not is_cyrillic(word):
        return frozenset({word})
    found = {parse.normal_form.replace("ё", "е") for parse in analyser().parse(word)}
    return frozenset(_REFLEXIVE.sub("", one) for one in found | {word})


class Phrases:
    """Phrases read once, by the forms of their first word."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._by_first: dict[str, list[tuple[str, list[frozenset[str]]]]] = {}
        for phrase in phrases:
            words = [forms(one) for one in WORD.findall(fold(phrase))]
            for first in words[0] if words else ():
                self._by_first.setdefault(first, []).append((phrase, words))

    def find(self, text: str) -> list[Match]:
        """Give the places in order; of two that overlap the longer one."""
        found = sorted(self._matches(text), key=lambda one: (one.start - one.end, one.start))
        taken: list[Match] = []
        for one in found:
            if all(one.end <= other.start or one.start >= other.end for other in taken):
                taken.append(one)
        return sorted(taken)

    def _matches(self, text: str) -> Iterator[Match]:
        words = _words(text)
        for place, word in enumerate(words):
            for phrase, wanted in {
                id(one[1]): one for form in word.forms for one in self._by_first.get(form, ())
            }.values():
                if _fits(text, words[place : place + len(wanted)], wanted):
                    yield Match(word.start, words[place + len(wanted) - 1].end, phrase)


def _words(text: str) -> list[_Word]:
    folded = fold(text)
    return [_Word(one.start(), one.end(), forms(one[0])) for one in WORD.finditer(folded)]


def _fits(text: str, words: Sequence[_Word], wanted: Sequence[frozenset[str]]) -> bool:
    if len(words) < len(wanted):
        return False
    if any(word.forms.isdisjoint(forms) for word, forms in zip(words, wanted, strict=True)):
        return False
    return all(
        _GAP.fullmatch(text, left.end, right.start) is not None
        for left, right in itertools.pairwise(words)
    )
