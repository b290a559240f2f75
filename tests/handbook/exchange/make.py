"""Sources for tests of the exchange: archives as honest and as hostile programs write them."""

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

from kb_service.base.blobs import Blobs
from kb_service.base.work import Work
from kb_service.handbook.exchange import planning
from kb_service.handbook.exchange.applying import carry_out
from kb_service.handbook.exchange.reading import read_bytes
from kb_service.handbook.exchange.schemas import Done, Plan, Wish

TOPIC = "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\n"
UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f00"
QUESTION = (
    f"---\ntype: StandardQuestion\nuid: {UID}\ntitle: Кто меняет?\nstate: published\n---\nМы.\n"
)
FILES = {"meters/index.md": TOPIC.encode(), "meters/kto.md": QUESTION.encode()}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Give an archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zipped_as(name: str, data: bytes = b"x", **about: Any) -> bytes:
    """Give an archive of one file whose entry says what is given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        for key, value in about.items():
            setattr(entry, key, value)
        archive.writestr(entry, data)
    return out.getvalue()


def linked(name: str, target: str) -> bytes:
    """Give an archive with a symbolic link."""
    return zipped_as(
        name, target.encode(), create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16
    )


def plan(work: Work, name: str, data: bytes, wish: Wish = Wish()) -> Plan:  # noqa: B008
    """Give what would become of a file."""
    return planning.plan(work, read_bytes(name, data, wish), into=wish.into)


def brought(
    work: Work,
    folder: Path,
    name: str,
    data: bytes,
    wish: Wish = Wish(),  # noqa: B008
) -> tuple[Plan, Done]:
    """Take a file in; give what was promised and what was done."""
    made = plan(work, name, data, wish)
    return made, carry_out(work, Blobs(folder / "blobs"), made.steps, f"import: {name}")


def refusals(plan: Plan) -> list[tuple[str, str, int, str]]:
    """Give the refusals: file, column, line, code."""
    return [
        (step.where.file, step.where.column, step.where.line, step.code)
        for step in plan.of("refused")
    ]


def no_bytes(value: object) -> str | None:
    """Give the names of rows for pytest: bytes hold the moment in which they were made."""
    return "data" if isinstance(value, bytes) else None
