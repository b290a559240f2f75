"""What a writer sends, as a document: Plone's names to ours, each wrong field by its name.

All mistakes are collected, so that a form can show them at once.
"""

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET

from kb_service.api.addresses import Addresses
from kb_service.api.found import item_named
from kb_service.api.schemas.content import ContentBody, FileBody, TextBody
from kb_service.base.errors import FieldError, KbError, Kind, invalid
from kb_service.base.work import Work
from kb_service.handbook.schemas import TYPES, Audience, File

# Members of the wire that have another name in a document.
OUR_NAMES: Mapping[str, str] = {
    "subjects": "tags",
    "effective": "publish_at",
    "expires": "expires_at",
    "relatedItems": "related",
    # Plone's `version` is the number of a text, not what a regulation says of itself.
    "regulation_version": "version",
}
_WIRE_NAMES = {ours: wire for wire, ours in OUR_NAMES.items()}
_NOT_CONTENT = frozenset(
    {"type_", "id", "text", "changeNote", "source", "file", "image", "ordering"}
)
_MARKDOWN = frozenset({None, "", "text/markdown", "text/x-web-markdown", "text/plain"})
_MAX_COMMENT = 1000


class Changes(msgspec.Struct):
    """What is to be written: values of the content, and the body where one was sent."""

    values: dict[str, Any]
    body: str | None = None


def changes_of(body: ContentBody, kind: str, work: Work, addresses: Addresses) -> Changes:
    """Give what was sent as values of a type of ours. Raises: content.wrong with every field."""
    reader = _Reader(work, addresses)
    values: dict[str, Any] = {}
    faults: list[FieldError] = []
    known = TYPES[kind].__struct_fields__
    for name in ContentBody.__struct_fields__:
        value = getattr(body, name)
        ours = OUR_NAMES.get(name, name)
        if value is UNSET or name in _NOT_CONTENT:
            continue
        if ours not in known:
            faults.append(FieldError(name, "field.not_of_type", {"type": kind}))
            continue
        try:
            values[ours] = reader.read(name, value)
        except _WrongField as error:
            faults.append(FieldError(name, error.code, error.params))
    text = None
    try:
        text = _text(body.text)
    except _WrongField as error:
        faults.append(FieldError("text", error.code, error.params))
    if faults:
        raise invalid("content.wrong", *faults)
    return Changes(values, text)


