"""A letter searched: each of its questions, its sentences, and the whole, fused into lists.

Only the search is asked here; what of it a reader may see is asked by the caller.
"""

from collections.abc import Mapping, Sequence

import msgspec

from kb_service.base.ids import Uid
from kb_service.letters.rules import proposing
from kb_service.search.semantic import MAX_QUERY_LETTERS
from kb_service.search.several import Several
from kb_service.text.normalise import fold
from kb_service.text.question_words import content, words_of
from kb_service.text.questions import Asking, questions
from kb_service.text.sentences import sentences

_MAX_PIECES = 24
_MIN_WORDS = 2


class Searched(msgspec.Struct):
    """What was found for each question and for the whole, with how sure the best of each is."""

    asked: list[Asking]
    scores: list[dict[Uid, float]]
    sure: list[float]
    whole: dict[Uid, float]
    sure_of_best: float
    is_pending: bool

    def lists(self, codes: Mapping[Uid, str]) -> tuple[list[list[Uid]], list[Uid]]:
        """Give the lists of the questions and of the whole, of those that have a code."""
        each = [proposing.best(one, codes, proposing.OF_QUESTION) for one in self.scores]
        whole = proposing.best(self.whole, codes, proposing.OF_LETTER)
        kept = proposing.kept(each, whole)
        return [[uid for uid in uids if uid in kept] for uids in each], whole


def search_letter(several: Several, text: str) -> Searched:
    """Search a letter from which personal data have been taken out."""
    asked = questions(text)
    whole = several.rank(text, _essence(text, asked))
    each = [several.rank(_plain(text[one.start : one.end])) for one in asked]
    several.finish()
    folded = fold(text)
    scores = [
        proposing.for_question(one.scores, whole.scores, _telling(folded, asking))
        for one, asking in zip(each, asked, strict=True)
    ]
    pieces = [several.words_of(piece).scores for piece in _pieces(text)]
    sure = [one.confidence for one in each]
    return Searched(
        asked=asked,
        scores=scores,
        sure=sure,
        whole=proposing.for_letter(whole.scores, pieces),
        sure_of_best=max((*sure, whole.confidence)),
        is_pending=not all(one.is_whole for one in (whole, *each)),
    )


def _essence(text: str, asked: Sequence[Asking]) -> str:
    """Give what is encoded for the whole: the text, or of a long one what is asked."""
    plain = _plain(text)
    if len(plain) <= MAX_QUERY_LETTERS or not asked:
        return plain
    share = MAX_QUERY_LETTERS // len(asked)
    return " ".join(_plain(text[max(one.context, one.end - share) : one.end]) for one in asked)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _telling(folded: str, asking: Asking) -> int:
    return len(content(words_of(folded, asking.start, asking.end)))


def _pieces(text: str) -> list[str]:
    """Give the sentences that tell something; of a long letter several together."""
    cut = [_plain(text[one.start : one.end]) for one in sentences(text)]
    cut = [one for one in cut if one.count(" ") >= _MIN_WORDS - 1]
    size = -(-len(cut) // _MAX_PIECES) or 1
    return [" ".join(cut[at : at + size]) for at in range(0, len(cut), size)]
