"""What a draft used of the handbook, and which of its sentences an employee changed."""

from kb_service.letters.schemas import Content, Used
from kb_service.text.personal_data import mask
from kb_service.text.sentences import sentences

_LONGEST = 2_000


def made_of(content: Content) -> list[Used]:
    """Give the standard texts that a content is made of, with their revisions and facts."""
    return [
        Used(
            uid=one.origin.uid,
            code=one.origin.code,
            number=one.origin.number,
            face=one.origin.face,
            facts=one.origin.facts,
            is_edited=one.text.strip() != one.origin.text.strip(),
        )
        for one in content.fragments
        if one.origin is not None
    ]


def changed_sentences(before: str, after: str) -> tuple[str, str]:
    """Give the sentences that only the old text has, and those that only the new one has.

    What may be personal is masked: these go to the editors. Source: R43.
    """
    old = [before[one.start : one.end] for one in sentences(before)]
    new = [after[one.start : one.end] for one in sentences(after)]
    gone = [one for one in old if one not in set(new)]
    come = [one for one in new if one not in set(old)]
    return _masked(gone), _masked(come)


def _masked(parts: list[str]) -> str:
    return mask(" ".join(parts), strict=True)[:_LONGEST]
