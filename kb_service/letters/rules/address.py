"""How a reply addresses its reader, and how it ends: by the kind of applicant. Source: R13, R24.

The words are data (sheet `salutations`): for each kind `female`, `male` and `unknown` with `{name}`
in them, `nameless` where there is no name, and `closing`, in which variables may stand.
"""

from collections.abc import Mapping, Sequence

from kb_service.letters.schemas import ApplicantKind, Card, Gender
from kb_service.text.names import parse, polite

_Rows = Sequence[Mapping[str, str]]


def address(card: Card, rows: _Rows) -> str:
    """Give the line that a reply begins with; the card's own where it has one."""
    if card.salutation.strip():
        return card.salutation.strip()
    row = _row(card.kind, rows)
    if card.kind != ApplicantKind.PERSON:
        return row.get("nameless", "")
    known = parse(card.name)
    called = polite(known)
    if not called:
        return row.get("nameless", "")
    gender = card.gender or known.gender or Gender.BY_NAME
    return row.get(str(gender) or "unknown", row.get("unknown", "")).replace("{name}", called)


def closing(card: Card, rows: _Rows) -> str:
    """Give the lines that a reply ends with, variables still in them."""
    return _row(card.kind, rows).get("closing", "").strip()


def _row(kind: ApplicantKind, rows: _Rows) -> Mapping[str, str]:
    return next((row for row in rows if row.get("kind") == kind), {})
