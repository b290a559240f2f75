"""Which standard questions are proposed for a letter: fusing what several searches have found.

Scores are those of the search: above 0 is better than the usual document. A short question («выдать
акт») says little by itself, so the letter around it has a say in it; the letter as a whole is also
read sentence by sentence, because one sentence in ten is lost in the whole. The shares were chosen
on letters of our own, not on those that measure. Source: R8, R21.
"""

from collections.abc import Iterable, Mapping, Sequence

from kb_service.base.ids import Uid

OF_QUESTION = 5
OF_LETTER = 10
MAX_CODES = 20
# How much of the letter's own score a question gets, and from how many telling words on less.
_SHORT_SHARE = 0.5
_SHARE = 0.15
_TELLING = 4
_SENTENCE_SHARE = 0.25
_ABSENT = -1.0

Scores = Mapping[Uid, float]


def for_question(own: Scores, letter: Scores, telling: int) -> dict[Uid, float]:
    """Give the scores of a question of so many telling words, with what the letter is about."""
    share = _SHORT_SHARE if telling < _TELLING else _SHARE
    least = (min(own.values(), default=0.0), min(letter.values(), default=0.0))
    return {
        uid: own.get(uid, least[0]) + share * letter.get(uid, least[1]) for uid in {*own, *letter}
    }


def for_letter(letter: Scores, sentences: Iterable[Scores]) -> dict[Uid, float]:
    """Give the scores of the letter as a whole, raised by each sentence that is about it."""
    total = dict(letter)
    for scores in sentences:
        for uid, score in scores.items():
            total[uid] = total.get(uid, _ABSENT) + _SENTENCE_SHARE * max(score, 0.0)
    return total


def best(scores: Scores, codes: Mapping[Uid, str], limit: int) -> list[Uid]:
    """Give the best of those that have a code or are known to have none, equals by code.

    What is no better than the usual document is left out, but for the very best.
    """
    known = [uid for uid in scores if uid in codes]
    known.sort(key=lambda uid: (-round(scores[uid], 5), codes[uid], uid))
    return [uid for uid in known[:limit] if scores[uid] > 0 or uid == known[0]]


def kept(questions: Sequence[Sequence[Uid]], letter: Sequence[Uid]) -> set[Uid]:
    """Give what stays of too many: the heads of the lists first, then rank by rank."""
    order = [*(found[0] for found in questions if found), *letter]
    for rank in range(1, OF_QUESTION):
        order += [found[rank] for found in questions if len(found) > rank]
    return set(list(dict.fromkeys(order))[:MAX_CODES])


def topic_of(votes: Iterable[tuple[str, float]]) -> str:
    """Give the topic that most of the sureness speaks for; of equals the first by name."""
    total: dict[str, float] = {}
    for topic, weight in votes:
        total[topic] = total.get(topic, 0.0) + weight
    return min(total, key=lambda topic: (-total[topic], topic)) if total else ""
