"""Questions of the same meaning, by their lemmas: pure, and quick enough for a page.

Two questions mean the same where most of their telling words do. Vectors would group better what
shares no word; encoding thousands of questions for one page takes minutes on the processor, so that
is left to who repairs the search, question by question.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from kb_service.search.analysis import terms
from kb_service.search.excerpts import stop_words

Meaning = frozenset[str]
# Shared words among all words of both: two of three are the same question, one of two is not.
LEAST_SHARED = 0.6
_MASKED = re.compile(r"\[[^\[\]]*\]")


def meaning_of(text: str) -> Meaning:
    """Give the lemmas of a question without words that tell nothing and marks of hidden data.

    >>> sorted(meaning_of("Когда мне поменяют счётчик? [телефон]"))
    ['поменять', 'счетчик']
    """
    found = frozenset(terms(_MASKED.sub(" ", text)))
    return (found - stop_words()) or found


def same(one: Meaning, other: Meaning) -> float:
    """Give how much two meanings share, from 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def grouped(counts: Mapping[Meaning, int]) -> dict[Meaning, Meaning]:
    """Give for each meaning the one that stands for its group: the most frequent that is alike."""
    leaders: dict[str, list[Meaning]] = defaultdict(list)
    groups: dict[Meaning, Meaning] = {}
    for one in sorted(counts, key=lambda key: (-counts[key], sorted(key))):
        near = Counter(leader for word in one for leader in leaders[word])
        alike = [leader for leader in near if same(one, leader) >= LEAST_SHARED]
        best = max(alike, key=lambda leader: (same(one, leader), counts[leader]), default=one)
        groups[one] = best
        if best == one:
            for word in one:
                leaders[word].append(one)
    return groups
