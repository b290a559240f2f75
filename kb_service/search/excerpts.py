"""The sentence of an answer that a question is about, with the matched words marked.

HTML with `<mark>` and nothing else; everything from the text is escaped. Matches are by lemma, so
that «счётчиков» marks «счётчик». A heading says what follows and is no answer: its words count for
the sentence below it. The first sentence is written as the short answer, and gives way only to one
that holds clearly more of the question.
"""

from collections.abc import Collection, Mapping
from functools import cache
from html import escape

import msgspec

from kb_service.search.analysis import spans
from kb_service.text.lemmas import lemma
from kb_service.text.normalise import clean, fold
from kb_service.text.sentences import sentences

MAX_LETTERS = 220
_ELLIPSIS = "…"
# What stands before a match when a long sentence is cut.
_LEAD = 60
# What a word counts that stands not in the sentence itself but beside it, or in the title already.
_BESIDE = 0.5
# How much of the question another sentence must hold more than the first one.
_FIRST = 0.3
_CLOSING = (".", "!", "?", "…", ":", ";")
_STOP = """
и а но или либо да то что чтобы как так такой где куда откуда когда тогда кто чей какой который
сколько почему зачем ли же бы не ни нет в во на за к ко у о об обо от до из с со по под над при про
для без через между перед после если пока чем тем этот это тот тут там здесь я ты он она оно мы вы
они меня мой твой свой наш ваш себя весь все быть есть можно нужно надо мочь делать сделать ещё уже
только вот the a an of to in on and or is how what when where do i my
"""

Word = tuple[int, int, str]


@cache
def stop_words() -> frozenset[str]:
    """Give the lemmas of words that say nothing of what a sentence is about."""
    return frozenset(lemma(word) for word in fold(_STOP).split())


class _Part(msgspec.Struct, frozen=True):
    """A sentence or a heading, with its words."""

    start: int
    end: int
    words: list[Word]
    is_heading: bool = False


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
            is_heading = self._is_heading(sentence.start, sentence.end)
            self._parts.append(_Part(sentence.start, sentence.end, own, is_heading))

    def _is_heading(self, start: int, end: int) -> bool:
        """Say whether a line stands alone, is not closed as sentences are, and leads to another."""
        return (
            not self.text[start:end].rstrip().endswith(_CLOSING)
            and (start == 0 or self.text[:start].endswith("\n\n"))
            and self.text[end:].startswith("\n\n")
        )

    def excerpt(self, weights: Mapping[str, float], title: Collection[str] = ()) -> str:
        """Give the sentence that tells most of a query, and what follows it while there is room.

        The weights are of telling words; those that stand in the title say less. "" where no word
        stands anywhere.
        """
        asked = {
            term: weight * (_BESIDE if term in title else 1) for term, weight in weights.items()
        }
        scores = {place: self._score(place, asked) for place in self._sentences()}
        if not any(scores.values()):
            return ""
        scores[min(scores)] += _FIRST * sum(asked.values())
        best = max(scores, key=lambda place: (scores[place], -place))
        start, end = self._widened(best)
        words = [word for part in self._parts for word in part.words if word[2] in weights]
        if end - start > MAX_LETTERS:
            start, end = self._cut(self._parts[best], words)
        return self._marked(start, end, words)

    def beginning(self) -> str:
        """Give the first sentences, nothing marked."""
        if not self._parts:
            return ""
        first = self._sentences()[0]
        start, end = self._widened(first)
        if end - start > MAX_LETTERS:
            start, end = self._cut(self._parts[first], [])
        return self._marked(start, end, [])

    def _sentences(self) -> list[int]:
        """Give the places of what is no heading; of all, where there is nothing else."""
        places = [place for place, part in enumerate(self._parts) if not part.is_heading]
        return places or list(range(len(self._parts)))

    def _score(self, place: int, weights: Mapping[str, float]) -> float:
        """Give what a sentence tells of a query; what is shown with it and stands above, half."""
        own = _terms(self._parts[place])
        _, end = self._widened(place)
        near = [part for part in self._parts[place + 1 :] if part.end <= end]
        above = next((part for part in self._parts[place::-1] if part.is_heading), None)
        beside = {term for part in near for term in _terms(part)}
        if above is not None:
            beside |= _terms(above)
        told = sum(weights[term] for term in own if term in weights)
        return told + _BESIDE * sum(weights[term] for term in beside - own if term in weights)

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


def _terms(part: _Part) -> set[str]:
    return {term for _, _, term in part.words}


def _plain(text: str) -> str:
    return escape(text.replace("\n", " "), quote=True)
