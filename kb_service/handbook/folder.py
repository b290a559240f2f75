"""The content/ folder as a thing on disk: its files, reading, writing whole or not at all.

`meters/index.md` is the topic `/meters`, `meters/x.md` the item `/meters/x`, `index.md` the root, a
binary `meters/blank.pdf` lies beside its document `meters/blank.pdf.md` (item `/meters/blank.pdf`),
`_facts.yaml` is the sheet `facts`. Hidden names, `.conflict` neighbours and links are not read.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from stat import S_ISREG

import msgspec

from kb_service.base.ids import new_uid

CONFLICT = ".conflict"


class Seen(msgspec.Struct, frozen=True):
    """A file as found: its name below the folder, size and time of change."""

    file: str
    size: int
    mtime_ns: int

    @property
    def is_sheet(self) -> bool:
        """Whether this is a data sheet of the folder's top level."""
        return "/" not in self.file and self.file.startswith("_") and self.file.endswith(".yaml")

    @property
    def is_document(self) -> bool:
        """Whether this is a document."""
        return self.file.endswith(".md")


class Folder:
    """One content folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scan(self) -> Iterator[Seen]:
        """Give every file in order of its name, topics before what lies in them."""
        found: list[Seen] = []
        for folder, names, files in os.walk(self.root):
            names[:] = sorted(name for name in names if not name.startswith((".", "@")))
            for name in files:
                path = Path(folder) / name
                if name.startswith(".") or name.endswith((CONFLICT, "~")) or path.is_symlink():
                    continue
                try:
                    state = path.stat()
                except FileNotFoundError:
                    continue
                if not S_ISREG(state.st_mode):
                    continue
                file = path.relative_to(self.root).as_posix()
                found.append(Seen(file, state.st_size, state.st_mtime_ns))
        yield from sorted(found, key=lambda seen: order(seen.file))

    def stat(self, file: str) -> Seen | None:
        """Give a file as it is now; None where there is none."""
        try:
            state = (self.root / file).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Seen(file, state.st_size, state.st_mtime_ns)

    def read(self, file: str) -> bytes:
        """Give the bytes of a file."""
        return (self.root / file).read_bytes()

    def write(self, file: str, data: bytes) -> Seen:
        """Replace a file as a whole: a reader sees the old bytes or the new, never a part."""
        temporary = self._draft(file, data)
        temporary.replace(self.root / file)
        return self.stat(file) or Seen(file, len(data), 0)

    def exchange(self, file: str, data: bytes, expected: str) -> Seen | None:
        """Replace a file that holds the bytes of this digest; none where it holds others.

        Looked at last of all: what somebody saves meanwhile is not written over.
        """
        temporary = self._draft(file, data)
        if self.digest(file) != expected:
            temporary.unlink()
            return None
        temporary.replace(self.root / file)
        return self.stat(file) or Seen(file, len(data), 0)

    def put_aside(self, file: str, data: bytes) -> str:
        """Keep bytes beside a file as `x.md.conflict`, the next ones as `x.md.2.conflict`.

        Give that name. What was put aside before stays; the same bytes are kept once.
        """
        number = 1
        while True:
            name = f"{file}{CONFLICT}" if number == 1 else f"{file}.{number}{CONFLICT}"
            present = self.digest(name)
            if present == digest(data):
                return name
            if not present and self.exchange(name, data, "") is not None:
                return name
            number += 1

    def _draft(self, file: str, data: bytes) -> Path:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{new_uid()}")
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        return temporary

    def digest(self, file: str) -> str:
        """Give the digest of a file as it is now; the empty text where there is none."""
        try:
            return digest(self.read(file))
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def remove(self, file: str) -> None:
        """Take a file away, and the folders that are empty then."""
        path = self.root / file
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == self.root or any(parent.iterdir()):
                return
            parent.rmdir()


def order(file: str) -> tuple[int, int, str]:
    """Give the key by which files are taken: what others stand on comes first."""
    # Sheets first (texts use them), then by depth, a folder's index before its neighbours.
    is_sheet = file.startswith("_") and "/" not in file
    depth = file.count("/") + (0 if file.endswith("/index.md") or file == "index.md" else 1)
    return (0 if is_sheet else 1, depth, file)


def path_of(file: str) -> str:
    """Give the path of the item whose document lies in a file."""
    pure = PurePosixPath(file)
    parts = pure.parts[:-1] if pure.name == "index.md" else (*pure.parts[:-1], pure.stem)
    return "/" + "/".join(parts)


def file_of(path: str, kind: str) -> str:
    """Give the file in which the document of an item at a path lies."""
    inner = path.strip("/")
    if kind == "Topic" or not inner:
        return f"{inner}/index.md".lstrip("/")
    return f"{inner}.md"


def sheet_of(file: str) -> str:
    """Give the name of the sheet that lies in a file."""
    return file.removeprefix("_").removesuffix(".yaml")


def sheet_file(name: str) -> str:
    """Give the file in which a sheet lies."""
    return f"_{name}.yaml"


def digest(data: bytes) -> str:
    """Give the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()
