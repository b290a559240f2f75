"""Changed items and sheets go out into the content/ folder, each file whole or not at all.

What the service wrote or read last is remembered (FileState): a file that holds anything else is
somebody's new text and is left alone; the next look takes it in and finds the conflict.
"""

from pathlib import Path

from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.db import HELD
from kb_service.base.work import Work
from kb_service.handbook import codec, folder
from kb_service.handbook.folder import Folder, Seen
from kb_service.handbook.rules import workflow
from kb_service.handbook.rules.order import order_of
from kb_service.handbook.schemas import File, State
from kb_service.handbook.tables import FileState, Item, Revision, Sheet


def write_item(work: Work, root: Path, blobs: Blobs, uid: str) -> None:
    """Write an item's document, and its binary, where they belong; take old places away."""
    work.database.lock_folder(work.session)
    place = Folder(root)
    # Held until the end: the file must not get a text older than the one that is remembered.
    item = work.session.get(Item, uid, with_for_update=HELD)
    if item is None:
        return
    latest = work.session.get_one(Revision, item.latest_uid)
    state = state_in(item)
    wanted: dict[str, bytes] = {}
    if item.trashed_at is None:
        file = folder.file_of(item.path, item.type)
        place_there = order_of(item.position)
        wanted[file] = codec.with_identity(latest.text, uid, state, place_there).encode()
        content = codec.decode(latest.text).content
        # Bytes that are lost must not keep the document from its folder for ever.
        data = blobs.find(content.sha256) if isinstance(content, File) and content.sha256 else None
        if data is not None:
            wanted[file.removesuffix(".md")] = data
    _clear_old_places(work, place, uid, set(wanted))
    for file, data in wanted.items():
        is_document = file.endswith(".md")
        revision, shown = (latest.uid, state) if is_document else ("", "")
        _write(work, place, file, data, (uid, revision, shown))


def state_in(item: Item) -> State:
    """Give the state that an item's file names beside the latest text."""
    is_scheduled = item.scheduled_at is not None
    return workflow.state_in_file(item.state, item.draft, is_scheduled=is_scheduled)


def write_sheet(work: Work, root: Path, name: str) -> None:
    """Write a sheet to its file."""
    work.database.lock_folder(work.session)
    row = work.session.get(Sheet, name)
    if row is not None:
        place = Folder(root)
        _write(work, place, folder.sheet_file(name), row.text.encode(), ("", str(row.number), ""))


def held(work: Work, file: str) -> FileState | None:
    """Give what is remembered of a file, its item held: nobody writes either before the end.

    The tree too: an item may be made, moved or thrown away for its file, and that comes first.
    """
    work.database.lock_folder(work.session)
    work.database.lock_tree(work.session)
    state = work.session.get(FileState, file)
    if state is None or not state.item_uid:
        return state
    work.session.get(Item, state.item_uid, with_for_update=HELD)
    return work.session.get(FileState, file, populate_existing=True)


def remember(work: Work, seen: Seen, data: bytes, item_uid: str, revision: str, state: str) -> None:
    """Keep what a file holds now, and of which item and revision it is."""
    row = work.session.get(FileState, seen.file)
    if row is None:
        row = FileState(file=seen.file)
        work.session.add(row)
    row.item_uid, row.revision, row.state = item_uid, revision, state
    row.sha256, row.size, row.mtime_ns = folder.digest(data), seen.size, seen.mtime_ns


def is_known(state: FileState | None, seen: Seen) -> bool:
    """Say whether a file looks as it did when it was last seen."""
    return state is not None and (state.size, state.mtime_ns) == (seen.size, seen.mtime_ns)


def _clear_old_places(work: Work, place: Folder, uid: str, wanted: set[str]) -> None:
    rows = work.session.scalars(select(FileState).where(FileState.item_uid == uid)).all()
    for old in rows:
        if old.file in wanted:
            continue
        if _is_ours(place, old):
            place.remove(old.file)
        work.session.delete(old)


def _write(work: Work, place: Folder, file: str, data: bytes, about: tuple[str, str, str]) -> None:
    """Write a file unless it holds somebody's new text; `about` is item, revision, state."""
    known = work.session.get(FileState, file)
    present = place.digest(file)
    if present and (known is None or known.sha256 != present):
        return
    if known is not None and present == folder.digest(data):
        known.item_uid, known.revision, known.state = about
        return
    seen = place.exchange(file, data, present)
    if seen is not None:
        remember(work, seen, data, *about)


def _is_ours(place: Folder, known: FileState) -> bool:
    return place.digest(known.file) == known.sha256
