"""Files that come in over HTTP: checked into blobs, whole or in pieces.

`kept` is the one door by which bytes of a request become a File or a Picture. `Uploads` keeps the
pieces of a large one (tus) in a folder beside the blobs until it is whole; what nobody finishes
within a day is swept away.
"""

import fcntl
import os
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from kb_service.base.blobs import Blobs
from kb_service.base.errors import FieldError, KbError, Kind, conflict, invalid, missing
from kb_service.base.ids import is_uid, new_uid
from kb_service.handbook import binaries

MAX_OPEN = 20
LIFE = timedelta(days=1)
_NAME = 200


class Kept(msgspec.Struct, frozen=True):
    """A checked file as an item's content: our type and the members of its struct."""

    kind: str
    values: dict[str, Any]


def kept(blobs: Blobs, name: str, data: bytes, *, kind: str = "") -> Kept:
    """Check a file and keep its bytes. `kind` asks for a File or an Image; empty goes by the bytes.

    Slow (pictures are made anew): never within a write transaction.
    Raises: file.too_large, file.type_refused, file.broken.
    """
    plain = PurePosixPath(name.replace("\\", "/").replace("\0", "")).name[-_NAME:] or "file"
    binary = binaries.checked(plain, data)
    if kind == "Image" and not binary.is_picture:
        raise invalid("file.no_picture", FieldError("image", "file.no_picture"), name=plain)
    ours = kind or ("Image" if binary.is_picture else "File")
    values = {
        "filename": plain,
        "content_type": binary.content_type,
        "size": len(binary.data),
        "sha256": blobs.put(binary.data),
    }
    if ours == "Image":
        values |= {"width": binary.width, "height": binary.height}
    return Kept(ours, values)


class Upload(msgspec.Struct, frozen=True):
    """An upload that has begun: whose it is, where it goes, how long it will be, in bytes."""

    uid: str
    login: str
    path: str
    length: int
    filename: str
    kind: str
    title: str
    began: datetime

    def ends(self) -> datetime:
        """When it is swept away."""
        return self.began + LIFE


class Uploads:
    """The folder of what is not whole yet: the words `<uid>.json`, the bytes `<uid>.part`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, upload: Upload) -> None:
        """Take a new one in. Raises: upload.too_many, file.too_large, upload.length_wrong."""
        if upload.length > binaries.MAX_BYTES:
            raise invalid("file.too_large", limit=binaries.MAX_BYTES, name=upload.filename)
        if upload.length <= 0:
            raise invalid("upload.length_wrong")
        self.sweep(upload.began)
        own = [one for one in self._all() if one.login == upload.login]
        if len(own) >= MAX_OPEN:
            raise KbError("upload.too_many", Kind.TOO_MANY, limit=MAX_OPEN)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._bytes(upload.uid).touch()
        draft = self.folder / f".{upload.uid}.{new_uid()}"
        draft.write_bytes(msgspec.json.encode(upload))
        draft.replace(self._words(upload.uid))

    def get(self, uid: str, login: str, now: datetime) -> Upload:
        """Give one that this account has begun. Raises: upload.missing."""
        words = self._words(uid) if is_uid(uid) else None
        if words is None or not words.exists():
            raise missing("upload.missing")
        upload = msgspec.json.decode(words.read_bytes(), type=Upload)
        if upload.login != login or upload.ends() <= now:
            raise missing("upload.missing")
        return upload

    def offset(self, upload: Upload) -> int:
        """Say how many bytes have come in."""
        path = self._bytes(upload.uid)
        return path.stat().st_size if path.exists() else 0

    def add(self, upload: Upload, offset: int, data: bytes) -> int:
        """Put a piece behind the others; give how many bytes there are now.

        Raises: upload.offset_wrong with the right one, upload.length_wrong.
        """
        with self._bytes(upload.uid).open("r+b") as file:
            # The same piece sent twice at once must not make two items.
            fcntl.flock(file, fcntl.LOCK_EX)
            present = file.seek(0, os.SEEK_END)
            if offset != present:
                raise conflict("upload.offset_wrong", offset=present)
            if present + len(data) > upload.length:
                raise invalid("upload.length_wrong")
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return present + len(data)

    def data(self, upload: Upload) -> bytes:
        """Give all of its bytes."""
        return self._bytes(upload.uid).read_bytes()

    def forget(self, upload: Upload) -> None:
        """Drop one: it is whole, or nobody wants it."""
        self.forget_named(upload.uid)

    def forget_named(self, uid: str) -> None:
        """Drop one by its uid; one that is gone already is no error."""
        if is_uid(uid):
            self._bytes(uid).unlink(missing_ok=True)
            self._words(uid).unlink(missing_ok=True)

    def sweep(self, now: datetime) -> None:
        """Drop what nobody has finished in time."""
        for upload in self._all():
            if upload.ends() <= now:
                self.forget(upload)

    def _all(self) -> list[Upload]:
        found = []
        for path in self.folder.glob("*.json"):
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=Upload))
            except (FileNotFoundError, msgspec.DecodeError):
                continue
        return found

    def _words(self, uid: str) -> Path:
        return self.folder / f"{uid}.json"

    def _bytes(self, uid: str) -> Path:
        return self.folder / f"{uid}.part"
