"""A whole handbook in and out: a folder of documents with its sheets and binaries, or a CSV.

Export and import into an empty service give the same hashes. An import copies into the content
folder what is not there yet and then takes it in like any changed file, so that both ways share one
set of rules; files are read one by one, never unpacked.
"""

import csv
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.errors import KbError, conflict, invalid
from kb_service.base.work import Work, readable
from kb_service.handbook import codec, folder, parts
from kb_service.handbook.files import state_in
from kb_service.handbook.folder import Folder
from kb_service.handbook.rules import paths
from kb_service.handbook.schemas import File, StandardQuestion, SyncProblem, SyncReport
from kb_service.handbook.sync import Sync
from kb_service.handbook.tables import Item, Revision, Sheet

_COLUMNS = ("title", "answer", "code", "description", "wordings", "topic")
_MAX_ROWS = 10_000


def take_out(work: Work, blobs: Blobs, target: Path) -> int:
    """Write every item, sheet and binary that the actor may see; give the number of files.

    Raises: export.not_empty.
    """
    if target.exists() and any(target.iterdir()):
        raise conflict("export.not_empty", path=str(target))
    place = Folder(target)
    count = 0
    for item in work.session.scalars(readable(work, Item).order_by(Item.path)):
        revision = work.session.get_one(Revision, item.latest_uid)
        text = codec.with_identity(revision.text, item.uid, state_in(item))
        file = folder.file_of(item.path, item.type)
        place.write(file, text.encode())
        count += 1
        content = codec.decode(revision.text).content
        if isinstance(content, File):
            place.write(file.removesuffix(".md"), blobs.get(content.sha256))
            count += 1
    for sheet in work.session.scalars(select(Sheet)):
        place.write(folder.sheet_file(sheet.name), sheet.text.encode())
        count += 1
    return count


def bring_in(
    sync: Sync, source: Path, on_progress: Callable[[int], None] | None = None
) -> SyncReport:
    """Take in a folder or a CSV. Raises: import.unknown_form, import.file_exists."""
    if source.is_dir():
        _copy(source, sync.folder)
    elif source.suffix.lower() == ".csv":
        _write_questions(source, sync.folder)
    else:
        raise invalid("import.unknown_form", path=str(source))
    return sync.take_in(on_progress)


def check(root: Path) -> list[SyncProblem]:
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


def _copy(source: Path, target: Folder) -> None:
    """Copy what is not there; a file that is there with other bytes is nobody's to overwrite."""
    found = list(Folder(source).scan())
    for seen in found:
        there = target.stat(seen.file)
        if there is None:
            continue
        if folder.digest(target.read(seen.file)) != folder.digest(
            (source / seen.file).read_bytes()
        ):
            raise conflict("import.file_exists", path=seen.file)
    for seen in found:
        if target.stat(seen.file) is None:
            target.write(seen.file, (source / seen.file).read_bytes())


def _write_questions(source: Path, target: Folder) -> None:
    """Turn the rows of a CSV into private questions, one file a row."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or "title" not in rows[0]:
        raise invalid("import.no_title_column", path=str(source), line=1)
    if len(rows) > _MAX_ROWS:
        raise invalid("import.too_many_rows", path=str(source), limit=_MAX_ROWS)
    taken: dict[str, set[str]] = {}
    for number, row in enumerate(rows, start=2):
        title = (row.get("title") or "").strip()
        if not title:
            raise invalid("document.title_missing", path=str(source), line=number)
        topic = paths.slug((row.get("topic") or "imported").strip())
        names = taken.setdefault(topic, set())
        name = paths.unique(paths.slug(title), names)
        names.add(name)
        content = StandardQuestion(
            title=title,
            code=(row.get("code") or "").strip(),
            description=(row.get("description") or "").strip(),
            wordings=[one.strip() for one in (row.get("wordings") or "").split("|") if one.strip()],
        )
        document = codec.new("StandardQuestion", content, (row.get("answer") or "").strip() + "\n")
        target.write(f"{topic}/{name}.md", codec.encode(document).encode())
