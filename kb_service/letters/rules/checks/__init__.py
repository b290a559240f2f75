"""Checks of a draft: each looks at the whole ground and says what it finds, with the place.

Which checks block «ready» and which only warn is data (sheet `checks`); a check that is not named
there warns. Source: R13, R21-R23, R26, R39.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from kb_service.base.errors import FieldError, KbError, Kind
from kb_service.letters.rules.checks import completeness, language, privacy, truth
from kb_service.letters.rules.checks.ground import Ground
from kb_service.letters.schemas import Finding, Level

__all__ = ["CHECKS", "Ground", "findings", "refusal"]

Check = Callable[[Ground], Iterator[Finding]]
# In the order in which a writer should look at them.
CHECKS: Mapping[str, Check] = {
    "question_open": completeness.open_questions,
    "variable_unfilled": completeness.unfilled,
    "text_broken": completeness.broken,
    "fact_expired": truth.expired_facts,
    "standard_gone": truth.gone_standards,
    "fact_changed": truth.changed_facts,
    "standard_changed": truth.changed_standards,
    "standard_due": truth.due_standards,
    "salutation_missing": completeness.salutation,
    "signature_missing": completeness.signature,
    "foreign_data": privacy.foreign,
    "brush_off": language.brush_offs,
    "blame": language.blame,
    "next_step_missing": language.next_step,
    "heavy": language.heavy,
    "term_unexplained": language.terms,
    "long_sentence": language.long_sentences,
    "hard_to_read": language.hard_to_read,
}


def findings(ground: Ground, levels: Mapping[str, Level]) -> list[Finding]:
    """Give all that the checks say, what blocks first."""
    found = [
        replace(one, level=levels.get(name, Level.WARN))
        for name, check in CHECKS.items()
        if levels.get(name, Level.WARN) != Level.OFF
        for one in check(ground)
    ]
    return sorted(found, key=lambda one: one.level != Level.BLOCK)


def refusal(found: list[Finding]) -> KbError:
    """Give the error that names every place which keeps a draft from being ready."""
    fields = tuple(
        FieldError(one.where or "draft", one.code, {**one.params, "quote": one.quote})
        for one in found
    )
    return KbError("reply.not_ready", Kind.CONFLICT, fields=fields, count=len(found))
