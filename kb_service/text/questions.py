"""Which passages of a letter ask something: each place is one question to be answered.

A question mark, a request («прошу замерить и выдать» are two), a demand, an indirect question; and
where nothing is asked by name, the statements of trouble. Greetings, thanks, addresses, enclosures
and «ответ прошу на почту» ask nothing. A person corrects what is found: a wrong cut costs a key.
Places are code points of the text as given. Source: R21.
"""

import re
from collections.abc import Iterable
from enum import IntEnum

import msgspec

from kb_service.text.lemmas import lemma
from kb_service.text.normalise import fold
from kb_service.text.question_parts import MIN_PART, Place, Words, clauses, parted, parts
from kb_service.text.question_words import (
    ANSWER_TO,
    COURTESY,
    INTERROGATIVES,
    LEAD_IN,
    NEEDS,
    ONLY_TELLS,
    OVER,
    PREPOSITIONS,
    RELATIVES,
    REQUESTS,
    RHETORICAL,
    SAYING,
    THANKS,
    TROUBLE,
    VAGUE,
    WAY_OF_ANSWER,
    WISHES,
    content,
    is_adverb,
    is_demand,
    is_infinitive,
    words_of,
)
from kb_service.text.sentences import Sentence, sentences

MAX_QUESTIONS = 8
_MAX_TROUBLES = 3
_PAIR = 2
_SHORT = 6


# What stands before a passage: marks, the number of a point.
_MARKS = re.compile(r"(?:[\s,;:.!)–—•*-]|\d{1,2}[.)]\s|[а-я]\)\s)*")


class AskingKind(IntEnum):
    """How surely a passage asks; the lower the surer."""

    PLAIN = 0
    VAGUE = 1
    TROUBLE = 2


class Asking(msgspec.Struct, frozen=True, order=True):
    """A passage that asks: `text[start:end]`; with what stands before it, from `context` on."""

    start: int
    end: int
    context: int
    kind: AskingKind = AskingKind.PLAIN


def questions(text: str) -> list[Asking]:
    """Give the passages that ask, in order, at most eight.

    >>> text = "Прошу замерить напряжение, выдать акт. Когда приедете? Спасибо."
    >>> [text[one.start : one.end] for one in questions(text)]
    ['Прошу замерить напряжение', 'выдать акт', 'Когда приедете?']
    """
    folded = fold(text)
    cut = sentences(text)
    found: list[Asking] = []
    is_list = False
    for number, sentence in enumerate(cut):
        words = words_of(folded, sentence.start, sentence.end)
        piece = folded[sentence.start : sentence.end]
        places = _asked(folded, sentence, words)
        if is_list and not places and _is_item(piece, words):
            named = [word for word in words if not word[2].isdigit()]
            places = parts(folded, named, 0, sentence.end)
        is_list = _opens_list(piece, words) or (is_list and _is_item(piece, words))
        context = cut[number - 1].start if number else sentence.start
        found += _judged(folded, places, context)
    plain = [one for one in found if one.kind == AskingKind.PLAIN]
    telling, told = ([], []) if plain else _told(folded, cut)
    only = told if len(told) == 1 and not THANKS.search(folded) else []
    return _first(text, plain or telling or found or only)


def _judged(text: str, places: Iterable[Place], context: int) -> Iterable[Asking]:
    """Let go what only says where to answer; a passage that names nothing is kept as vague."""
    for start, end in places:
        start_, end_ = _trimmed(text, start, end)
        where = ANSWER_TO.search(text, start_, end_)
        about = content(words_of(text, start_, where.start() if where else end_))
        if about and not about <= WAY_OF_ANSWER:
            kind = AskingKind.VAGUE if about <= VAGUE else AskingKind.PLAIN
            yield Asking(start_, end_, context, kind)


def _trimmed(text: str, start: int, end: int) -> Place:
    marks = _MARKS.match(text, start, end)
    start = marks.end() if marks else start
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:."):
        end -= 1
    return start, end


def _first(text: str, found: list[Asking]) -> list[Asking]:
    """Give the first eight, each text once."""
    seen: dict[str, Asking] = {}
    for one in found:
        seen.setdefault(" ".join(text[one.start : one.end].lower().split()), one)
    return list(seen.values())[:MAX_QUESTIONS]


# --- one sentence


def _asked(text: str, sentence: Sentence, words: Words) -> list[Place]:
    """Give the passages of a sentence that ask."""
    piece = text[sentence.start : sentence.end]
    is_marked = "?" in piece
    for found in (_request, _wish, _demand):
        at = found(text, sentence, words)
        if at is not None:
            return parts(text, words, at, sentence.end)
    if COURTESY.match(piece) and not is_marked:
        return []
    if is_marked or _is_indirect(text, sentence, words):
        is_empty = RHETORICAL.search(piece) and len(words) <= _SHORT
        return [] if is_empty else clauses(text, sentence.start, sentence.end)
    return []


