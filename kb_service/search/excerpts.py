"""The sentence of an answer that a question is about, with the matched words marked.

HTML with `<mark>` and nothing else; everything from the text is escaped. Matches are by lemma, so
that «счётчиков» marks «счётчик».
"""

from collections.abc import Mapping
from html import escape

import msgspec

from kb_service.search.analysis import spans
from kb_service.text.normalise import clean
from kb_service.text.sentences import sentences

MAX_LETTERS = 220
_ELLIPSIS = "…"
# What stands before a match when a long sentence is cut.
_LEAD = 60

Word = tuple[int, int, str]


class _Part(msgspec.Struct, frozen=True):
    start: int
    end: int
    words: list[Word]


class Passage:
    """A text cut into sentences and words once, for any number of questions."""

    def __init__(self, text: str) -> None:
        self.text = clean(text)
        words = list(spans(self.text))
        self._parts = []
        place = 0
        for sentence in sentences(self.text):
            own = []
            while place < len(words) and words[place][0] < sentence.end:
                if words[place][0] >= sentence.start:
                    own.append(words[place])
                place += 1
            self._parts.append(_Part(sentence.start, sentence.end, own))

    def excerpt(self, weights: Mapping[str, float]) -> str:
        """Give the part that holds the most telling words of a query; "" where none stands."""
        if not self._parts:
            return ""
        scores = [_score(part, weights) for part in self._parts]
        best = max(range(len(scores)), key=lambda place: (scores[place], -place))
        if not scores[best]:
            return ""
        start, end = self._widened(best)
        words = [word for part in self._parts for word in part.words if word[2] in weights]
        if end - start > MAX_LETTERS:
            start, end = self._cut(self._parts[best], words)
        return self._marked(start, end, words)

    def beginning(self) -> str:
        """Give the first sentences, nothing marked."""
        if not self._parts:
            return ""
        start, end = self._widened(0)
        if end - start > MAX_LETTERS:
            start, end = self._cut(self._parts[0], [])
        return self._marked(start, end, [])

    def _widened(self, place: int) -> tuple[int, int]:
        """Take in the following sentences while there is room."""
        start, end = self._parts[place].start, self._parts[place].end
        for part in self._parts[place + 1 :]:
            if part.end - start > MAX_LETTERS or "\n\n" in self.text[end : part.start]:
                break
            end = part.end
        return start, end

    def _cut(self, part: _Part, marked: list[Word]) -> tuple[int, int]:
        """Cut a long sentence at words, around its first match."""
        room = MAX_LETTERS - 2 * len(_ELLIPSIS)
        first = next((word[0] for word in marked if part.start <= word[0] < part.end), part.start)
        start = part.start
        if first - part.start > _LEAD:
            start = next(word[0] for word in part.words if word[0] >= first - _LEAD)
        ends = [word[1] for word in part.words if word[1] - start <= room and word[1] > start]
        end = part.end if part.end - start <= room else max(ends, default=start + room)
        return start, end

    def _marked(self, start: int, end: int, words: list[Word]) -> str:
        pieces = [_ELLIPSIS] if self._is_inside(start) else []
        place = start
        for first, last, _ in words:
            if start <= first and last <= end:
                pieces += [_plain(self.text[place:first])]
                pieces += ["<mark>", _plain(self.text[first:last]), "</mark>"]
                place = last
        pieces.append(_plain(self.text[place:end]))
        if self._is_inside(end):
            pieces.append(_ELLIPSIS)
        return "".join(pieces)

    def _is_inside(self, place: int) -> bool:
        return any(part.start < place < part.end for part in self._parts)


def _score(part: _Part, weights: Mapping[str, float]) -> float:
    return sum(weights[term] for term in {word[2] for word in part.words} if term in weights)


def _plain(text: str) -> str:
    return escape(text.replace("\n", " "), quote=True)
