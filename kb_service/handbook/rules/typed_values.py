"""Where a text states the value of a fact by hand instead of by reference.

A number is found however it is typed: `1 000`, `1000`, `1.000`, `1 тыс.`, `шесть`. It counts where
its unit follows, or where words of the fact's title stand in the same sentence; a value that is no
number is found as it is written. People decide about each place: nothing is replaced by itself.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from kb_service.handbook.schemas import Fact
from kb_service.text.lemmas import lemma
from kb_service.text.normalise import WORD, fold
from kb_service.text.sentences import Sentence, sentences

_NUMBER = re.compile(r"(\d[\d \u00a0\u202f]*)(?:,(\d+))?(-?(?:го|му|й|е|я|ти))?")
_GAP = r"[ \u00a0\u202f\u2009'.]?"
_BLANK = "[ \u00a0\u202f\t*_]*"
# What states nothing: Liquid, remarks, addresses, numbers of steps. Each is read as blanks.
_MASKED = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^%]*%\}|\]\([^()\s]*\)|https?://[^\s<>()]+"
    r"|^[ \t]*\d{1,3}[.)](?=[ \t])",
    re.DOTALL | re.MULTILINE,
)
_UNIT_TOKEN = re.compile(r"[₽%]|[^\W\d_]+(?:[·*-][^\W\d_]+)*")
# A text that states one value more often than that is no text to go through place by place.
MAX_PLACES = 50
_AHEAD = 40
_BETWEEN = 3
_WORD_LETTERS = 4
_NEAR = 2
_MIN_LITERAL = 3
_HOMES = {
    "руб": "₽", "рубль": "₽", "р": "₽", "процент": "%", "метр": "м", "вольт": "в", "сутки": "день",
    "дн": "день", "сут": "день", "час": "ч", "минута": "мин", "месяц": "мес", "квтч": "квт·ч",
    "киловатт": "квт", "киловольт": "кв",
}  # fmt: skip
_COUNTS = (
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать"
    " тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать"
)
_WORDS = {word: number for number, word in enumerate(_COUNTS.split())} | {
    "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "девяносто": 90, "сто": 100,
    "тысяча": 1000,
}  # fmt: skip


class TypedPlace(msgspec.Struct, frozen=True):
    """A value typed by hand: `text[start:end]`, its unit included, in a sentence of the text.

    `is_likely`: words of the fact's title stand in the same sentence.
    """

    start: int
    end: int
    text: str
    sentence: str
    is_likely: bool


def typed_places(text: str, fact: Fact) -> list[TypedPlace]:
    """Give the places of a Markdown text that state the fact's value by hand, in order.

    The first fifty alone; a sentence is looked at once, however many numbers stand in it.
    """
    masked = _MASKED.sub(lambda found: " " * len(found[0]), _without_remarks(text))
    spans: list[Sentence] = []
    seen: dict[int, tuple[int, str]] = {}
    unit = _tokens(fact.unit) or (("число",) if _is_ordinal(fact.value) else ())
    found: list[TypedPlace] = []
    for start, end, is_number in _values(masked, fact.value):
        if found and start < found[-1].end:
            continue
        if len(found) >= MAX_PLACES:
            break
        spans = spans or sentences(masked)
        number = bisect_right(spans, start, key=lambda span: span.start) - 1
        if number < 0 or start >= spans[number].end:
            continue
        if number not in seen:
            own = spans[number]
            words = _words_of(masked[own.start : own.end])
            shown = " ".join(text[own.start : own.end].split())
            seen[number] = len(_title_words(fact.title) & words), shown
        near, shown = seen[number]
        last = _unit_end(masked, end, unit) if unit else None
        is_meant = last is not None or near >= _NEAR or not is_number
        if is_meant:
            last = end if last is None or _is_ordinal(fact.value) else last
            first, last = _with_marks(masked, start, end, last)
            is_likely = near >= (1 if unit else _NEAR) or not is_number
            found.append(TypedPlace(first, last, text[first:last], shown, is_likely))
    return found


def _without_remarks(text: str) -> str:
    """Give the text with blanks for its HTML remarks; where one has no end, no later one has."""
    pieces, place = [], 0
    while (start := text.find("<!--", place)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        pieces += [text[place:start], " " * (end + 3 - start)]
        place = end + 3
    return "".join([*pieces, text[place:]])


def _with_marks(text: str, start: int, end: int, last: int) -> tuple[int, int]:
    """Take marks around a number with its unit («**5** дней») whole or not at all."""
    marks = re.match(r"[*_]+", text[end:last])
    if marks is None:
        return start, last
    if text.endswith(marks[0], 0, start):
        return start - len(marks[0]), last
    return start, end


def _values(text: str, value: str) -> Iterator[tuple[int, int, bool]]:
    """Give where the value stands, and whether it is a number that may mean anything."""
    number = _NUMBER.fullmatch(value.strip())
    if number is None:
        folded = _even(value.strip())
        if len(folded) >= _MIN_LITERAL:
            even = _even(text)
            pattern = re.compile(rf"(?<!\w){re.escape(folded)}(?!\w)")
            yield from ((found.start(), found.end(), False) for found in pattern.finditer(even))
        return
    whole, decimals = re.sub(r"\D", "", number[1]), number[2] or ""
    places = [(f.start(), f.end()) for f in _pattern(whole, decimals).finditer(text)]
    if not decimals:
        places += _in_words(text, int(whole))
    yield from ((start, end, True) for start, end in sorted(places))


@lru_cache(maxsize=256)
def _pattern(whole: str, decimals: str) -> re.Pattern[str]:
    head = len(whole) % 3
    groups = ([whole[:head]] if head else []) + [
        whole[place : place + 3] for place in range(head, len(whole), 3)
    ]
    digits = _GAP.join(groups)
    tail = f"[.,]{decimals}0*" if decimals else "(?:[.,]0{1,2}(?!\\d))?"
    ending = "(?:-?(?:го|му|й|е|я|ти)(?!\\w))?" if not decimals else ""
    written = f"{digits}{tail}{ending}"
    if not decimals and whole.endswith("000"):
        written = f"(?:{written}|{whole[:-3]}{_BLANK}тыс(?:\\.|яч\\w*)?)"
    before = r"(?<![\d])(?<!\d[.,])(?<!\d[ \u00a0\u202f])"
    return re.compile(rf"{before}{written}(?!\d)(?![ \u00a0\u202f]\d{{3}}(?!\d))(?![.,]\d)")


def _in_words(text: str, number: int) -> Iterator[tuple[int, int]]:
    if number not in _WORDS.values():
        return
    for found in WORD.finditer(text):
        if _WORDS.get(lemma(fold(found[0]))) == number:
            yield found.start(), found.end()


def _unit_end(text: str, place: int, unit: Sequence[str]) -> int | None:
    """Give where the unit ends that follows a number, a few words of its own may stand between."""
    ahead = text[place : place + _AHEAD]
    blank = re.match(_BLANK, ahead)
    position = blank.end() if blank else 0
    for _ in range(_BETWEEN):
        token = _UNIT_TOKEN.match(ahead, position)
        if token is None:
            return None
        home = _home(token[0])
        if home == unit[-1]:
            is_short = ahead[token.end() : token.end() + 1] == "." and token[0] in ("руб", "р")
            return place + token.end() + is_short
        if home not in unit and len(token[0]) < _WORD_LETTERS:
            return None
        gap = re.match(_BLANK, ahead[token.end() :])
        position = token.end() + (gap.end() if gap else 0)
    return None


def _tokens(unit: str) -> tuple[str, ...]:
    return tuple(_home(token) for token in _UNIT_TOKEN.findall(unit))


@lru_cache(maxsize=4096)
def _home(token: str) -> str:
    """Give the one name of a unit: «рублей», «руб» and «₽» are the same."""
    small = fold(token).replace("*", "·").replace("-", "·")
    base = lemma(small) if "·" not in small else small
    return _HOMES.get(small) or _HOMES.get(base) or _HOMES.get(small.replace("·", "")) or base


def _is_ordinal(value: str) -> bool:
    found = _NUMBER.fullmatch(value.strip())
    return found is not None and found[3] is not None


@lru_cache(maxsize=1024)
def _title_words(title: str) -> frozenset[str]:
    return _words_of(title)


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    folded = WORD.findall(fold(text))
    return frozenset(lemma(word) for word in folded if len(word) >= _WORD_LETTERS)


def _even(text: str) -> str:
    """Give the text as it is compared: small letters, one kind of blank and dash; as long."""
    return re.sub("[‐-―−]", "-", re.sub(r"[\s\u00a0\u202f]", " ", fold(text)))