def _request(text: str, sentence: Sentence, words: Words) -> int | None:
    """Give the word with which a request begins: «прошу», «требуем»."""
    for at, (start, _, word) in enumerate(words):
        if word in REQUESTS and (at == 0 or words[at - 1][2] != "не"):
            is_quoted = text.rfind("«", sentence.start, start) > text.rfind("»", 0, start)
            return None if is_quoted else at
    return None


def _wish(_text: str, _sentence: Sentence, words: Words) -> int | None:
    """Give the word with which a wish or a need begins, near the beginning of the sentence."""
    for at, (_, _, word) in enumerate(words[:4]):
        following = {one for _, _, one in words[at + 1 : at + 3]}
        if word in NEEDS and not following & {"было", "будет"} and "ли" not in following:
            before = {one for _, _, one in words[:at]}
            return at if before <= {"мне", "нам", "также", "еще", "и", "а", "срочно"} else None
        if word in WISHES:
            verbs = [one for _, _, one in words[at + 1 : at + 5] if is_infinitive(one)]
            return at if verbs and lemma(verbs[0]) not in ONLY_TELLS else None
    return None


def _demand(text: str, sentence: Sentence, words: Words) -> int | None:
    """Give the word with which a demand begins: «верните деньги», at the start of a clause."""
    if SAYING.search(text, sentence.start, sentence.end):
        words = words[:1]
    for at, (start, _, word) in enumerate(words):
        if not is_demand(word):
            continue
        first = at
        while first and is_adverb(words[first - 1][2]) and not parted(text, words, first):
            first -= 1
        is_first = not first or parted(text, words, first) or words[first - 1][2] == "и"
        is_told = any(one == "вы" for _, _, one in words[max(0, at - 4) : at])
        is_quoted = text.rfind("«", sentence.start, start) > text.rfind("»", 0, start)
        if is_first and not is_told and not is_quoted:
            return first
    return None


def _is_indirect(text: str, sentence: Sentence, words: Words) -> bool:
    """Say whether a sentence without a mark asks: «не понимаю, откуда долг», «когда включат»."""
    first = [word for _, _, word in words[:4]]
    if LEAD_IN.match(text, sentence.start, sentence.end):
        return len(content(words)) > 1
    while first and first[0] in {"и", "а", "но", "вот", "еще", "так", "скажите", "или"}:
        first.pop(0)
    if not first or len(words) < MIN_PART:
        return False
    if "ли" in first[1:] or (first[0] == "можно" and any(is_infinitive(one) for one in first)):
        return True
    asks = first[1] if first[0] in PREPOSITIONS and len(first) > 1 else first[0]
    if asks not in INTERROGATIVES or RHETORICAL.search(text, sentence.start, sentence.end):
        return False
    if text[sentence.end - 1] == "!" and asks.startswith(("как", "что", "куда")):
        return False
    return asks not in RELATIVES or not _goes_on(text, sentence)


def _goes_on(text: str, sentence: Sentence) -> bool:
    """Say whether a main clause follows: «Когда я пришёл, было закрыто»."""
    comma = text.find(",", sentence.start, sentence.end)
    if comma < 0:
        return False
    after = [word for _, _, word in words_of(text, comma, sentence.end)]
    return not set(after[:2]) & (INTERROGATIVES | RELATIVES | {"хотя", "ведь", "чтоб"})


# --- lists, and letters that ask nothing

_ITEM = re.compile(r"\s*(?:\d{1,2}[.)]|[-–—•*]|[а-я]\))\s*\S")


def _opens_list(piece: str, words: Words) -> bool:
    """Say whether a list of what is asked follows: «Прошу:», «Мои вопросы:»."""
    if not piece.rstrip().endswith(":"):
        return False
    return any(word in REQUESTS or word.startswith("вопрос") for _, _, word in words)


def _is_item(piece: str, words: Words) -> bool:
    """Say whether a sentence is one point of a list of requests."""
    if not words or COURTESY.match(piece):
        return False
    return _ITEM.match(piece) is not None or is_infinitive(words[0][2])


def _told(text: str, cut: list[Sentence]) -> tuple[list[Asking], list[Asking]]:
    """Give the statements that tell of trouble, the most telling three, and all statements."""
    telling: list[tuple[int, Asking]] = []
    told: list[Asking] = []
    for number, sentence in enumerate(cut):
        piece = text[sentence.start : sentence.end]
        about = content(words_of(text, sentence.start, sentence.end))
        is_idle = COURTESY.match(piece) or THANKS.search(piece) or OVER.search(piece)
        if is_idle or len(about) < _PAIR or about <= WAY_OF_ANSWER or about <= VAGUE:
            continue
        context = cut[number - 1].start if number else sentence.start
        asking = Asking(*_trimmed(text, sentence.start, sentence.end), context, AskingKind.TROUBLE)
        told.append(asking)
        signs = len(set(TROUBLE.findall(piece)))
        if signs:
            telling.append((signs, asking))
    best = sorted(telling, key=lambda pair: -pair[0])[:_MAX_TROUBLES]
    return sorted(asking for _, asking in best), told
