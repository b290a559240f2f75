"""Files that come in from outside: their type by content, an allow-list, pictures made anew.

A name's ending proves nothing: the bytes decide. No SVG, HTML or XML is taken, since a browser
would run what is in it. Pictures are decoded and encoded again, which drops all that is no picture.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec
import puremagic
from PIL import Image, UnidentifiedImageError

from kb_service.base.blobs import Blobs
from kb_service.base.errors import FieldError, invalid
from kb_service.handbook.schemas import Content, File
from kb_service.handbook.schemas import Image as Picture

MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 40_000_000
_PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TEXT = {".txt": "text/plain", ".csv": "text/csv"}
_PDF = "application/pdf"
UNKNOWN = "application/octet-stream"
# What the bytes under a name can be once they have been checked, the usual type first.
_BY_NAME: Mapping[str, tuple[str, ...]] = {
    **{suffix: (kind,) for suffix, kind in _TEXT.items()},
    ".pdf": (_PDF,),
    ".docx": tuple(_OFFICE.values()),
    ".xlsx": tuple(reversed(_OFFICE.values())),
    ".png": ("image/png", "image/jpeg", "image/webp"),
    ".gif": ("image/png", "image/jpeg", "image/webp"),
    ".jpg": ("image/jpeg", "image/png", "image/webp"),
    ".jpeg": ("image/jpeg", "image/png", "image/webp"),
    ".webp": ("image/webp", "image/png", "image/jpeg"),
}
# Parts of the files that the encoder writes: APP0, tables of numbers, one frame, one scan.
_JPEG_SCAN = b"\xff\xda"
_JPEG_PARTS = frozenset((b"\xff\xe0", b"\xff\xdb", b"\xff\xc0", b"\xff\xc4", _JPEG_SCAN))
_WEBP_PARTS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))


class Binary(msgspec.Struct, frozen=True):
    """Checked bytes and what they are; pictures carry their size in pixels."""

    data: bytes
    content_type: str
    width: int = 0
    height: int = 0

    @property
    def is_picture(self) -> bool:
        """Whether this is a picture."""
        return self.content_type.startswith("image/")


def type_of(name: str, said: str, *, is_picture: bool) -> str:
    """Give the type of a file that was taken in under a name, whatever its document says.

    What is said holds only where checked bytes of that name can be it; a type that a browser would
    run is never among those, and of what is shown in place only pictures are.
    """
    possible = _BY_NAME.get(PurePosixPath(name.lower()).suffix, ())
    if is_picture:
        possible = tuple(one for one in possible if one.startswith("image/"))
    if said in possible:
        return said
    return possible[0] if possible else UNKNOWN


def type_of_file(content: File, path: str) -> str:
    """Give the type of the file of a document; where it names no file, its path ends with it."""
    name = content.filename or path.rsplit("/", 1)[-1]
    return type_of(name, content.content_type, is_picture=isinstance(content, Picture))


def with_true_type(content: Content, path: str) -> Content:
    """Give the content of a document with the type that its file really has."""
    if not isinstance(content, File):
        return content
    return msgspec.structs.replace(content, content_type=type_of_file(content, path))


def checked(name: str, data: bytes, *, kept_as: str = "") -> Binary:
    """Say what the bytes are and give them in the form in which they are kept.

    `kept_as` is the SHA-256 under which another service of ours kept a picture: bytes that have it
    and hold nothing but the picture stay as they are, since to encode them again would change them.
    Raises: file.too_large, file.type_refused, file.broken.
    """
    if len(data) > MAX_BYTES:
        raise invalid("file.too_large", limit=MAX_BYTES, name=name)
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in _TEXT:
        return Binary(_text(name, data), _TEXT[suffix])
    if suffix == ".pdf" and _kind(name, data) == _PDF:
        return Binary(data, _PDF)
    if suffix in (".docx", ".xlsx"):
        return Binary(data, _office(name, data))
    if suffix in (".png", ".jpg", ".jpeg", ".webp", ".gif"):
        return _picture(name, data, kept_as)
    raise invalid("file.type_refused", name=name)


def _kind(name: str, data: bytes) -> str:
    # Without the name: by its ending alone anything would be what it is called.
    try:
        return str(puremagic.from_string(data, mime=True))
    except (puremagic.PureError, ValueError) as error:
        raise invalid("file.type_refused", name=name) from error


def _text(name: str, data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid("file.broken", name=name) from error
    if "\0" in text:
        raise invalid("file.type_refused", name=name)
    return data


def _office(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = archive.namelist()
    except zipfile.BadZipFile as error:
        raise invalid("file.broken", name=name) from error
    for folder, content_type in _OFFICE.items():
        if any(entry.startswith(folder) for entry in inside):
            # Macros would run at the reader's desk.
            if any(entry.endswith("vbaProject.bin") for entry in inside):
                raise invalid("file.type_refused", name=name)
            return content_type
    raise invalid("file.type_refused", name=name)


def _picture(name: str, data: bytes, kept_as: str) -> Binary:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            kind = picture.format or ""
            if kind not in _PICTURES:
                raise invalid("file.type_refused", name=name)
            if picture.width * picture.height > MAX_PIXELS:
                raise invalid("file.too_large", limit=MAX_PIXELS, name=name)
            plain = picture.convert("RGB") if kind == "JPEG" else picture.convert("RGBA")
            if hashlib.sha256(data).hexdigest() == kept_as and _is_bare(kind, data):
                return Binary(data, _PICTURES[kind], plain.width, plain.height)
            out = io.BytesIO()
            plain.save(out, "PNG" if kind == "GIF" else kind)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise invalid("file.broken", name=name) from error
    content_type = "image/png" if kind == "GIF" else _PICTURES[kind]
    return Binary(out.getvalue(), content_type, plain.width, plain.height)


def _is_bare(kind: str, data: bytes) -> bool:
    """Say whether a lossy picture holds what our own writing of it holds, and nothing else."""
    if kind == "JPEG":
        return _jpeg_is_bare(data)
    return kind == "WEBP" and _webp_is_bare(data)


def _jpeg_is_bare(data: bytes) -> bool:
    position = 2
    while position + 4 <= len(data):
        marker = data[position : position + 2]
        if marker not in _JPEG_PARTS:
            return False
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _JPEG_SCAN:
            # The picture itself; it ends with the first end mark, and so must the file.
            return data.find(b"\xff\xd9", position) == len(data) - 2
    return False


def _webp_is_bare(data: bytes) -> bool:
    position = 12
    while position + 8 <= len(data):
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        if data[position : position + 4] not in _WEBP_PARTS:
            return False
        position += 8 + size + size % 2
    return position == len(data) == 8 + int.from_bytes(data[4:8], "little")


def refuse_unknown(content: Content, blobs: Blobs) -> None:
    """Refuse a text that names bytes which nobody has brought. Raises: file.unknown."""
    digest = content.sha256 if isinstance(content, File) else ""
    if digest and not blobs.has(digest):
        raise invalid("file.unknown", FieldError("sha256", "file.unknown"), sha256=digest[:64])
