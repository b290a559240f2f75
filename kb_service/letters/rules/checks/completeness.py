"""Checks of what must be there: an answer to each question, every value, both ends."""

from collections.abc import Iterator

from kb_service.letters.rules.checks.ground import Ground
from kb_service.letters.schemas import Finding, Level

_LONGEST_QUOTE = 80


def open_questions(ground: Ground) -> Iterator[Finding]:
    """Find questions that nothing answers and nobody set aside with a reason. Source: R21."""
    for question in ground.content.questions:
        if question.id in ground.coverage.open:
            yield Finding(
                check="question_open",
                level=Level.BLOCK,
                code="check.question_open",
                where=f"question.{question.id}",
                quote=question.text[:_LONGEST_QUOTE],
            )


def unfilled(ground: Ground) -> Iterator[Finding]:
    """Find variables without a value."""
    for piece in ground.reply.pieces:
        for name in piece.unfilled:
            yield Finding(
                check="variable_unfilled",
                level=Level.BLOCK,
                code="check.variable_unfilled",
                where=piece.id,
                quote=name,
                params={"variable": name},
            )


def broken(ground: Ground) -> Iterator[Finding]:
    """Find texts whose variables cannot be read at all."""
    for piece in ground.reply.pieces:
        if piece.problem:
            yield Finding(
                check="text_broken",
                level=Level.BLOCK,
                code=piece.problem,
                where=piece.id,
                params=piece.params,
            )


def salutation(ground: Ground) -> Iterator[Finding]:
    """Find a reply that addresses nobody. Source: R13."""
    if not ground.reply.pieces[0].plain.strip():
        yield Finding(
            check="salutation_missing",
            level=Level.BLOCK,
            code="check.salutation_missing",
            where="salutation",
        )


def signature(ground: Ground) -> Iterator[Finding]:
    """Find a company card without who signs. Source: R25."""
    signed = ground.company.get("signature")
    has_one = isinstance(signed, dict) and any(str(value).strip() for value in signed.values())
    if not has_one:
        yield Finding(
            check="signature_missing",
            level=Level.WARN,
            code="check.signature_missing",
            where="closing",
        )
