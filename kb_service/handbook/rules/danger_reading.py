"""A message read by the danger rules: its words, the phrases found in it, what is denied or a trap.

Reading decides nothing: `danger.judge` does. A message is read once, in one pass over its words;
only words that the rules know cost anything.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kb_service.base.errors import invalid
from kb_service.handbook.rules.danger_words import (
    GAP,
    Atoms,
    Entry,
    Vocabulary,
    expand,
    is_genitive,
)
from kb_service.handbook.schemas import DangerSheet
from kb_service.text.normalise import WORD, fold

SENTENCE_COST = 4
_MAX_GAP = 3
_AROUND = 3
_SENTENCE_MARKS = ".!?…\n"
_CLAUSE_MARKS = f',:;()–—«»"{_SENTENCE_MARKS}'
_NONE = Entry(frozenset(), frozenset(), False, False, False)

Phrase = tuple[Atoms, ...]


class _Named(NamedTuple):
    """A phrase and the group, trap or calm that it belongs to."""

    name: str
    phrase: Phrase


class Found(NamedTuple):
    """A phrase found in a message: the places of its words, and whether in the present tense."""

    places: tuple[int, ...]
    is_present: bool


class DangerRules:
    """The rules of a sheet, ready for judging. Made by `read_rules`, shared by all threads."""

    def __init__(self, sheet: DangerSheet) -> None:
        self.sheet = sheet
        self.vocabulary = Vocabulary()
        self._check_names()
        lists: list[tuple[str, Iterable[str]]] = [
            *((f"@{name}", expand(name, sheet.groups)) for name in sheet.groups),
            *((f"calm:{name}", calm.words) for name, calm in sheet.calms.items()),
            *((f"trap:{rule.id}", rule.traps) for rule in sheet.rules),
            ("trap:", sheet.traps),
            ("not:before", sheet.negation.before),
            ("not:unless", sheet.negation.unless),
            ("not:around", sheet.negation.around),
            ("not:any", sheet.negation.any),
            ("not:through", sheet.negation.through),
        ]
        self.first_words: dict[int, list[_Named]] = {}
        self.meaningful: set[int] = set()
        for name, phrases in lists:
            for text in phrases:
                phrase = self.vocabulary.phrase(text, sheet.groups)
                if name[0] == "@" and len(phrase) == 1:
                    self.meaningful |= phrase[0]
                for atom in phrase[0]:
                    self.first_words.setdefault(atom, []).append(_Named(name, phrase))

    def _check_names(self) -> None:
        """Refuse a sheet that names what it does not have, before anything is judged by it."""
        groups, calms = self.sheet.groups, self.sheet.calms
        used = {name for rule in self.sheet.rules for sign in rule.signs for name in sign.near}
        used.update(name for calm in calms.values() for name in calm.not_with)
        for name in sorted(used - groups.keys()):
            raise invalid("danger.group_unknown", group=name, allowed=sorted(groups))
        rules = self.sheet.rules
        named = {name for rule in rules for name in rule.calmed_by}
        named.update(name for rule in rules for sign in rule.signs for name in sign.also_calmed_by)
        for name in sorted(named - calms.keys()):
            raise invalid("danger.calm_unknown", calm=name, allowed=sorted(calms))
        ids = [rule.id for rule in self.sheet.rules]
        if len(set(ids)) < len(ids):
            raise invalid("danger.rule_twice", rules=sorted(ids))


class Reading:
    """One text while it is judged: its words, what was found in it, what is denied or a trap."""

    def __init__(self, text: str, rules: DangerRules) -> None:
        self.text = text
        self.rules = rules
        self.folded = folded = fold(text)
        self.words = [found.span() for found in WORD.finditer(folded)]
        entry = rules.vocabulary.entry
        self.entries = [entry(folded[start:end]) or _NONE for start, end in self.words]
        self.groups: dict[str, list[Found]] = {}
        self.traps: dict[str, set[int]] = {}
        if any(entry is not _NONE for entry in self.entries):
            self._mark_breaks(folded)
            self._find()

    def typed(self, found: list[Found]) -> tuple[str, ...]:
        """Give the words of a finding as they were typed, in order, each once."""
        places = sorted({place for one in found for place in one.places})
        words = (self.text[slice(*self.words[place])] for place in places)
        return tuple(dict.fromkeys(words))

    def distance(self, one: Found, other: Found) -> int:
        """Give how many words apart two findings are; 0 where one reaches into the other."""
        left, right = (one, other) if one.places[0] <= other.places[0] else (other, one)
        return max(0, self.way[right.places[0]] - self.way[left.places[-1]])

    def _mark_breaks(self, folded: str) -> None:
        """Number clauses and sentences; measure the way: words, and more for sentence ends."""
        self.clauses: list[int] = []
        self.sentences: list[int] = []
        self.way: list[int] = []
        clause = sentence = before = 0
        for start, end in self.words:
            between = folded[before:start]
            if len(between) > 1 and before:
                clause += between == " - " or any(mark in _CLAUSE_MARKS for mark in between)
                sentence += any(mark in _SENTENCE_MARKS for mark in between)
            self.way.append(len(self.way) + SENTENCE_COST * sentence)
            self.clauses.append(clause)
            self.sentences.append(sentence)
            before = end

    def _find(self) -> None:
        found = self._phrases()
        before, around = self._denied(found)
        traps = {name: _places(spans) for name, spans in found.items() if name[:5] == "trap:"}
        outside = before | around | traps.pop("trap:", set())
        self.traps = traps
        for name, spans in found.items():
            taken = outside if name[0] == "@" else before
            kept = [one for one in spans if taken.isdisjoint(one.places)]
            if kept and name.startswith(("@", "calm:")):
                self.groups[name] = sorted(kept)

    def _phrases(self) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = {}
        first_words = self.rules.first_words
        for start, entry in enumerate(self.entries):
            for atom in entry.atoms:
                for name, phrase in first_words.get(atom, ()):
                    places = self._places_of(phrase, start, name.startswith("trap:"))
                    if places and not (name[:5] == "trap:" and self._is_broken(places)):
                        found.setdefault(name, []).append(
                            Found(places, self._is_present(phrase, places))
                        )
        return found

    def _places_of(self, phrase: Phrase, start: int, is_trap: bool) -> tuple[int, ...]:
        """Give the places of a phrase that begins here, none where it does not go on.

        The gap of a trap passes no word of a group: «упал провод, напряжения нет» is no trap.
        """
        if len(phrase) == 1:
            return (start,)
        places: list[int] = []
        place, gap = start, 0
        for part in phrase:
            if part is GAP:
                gap = _MAX_GAP
                continue
            while gap and not self._is(part, place) and self._may_pass(place, is_trap):
                place += 1
                gap -= 1
            if not self._is(part, place) or self.clauses[place] != self.clauses[start]:
                return ()
            places.append(place)
            place += 1
            gap = 0
        return tuple(places)

    def _is_broken(self, places: tuple[int, ...]) -> bool:
        """A trap does not hold where its verb has another subject beside it: «свет горит щит»."""
        first, last = places[0], places[-1]
        before = self.entries[first].is_verb and self._is_subject(first - 1, first)
        return before or (self.entries[last].is_verb and self._is_subject(last + 1, last))

    def _is_subject(self, place: int, beside: int) -> bool:
        if not 0 <= place < len(self.entries) or self.clauses[place] != self.clauses[beside]:
            return False
        entry = self.entries[place]
        return entry.is_nominative and not self.rules.meaningful.isdisjoint(entry.atoms)

    def _is(self, part: Atoms, place: int) -> bool:
        return place < len(self.entries) and not part.isdisjoint(self.entries[place].atoms)

    def _may_pass(self, place: int, is_trap: bool) -> bool:
        if place >= len(self.entries):
            return False
        return not is_trap or self.rules.meaningful.isdisjoint(self.entries[place].atoms)

    def _is_present(self, phrase: Phrase, places: tuple[int, ...]) -> bool:
        parts = [part for part in phrase if part is not GAP]
        return any(
            not part.isdisjoint(self.entries[place].present)
            for part, place in zip(parts, places, strict=True)
        )

    def _denied(self, found: dict[str, list[Found]]) -> tuple[set[int], set[int]]:
        """Give the words denied by a «не» before them, and those denied by «нет» and the like.

        A «не» inside a phrase of a group belongs to that phrase: «дверь не заперта».
        """
        inside: set[int] = set()
        for name, spans in found.items():
            if name[0] == "@":
                inside.update(*(one.places for one in spans if len(one.places) > 1))
        hedged = {one.places[-1] + 1 for one in found.get("not:unless", ())}
        before = {
            one.places[-1] + 1
            for one in found.get("not:before", ())
            if one.places[0] not in inside and one.places[0] not in hedged
        }
        passed = _places([one for name in found if name[:4] == "not:" for one in found[name]])
        around: set[int] = set()
        for one in found.get("not:around", ()):
            if one.places[0] not in inside:
                around.update(self._genitives(one, passed))
        for one in found.get("not:any", ()):
            around.update(self._reach(one.places[0], -1, passed))
            around.update(self._reach(one.places[-1], 1, passed))
        return before, around

    def _genitives(self, one: Found, passed: set[int]) -> Iterator[int]:
        """Give what «нет» denies: what follows it, or what stands before if nothing follows."""
        following = one.places[-1] + 1
        step, start = -1, one.places[0]
        if following in passed or (
            following < len(self.words)
            and self.clauses[following] == self.clauses[start]
            and is_genitive(self.folded[slice(*self.words[following])])
        ):
            step, start = 1, one.places[-1]
        yield from (place for place in self._reach(start, step, passed) if self._genitive(place))

    def _genitive(self, place: int) -> bool:
        return self.entries[place].is_genitive

    def _reach(self, start: int, step: int, passed: set[int]) -> Iterator[int]:
        """Give up to three words on one side, as long as they mean something to the rules."""
        for place in range(start + step, start + step * (_AROUND + 1), step):
            if not 0 <= place < len(self.entries) or self.clauses[place] != self.clauses[start]:
                return
            if place not in passed and self.rules.meaningful.isdisjoint(self.entries[place].atoms):
                return
            yield place


def _places(spans: list[Found]) -> set[int]:
    return {place for one in spans for place in one.places}
