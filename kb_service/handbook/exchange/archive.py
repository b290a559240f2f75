"""ZIP archives that come in from outside: looked at as a whole before anything of them is used.

Nothing is unpacked to disk: entries are read one by one into memory, each up to its own limit. An
archive is refused whole where one entry is not what an honest program writes. The limits stand in
docs/exchange.md.
"""

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from kb_service.base.errors import KbError, invalid
from kb_service.base.optional import need

MiB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """How large an archive may be: packed, unpacked, one entry, how many, how tightly packed."""

    packed: int = 64 * MiB
    total: int = 256 * MiB
    entry: int = 32 * MiB
    count: int = 5_000
    ratio: int = 200


HANDBOOK = Limits()
# A Word or Excel file is an archive too; its parts are smaller and fewer.
OFFICE = Limits(total=128 * MiB, count=2_000)
# An entry below this size is no bomb, however tightly it is packed.
_SMALL = MiB
_MAX_NAME = 500
_PACKED = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".7z", ".rar", ".zst", ".jar", ".cab")
_MAGIC = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\xfd7zXZ",
    b"BZh",
)
_OFFICE_NAMES = (".docx", ".xlsx")
_ENCRYPTED = 0x1
_UTF8 = 0x800
# What Windows makes of names: a drive, and devices that are files in every folder.
_DEVICES = frozenset({"con", "prn", "aux", "nul"})


class Archive:
    """An archive that passed the look; entries by name, in the archive's order."""

    def __init__(self, data: bytes, limits: Limits = HANDBOOK, *, may_nest: bool = False) -> None:
        """Look at an archive. Raises: archive.*."""
        if len(data) > limits.packed:
            raise invalid("archive.too_large", limit=limits.packed // MiB)
        self._limits = limits
        self._may_nest = may_nest
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
            found = self._file.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise invalid("archive.broken") from error
        _check_sizes(found, limits)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        seen: set[str] = set()
        for entry in found:
            _check_name(entry)
            _check_kind(entry, may_nest=may_nest)
            folded = unicodedata.normalize("NFC", entry.filename).casefold().rstrip("/")
            if folded in seen:
                raise invalid("archive.name_twice", name=_shown(entry.filename))
            seen.add(folded)
            if not entry.is_dir():
                self._entries[entry.filename] = entry

    def names(self) -> Iterator[str]:
        """Give the names of the files."""
        yield from self._entries

    def size(self, name: str) -> int:
        """Give the unpacked size of a file as the archive says it."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """Give the bytes of a file. Raises: archive.broken, archive.too_large, archive.nested."""
        entry = self._entries[name]
        try:
            with self._file.open(entry) as file:
                data = file.read(self._limits.entry + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            RuntimeError,
        ) as error:
            raise invalid("archive.broken", name=_shown(name)) from error
        if len(data) > self._limits.entry or len(data) != entry.file_size:
            raise invalid("archive.too_large", limit=self._limits.entry // MiB, name=_shown(name))
        if (
            not self._may_nest
            and data.startswith(_MAGIC)
            and not name.lower().endswith(_OFFICE_NAMES)
        ):
            raise invalid("archive.nested", name=_shown(name))
        return data

    def read_all(self) -> dict[str, bytes]:
        """Give every file, each read and checked to its last byte. Raises: as `read`."""
        return {name: self.read(name) for name in self._entries}


def checked_office(data: bytes) -> None:
    """Refuse a Word or Excel file that is a bomb, holds a document type, or is none at all.

    Raises: archive.*, office.entities, office.broken.
    """
    sax = need("defusedxml.ElementTree", extra="docs")
    common = need("defusedxml.common", extra="docs")
    archive = Archive(data, OFFICE, may_nest=True)
    if "[Content_Types].xml" not in archive.names():
        raise invalid("office.broken")
    for name in archive.names():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        try:
            # Read to the end and thrown away: an entity is refused where it is declared.
            for _event, element in sax.iterparse(
                io.BytesIO(archive.read(name)), events=("end",), forbid_dtd=True
            ):
                element.clear()
        except common.DefusedXmlException as error:
            raise invalid("office.entities", name=_shown(name)) from error
        except (SyntaxError, ValueError, LookupError) as error:
            raise invalid("office.broken", name=_shown(name)) from error


def is_archive(data: bytes) -> bool:
    """Say whether bytes begin as a ZIP archive does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _check_sizes(found: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(found) > limits.count:
        raise invalid("archive.too_many", limit=limits.count)
    for entry in found:
        if entry.file_size > limits.entry:
            raise invalid(
                "archive.too_large", limit=limits.entry // MiB, name=_shown(entry.filename)
            )
        is_tight = entry.file_size > limits.ratio * max(entry.compress_size, 1)
        if entry.file_size > _SMALL and is_tight:
            raise invalid("archive.bomb", name=_shown(entry.filename), ratio=limits.ratio)
    if sum(entry.file_size for entry in found) > limits.total:
        raise invalid("archive.too_large", limit=limits.total // MiB)


def _check_name(entry: zipfile.ZipInfo) -> None:
    # As it stands in the archive: `filename` is cut at a NUL and has slashes turned.
    name = entry.orig_filename
    if not name.isascii() and not entry.flag_bits & _UTF8:
        raise invalid("archive.name_encoding", name=_shown(name))
    segments = name.removesuffix("/").split("/")
    is_odd = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in name)
    leads_away = any(segment in ("", ".", "..") for segment in segments)
    device = segments[-1].split(".")[0].lower()
    if is_odd or leads_away or "\\" in name or ":" in name or device in _DEVICES:
        raise invalid("archive.name_unsafe", name=_shown(name))
    if len(name) > _MAX_NAME:
        raise invalid("archive.name_unsafe", name=_shown(name))


def _check_kind(entry: zipfile.ZipInfo, *, may_nest: bool) -> None:
    name = _shown(entry.filename)
    if entry.flag_bits & _ENCRYPTED:
        raise invalid("archive.encrypted", name=name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise invalid("archive.method", name=name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise invalid("archive.link", name=name)
    if not may_nest and name.lower().endswith(_PACKED):
        raise invalid("archive.nested", name=name)


def _shown(name: str) -> str:
    """Give a name as it may stand in a message: short, and nothing that a terminal obeys."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:120]


def problem_of(error: KbError) -> tuple[str, dict[str, Any]]:
    """Give the code and the plain values of an error, for a remark."""
    plain = {
        key: value if isinstance(value, int | float | str) else str(value)
        for key, value in error.params.items()
        if key not in ("path", "line")
    }
    return error.code, plain
