"""Changed files of the content/ folder come in; what was changed on both sides is kept twice.

For every file the service remembers what it last wrote or read (FileState). Changed only in the
file: a new revision. Changed only here: the file is written. Changed on both sides: the file's text
becomes a revision marked as conflicting, a `.conflict` neighbour keeps it (the next conflict has
another), the file gets ours. A bad file is reported with path, line and reason, the others go in.
Each file is one unit of work.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.clock import Clock
from kb_service.base.db import Database, again_if_busy
from kb_service.base.errors import KbError, invalid
from kb_service.base.permissions import FILES
from kb_service.base.work import Work, open_work
from kb_service.handbook import binaries, codec, files, folder, sync_items
from kb_service.handbook.acts import edit, sheets
from kb_service.handbook.folder import Folder, Seen
from kb_service.handbook.schemas import Document, File, Image, SyncProblem, SyncReport
from kb_service.handbook.tables import FileState, Item, Revision, Sheet

# More than this share of the known files gone at once is an accident, not an editor's wish.
_GONE_SHARE = 0.5
_FEW = 5


class Sync:
    """Keeps one folder and one database in step; run by the worker and the command line."""

    def __init__(self, database: Database, clock: Clock, root: Path, blobs: Blobs) -> None:
        self.database = database
        self.clock = clock
        self.folder = Folder(root)
        self.blobs = blobs

    def take_in(self, on_progress: Callable[[int], None] | None = None) -> SyncReport:
        """Look at every file and take in what changed; give what was done.

        `on_progress` is told how many files there are, once for each.
        """
        report = SyncReport()
        # In this order: a file that the service writes meanwhile is found, though not yet known.
        known = self._known()
        found = list(self.folder.scan())
        texts = [one for one in found if one.is_document or one.is_sheet]
        touched = {
            one.file
            for one in found
            if one not in texts and not files.is_known(known.get(one.file), one)
        }
        for one in texts:
            # A document whose binary changed is read again though its own text did not change.
            self._one(one, known.get(one.file), report, is_forced=one.file[:-3] in touched)
            if on_progress is not None:
                on_progress(len(texts))
        self._gone({one.file for one in found}, known, report)
        with open_work(self.database, FILES, self.clock, write=False) as work:
            root = work.session.scalar(select(Item.uid).where(Item.path == edit.ROOT))
        if root is None:
            with open_work(self.database, FILES, self.clock) as work:
                edit.plant(work)
        return report

    def _known(self) -> dict[str, FileState]:
        with open_work(self.database, FILES, self.clock, write=False) as work:
            rows = {row.file: row for row in work.session.scalars(select(FileState))}
            work.session.expunge_all()
        return rows

    def _one(
        self, seen: Seen, state: FileState | None, report: SyncReport, *, is_forced: bool
    ) -> None:
        if files.is_known(state, seen) and not is_forced:
            report.unchanged += 1
            return
        try:
            said = again_if_busy(lambda: self._look_alone(seen.file, is_forced=is_forced))
            _add(report, said)
        except KbError as error:
            line = error.params.get("line", 1)
            report.problems.append(
                SyncProblem(seen.file, int(line), error.code, _plain(error.params))
            )
        except FileNotFoundError:
            # Taken away since it was listed; the next look sees that.
            return
        except OSError as error:
            reason = {"problem": error.strerror or type(error).__name__}
            report.problems.append(SyncProblem(seen.file, 1, "file.unreadable", reason))

    def _look_alone(self, file: str, *, is_forced: bool) -> SyncReport:
        said = SyncReport()
        with open_work(self.database, FILES, self.clock) as work:
            self._look(work, file, said, is_forced=is_forced)
        return said

    def _look(self, work: Work, file: str, report: SyncReport, *, is_forced: bool) -> None:
        """Read a file and take it in. Read only now: what is remembered of it stands still."""
        state = files.held(work, file)
        seen = self.folder.stat(file)
        if seen is None:
            return
        data = self.folder.read(file)
        if state and state.sha256 == folder.digest(data) and not is_forced:
            # Touched, not changed: remember the time so that it is not read again.
            files.remember(work, seen, data, state.item_uid, state.revision, state.state)
            report.unchanged += 1
        elif seen.is_sheet:
            self._sheet(work, seen, data, state, report)
        else:
            self._document(work, seen, data, state, report)

    def _sheet(
        self, work: Work, seen: Seen, data: bytes, state: FileState | None, report: SyncReport
    ) -> None:
        name = folder.sheet_of(seen.file)
        row = work.session.get(Sheet, name)
        text = _text_of(data, seen.file)
        if row and state and state.revision != str(row.number) and row.text != text:
            sheets.keep_conflict(work, name, text, comment=seen.file)
            files.remember(work, seen, data, "", str(row.number), "")
            self._put_aside(seen.file, data, report)
            return
        number = sheets.save(work, name, text, comment=seen.file, writes_file=False)
        files.remember(work, seen, data, "", str(number), "")
        (report.changed if row else report.created).append(seen.file)

    def _document(
        self, work: Work, seen: Seen, data: bytes, state: FileState | None, report: SyncReport
    ) -> None:
        document = codec.decode_bytes(data, path=seen.file)
        path = folder.path_of(seen.file)
        item = sync_items.held(work, sync_items.item_of(work, document, path))
        sync_items.refuse_copy(work, self.folder, item, seen.file)
        text = _text_of(data, seen.file)
        if isinstance(document.content, File):
            document = self._with_binary(work, seen.file, document, item)
            text = codec.encode(document)
        if item is None:
            uid = sync_items.create(work, path, document, text)
            report.created.append(path)
        else:
            uid = item.uid
            if self._is_conflict(work, item, state, text):
                edit.keep_conflict(work, uid, text, comment=seen.file)
                # Kept twice now: the file may be given our text.
                shown = files.state_in(item)
                files.remember(work, seen, data, uid, item.latest_uid, shown)
                self._put_aside(seen.file, data, report)
                return
            if sync_items.place(work, item, path):
                report.moved.append(path)
            sync_items.change(work, item, path, sync_items.before(item, state), document, text)
            report.changed.append(path)
        work.session.flush()
        row = work.session.get_one(Item, uid)
        if document.uid != uid or isinstance(document.content, File):
            # The file has no uid yet, or does not say what its binary is: it is told, once.
            wanted = codec.with_identity(
                codec.revision_text(document), uid, document.state, document.content.order
            )
            told = self._tell(seen.file, wanted.encode(), data)
            if told is not None:
                data, seen = wanted.encode(), told
                report.written.append(seen.file)
        files.remember(work, seen, data, uid, row.latest_uid, str(document.state))

    def _tell(self, file: str, wanted: bytes, data: bytes) -> Seen | None:
        if wanted == data:
            return None
        return self.folder.exchange(file, wanted, folder.digest(data))

    def _with_binary(
        self, work: Work, file: str, document: Document, item: Item | None
    ) -> Document:
        """Keep the binary beside a document as a blob and let the document say what it is."""
        name = file[:-3]
        seen = self.folder.stat(name)
        if seen is None:
            raise invalid("file.missing", path=file, line=1, name=name)
        data = self.folder.read(name)
        binary = binaries.checked(name, data, kept_as=getattr(document.content, "sha256", ""))
        if isinstance(document.content, Image) and not binary.is_picture:
            raise invalid("file.type_refused", path=file, line=1, name=name)
        uid = item.uid if item else document.uid
        files.remember(work, seen, data, uid, "", "")
        values: dict[str, Any] = {
            "filename": name.rsplit("/", 1)[-1],
            "content_type": binary.content_type,
            "size": len(binary.data),
            "sha256": self.blobs.put(binary.data),
        }
        if isinstance(document.content, Image):
            values |= {"width": binary.width, "height": binary.height}
        return codec.edited(document, **values)

    def _is_conflict(self, work: Work, item: Item, state: FileState | None, text: str) -> bool:
        if state is None or state.item_uid != item.uid or state.revision == item.latest_uid:
            return False
        latest = work.session.get_one(Revision, item.latest_uid)
        return codec.with_order(latest.text, None) != codec.revision_text(codec.decode(text))

    def _put_aside(self, file: str, data: bytes, report: SyncReport) -> None:
        report.put_aside.append(self.folder.put_aside(file, data))
        report.conflicts.append(file)

    def _gone(self, present: set[str], known: dict[str, FileState], report: SyncReport) -> None:
        gone = [row for file, row in known.items() if file not in present]
        if len(gone) > _FEW and len(gone) > len(known) * _GONE_SHARE:
            report.problems.append(SyncProblem(".", 1, "sync.too_many_gone", {"count": len(gone)}))
            return
        for row in gone:
            is_needed = row.file.endswith("/index.md") and any(
                file.startswith(row.file.removesuffix("index.md")) for file in present
            )
            _add(report, again_if_busy(partial(self._forget_alone, row, is_needed=is_needed)))

    def _forget_alone(self, row: FileState, *, is_needed: bool) -> SyncReport:
        said = SyncReport()
        with open_work(self.database, FILES, self.clock) as work:
            self._forget(work, row, said, is_needed=is_needed)
        return said

    def _forget(self, work: Work, row: FileState, report: SyncReport, *, is_needed: bool) -> None:
        state = files.held(work, row.file)
        if self.folder.stat(row.file) is not None:
            # It is there after all: written, or put back, since the folder was listed.
            return
        item = work.session.get(Item, row.item_uid) if row.item_uid else None
        if state is not None:
            work.session.delete(state)
        if item is None or item.trashed_at is not None or not row.revision:
            return
        if folder.file_of(item.path, item.type) != row.file or item.path == edit.ROOT:
            return
        if item.latest_uid != row.revision or is_needed:
            # Thrown away there, changed here, or other files still lie in the topic: it comes back.
            work.later("handbook.write", item=item.uid)
            return
        report.removed.append(item.path)
        edit.trash(work, item.uid, writes_file=False)


def _add(report: SyncReport, said: SyncReport) -> None:
    """Add what one unit did, once it is kept."""
    report.unchanged += said.unchanged
    for name in (
        "created",
        "changed",
        "written",
        "moved",
        "removed",
        "conflicts",
        "put_aside",
        "problems",
    ):
        getattr(report, name).extend(getattr(said, name))


def _text_of(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid("document.not_text", path=file, line=1) from error


def _plain(params: dict[str, object]) -> dict[str, object]:
    return {key: str(value) for key, value in params.items() if key not in ("path", "line")}
