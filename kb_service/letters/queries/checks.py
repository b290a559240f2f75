"""The checks of a draft over what the handbook says on the day of the reply."""

import msgspec

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries as handbook
from kb_service.letters.queries.drafts import reply_of
from kb_service.letters.rules import checks
from kb_service.letters.rules.checks.ground import FactNow, Ground, Phrase, Standing, Term
from kb_service.letters.rules.coverage import coverage
from kb_service.letters.schemas import Content, Face, Finding, Level, Reply


class _Row(msgspec.Struct, frozen=True):
    check: str
    level: Level


def findings(work: Work, content: Content) -> tuple[Reply, list[Finding]]:
    """Give the reply that a content makes, and what the checks say of it.

    Raises: session.needed, act.forbidden.
    """
    work.allow(Permission.DRAFT)
    reply = reply_of(work, content)
    return reply, checks.findings(_ground(work, content, reply), levels(work))


def levels(work: Work) -> dict[str, Level]:
    """Give what each check does, as the sheet says."""
    work.allow(Permission.DRAFT)
    rows = msgspec.convert(handbook.words(work, "checks"), list[_Row])
    return {row.check: row.level for row in rows}


def _ground(work: Work, content: Content, reply: Reply) -> Ground:
    origins = [one.origin for one in content.fragments if one.origin is not None]
    live = handbook.standard_texts(work, (one.uid for one in origins))
    faces = {one.uid: one.face for one in origins}
    facts = handbook.facts(work, reply.dated)
    return Ground(
        content=content,
        reply=reply,
        coverage=coverage(content),
        standards={
            uid: Standing(
                number=one.number,
                text=one.letter if faces[uid] == Face.LETTER else one.answer,
                valid_to=one.valid_to,
                review_by=one.review_by,
            )
            for uid, one in live.items()
        },
        facts={
            key: FactNow(
                value=str(one),
                is_valid=one.valid_to is None or one.valid_to >= reply.dated,
            )
            for key, one in facts.items()
        },
        phrases=msgspec.convert(handbook.words(work, "phrases"), list[Phrase]),
        glossary=msgspec.convert(handbook.words(work, "glossary"), list[Term]),
        company=handbook.company(work),
        today=work.today,
    )
