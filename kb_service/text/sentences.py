"""Where the sentences of a Russian text begin and end.

A full stop ends a sentence only when it is not part of an abbreviation («ст. 5», «ул. Ленина»,
«т. е.»), of initials or of a list number. Places are code points of the text as given, so that a
check can point at them. The letter's separate questions are found elsewhere, from these spans.
"""

import re

import msgspec

# Never the end of a sentence: something always follows.
_LEADING_WORDS = (
    "ст п пп абз подп гл разд ул пер просп пр бул наб пл ш д кв корп стр оф пом эт г гг гор с пос"
    " дер обл р рн респ им тел факс доб см ср напр т тт е н рис табл прил ред гр гражд акад проф"
    " инж нач зам ок прибл вкл искл макс мин каб л лиц эл"
)
# May end a sentence: then the next word has a capital letter.
_CLOSING_WORDS = (
    "руб коп тыс млн млрд др пр проч м см км кг ч час сек сут дн нед мес шт чел экз кв вт квт"
)
# Ends a sentence after a figure («в 2024 г.», «16 А.»), else an abbreviation or an initial.
_AFTER_FIGURE = frozenset("гав")
_LEADING = frozenset(_LEADING_WORDS.split())
_CLOSING = frozenset(_CLOSING_WORDS.split()) - _LEADING
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"»”)\]]*(?=\s|$)|(?<=[а-яё]{2})[.!?…]+(?=[А-ЯЁ])|\n\s*")
_LAST_WORD = re.compile(r"[^\W_]+$")
_NEXT = re.compile(r"[\s\"«„“(\[*_—–-]*([^\W_])")
_LIST_NUMBER = re.compile(r"(?:^|\n)\s*(?:[-*•]\s*)?\d{1,3}$")
_SHORT_FORM = re.compile(r"т\.\s?[дпк]$", re.IGNORECASE)
_LAST_LOOK = 24


class Sentence(msgspec.Struct, frozen=True):
    """One sentence: `text[start:end]`, without the white space around it."""

    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Give the sentences in order. A line break ends one; text without letters or digits is none.

    >>> text = "Приём по ул. Ленина, д. 5. Звоните!"
    >>> [text[found.start : found.end] for found in sentences(text)]
    ['Приём по ул. Ленина, д. 5.', 'Звоните!']
    """
    found: list[Sentence] = []
    start = 0
    for mark in _END.finditer(text):
        if _ends(text, mark):
            _add(found, text, start, mark.end())
            start = mark.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if not any(letter.isalnum() for letter in piece):
        return
    left = start + len(piece) - len(piece.lstrip())
    found.append(Sentence(left, end - (len(piece) - len(piece.rstrip()))))


def _ends(text: str, mark: re.Match[str]) -> bool:
    if mark[0][0] != "." or mark[0].startswith(".."):
        return _ends_loudly(text, mark)
    before = text[max(0, mark.start() - _LAST_LOOK) : mark.start()]
    follower = _NEXT.match(text, mark.end())
    if follower is None:
        return True
    if follower[1].islower() or _LIST_NUMBER.search(before):
        return False
    last = _LAST_WORD.search(before)
    return last is None or not _is_abbreviation(before, last[0], follower[1])


def _ends_loudly(text: str, mark: re.Match[str]) -> bool:
    """«!», «?», «…» and a line break: only a small letter after them goes on («что?» спросил)."""
    if mark[0][0] == "\n":
        return True
    follower = _NEXT.match(text, mark.end())
    return follower is None or not follower[1].islower()


def _is_abbreviation(before: str, word: str, follower: str) -> bool:
    small = word.lower()
    if small in _AFTER_FIGURE and _has_figure(before, word):
        return False
    if _SHORT_FORM.search(before) or small in _CLOSING:
        return not follower.isupper()
    return small in _LEADING or (len(word) == 1 and word.isupper())


def _has_figure(before: str, word: str) -> bool:
    return before[: -len(word)].rstrip()[-1:].isdigit()
