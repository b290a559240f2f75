"""Text to terms: the one analyser of the index and of what is typed.

A term is the lemma of a folded word. Whoosh keeps the dotted path of `LemmaAnalyzer` in its files:
a move of this module makes every index unreadable, a change of what it gives needs a new
`SCHEMA_VERSION`; either way the index is built anew from the database.
"""

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token

from kb_service.text.lemmas import lemma
from kb_service.text.normalise import WORD, clean, fold

SCHEMA_VERSION = 1


def terms(text: str) -> list[str]:
    """Give the terms of a text in order, repeated as often as they stand there."""
    return [lemma(word) for word in WORD.findall(fold(clean(text)))]


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and term of each word; the text must be cleaned (`text.normalise.clean`)."""
    for found in WORD.finditer(fold(text)):
        yield found.start(), found.end(), lemma(found[0])


class LemmaAnalyzer(Analyzer):  # type: ignore[misc]  # see pyproject.toml: Whoosh counts as untyped
    """What Whoosh calls for each text field and each text of the advanced syntax."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        mode: str = "",
        tokenize: bool = True,
        **kwargs: Any,
    ) -> Iterator[Any]:
        """Give one reused token for each word, as Whoosh's own tokenisers do.

        Untokenised text is the beginning or pattern of a word in the advanced syntax: it is folded,
        for a part of a word has no lemma.
        """
        token = Token(positions, chars, removestops=True, mode=mode)
        first = kwargs.get("start_pos", 0)
        text = clean(value)
        found = spans(text) if tokenize else iter([(0, len(text), fold(text))])
        for place, (start, end, term) in enumerate(found, first):
            token.text = token.original = term
            token.boost = 1.0
            token.stopped = False
            if positions:
                token.pos = place
            if chars:
                token.startchar, token.endchar = start, end
            yield token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LemmaAnalyzer)

    def __hash__(self) -> int:
        return hash(SCHEMA_VERSION)
