"""Content that collective.exportimport wrote out of a Plone site: one JSON list of items.

Types, paths, names, states and dates become ours, HTML and Volto's blocks become Markdown, files
their bytes. Links by `resolveuid` and by the site's address lead to the items here. What we have no
type for is told and left out; so is a state that we do not know (the item stays private).
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from kb_service.base.errors import KbError, invalid
from kb_service.base.ids import is_uid
from kb_service.handbook import codec
from kb_service.handbook.exchange import slate
from kb_service.handbook.exchange.archive import problem_of
from kb_service.handbook.exchange.documents import with_binary
from kb_service.handbook.exchange.markdown import escaped, markdown_of, one_line
from kb_service.handbook.exchange.schemas import Incoming, Reading, Remark, Where
from kb_service.handbook.links import is_link
from kb_service.handbook.rules import paths
from kb_service.handbook.schemas import TYPES, Problem, State

MAX_JSON = 128 * 1024 * 1024
MAX_ITEMS = 10_000
TYPES_OF = {
    "Folder": "Topic", "Large Plone Folder": "Topic", "Topic": "Topic", "LRF": "Topic",
    "Document": "Page", "Page": "Page", "News Item": "Page", "StandardQuestion": "StandardQuestion",
    "File": "File", "Image": "Image",
}  # fmt: skip
STATES = {
    "private": State.PRIVATE, "visible": State.PRIVATE, "draft": State.PRIVATE,
    "pending": State.PENDING, "published": State.PUBLISHED, "external": State.PUBLISHED,
    "internally_published": State.PUBLISHED, "archived": State.ARCHIVED,
}  # fmt: skip
_SITES = frozenset({"Plone Site", "Site"})
_BLOBS = {"File": "file", "Image": "image"}
# What Plone writes for «never».
_NEVER = (1969, 2499)
_RESOLVE = re.compile(r"(?:.*/)?resolve[Uu]id/([0-9a-f]{32})(.*)")
_SCALE = re.compile(r"/(?:@@images|@@download|image_\w+|view)(?:/.*)?$")


def read_plone(data: bytes, file: str, into: str = "") -> Reading:
    """Read an export. Raises: plone.broken, plone.too_many, archive.too_large, package.missing."""
    if len(data) > MAX_JSON:
        raise invalid("archive.too_large", limit=MAX_JSON // (1024 * 1024))
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise invalid("plone.broken") from error
    items = found if isinstance(found, list) else [found]
    if len(items) > MAX_ITEMS:
        raise invalid("plone.too_many", limit=MAX_ITEMS)
    if not items or not all(isinstance(item, dict) and "@type" in item for item in items):
        raise invalid("plone.broken")
    return _Reader(items, file, into.rstrip("/")).read()


class _Reader:
    """Goes over the items of one export, parents first."""

    def __init__(self, items: list[dict[str, Any]], file: str, into: str) -> None:
        self.file = file
        self.into = into
        self.items = items
        self.root = _root_of(items)
        self.reading = Reading()
        self.paths = {_address(item): self._path(_address(item)) for item in items}
        self.by_uid = {
            str(item["UID"]): self.paths[_address(item)] for item in items if item.get("UID")
        }
        self.parents = {self._parent(path) for path in self.paths.values()}
        self.files = {
            self.paths[_address(item)]
            for item in items
            if TYPES_OF.get(str(item["@type"])) in _BLOBS
        }
        self.states: dict[str, State] = {}

    def read(self) -> Reading:
        numbered = list(enumerate(self.items, start=1))
        numbered.sort(key=lambda pair: self.paths[_address(pair[1])].count("/"))
        for number, item in numbered:
            where = Where(self.file, number)
            try:
                self.reading.things += self._item(item, where)
            except KbError as error:
                code, params = problem_of(error)
                self.reading.refuse(where, Problem(number, code, params))
        return self.reading

    def _item(self, item: Mapping[str, Any], where: Where) -> Iterator[Incoming]:
        given = str(item["@type"])
        path = self.paths[_address(item)]
        if given in _SITES or path == "/":
            return
        name = TYPES_OF.get(given)
        if name is None:
            raise invalid("plone.type_unknown", type=given[:80], path=path)
        if name in ("Page", "StandardQuestion") and path in self.parents:
            # Only a topic holds others here.
            name = "Topic"
        state = self._state(item, path, where)
        data = None
        values = self._values(item, name)
        kind = TYPES[name]
        uid = str(item.get("UID") or "")
        body = self._body(item, path, where) if name not in _BLOBS else ""
        document = codec.new(
            name, kind(**values), body, uid=uid if is_uid(uid) else "", state=state
        )
        if name in _BLOBS:
            filename, raw = _blob(item, _BLOBS[name], path)
            document, data = with_binary(document, filename, raw)
        yield Incoming(
            where=where,
            type=name,
            path=path,
            uid=document.uid,
            state=state,
            document=document,
            data=data,
        )

    def _path(self, address: str) -> str:
        below = address.removeprefix(self.root)
        names = [_name(unquote(one)) for one in below.split("/") if one]
        if names and not self.into and names[0].lower() in paths.RESERVED:
            names[0] = f"{names[0]}-1"
        return f"{self.into}/{'/'.join(names)}" if names else self.into or "/"

    @staticmethod
    def _parent(path: str) -> str:
        return path.rsplit("/", 1)[0] or "/"

    def _state(self, item: Mapping[str, Any], path: str, where: Where) -> State:
        given = item.get("review_state")
        if given is None:
            # Files have no workflow of their own: they are seen where their folder is.
            state = self.states.get(self._parent(path), State.PRIVATE)
        else:
            state = STATES.get(str(given), State.PRIVATE)
            if str(given) not in STATES:
                note = {"state": str(given)[:80], "path": path}
                self.reading.notes.append(Remark(where, "plone.state_unknown", note))
        self.states[path] = state
        return state

    def _values(self, item: Mapping[str, Any], name: str) -> dict[str, Any]:
        tags = item.get("subjects")
        values: dict[str, Any] = {
            "title": one_line(str(item.get("title") or item.get("id") or "")),
            "description": str(item.get("description") or "").strip(),
            "publish_at": _moment(item.get("effective")),
            "expires_at": _moment(item.get("expires")),
            "tags": [str(one) for one in tags] if isinstance(tags, list) else [],
            "language": _token(item.get("language")) or "ru",
        }
        if name == "StandardQuestion":
            wordings = item.get("wordings")
            values["code"] = str(item.get("code") or "")
            values["wordings"] = (
                [str(one) for one in wordings] if isinstance(wordings, list) else []
            )
        return values

    def _body(self, item: Mapping[str, Any], path: str, where: Where) -> str:
        text = item.get("text")
        given, kind = text, "text/html"
        if isinstance(text, dict):
            given, kind = text.get("data"), str(text.get("content-type") or kind)
        if not isinstance(given, str) or not given.strip():
            given, kind = self._blocks(item, path, where), "text/html"
        kind = kind.split(";")[0].strip()
        if kind in ("text/x-web-markdown", "text/markdown"):
            return f"{given.strip()}\n"
        if kind == "text/plain":
            return f"{escaped(given.strip())}\n"
        return markdown_of(given, address=lambda url: self._link(url, path))

    def _blocks(self, item: Mapping[str, Any], path: str, where: Where) -> str:
        blocks = item.get("blocks")
        if not isinstance(blocks, dict):
            return ""
        unknown: set[str] = set()
        made = slate.html_of(blocks, item.get("blocks_layout"), unknown)
        for kind in sorted(unknown):
            note = {"kind": kind[:80], "path": path}
            self.reading.notes.append(Remark(where, "plone.block_unknown", note))
        return made

    def _link(self, url: str, path: str) -> str:
        """Give our address for an address of the site; an empty text where there is none."""
        url = url.strip().partition("#")[0]
        if not url:
            return ""
        resolved = _RESOLVE.fullmatch(url)
        if resolved:
            target = self.by_uid.get(resolved[1], "")
            return self._bytes(target, resolved[2]) if target else ""
        split = urlsplit(url)
        address = split.path.rstrip("/")
        if not split.scheme and not split.netloc and not url.startswith("/"):
            address = _joined(self._address_of(path), url)
        bare = _SCALE.sub("", address)
        for known in (bare, self.root + bare):
            if known in self.paths and not (split.netloc and split.netloc != self._host()):
                return self._bytes(self.paths[known], address[len(bare) :])
        return url if is_link(url) and split.scheme else ""

    def _bytes(self, path: str, rest: str) -> str:
        """Give the address of an item, or of its bytes where a picture's were asked for."""
        return f"{path}/@@download" if path in self.files and rest else path

    def _address_of(self, path: str) -> str:
        return next(address for address, known in self.paths.items() if known == path)

    def _host(self) -> str:
        return urlsplit(str(self.items[0].get("@id") or "")).netloc


