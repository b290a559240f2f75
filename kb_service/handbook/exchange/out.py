"""A handbook out: a folder or an archive of documents, or a table of its questions.

Whoever may edit an item takes its latest text along, whoever may not takes nothing of it: what is
exported can be imported again.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kb_service.base.blobs import Blobs
from kb_service.base.errors import conflict, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook import codec, folder, parts_writer
from kb_service.handbook.exchange import cells, questions
from kb_service.handbook.files import state_in
from kb_service.handbook.folder import Folder
from kb_service.handbook.rules.order import order_of
from kb_service.handbook.schemas import File, StandardQuestion, State
from kb_service.handbook.tables import Item, Revision, Sheet

MEDIA = {
    "zip": "application/zip",
    # The charset comes with every text.
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# No archive knows an earlier year; equal handbooks are equal archives.
_MOMENT = (2020, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16


def take_out(work: Work, blobs: Blobs, target: Path) -> int:
    """Write the handbook to an empty folder or to a new file; give the number of files or rows.

    Raises: export.not_empty, export.file_exists, export.unknown_form.
    """
    ending = target.suffix.lower().removeprefix(".")
    if target.exists() and not target.is_dir() and ending in MEDIA:
        raise conflict("export.file_exists", path=str(target))
    if ending in MEDIA and not target.is_dir():
        data, count = as_bytes(work, blobs, ending)
        target.write_bytes(data)
        return count
    if target.exists() and any(target.iterdir()):
        raise conflict("export.not_empty", path=str(target))
    place = Folder(target)
    count = 0
    for name, data in files(work, blobs):
        place.write(name, data)
        count += 1
    return count


def as_bytes(work: Work, blobs: Blobs, form: str) -> tuple[bytes, int]:
    """Give the handbook as one file of a form (zip, csv, xlsx), and how many files or rows it has.

    Raises: session.needed, act.forbidden, export.unknown_form, table.cell_too_large.
    """
    work.allow_somewhere(Permission.EDIT)
    if form == "zip":
        return _zipped(files(work, blobs))
    if form not in MEDIA:
        raise invalid("export.unknown_form", form=form[:40], allowed=", ".join(MEDIA))
    rows = list(questions.table_of(_questions(work)))
    data = cells.write_csv(rows) if form == "csv" else cells.write_xlsx(rows, "Вопросы")
    return data, len(rows) - 1


def files(work: Work, blobs: Blobs) -> Iterator[tuple[str, bytes]]:
    """Give every file of the handbook by its name in the content folder, sheets first.

    A file whose bytes are lost goes out as its document alone, and the log names it.
    """
    if work.may(Permission.PUBLISH):
        for sheet in work.session.scalars(readable(work, Sheet).order_by(Sheet.name)):
            yield folder.sheet_file(sheet.name), sheet.text.encode()
    for item, revision in _editable(work):
        name, place = folder.file_of(item.path, item.type), order_of(item.position)
        yield name, codec.with_identity(revision.text, item.uid, state_in(item), place).encode()
        content = codec.decode(revision.text).content
        data = blobs.find(content.sha256) if isinstance(content, File) and content.sha256 else None
        if data is not None:
            yield name.removesuffix(".md"), data


def _editable(work: Work) -> Iterator[tuple[Item, Revision]]:
    for item in work.session.scalars(readable(work, Item).order_by(Item.path)):
        if work.may(Permission.EDIT, item):
            yield item, work.session.get_one(Revision, item.latest_uid)


def _zipped(found: Iterator[tuple[str, bytes]]) -> tuple[bytes, int]:
    out = io.BytesIO()
    count = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _FILE_MODE
            archive.writestr(entry, data)
            count += 1
    return out.getvalue(), count


def _questions(
    work: Work,
) -> Iterator[tuple[str, str, State, codec.Document, dict[str, str]]]:
    titles = {item.path: item.title for item in work.session.scalars(readable(work, Item))}
    for item, revision in _editable(work):
        document = codec.decode(codec.with_order(revision.text, order_of(item.position)))
        if not isinstance(document.content, StandardQuestion):
            continue
        above = item.path.rsplit("/", 1)[0]
        texts = parts_writer.texts(document.body)
        yield item.path, titles.get(above, ""), state_in(item), document, texts
