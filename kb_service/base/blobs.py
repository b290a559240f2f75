"""Files by their SHA-256 in a folder: the same bytes lie there once, and can be checked.

A blob is written to a temporary name, synced and renamed, before the row that names it commits;
a row therefore never names bytes that are not there.
"""

import hashlib
import os
from pathlib import Path

from kb_service.base.errors import KbError, Kind, missing
from kb_service.base.ids import new_uid
from kb_service.base.log import logger


class Blobs:
    """A folder of blobs, two letters of the hash a subfolder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes and give their SHA-256, 64 hexadecimal letters."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: two threads may bring the same bytes at the same time.
        temporary = path.with_name(f".{digest}.{new_uid()}")
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        # The names must last as well as the bytes: the file's in its folder, that one's in its own.
        _sync_folder(path.parent)
        _sync_folder(self.folder)
        return digest

    def get(self, digest: str) -> bytes:
        """Give the bytes back, checked. Raises: blob.missing, blob.damaged."""
        path = self.path(digest)
        if not path.exists():
            raise missing("blob.missing", sha256=digest)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise KbError("blob.damaged", Kind.UNAVAILABLE, sha256=digest)
        return data

    def find(self, digest: str) -> bytes | None:
        """Give the bytes, or None where they are lost: one file must not stop all the others."""
        try:
            return self.get(digest)
        except KbError as error:
            logger().warning("blob", code=error.code, uid=digest)
            return None

    def has(self, digest: str) -> bool:
        """Say whether bytes of this SHA-256 are kept."""
        try:
            return self.path(digest).exists()
        except KbError:
            return False

    def path(self, digest: str) -> Path:
        """Where these bytes lie. The digest is checked, so that it can never lead elsewhere."""
        if len(digest) != 64 or not all(letter in "0123456789abcdef" for letter in digest):  # noqa: PLR2004
            raise missing("blob.missing", sha256=digest)
        return self.folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
