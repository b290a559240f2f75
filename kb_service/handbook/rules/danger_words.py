"""The words of the danger rules, ready to be looked up: all forms, beginnings, typing errors.

A word of the sheet is written in one of these ways:
  провод        all its forms                 искрить/past   only forms with these grammemes
  =током        exactly this form             искр*          whatever begins so
  щит|щиток     one of several                @panel         one of the words of a group
  сломан        not a dictionary form: the forms of its kind (сломана, сломаны)
  ..            up to three words of no meaning to the rules, in the same clause
A word of five letters and more that no dictionary knows is taken for the form that is one typing
error away. Grammemes are OpenCorpora's (past, pres, PRTS, gent ...).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from pymorphy3.analyzer import Parse

from kb_service.base.errors import invalid
from kb_service.text.lemmas import analyser
from kb_service.text.normalise import fold, is_cyrillic

Atoms = frozenset[int]
GAP: Atoms = frozenset()

_GAP_SIGN = ".."
_MIN_FUZZY = 5
_MIN_PREFIX = 3
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_VERB = ("VERB", "INFN", "PRTS")
_PRESENT = ("VERB", "PRTF", "PRTS", "GRND")
_PERSONAL = ("Name", "Surn", "Patr")


class Entry(NamedTuple):
    """What a word of a message may be: atoms, those it is a present form of, case, verb."""

    atoms: Atoms
    present: Atoms
    is_genitive: bool
    is_nominative: bool
    is_verb: bool


class _Form(NamedTuple):
    atom: int
    tag: str = ""


class Vocabulary:
    """Atoms (single word specifications) by number, and the entry of any word of a message."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._forms: dict[str, set[_Form]] = {}
        self._prefixes: dict[str, int] = {}
        self.entry = lru_cache(maxsize=50_000)(self._entry)

    def phrase(self, text: str, groups: dict[str, tuple[str, ...]]) -> tuple[Atoms, ...]:
        """Give a phrase of the sheet as one set of atoms for each word; GAP for «..».

        Raises: danger.group_unknown, danger.word_wrong.
        """
        parts = [self._part(part, groups) for part in text.split()]
        if not parts or GAP in (parts[0], parts[-1]):
            raise invalid("danger.word_wrong", word=text)
        return tuple(parts)

    def _part(self, part: str, groups: dict[str, tuple[str, ...]]) -> Atoms:
        if part == _GAP_SIGN:
            return GAP
        atoms: set[int] = set()
        for word in part.split("|"):
            if word.startswith("@"):
                singles = [one for one in expand(word[1:], groups) if " " not in one]
                atoms.update(*(self._part(one, groups) for one in singles))
            else:
                atoms.add(self._atom(word))
        return frozenset(atoms)

    def _atom(self, spec: str) -> int:
        if spec not in self._numbers:
            self._numbers[spec] = len(self._numbers)
            self._learn(spec, self._numbers[spec])
        return self._numbers[spec]

    def _learn(self, spec: str, atom: int) -> None:
        if spec.endswith("*"):
            self._prefixes[_checked(fold(spec[:-1]), spec, _MIN_PREFIX)] = atom
        elif spec.startswith("="):
            word = _checked(fold(spec[1:]), spec, 1)
            self._forms.setdefault(word, set()).add(_Form(atom))
        else:
            word, _, wanted = spec.partition("/")
            for form, tag in _inflected(_checked(fold(word), spec, 1), wanted):
                self._forms.setdefault(form, set()).add(_Form(atom, tag))

    def _entry(self, word: str) -> Entry | None:
        forms = set(self._forms.get(word, ()))
        forms.update(
            _Form(atom) for prefix, atom in self._prefixes.items() if word.startswith(prefix)
        )
        if not forms and len(word) >= _MIN_FUZZY - 1 and _is_unknown(word):
            near = (other for other in _one_error_away(word) if other in self._forms)
            forms.update(*(self._forms[other] for other in near if len(other) >= _MIN_FUZZY))
        if not forms:
            return None
        tags = [form.tag for form in forms if form.tag] or list(map(str, _tags(word)))
        return Entry(
            frozenset(form.atom for form in forms),
            frozenset(form.atom for form in forms if _is_present(form.tag)),
            any("gent" in tag or "gen2" in tag for tag in tags),
            any("nomn" in tag for tag in tags),
            any(tag.startswith(_VERB) for tag in tags),
        )


@lru_cache(maxsize=20_000)
def is_genitive(word: str) -> bool:
    """Say whether any word, known to the rules or not, may be a noun in the genitive."""
    return any("NOUN" in tag and "gent" in tag for tag in map(str, _tags(word)))


def _tags(word: str) -> Iterable[object]:
    tags: Iterable[object] = analyser().tag(word) if is_cyrillic(word) else ()
    return tags


def expand(name: str, groups: dict[str, tuple[str, ...]], depth: int = 0) -> list[str]:
    """Give the phrases of a group, those of the groups that it takes in («@wire») among them.

    Raises: danger.group_unknown.
    """
    if name not in groups or depth > len(groups):
        raise invalid("danger.group_unknown", group=name, allowed=sorted(groups))
    phrases: list[str] = []
    for phrase in groups[name]:
        if phrase.startswith("@") and " " not in phrase and "|" not in phrase:
            phrases += expand(phrase[1:], groups, depth + 1)
        else:
            phrases.append(phrase)
    return phrases


def _checked(word: str, spec: str, length: int) -> str:
    if len(word) < length or not word.replace("-", "").isalnum():
        raise invalid("danger.word_wrong", word=spec)
    return word


def _inflected(word: str, wanted: str) -> Iterator[tuple[str, str]]:
    """Give the forms that a word of the sheet stands for, with their tags.

    Of a dictionary form all; of another form those of its kind («сломан» -> «сломана», «сломаны»);
    of a word that the dictionary does not know only itself.
    """
    grammemes = [grammeme for grammeme in wanted.split(",") if grammeme]
    found = False
    for form in _lexeme(word):
        tag = str(form.tag).replace(" ", ",")
        if not grammemes or set(grammemes).issubset(tag.split(",")):
            found = True
            yield fold(form.word), tag
    if not found and grammemes:
        raise invalid("danger.word_wrong", word=f"{word}/{wanted}")
    if not found:
        yield word, ""


def _lexeme(word: str) -> Iterator[Parse]:
    parses = [
        parse
        for parse in analyser().parse(word)
        if parse.is_known and not any(kind in parse.tag for kind in _PERSONAL)
    ]
    of_word = [parse for parse in parses if fold(parse.normal_form) == word]
    for parse in of_word:
        yield from parse.lexeme
    if parses and not of_word:
        tag = parses[0].tag
        kind = (tag.POS, tag.tense, tag.voice)
        yield from (
            form
            for form in parses[0].lexeme
            if (form.tag.POS, form.tag.tense, form.tag.voice) == kind
        )


def _is_present(tag: str) -> bool:
    return tag.startswith(_PRESENT) and ",pres" in tag


def _is_unknown(word: str) -> bool:
    return is_cyrillic(word) and not analyser().word_is_known(word)


def _one_error_away(word: str) -> Iterable[str]:
    """Give what the word may have been: a letter lost, doubled, changed, or two exchanged."""
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in _LETTERS)