def file_of(body: ContentBody, kind: str) -> tuple[str, bytes] | None:
    """Give the name and the bytes of a file that was sent with an item of a type of ours.

    Raises: content.wrong, where the type has none or the bytes are no base64.
    """
    found = None
    for name, value in (("file", body.file), ("image", body.image)):
        if not isinstance(value, FileBody) or value.data is None:
            continue
        if (name == "image") != (kind == "Image") or not issubclass(TYPES[kind], File):
            fault = FieldError(name, "field.not_of_type", {"type": kind})
            raise invalid("content.wrong", fault)
        if value.encoding != "base64":
            raise invalid("content.wrong", FieldError(name, "file.encoding"))
        try:
            found = value.filename, base64.b64decode(value.data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise invalid("content.wrong", FieldError(name, "file.encoding")) from error
    return found


def with_wire_names(error: KbError) -> KbError:
    """Give an error of a document with its fields named as they were sent."""
    error.fields = tuple(
        FieldError(_WIRE_NAMES.get(one.field, one.field), one.code, one.params)
        for one in error.fields
    )
    return error


def check_known(raw: bytes, *, is_strict: bool) -> None:
    """Refuse members that nothing here knows, where the caller asks for it.

    Raises: content.unknown_field.
    """
    if not is_strict:
        return
    sent = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    known = {field.encode_name for field in msgspec.structs.fields(ContentBody)}
    unknown = [name for name in sent if name not in known]
    if unknown:
        raise invalid(
            "content.unknown_field",
            *(FieldError(name, "field.unknown") for name in unknown),
            field=unknown[0],
        )


def moments_of(**sent: str | None) -> dict[str, datetime | None]:
    """Give those of the moments that were sent, by our names. Raises: content.wrong."""
    values: dict[str, datetime | None] = {}
    faults: list[FieldError] = []
    for name, value in sent.items():
        if not value:
            continue
        try:
            values[OUR_NAMES.get(name, name)] = _moment(value)
        except _WrongField as error:
            faults.append(FieldError(name, error.code, error.params))
    if faults:
        raise invalid("content.wrong", *faults)
    return values


def comment_of(text: Any) -> str:
    """Give a comment as it can be kept."""
    return text.replace("\0", "")[:_MAX_COMMENT] if isinstance(text, str) else ""


class _WrongField(Exception):  # noqa: N818 - carries a code to the list of faults
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class _Reader:
    """Reads one member after another; related items are looked up as this writer sees them."""

    def __init__(self, work: Work, addresses: Addresses) -> None:
        self.work = work
        self.addresses = addresses

    def read(self, name: str, value: Any) -> Any:
        if name == "relatedItems":
            return [self._related(one) for one in value or []]
        return _READERS.get(name, _plain_text)(value)

    def _related(self, value: Any) -> str:
        """Give the path of an item named by path, address or uid, alone or within an object."""
        if isinstance(value, dict):
            value = value.get("@id") or value.get("UID")
        if not isinstance(value, str) or "\0" in value:
            raise _WrongField("related.wrong")
        try:
            return item_named(self.work, self.addresses, value).path
        except KbError as error:
            raise _WrongField("related.missing", item=value[:200]) from error


def _title(value: str | None) -> str:
    if value is None or not value.strip():
        raise _WrongField("title.needed")
    return value.strip()


def _plain_text(value: str | None) -> str:
    return value or ""


def _lines(value: list[str] | None) -> list[str]:
    return [one.strip() for one in value or [] if one.strip()]


def _moment(value: str | None) -> datetime | None:
    if not value or value == "None":
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise _WrongField("moment.wrong") from error


def _day(value: str | None) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _WrongField("date.wrong") from error


def _checked(value: str | bool | None) -> date | bool:
    if value is True:
        raise _WrongField("date.wrong")
    return _day(value or None) or False


def _language(value: Any) -> str:
    token = value.get("token") if isinstance(value, dict) else value
    if token is None or token == "":
        return "ru"
    if not isinstance(token, str):
        raise _WrongField("field.wrong")
    return token


def _audience(value: str | None) -> Audience:
    if not value:
        return Audience.PUBLIC
    if value not in list(Audience):
        raise _WrongField("field.not_one_of", allowed=", ".join(Audience))
    return Audience(value)


def _order(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise _WrongField("field.wrong")
    return value


def _text(value: Any) -> str | None:
    if value is UNSET:
        return None
    if value is None or isinstance(value, str):
        return value or ""
    text: TextBody = value
    if text.content_type not in _MARKDOWN:
        raise _WrongField("text.media_type", media_type=str(text.content_type)[:80])
    return text.data


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "title": _title,
    "subjects": _lines,
    "wordings": _lines,
    "effective": _moment,
    "expires": _moment,
    "valid_from": _day,
    "valid_to": _day,
    "review_by": _day,
    "checked": _checked,
    "language": _language,
    "audience": _audience,
    "order": _order,
    "in_force_from": _day,
    "acknowledgement_required": bool,
    "starts": _moment,
    "ends": _moment,
    "sources": lambda value: value or [],
    "actions": lambda value: value or [],
}


def refuse_type(name: Any, allowed: tuple[str, ...]) -> KbError:
    """Give the error of a type that is not there or cannot be added, with Plone's statuses."""
    if not isinstance(name, str) or not name:
        return invalid("content.type_needed", FieldError("@type", "field.needed"))
    return KbError(
        "content.type_unknown",
        Kind.FORBIDDEN,
        fields=(FieldError("@type", "field.not_one_of", {"allowed": ", ".join(allowed)}),),
        allowed=allowed,
        type=name[:80],
    )