def _address(item: Mapping[str, Any]) -> str:
    return urlsplit(str(item.get("@id") or "")).path.rstrip("/")


def _root_of(items: list[dict[str, Any]]) -> str:
    """Give the path of the site itself: of the item that is one, or of the highest parent."""
    for item in items:
        if item["@type"] in _SITES:
            return _address(item)
        parent = item.get("parent")
        if isinstance(parent, dict) and parent.get("@type") in _SITES:
            return _address(parent)
    parents = [
        _address(item["parent"]) if isinstance(item.get("parent"), dict) else
        _address(item).rsplit("/", 1)[0]
        for item in items
    ]  # fmt: skip
    return min(parents, key=lambda path: path.count("/"), default="")


def _name(given: str) -> str:
    """Give a short name that may stand in a path: Plone's own where it may."""
    try:
        paths.check(f"/x/{given}")
    except KbError:
        stem, dot, ending = given.rpartition(".")
        return f"{paths.slug(stem)}.{paths.slug(ending)}" if dot and stem else paths.slug(given)
    return given


def _joined(address: str, url: str) -> str:
    # A relative link is read from the item's folder, as Plone's own editor writes it.
    steps = address.rsplit("/", 1)[0].split("/")
    for part in url.partition("?")[0].split("/"):
        if part == ".." and len(steps) > 1:
            steps.pop()
        elif part not in ("", ".", ".."):
            steps.append(part)
    return "/".join(steps)


def _blob(item: Mapping[str, Any], key: str, path: str) -> tuple[str, bytes]:
    blob = item.get(key)
    if not isinstance(blob, dict) or not isinstance(blob.get("data"), str):
        raise invalid("plone.file_absent", path=path)
    try:
        data = base64.b64decode(blob["data"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid("file.broken", name=path) from error
    filename = str(blob.get("filename") or path.rsplit("/", 1)[-1])
    return filename.rsplit("/", 1)[-1].rsplit("\\", 1)[-1], data


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if moment.year <= _NEVER[0] or moment.year >= _NEVER[1] else moment


def _token(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("token")
    return value[:2].lower() if isinstance(value, str) else ""
