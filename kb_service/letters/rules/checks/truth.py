"""Checks of what may have moved on since a text was put in: the standard text and its facts."""

from collections.abc import Iterator

from kb_service.base.errors import KbError
from kb_service.handbook.render import variables
from kb_service.letters.rules.checks.ground import Ground
from kb_service.letters.schemas import Finding, Fragment, Level

_FACT = "fact."


def expired_facts(ground: Ground) -> Iterator[Finding]:
    """Find facts that have no value on the day of the reply."""
    for fragment in ground.content.fragments:
        for key in _keys(fragment):
            now = ground.facts.get(key)
            if now is None or not now.is_valid:
                yield Finding(
                    check="fact_expired",
                    level=Level.BLOCK,
                    code="check.fact_expired",
                    where=fragment.id,
                    quote=key,
                    params={"fact": key},
                )


def changed_facts(ground: Ground) -> Iterator[Finding]:
    """Find facts whose value is another one than when the text was put in."""
    for fragment in ground.content.fragments:
        before = fragment.origin.facts if fragment.origin else {}
        for key in _keys(fragment):
            now = ground.facts.get(key)
            if now is not None and key in before and now.value != before[key]:
                yield Finding(
                    check="fact_changed",
                    level=Level.WARN,
                    code="check.fact_changed",
                    where=fragment.id,
                    quote=now.value,
                    params={"fact": key, "before": before[key], "after": now.value},
                )


def gone_standards(ground: Ground) -> Iterator[Finding]:
    """Find standard texts that are withdrawn, or past their last day on the day of the reply."""
    for fragment in ground.content.fragments:
        if fragment.origin is None:
            continue
        standing = ground.standards.get(fragment.origin.uid)
        last = standing.valid_to if standing else None
        if standing is None or (last is not None and last < ground.reply.dated):
            yield _of_standard(fragment, "standard_gone", Level.BLOCK)


def changed_standards(ground: Ground) -> Iterator[Finding]:
    """Find standard texts that read otherwise today than when they were put in."""
    for fragment in ground.content.fragments:
        origin = fragment.origin
        standing = ground.standards.get(origin.uid) if origin else None
        if origin is None or standing is None or standing.number == origin.number:
            continue
        if standing.text.strip() != origin.text.strip():
            yield _of_standard(fragment, "standard_changed", Level.WARN)


def due_standards(ground: Ground) -> Iterator[Finding]:
    """Find standard texts whose day of review has passed. Source: features C7."""
    for fragment in ground.content.fragments:
        standing = ground.standards.get(fragment.origin.uid) if fragment.origin else None
        if standing and standing.review_by is not None and standing.review_by < ground.today:
            yield _of_standard(fragment, "standard_due", Level.WARN)


def _of_standard(fragment: Fragment, check: str, level: Level) -> Finding:
    title = fragment.origin.title if fragment.origin else ""
    return Finding(
        check=check,
        level=level,
        code=f"check.{check}",
        where=fragment.id,
        quote=title,
        params={"title": title},
    )


def _keys(fragment: Fragment) -> list[str]:
    try:
        names = variables(fragment.text)
    except KbError:
        return []
    return sorted(name.removeprefix(_FACT) for name in names if name.startswith(_FACT))
