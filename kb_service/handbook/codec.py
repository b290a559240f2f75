"""Document text <-> typed object, loss-free.

A document is a line `---`, YAML, a line `---`, the body. `Document.front` and `Document.body` are
the text as typed; `content` is what the keys say. Only three things are changed on the way in: a
byte order mark goes, every line end becomes a line feed, the two `---` lines lose blanks behind
them. From there on text -> object -> text is the identity, and a change of one key leaves every
other line alone.
"""

import re
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kb_service.base.errors import FieldError, KbError, Kind, invalid
from kb_service.base.ids import is_uid
from kb_service.handbook import front as yaml_front
from kb_service.handbook.fields import fields_of
from kb_service.handbook.front import Entry, is_null, natural
from kb_service.handbook.front_writer import written
from kb_service.handbook.schemas import TYPES, Content, Document, State, Topic

__all__ = [
    "MAX_BYTES",
    "Document",
    "decode",
    "decode_bytes",
    "edited",
    "encode",
    "new",
    "revision_text",
    "topic_named",
    "typed_text",
    "with_identity",
    "with_order",
]

MAX_BYTES = 256 * 1024
COMPANY_ZONE = ZoneInfo("Europe/Moscow")
ALIASES = {"Document": "Page", "Folder": "Topic"}
ORDER = (
    "type", "uid", "code", "title", "wordings", "description", "state", "publish_at",
    "expires_at", "version", "in_force_from", "acknowledgement_required", "area", "starts",
    "ends", "valid_from", "valid_to", "checked", "review_by", "owner", "sources", "related",
    "tags", "order", "audience", "actions", "language", "filename", "content_type", "size",
    "sha256", "width", "height",
)  # fmt: skip
_ITEM_KEYS = frozenset({"type", "uid", "state"})
_FENCE = re.compile(r"---[ \t]*\n?")
_CLOSING = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)
_NAMES_ORDER = re.compile(r"""^["']?order\b""", re.MULTILINE)
_ONE_LINE = re.compile(r"[\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def decode(text: str, *, path: str = "", zone: tzinfo = COMPANY_ZONE) -> Document:
    """Read a document. A moment without an offset is in `zone`; a bare day is its first minute.

    Lines in errors are lines of the file, 1 is the first.
    Raises: document.not_text, document.too_large, document.front_missing, document.front_unclosed,
    document.front_style, document.yaml, document.yaml_alias, document.yaml_tag,
    document.yaml_deep, document.key_twice, document.type_missing, document.type_unknown,
    document.title_missing, document.field_wrong.
    """
    try:
        front, body = _cut(text)
        entries = {entry.key: entry for entry in _entries(front)}
        name = _type(entries)
        content = _content(TYPES[name], entries, zone)
        return Document(
            type=name,
            uid=_uid(entries),
            state=_state(entries),
            content=content,
            body=body,
            front=front,
            extra=_extra(TYPES[name], entries),
        )
    except KbError as error:
        error.params = {"path": path, "line": 1, **error.params}
        raise


def decode_bytes(data: bytes, *, path: str = "", zone: tzinfo = COMPANY_ZONE) -> Document:
    """Read a document from a file's bytes, which must be UTF-8. Raises: as `decode`."""
    if len(data) > MAX_BYTES + 3:
        raise invalid("document.too_large", path=path, line=1, limit=MAX_BYTES)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise invalid("document.not_text", path=path, line=line) from error
    return decode(text, path=path, zone=zone)


def encode(document: Document) -> str:
    """Give the document's file: as typed, with the document's uid and state in the front matter."""
    entries = {entry.key: entry for entry in yaml_front.read(document.front)}
    said = (_uid(entries), _state(entries))
    if said == (document.uid, document.state):
        return _joined(document.front, document.body)
    bare = yaml_front.replaced(document.front, {"uid": "", "state": ""}, ORDER)
    lines = _identity(document.uid, document.state)
    return _joined(yaml_front.replaced(bare, lines, ORDER), document.body)


def revision_text(document: Document) -> str:
    """Give the text that a revision keeps: as typed, without `uid`, `state` and `order`.

    These three are the item's own: where it stands is no part of what it says.
    """
    bare = yaml_front.replaced(document.front, {"uid": "", "state": "", "order": ""}, ORDER)
    return _joined(bare, document.body)


def typed_text(document: Document) -> str:
    """Give the text as typed without `uid` and `state`, but with its place among neighbours."""
    bare = yaml_front.replaced(document.front, {"uid": "", "state": ""}, ORDER)
    return _joined(bare, document.body)


def with_order(text: str, order: float | None) -> str:
    """Give a revision's text with its item's place among neighbours, or without any."""
    if order is None and not _NAMES_ORDER.search(text):
        return text
    front, body = _cut(text)
    line = "" if order is None else written([("order", order)])
    return _joined(yaml_front.replaced(front, {"order": line}, ORDER), body)


def with_identity(text: str, uid: str, state: State, order: float | None = None) -> str:
    """Give a revision's text as a file: `uid` behind the type, `state` behind the description.

    Keys that are not there are passed over (code, title, wordings stand before the description).
    An empty uid and no order give no line. Undoes `revision_text` for documents in canonical order.
    """
    front, body = _cut(text)
    bare = yaml_front.replaced(front, {"uid": "", "state": "", "order": ""}, ORDER)
    lines = _identity(uid, state)
    if order is not None:
        lines["order"] = written([("order", order)])
    return _joined(yaml_front.replaced(bare, lines, ORDER), body)


def _identity(uid: str, state: State) -> dict[str, str]:
    return {
        "uid": written([("uid", uid)]) if uid else "",
        "state": written([("state", str(state))]),
    }


def new(
    type: str,  # noqa: A002 - the word of the front matter
    content: Content,
    body: str,
    *,
    uid: str = "",
    state: State = State.PRIVATE,
) -> Document:
    """Make a document in canonical form: keys in the order of the handbook's own files.

    Raises: as `decode`, so that nothing is made that could not be read again.
    """
    values = _values(content)
    pairs: dict[str, Any] = {"type": type}
    if uid:
        pairs["uid"] = uid
    pairs |= {"state": str(state)} | values
    known = [key for key in ORDER if key in pairs]
    rest = [key for key in pairs if key not in ORDER]
    front = written((key, pairs[key]) for key in known + rest)
    return decode(_joined(front, body))


def edited(document: Document, *, body: str | None = None, **changes: Any) -> Document:
    """Give the document with some keys of its content changed; every other line stays as typed.

    A key that comes back to its default leaves the text. The value's own lines are written anew.
    Raises: document.field_unknown, and as `decode`.
    """
    kind = TYPES[document.type]
    unknown = [key for key in changes if key not in kind.__struct_fields__]
    if unknown:
        raise invalid("document.field_unknown", field=unknown[0], type=document.type)
    before = _values(document.content)
    after = _values(msgspec.structs.replace(document.content, **changes))
    lines: dict[str, str] = {}
    for key in changes:
        if key not in after:
            lines[key] = ""
        elif after[key] != before.get(key):
            lines[key] = written([(key, after[key])])
    front = yaml_front.replaced(document.front, lines, ORDER)
    made = decode(_joined(front, document.body if body is None else body))
    return msgspec.structs.replace(made, uid=document.uid, state=document.state)


def topic_named(name: str) -> Topic:
    """Give the content of a topic that only has the name of its folder."""
    title = name.replace("-", " ").replace("_", " ").strip()
    return Topic(title=title[:1].upper() + title[1:] or name)


def _joined(front: str, body: str) -> str:
    return f"---\n{front}---\n{body}"


def _cut(text: str) -> tuple[str, str]:
    """Cut a text into front matter (whole lines) and body."""
    if len(text) > MAX_BYTES:
        raise invalid("document.too_large", limit=MAX_BYTES)
    nul = text.find("\0")
    if nul >= 0:
        raise invalid("document.not_text", line=text.count("\n", 0, nul) + 1)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise invalid("document.not_text", line=line) from error
    text = text.removeprefix("\ufeff")
    if size > MAX_BYTES + 3:
        raise invalid("document.too_large", limit=MAX_BYTES)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    opening = _FENCE.match(text)
    if opening is None or not opening[0].endswith("\n"):
        raise invalid("document.front_missing")
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        raise invalid("document.front_unclosed")
    return text[opening.end() : closing.start()], text[closing.end() :]


def _entries(front: str) -> list[Entry]:
    try:
        return yaml_front.read(front)
    except KbError as error:
        error.params["line"] = error.params.get("line", 1) + 1
        raise


def _line(entry: Entry) -> int:
    # The front matter begins on the second line of the file.
    return entry.line + 1


def _wrong(entry: Entry, reason: str, *, allowed: tuple[str, ...] = ()) -> KbError:
    return KbError(
        "document.field_wrong",
        Kind.INVALID,
        fields=(FieldError(entry.key, "document.field_wrong", {"reason": reason}),),
        allowed=allowed,
        line=_line(entry),
        field=entry.key,
        reason=reason,
    )


def _type(entries: dict[str, Entry]) -> str:
    entry = entries.get("type")
    if entry is None or is_null(entry.value):
        raise invalid("document.type_missing", FieldError("type", "document.type_missing"))
    if not isinstance(entry.value, str):
        raise _wrong(entry, "not text")
    name = ALIASES.get(entry.value, str(entry.value))
    if name not in TYPES:
        raise KbError(
            "document.type_unknown",
            fields=(FieldError("type", "document.type_unknown", {"type": name}),),
            allowed=tuple(TYPES),
            line=_line(entry),
            type=name,
        )
    return name


def _uid(entries: dict[str, Entry]) -> str:
    entry = entries.get("uid")
    if entry is None or is_null(entry.value):
        return ""
    if not isinstance(entry.value, str) or not is_uid(entry.value):
        raise _wrong(entry, "not a uid")
    return str(entry.value)


def _state(entries: dict[str, Entry]) -> State:
    entry = entries.get("state")
    if entry is None or is_null(entry.value):
        return State.PRIVATE
    if not isinstance(entry.value, str) or entry.value not in list(State):
        raise _wrong(entry, "unknown state", allowed=tuple(State))
    return State(entry.value)


def _extra(kind: type[Content], entries: dict[str, Entry]) -> dict[str, Any]:
    known = _ITEM_KEYS.union(kind.__struct_fields__)
    return {key: natural(entry.value) for key, entry in entries.items() if key not in known}


def _content(kind: type[Content], entries: dict[str, Entry], zone: tzinfo) -> Content:
    values: dict[str, Any] = {}
    faults: list[KbError] = []
    for name, field in fields_of(kind).items():
        entry = entries.get(name)
        if entry is None or is_null(entry.value):
            continue
        try:
            values[name] = field.value(entry.value, zone)
        except (msgspec.ValidationError, ValueError, OverflowError) as error:
            faults.append(_wrong(entry, str(error)))
    if faults:
        faults[0].fields = tuple(one for fault in faults for one in fault.fields)
        raise faults[0]
    title = values.get("title", "")
    entry = entries.get("title")
    if not title.strip():
        line = _line(entry) if entry else 1
        missing = FieldError("title", "document.title_missing")
        raise invalid("document.title_missing", missing, line=line)
    if entry is not None and _ONE_LINE.search(title):
        raise _wrong(entry, "more than one line")
    return kind(**values)


def _values(content: Content) -> dict[str, Any]:
    """Give the keys that differ from their defaults; dates stay dates."""
    return dict(msgspec.to_builtins(content, builtin_types=(date, datetime)))
