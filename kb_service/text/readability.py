"""How hard a Russian text is to read: counts, average lengths, Flesch and Flesch-Kincaid.

Goals that the checks of drafts and of shipped texts use: about 15 words a sentence, ease of 40 and
more, grade of 11 and less; warnings, never a block. Short texts give values that jump, so under
MIN_WORDS the indices are silent (None). Plain text goes in: Markdown is taken off by the caller.
"""

import re

import msgspec

from kb_service.text.sentences import sentences

MIN_WORDS = 30
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_VOWELS = frozenset("аеёиоуыэюяaeiouy")

# Source: requirements.md, «Readability for Russian» (Oborneva's constants; plainrussian).
_EASE = (206.835, 1.3, 60.1)
_GRADE = (0.318, 14.2, 30.5)


class Readability(msgspec.Struct, frozen=True):
    """Counts of one text; averages and indices are None where there is nothing to say."""

    sentences: int
    words: int
    syllables: int
    sentence_words: float | None = None
    word_syllables: float | None = None
    flesch: float | None = None
    grade: float | None = None


def syllables(word: str) -> int:
    """Give the number of syllables: that of the vowels; «в» and «МКД» have one when counted."""
    return max(1, sum(letter in _VOWELS for letter in word.lower()))


def words(text: str) -> list[str]:
    """Give the words; a hyphen joins («кое-где»), figures are no words."""
    return _WORD.findall(text)


def measure(text: str) -> Readability:
    """Measure a text. Ease: 100 is very easy, below 30 hard. Source: R22."""
    found = words(text)
    total = sum(map(syllables, found))
    # A line without a word (a sum, a telephone) is no sentence that anyone has to read.
    lines = sum(bool(_WORD.search(text, place.start, place.end)) for place in sentences(text))
    counts = Readability(sentences=lines, words=len(found), syllables=total)
    if not found:
        return counts
    per_sentence, per_word = len(found) / lines, total / len(found)
    counts = msgspec.structs.replace(counts, sentence_words=per_sentence, word_syllables=per_word)
    if len(found) < MIN_WORDS:
        return counts
    ease = _EASE[0] - _EASE[1] * per_sentence - _EASE[2] * per_word
    grade = _GRADE[0] * per_sentence + _GRADE[1] * per_word - _GRADE[2]
    return msgspec.structs.replace(counts, flesch=round(ease, 1), grade=round(grade, 1))
