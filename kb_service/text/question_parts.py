"""Several questions in one sentence: where «прошу замерить, выдать акт и вернуть плату» is cut.

By verbs of the same mood, by the things asked for («указать причину, срок и порядок»), by clauses
that ask («почему отключили и когда включат»). The text is folded, places are its code points.
"""

import re

from kb_service.text.lemmas import lemma
from kb_service.text.question_words import (
    GIVING,
    INTERROGATIVES,
    PREPOSITIONS,
    RELATIVES,
    THINGS_ASKED,
    is_adverb,
    is_demand,
    is_infinitive,
    is_verb,
    words_of,
)

MIN_PART = 3
Words = list[tuple[int, int, str]]
Place = tuple[int, int]


def parted(text: str, words: Words, at: int) -> bool:
    """Say whether a mark stands between a word and the one before."""
    return re.search(r"[,;:!?()–—]|\s-\s", text[words[at - 1][1] : words[at][0]]) is not None


def parts(text: str, words: Words, head: int, stop: int) -> list[Place]:
    """Cut what is asked for from the head on, up to `stop`, by its verbs and things."""
    if not words:
        return []
    cuts = _cuts(text, words, head)
    found: list[Place] = []
    for start, end in zip(cuts, [*cuts[1:], stop], strict=True):
        for place in _things(text, start, _without_link(text, start, end)):
            found += clauses(text, *place)
    return found


def _cuts(text: str, words: Words, head: int) -> list[int]:
    """Give where each request begins: the head, and every further verb of its mood on its level."""
    is_asked = (
        is_demand if any(is_demand(one[2]) for one in words[head : head + 2]) else is_infinitive
    )
    cuts = [words[head][0]]
    has_verb = has_clause = False
    for at in range(head, len(words)):
        has_clause = has_clause or (at > head and _opens_clause(text, words, at))
        if not is_asked(words[at][2]):
            continue
        first = _with_adverbs(text, words, at, head + 1)
        if has_verb and first > head and _begins_anew(text, words, first, has_clause):
            cuts.append(words[first][0])
            has_clause = False
        has_verb = True
    return cuts


def _with_adverbs(text: str, words: Words, at: int, least: int) -> int:
    """Give the first of the adverbs that stand before a verb: «письменно сообщить»."""
    while at > least and is_adverb(words[at - 1][2]) and not parted(text, words, at):
        at -= 1
    return at


def _opens_clause(text: str, words: Words, at: int) -> bool:
    """Say whether a subordinate clause begins here: «…, на каком основании требуете»."""
    if not parted(text, words, at):
        return False
    following = [word for _, _, word in words[at : at + 2]]
    asks = following[1:] if following[0] in PREPOSITIONS else following[:1]
    return bool(asks) and (asks[0] in INTERROGATIVES or asks[0] in RELATIVES)


def _begins_anew(text: str, words: Words, at: int, has_clause: bool) -> bool:
    """Say whether another request begins at a word: after a comma or «и».

    Inside a subordinate clause «и» alone goes on with it: «сообщить, как подать и оплатить».
    """
    before = words[at - 1][2]
    if before in ("и", "или", "либо", "также", "а"):
        return not has_clause or (at > 1 and parted(text, words, at - 1))
    if re.search(r"\d", before) and at > 1:
        return True
    return parted(text, words, at)


_LINK = re.compile(r"[\s,;]*(?:(?<!\w)(?:и|или|либо|а также|а|также)(?!\w)[\s,]*|\d{1,2}\)\s*)+$")


def _without_link(text: str, start: int, end: int) -> int:
    """Give the end of a passage without the «и» or the number that led to the next."""
    link = _LINK.search(text, start, end)
    return link.start() if link and link.start() > start else end


def _things(text: str, start: int, end: int) -> list[Place]:
    """Cut «указать причину, сроки ремонта и порядок снижения платы» by the things asked for."""
    words = words_of(text, start, end)
    verbs = [at for at, (_, _, word) in enumerate(words[:6]) if lemma(word) in GIVING]
    if not verbs:
        return [(start, end)]
    things: list[int] = []
    for at in range(verbs[0] + 1, len(words)):
        if _opens_clause(text, words, at):
            break
        is_joined = words[at - 1][2] in ("и", "также") or parted(text, words, at)
        if THINGS_ASKED.fullmatch(words[at][2]) and (is_joined or not things):
            things.append(at)
    starts = [start, *(words[at][0] for at in things[1:])]
    return [
        (left, _without_link(text, left, right))
        for left, right in zip(starts, [*starts[1:], end], strict=True)
    ]


_NEXT_CLAUSE = re.compile(
    r"[\s,;]+(?:и|а|а также|или)?\s*(?<!\w)(?=(?:(?:в|на|до|по|с|за|к|от|из|у|для|о|об)\s)?"
    r"(?:почему|когда|сколько|как|где|куда|откуда|кто|кому|что|чем|како\w+|каки\w+|каку\w+|зачем"
    r"|насколько|можно ли|нужно ли|должен ли|должна ли|имею ли)\s)"
)


def clauses(text: str, start: int, end: int) -> list[Place]:
    """Cut «почему отключили и когда включат» where each side is a question of its own."""
    cuts: list[tuple[int, int]] = []
    left = start
    for found in _NEXT_CLAUSE.finditer(text, start, end):
        before = words_of(text, left, found.start())
        after = words_of(text, found.end(), end)
        asks = [at for at, (_, _, word) in enumerate(before) if word in INTERROGATIVES]
        asks += [max(0, at - 1) for at, (_, _, word) in enumerate(before) if word == "ли"]
        is_own = asks and len(before) - asks[0] >= MIN_PART and len(after) >= MIN_PART
        has_verb = is_own and any(
            is_verb(word) or is_infinitive(word) for _, _, word in before[asks[0] :]
        )
        is_joined = re.search(r"(?<!\w)(?:и|а|или|также)(?!\w)", found[0]) or ";" in found[0]
        if has_verb and is_joined:
            cuts.append(found.span())
            left = found.end()
    starts = [start, *(right for _, right in cuts)]
    ends = [*(left for left, _ in cuts), end]
    return list(zip(starts, ends, strict=True))
