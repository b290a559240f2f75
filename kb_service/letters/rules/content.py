"""What a draft may hold: its measure, and that its parts belong together.

A draft comes from a page or a program that was not ours, so everything is looked at before it is
kept. What merely hangs loose (a tie to a question that is gone) is let go without a word.
"""

from collections import Counter

from msgspec.structs import replace

from kb_service.base.errors import FieldError, KbError, invalid
from kb_service.letters.schemas import Content, Fragment, FragmentKind

MAX_LETTER = 60_000
MAX_TEXT = 32_000
MAX_WHOLE = 200_000
MAX_QUESTIONS = 60
MAX_FRAGMENTS = 80
MAX_FILES = 30
_MAX_FIELD = 500
_MAX_ID = 40


def checked(content: Content) -> Content:
    """Give the content as it is kept. Raises: reply.invalid with every field that is wrong."""
    found = [*_measures(content), *_names(content)]
    if found:
        raise refusal(found)
    known = {question.id for question in content.questions}
    fragments = [
        replace(one, questions=[name for name in dict.fromkeys(one.questions) if name in known])
        for one in content.fragments
    ]
    return replace(content, fragments=fragments)


def refusal(found: list[FieldError]) -> KbError:
    """Give the one error of a draft that cannot be kept."""
    return invalid("reply.invalid", *found)


def _measures(content: Content) -> list[FieldError]:
    texts = {
        "letter": (content.letter, MAX_LETTER),
        "subject": (content.subject, _MAX_FIELD),
        "salutation": (content.salutation, MAX_TEXT),
        "closing": (content.closing, MAX_TEXT),
    }
    for name in ("name", "name_dative", "salutation", "organisation", "account", "address"):
        texts[f"card.{name}"] = (getattr(content.card, name), _MAX_FIELD)
    for name in ("number", "region"):
        texts[f"card.{name}"] = (getattr(content.card, name), _MAX_FIELD)
    for question in content.questions:
        texts[f"question.{question.id}"] = (question.text + question.set_aside, MAX_TEXT)
    for fragment in content.fragments:
        texts[f"fragment.{fragment.id}"] = (fragment.text, MAX_TEXT)
    found = [
        FieldError(field, "reply.too_long", {"limit": limit})
        for field, (text, limit) in texts.items()
        if len(text) > limit
    ]
    if sum(len(text) for text, _ in texts.values()) > MAX_WHOLE:
        found.append(FieldError("", "reply.too_long", {"limit": MAX_WHOLE}))
    counts = {
        "questions": (len(content.questions), MAX_QUESTIONS),
        "fragments": (len(content.fragments), MAX_FRAGMENTS),
        "files": (len(content.files), MAX_FILES),
    }
    found += [
        FieldError(field, "reply.too_many", {"limit": limit})
        for field, (count, limit) in counts.items()
        if count > limit
    ]
    return found


def _names(content: Content) -> list[FieldError]:
    found = []
    for field, parts in (("questions", content.questions), ("fragments", content.fragments)):
        counts = Counter(part.id for part in parts)
        found += [
            FieldError(field, "reply.id_wrong", {"id": name[:_MAX_ID]})
            for name, count in counts.items()
            if count > 1 or not _is_name(name)
        ]
    found += [
        FieldError(f"fragment.{one.id}", "reply.origin_wrong")
        for one in content.fragments
        if (one.kind == FragmentKind.STANDARD) != (one.origin is not None)
    ]
    return found


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _MAX_ID and text.replace("-", "").isalnum() and text.isascii()


def origins_kept(before: Content, after: Content) -> Content:
    """Give the new content with the origins as we gave them: nobody writes provenance by hand.

    A standard fragment that we never put in is refused. Raises: reply.invalid.
    """
    known = {one.id: one.origin for one in before.fragments if one.origin is not None}
    kept: list[Fragment] = []
    wrong: list[FieldError] = []
    for one in after.fragments:
        if one.kind == FragmentKind.STANDARD and one.id not in known:
            wrong.append(FieldError(f"fragment.{one.id}", "reply.origin_wrong"))
        kept.append(replace(one, origin=known.get(one.id)) if one.origin is not None else one)
    if wrong:
        raise refusal(wrong)
    return replace(after, fragments=kept)
