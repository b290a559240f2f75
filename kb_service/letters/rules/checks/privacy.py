"""Check of whose data a reply tells: neither the applicant's nor ours is somebody else's."""

from collections.abc import Iterator

from kb_service.letters.rules.checks.ground import Ground
from kb_service.letters.schemas import Finding, Level
from kb_service.text.normalise import WORD, fold
from kb_service.text.personal_data import DataKind, find
from kb_service.text.wording import forms

_NUMBERS = frozenset(DataKind) - {DataKind.NAME, DataKind.ADDRESS, DataKind.EMAIL}
_FEWEST = 3


def foreign(ground: Ground) -> Iterator[Finding]:
    """Find personal data that neither the card nor the letter nor the company card holds."""
    known = _known(ground)
    digits = _digits(known)
    words = frozenset().union(*(forms(one) for one in WORD.findall(fold(known))), frozenset())
    for fragment in ground.content.fragments:
        for span in find(fragment.text):
            text = fragment.text[span.start : span.end]
            if _is_known(text, span.kind, digits, words, known):
                continue
            yield Finding(
                check="foreign_data",
                level=Level.WARN,
                code="check.foreign_data",
                where=fragment.id,
                start=span.start,
                end=span.end,
                quote=text,
                params={"kind": str(span.kind)},
            )


def _is_known(text: str, kind: DataKind, digits: str, words: frozenset[str], known: str) -> bool:
    if kind in _NUMBERS:
        # A telephone is written with 8 or +7: the last ten figures are the number.
        return _digits(text)[-10:] in digits
    if kind == DataKind.EMAIL:
        return text.lower() in known.lower()
    named = [one for one in WORD.findall(fold(text)) if len(one) >= _FEWEST or one.isdigit()]
    return all(not forms(one).isdisjoint(words) for one in named)


def _known(ground: Ground) -> str:
    card = ground.content.card
    own = (card.name, card.organisation, card.account, card.address, card.number)
    return "\n".join([*own, ground.content.letter, *_strings(ground.company)])


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)


def _digits(text: str) -> str:
    """Give the figures; those of different words stay apart by what stands between them."""
    return "".join(one if one.isdigit() else "|" * one.isalpha() for one in text)
