"""Is a message about life and health? Pure: a text and the rules in, the rule that fits out.

A message is read once: its words are looked up, phrases that only look alike (traps) are taken out,
what is denied («не искрит») is left aside. Then the first rule has it, one of whose signs is found
and not calmed: past, repaired, an old claim for damages, a lesson. The rules are data
(defaults/danger.yaml); a wrong alarm costs a glance, a missed one a life. Source: R12.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import yaml

from kb_service.base.errors import invalid
from kb_service.handbook.rules.danger_reading import SENTENCE_COST, DangerRules, Found, Reading
from kb_service.handbook.schemas import (
    DangerCalm,
    DangerMatch,
    DangerRule,
    DangerSheet,
    DangerSign,
)
from kb_service.text.normalise import clean

__all__ = ["DangerRules", "judge", "read_rules"]

_MAX_LETTERS = 20_000


@lru_cache(maxsize=8)
def read_rules(text: str) -> DangerRules:
    """Read the YAML of a danger sheet; an empty one has no rules.

    Raises: danger.unreadable, danger.group_unknown, danger.calm_unknown, danger.rule_twice,
    danger.word_wrong.
    """
    try:
        values = yaml.load(text, Loader=yaml.CSafeLoader) or {"groups": {}, "rules": []}
        sheet = msgspec.convert(values, DangerSheet)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise invalid("danger.unreadable", line=line, problem=str(error)) from error
    return DangerRules(sheet)


def judge(text: str, rules: DangerRules) -> DangerMatch | None:
    """Give the danger that a message tells of, or None. Any text is ordinary input.

    Of a very long text the first 20 000 letters are read.
    """
    message = Reading(clean(text[:_MAX_LETTERS]), rules)
    if not message.groups:
        return None
    for rule in rules.sheet.rules:
        for sign in rule.signs:
            for found in _signs(message, sign, rule):
                if not _is_calmed(message, found, sign, rule):
                    return DangerMatch(rule, message.typed(found))
    return None


def _signs(message: Reading, sign: DangerSign, rule: DangerRule) -> Iterator[list[Found]]:
    """Give each finding of a sign: one place for every group, near the first group's."""
    groups = [message.groups.get(f"@{name}") for name in sign.near]
    if not all(groups):
        return
    trapped = message.traps.get(f"trap:{rule.id}", set())
    first, *others = [
        [one for one in spans or () if trapped.isdisjoint(one.places)] for spans in groups
    ]
    for anchor in first:
        found = [anchor]
        for spans in others:
            nearest = _nearest(message, anchor, spans, sign.within)
            if nearest is None:
                break
            found.append(nearest)
        else:
            yield found


def _nearest(message: Reading, anchor: Found, spans: list[Found], within: int) -> Found | None:
    """Give the nearest place of a group that does not share a word with the anchor."""
    at = bisect_left(spans, anchor)
    nearest = None
    for step in (range(at - 1, -1, -1), range(at, len(spans))):
        for number in step:
            if set(anchor.places).isdisjoint(spans[number].places):
                distance = message.distance(anchor, spans[number])
                if distance <= within:
                    nearest, within = spans[number], distance
                break
    return nearest


def _is_calmed(message: Reading, found: list[Found], sign: DangerSign, rule: DangerRule) -> bool:
    """Say whether the words around show that the danger is over or only talked about."""
    is_present = sign.now or any(one.is_present for one in found)
    for name in (*rule.calmed_by, *sign.also_calmed_by):
        calm = message.rules.sheet.calms[name]
        if is_present and not calm.strong:
            continue
        if any(_is_beside(message, f"@{group}", found[0], calm) for group in calm.not_with):
            continue
        if _is_beside(message, f"calm:{name}", found[0], calm):
            return True
    return False


def _is_beside(message: Reading, name: str, found: Found, calm: DangerCalm) -> bool:
    """Say whether a word of this name is near: in this sentence or in those that follow."""
    here = message.sentences[found.places[0]]
    return any(
        0 <= message.sentences[one.places[0]] - here <= calm.sentences
        and message.distance(found, one) <= calm.within + SENTENCE_COST * calm.sentences
        for one in message.groups.get(name, ())
    )
