"""Text typed with the wrong keyboard layout or in Latin letters instead of Russian ones.

Both are guesses; the caller says which words exist (`known`), because a guess is worth something
only where it gives a word and what was typed is none. Tables are data of this module.
"""

from collections.abc import Callable, Iterator

Known = Callable[[str], bool]

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_LETTERS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN = str.maketrans(_KEYS, _LETTERS)
_TO_LATIN = str.maketrans(_LETTERS, _KEYS)

# How Latin letters are read, the usual reading first. Longer groups are tried before shorter ones.
_READINGS: dict[str, tuple[str, ...]] = {
    "shch": ("щ",),
    "sch": ("сч", "щ"),
    "shh": ("щ",),
    "tch": ("тч",),
    "zh": ("ж",),
    "kh": ("х",),
    "ch": ("ч",),
    "sh": ("ш",),
    "ts": ("ц", "тс"),
    "tz": ("ц",),
    "ya": ("я", "ья", "ъя"),
    "ja": ("я",),
    "ia": ("я", "иа"),
    "yu": ("ю", "ью"),
    "ju": ("ю",),
    "iu": ("ю",),
    "yo": ("е",),
    "jo": ("е",),
    "ye": ("е", "ье", "ъе"),
    "je": ("е", "э"),
    "yi": ("ы",),
    "iy": ("ий",),
    "yj": ("ый",),
    "yy": ("ый",),
    "ij": ("ий",),
    "ii": ("ий", "ии"),
    "eh": ("э",),
    "a": ("а",),
    "b": ("б",),
    "c": ("ц", "к", "с"),
    "d": ("д",),
    "e": ("е", "э"),
    "f": ("ф",),
    "g": ("г",),
    "h": ("х",),
    "i": ("и", "й"),
    "j": ("й", "ж"),
    "k": ("к",),
    "l": ("л",),
    "m": ("м",),
    "n": ("н",),
    "o": ("о",),
    "p": ("п",),
    "q": ("к", "я"),
    "r": ("р",),
    "s": ("с",),
    "t": ("т",),
    "u": ("у", "ю"),
    "v": ("в",),
    "w": ("в", "ш"),
    "x": ("х", "кс"),
    "y": ("ы", "й", "и"),
    "z": ("з",),
    "'": ("ь", "ъ"),
    "4": ("ч",),
    "6": ("ш",),
}
_LONGEST = max(map(len, _READINGS))
_SOFTENED = frozenset("бвдзлмнпрстфшчщж")
_MAX_READINGS = 500
_BEAM = 100
_MAX_WORD = 30


def other_layout(text: str) -> str:
    """Give the small-letter text as the same keys would have written it in the other layout.

    >>> other_layout("ghbdtn"), other_layout("цшаш")
    ('привет', 'wifi')
    """
    latin = sum(letter in _KEYS for letter in text)
    cyrillic = sum(letter in _LETTERS for letter in text)
    return text.translate(_TO_RUSSIAN if latin >= cyrillic else _TO_LATIN)


def from_latin(word: str, known: Known) -> str:
    """Give the Russian word that was meant by small Latin letters; "" where none is known.

    Of several known words the one with the usual readings wins; soft signs, which few people
    type, are put in where that makes a word.

    >>> from_latin("schetchik", {"счетчик"}.__contains__)
    'счетчик'
    """
    if not word or len(word) > _MAX_WORD:
        return ""
    best: tuple[int, str] | None = None
    for count, (cost, reading) in enumerate(_readings(word)):
        if best is not None and cost >= best[0]:
            continue
        if known(reading):
            best = (cost, reading)
        if count >= _MAX_READINGS:
            break
    return best[1] if best else ""


def _readings(word: str) -> Iterator[tuple[int, str]]:
    """Give all readings of a word with their cost (0 is the usual one), breadth bounded."""
    states: list[list[tuple[int, str]]] = [[] for _ in range(len(word) + 1)]
    states[0] = [(0, "")]
    for start in range(len(word)):
        here = sorted(set(states[start]))[:_BEAM]
        for size in range(min(_LONGEST, len(word) - start), 0, -1):
            group = word[start : start + size]
            for rank, letters in enumerate(_READINGS.get(group, ())):
                for cost, so_far in here:
                    states[start + size].extend(_with_soft_sign(cost + rank, so_far + letters))
    yield from sorted(set(states[-1]))


def _with_soft_sign(cost: int, text: str) -> Iterator[tuple[int, str]]:
    yield cost, text
    if text[-1] in _SOFTENED:
        yield cost + 2, text + "ь"
