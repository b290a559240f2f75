"""A folder or an archive as the content folder holds it: documents, sheets, binaries.

A binary `name.ext` goes with its document `name.ext.md`; a binary that is alone is told of. Hidden
names are passed over, as in the content folder.
"""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from kb_service.base.errors import KbError, invalid
from kb_service.handbook import binaries, codec, folder, parts
from kb_service.handbook.exchange.archive import Archive, problem_of
from kb_service.handbook.exchange.schemas import Incoming, Reading, Remark, Where
from kb_service.handbook.folder import Folder
from kb_service.handbook.schemas import Document, File, Image, Problem, SyncProblem

_LEFT_BEHIND = ("__MACOSX/", "Thumbs.db", "desktop.ini")


def read_folder(root: Path) -> Reading:
    """Read a folder of this machine; links in it are not followed."""
    place = Folder(root)
    return _read([seen.file for seen in place.scan()], place.read)


def read_archive(data: bytes) -> Reading:
    """Read a ZIP. Raises: archive.*; an archive is refused whole or read whole."""
    files = Archive(data).read_all()
    return _read([name for name in files if not _is_hidden(name)], files.__getitem__)


def check_folder(root: Path) -> list[SyncProblem]:
    """Say which documents of a folder would be refused for their form."""
    problems = []
    place = Folder(root)
    for seen in place.scan():
        if not seen.is_document:
            continue
        try:
            document = codec.decode_bytes(place.read(seen.file), path=seen.file)
            parts.split(document.body, offset=document.front.count("\n") + 2)
        except KbError as error:
            line = int(error.params.get("line", 1))
            problems.append(SyncProblem(seen.file, line, error.code))
    return problems


def _is_hidden(name: str) -> bool:
    is_hidden = any(part.startswith((".", "@")) for part in PurePosixPath(name).parts)
    return is_hidden or name.startswith(_LEFT_BEHIND) or name.endswith(("~", folder.CONFLICT))


def _read(names: Iterable[str], bytes_of: Callable[[str], bytes]) -> Reading:
    reading = Reading()
    known = set(names)
    for name in sorted(known, key=folder.order):
        where = Where(name)
        try:
            if folder.Seen(name, 0, 0).is_sheet:
                reading.things.append(_sheet(name, bytes_of(name)))
            elif name.endswith(".md"):
                binary = name.removesuffix(".md")
                data = bytes_of(binary) if binary in known else None
                reading.things.append(_document(name, bytes_of(name), data))
            elif f"{name}.md" not in known:
                reading.notes.append(Remark(where, "import.alone", {"name": name}))
        except KbError as error:
            code, params = problem_of(error)
            line = int(error.params.get("line", 1))
            reading.refuse(Where(name, line), Problem(line, code, params))
        except OSError as error:
            params = {"problem": error.strerror or type(error).__name__}
            reading.refuse(where, Problem(1, "file.unreadable", params))
    return reading


def _sheet(name: str, data: bytes) -> Incoming:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid("document.not_text", line=1) from error
    return Incoming(where=Where(name), type="", sheet=folder.sheet_of(name), text=text)


def _document(name: str, data: bytes, binary: bytes | None) -> Incoming:
    document = codec.decode_bytes(data, path=name)
    kept = None
    if isinstance(document.content, File):
        if binary is None:
            raise invalid("file.missing", line=1, name=name.removesuffix(".md"))
        document, kept = with_binary(document, name.removesuffix(".md"), binary)
    return Incoming(
        where=Where(name),
        type=document.type,
        path=folder.path_of(name),
        uid=document.uid,
        state=document.state,
        document=document,
        data=kept,
    )


def with_binary(document: Document, name: str, data: bytes) -> tuple[Document, bytes]:
    """Give the document that says what its binary is, and the bytes in the form that is kept.

    Raises: file.too_large, file.type_refused, file.broken.
    """
    content = document.content
    said = content.sha256 if isinstance(content, File) else ""
    binary = binaries.checked(name, data, kept_as=said)
    values: dict[str, Any] = {
        "filename": name.rsplit("/", 1)[-1],
        "content_type": binary.content_type,
        "size": len(binary.data),
        "sha256": folder.digest(binary.data),
    }
    if isinstance(content, Image):
        values |= {"width": binary.width, "height": binary.height}
    return codec.edited(document, **values), binary.data
