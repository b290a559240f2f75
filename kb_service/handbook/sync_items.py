"""Which item a file is about, where it lies, and the steps by which it follows its file.

The acts are asked here as the actor `files`; reading the folder and remembering is `sync`'s.
"""

from sqlalchemy import select

from kb_service.base.db import HELD
from kb_service.base.errors import invalid
from kb_service.base.work import Work
from kb_service.handbook import bringing, codec
from kb_service.handbook.acts import _tree, edit
from kb_service.handbook.folder import Folder
from kb_service.handbook.schemas import Document, State
from kb_service.handbook.tables import FileState, Item


def item_of(work: Work, document: Document, path: str) -> Item | None:
    """Give the item of a document that lies at a path: the one with its uid, or that at its path.

    Raises: document.uid_differs.
    """
    by_uid = work.session.get(Item, document.uid) if document.uid else None
    if by_uid is not None:
        return by_uid
    at_path = work.session.scalar(select(Item).where(Item.path == path))
    if at_path is None and path == edit.ROOT:
        return work.session.get_one(Item, edit.plant(work, uid=document.uid or None))
    if at_path is not None and document.uid and path != edit.ROOT and at_path.trashed_at is None:
        known = work.session.scalar(select(FileState.file).where(FileState.item_uid == at_path.uid))
        if known is not None:
            raise invalid("document.uid_differs", line=1, path=path, uid=at_path.uid)
    return at_path


def refuse_copy(work: Work, place: Folder, item: Item | None, file: str) -> None:
    """Refuse a second file of an item whose first one is still there: which one counts?"""
    if item is None:
        return
    others = work.session.scalars(
        select(FileState.file).where(
            FileState.item_uid == item.uid, FileState.file != file, FileState.revision != ""
        )
    )
    for other in others:
        if place.stat(other) is not None:
            raise invalid("document.uid_twice", line=1, path=file, other=other)


def held(work: Work, item: Item | None) -> Item | None:
    """Give an item as it is now and stays until the end: nobody adds a revision meanwhile."""
    if item is None:
        return None
    return work.session.get_one(Item, item.uid, with_for_update=HELD, populate_existing=True)


def before(item: Item, state: FileState | None) -> State:
    """Give where an item stood when its file was last seen; one that comes back is private."""
    if item.trashed_at is not None:
        return State.PRIVATE
    return State(state.state if state else item.state)


def create(work: Work, path: str, document: Document, text: str) -> str:
    """Make the item of a new file, in the state that the file names; give its uid."""
    parent = parent_of(work, path)
    name = path.rsplit("/", 1)[1]
    uid = edit.create(work, parent, text, name=name, uid=document.uid or None, writes_file=False)
    _step(work, uid, State.PRIVATE, document.state)
    return uid


def change(work: Work, item: Item, path: str, was: State, document: Document, text: str) -> None:
    """Let an item follow its changed file: back from the trash, its text, its state.

    `was` is the state that the file named before.
    """
    if item.trashed_at is not None:
        name = path.rsplit("/", 1)[1]
        edit.untrash(work, item.uid, parent=parent_of(work, path), name=name)
    if item.scheduled_at is not None:
        # What the file holds back is the text to come, not the live one that nobody changed.
        _step(work, item.uid, was, document.state)
        was = document.state
    # A text that its file calls a draft stays one, whoever the file's rights would let publish.
    goes_live = document.state == State.PUBLISHED
    edit.save(
        work, item.uid, text, comment="", goes_live=goes_live, names_place=True, writes_file=False
    )
    _step(work, item.uid, was, document.state)


def place(work: Work, item: Item, path: str) -> bool:
    """Let an item follow its file to another place; say whether it moved."""
    if item.path == path or item.trashed_at is not None:
        return False
    # Before a topic is made for it: rows are held first, the chain last.
    _tree.with_below(work, item)
    name = path.rsplit("/", 1)[1]
    edit.move(work, item.uid, parent_of(work, path), name=name, writes_file=False)
    return True


def parent_of(work: Work, path: str) -> str:
    """Give the uid of the topic above a path; it is made where the folder alone is there."""
    above = path.rsplit("/", 1)[0] or edit.ROOT
    row = work.session.scalar(select(Item).where(Item.path == above))
    if row is not None:
        return row.uid
    if above == edit.ROOT:
        return edit.plant(work)
    # A folder without index.md becomes a topic that carries the folder's name.
    name = above.rsplit("/", 1)[1]
    text = codec.encode(codec.new("Topic", codec.topic_named(name), ""))
    uid = edit.create(work, parent_of(work, above), text, name=name, writes_file=False)
    _step(work, uid, State.PRIVATE, State.PUBLISHED)
    return uid


def _step(work: Work, uid: str, before: State, wanted: State) -> None:
    # The file is what asks for these; it need not be written for them.
    bringing.bring(work, uid, before, wanted, writes_file=False)
