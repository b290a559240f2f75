"""The company card as a form: its sheet's YAML to values and back, comments and order kept.

What the form does not know (signature, own keys) stays as it is in the sheet.
"""

import io
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from kb_service.base.errors import FieldError, invalid

LINES = (
    "name", "short_name", "phone", "phone_hours", "dispatch_phone", "network_name",
    "network_phone", "email", "ask_url", "site_url", "cabinet_url", "outages_url",
    "postal_address", "region", "search_example",
)  # fmt: skip
OFFICES = "offices"
EXAMPLE = "is_example"
_OFFICE = ("name", "address", "hours")
_MAX_LINE = 300
_MAX_OFFICES = 50
_PHONE = re.compile(r"[+\d][\d\s()–-]{1,30}(?:,? доб\. ?\d{1,6})?")
_EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,180}\.[^\s@,;<>\".]{2,}")
# An address that a page links to: of the web, or a path of our own.
_URL = re.compile(r"https?://[^\s<>\"'\\]+|/(?![/\\])[^\s<>\"'\\]*")


def values_of(card: Mapping[str, Any]) -> dict[str, str]:
    """Give the card as the fields of the form; an office is a line «name | address | hours»."""
    values = {name: str(card.get(name) or "") for name in LINES}
    offices = card.get(OFFICES) or []
    values[OFFICES] = "\n".join(
        " | ".join(str(office.get(part, "")) for part in _OFFICE)
        for office in offices
        if isinstance(office, Mapping)
    )
    values[EXAMPLE] = "1" if card.get(EXAMPLE) else ""
    return values


def edited(text: str, values: Mapping[str, str]) -> str:
    """Give the sheet with the form's values. Raises: company.wrong with an error at each field."""
    values = {name: value.strip() for name, value in values.items()}
    problems = [problem for name in LINES if (problem := _problem(name, values.get(name, "")))]
    offices = _offices(values.get(OFFICES, ""))
    if not values.get("name"):
        problems.append(FieldError("name", "field.needed"))
    if offices is None:
        problems.append(FieldError(OFFICES, "company.offices_wrong"))
    if problems:
        raise invalid("company.wrong", *problems)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    card = yaml.load(text) if text.strip() else CommentedMap()
    _put(card, values, offices or [])
    written = io.StringIO()
    yaml.dump(card, written)
    return written.getvalue()


def _put(card: Any, values: Mapping[str, str], offices: list[dict[str, str]]) -> None:
    before = values_of(card)
    for name in LINES:
        if values.get(name, "") != before[name]:
            card[name] = values.get(name, "")
    if (values.get(EXAMPLE) or "") != before[EXAMPLE]:
        card[EXAMPLE] = bool(values.get(EXAMPLE))
    if offices != _offices(before[OFFICES]):
        card[OFFICES] = offices


def _problem(name: str, value: str) -> FieldError | None:
    if len(value) > _MAX_LINE or not value.isprintable():
        return FieldError(name, "field.too_long", {"max": _MAX_LINE})
    if not value:
        return None
    if name.endswith("phone") and not _PHONE.fullmatch(value):
        return FieldError(name, "phone.wrong")
    if name == "email" and not _EMAIL.fullmatch(value):
        return FieldError(name, "email.wrong")
    if name.endswith("_url") and not _URL.fullmatch(value):
        return FieldError(name, "url.wrong")
    return None


def _offices(text: str) -> list[dict[str, str]] | None:
    """Give the offices of a field; None where a line has no name or too much in it."""
    found: list[dict[str, str]] = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if not line.strip():
            continue
        is_wrong = not parts[0] or len(parts) > len(_OFFICE) or not line.strip().isprintable()
        if is_wrong or len(line) > _MAX_LINE or len(found) == _MAX_OFFICES:
            return None
        found.append(dict(zip(_OFFICE, [*parts, "", ""], strict=False)))
    return found
