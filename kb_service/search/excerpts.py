"""The sentence of an answer that a question is about, with the matched words marked.

HTML with `<mark>` and nothing else; everything from the text is escaped. Matches are by lemma, so
that «счётчиков» marks «счётчик». A heading says what follows and is no answer: its words count for
the sentence below it. The first sentence is written as the short answer, and gives way only to one
that holds clearly more of the question.
"""

from collections.abc import Collection, Iterable, Mapping
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
    is_heading: bool


class _Shown(msgspec.Struct, frozen=True):
    """What would be shown of a sentence: where it ends, its terms, those beside it and above it."""

    end: int
    own: frozenset[str]
    beside: frozenset[str]


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
        self._sentences = self._read()

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
        scores = {place: _score(shown, asked) for place, shown in self._sentences.items()}
        if not any(scores.values()):
            return ""
        scores[min(scores)] += _FIRST * sum(asked.values())
        best = max(scores, key=lambda place: (scores[place], -place))
        start, end = self._parts[best].start, self._sentences[best].end
        words = [word for part in self._parts for word in part.words if word[2] in weights]
        if end - start > MAX_LETTERS:
            start, end = self._cut(self._parts[best], words)
        return self._marked(start, end, words)

    def beginning(self) -> str:
        """Give the first sentences, nothing marked."""
        if not self._parts:
            return ""
        first = min(self._sentences)
        start, end = self._parts[first].start, self._sentences[first].end
        if end - start > MAX_LETTERS:
            start, end = self._cut(self._parts[first], [])
        return self._marked(start, end, [])

    def _read(self) -> dict[int, _Shown]:
        """Give what would be shown of each place that is no heading; of all, if there is no other.

        Done once for a text, whatever is asked of it.
        """
        places = [place for place, part in enumerate(self._parts) if not part.is_heading]
        above: frozenset[str] = frozenset()
        read = {}
        for place, part in enumerate(self._parts):
            if part.is_heading:
                above = _terms([part])
            if place in places or not places:
                taken = self._widened(place)
                own = _terms([part])
                read[place] = _Shown(taken[-1].end, own, (_terms(taken) | above) - own)
        return read

    def _widened(self, place: int) -> list[_Part]:
        """Take in the following sentences while there is room."""
        taken = [self._parts[place]]
        for part in self._parts[place + 1 :]:
            has_room = part.end - taken[0].start <= MAX_LETTERS
            if not has_room or "\n\n" in self.text[taken[-1].end : part.start]:
                break
            taken.append(part)
        return taken

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


def _score(shown: _Shown, weights: Mapping[str, float]) -> float:
    """Give what a sentence tells of a query; what is shown with it or stands above, half."""
    own = sum(weights[term] for term in shown.own & weights.keys())
    return own + _BESIDE * sum(weights[term] for term in shown.beside & weights.keys())


def _terms(parts: Iterable[_Part]) -> frozenset[str]:
    return frozenset(term for part in parts for _, _, term in part.words)


def _plain(text: str) -> str:
    return escape(text.replace("\n", " "), quote=True)
