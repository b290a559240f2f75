"""Writing content: plant the root, create, save, move, order, throw away, bring back."""

from sqlalchemy import select

from kb_service.base.errors import KbError, Kind, conflict, invalid
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec
from kb_service.handbook.acts import _rows
from kb_service.handbook.rules import paths
from kb_service.handbook.schemas import Content, File, Page, State
from kb_service.handbook.tables import Item, Revision

ROOT = "/"


@act("item.plant")
def plant(work: Work, *, uid: str | None = None) -> Uid:
    """Make the root of an empty handbook, a published page, unless there is one."""
    work.allow(Permission.ADD)
    known = work.session.scalar(select(Item.uid).where(Item.path == ROOT))
    if known is not None:
        return Uid(known)
    document = codec.new("Page", Page(title="Вопрос об электричестве?"), "")
    item = _new_item(work, document, parent=None, name="", path=ROOT, uid=uid)
    _rows.go_live(work, item)
    _rows.note_step(work, item, "publish", "")
    _rows.note_change(work, item, writes_file=False)
    return Uid(item.uid)


@act("item.create")
def create(
    work: Work,
    parent: str,
    text: str,
    *,
    name: str = "",
    uid: str | None = None,
    comment: str = "",
    writes_file: bool = True,
) -> Uid:
    """Make a private item under a parent (its uid) from the text of a document.

    The name is made of the title where none is given, and made unique among its neighbours.
    Raises: document.*, part.*, item.parent_not_folder, path.wrong, item.exists.
    """
    above = work.get(Item, parent, Permission.ADD)
    if above.type not in ("Topic", "Page") or (above.type == "Page" and above.path != ROOT):
        raise invalid("item.parent_not_folder", path=above.path)
    wanted = name or _short_name(codec.decode(text).content)
    taken = set(work.session.scalars(select(Item.name).where(Item.parent_uid == above.uid)))
    if name and name in taken:
        raise conflict("item.exists", path=paths.join(above.path, name))
    short = paths.unique(wanted, taken)
    path = paths.join(above.path, short)
    paths.check(path)
    document = _rows.checked_document(work, text, path)
    _rows.check_code(work, document.content, uid or document.uid)
    item = _new_item(work, document, parent=above, name=short, path=path, uid=uid, comment=comment)
    _rows.mirror(work, item, document.content)
    _rows.note_change(work, item, writes_file=writes_file)
    return Uid(item.uid)


@act("item.save")
def save(
    work: Work,
    uid: str,
    text: str,
    *,
    comment: str = "",
    based_on: int | None = None,
    goes_live: bool = False,
    writes_file: bool = True,
) -> int:
    """Append a revision and give its number; the live one stays until it is published.

    `goes_live` makes it live in the same act where the item is live and the actor may publish
    (a changed file, a Plone PATCH); with four eyes it waits for the second pair. `based_on` is
    the number that the writer started from.
    Raises: document.*, part.*, item.stale, item.type_fixed.
    """
    item = work.get(Item, uid, Permission.EDIT)
    latest = work.session.get_one(Revision, item.latest_uid)
    if based_on is not None and based_on != latest.number:
        raise KbError("item.stale", Kind.STALE, latest=latest.number, author=latest.author)
    document = _rows.checked_document(work, text, item.path)
    if document.type != item.type:
        raise invalid("item.type_fixed", type=item.type)
    if codec.revision_text(document) == latest.text:
        return latest.number
    if item.live_uid is None or goes_live:
        _rows.check_code(work, document.content, uid)
    revision = _rows.add_revision(work, uid, _rows.next_number(work, item), document, comment)
    item.latest_uid = revision.uid
    if item.live_uid is None:
        _rows.mirror(work, item, document.content)
    elif goes_live and work.may(Permission.PUBLISH, item) and not _rows.needs_four_eyes(work):
        work.session.flush()
        _rows.go_live(work, item)
        _rows.note_step(work, item, "publish", comment)
    else:
        item.draft = State.PENDING if goes_live else State.PRIVATE
    _rows.note_change(work, item, writes_file=writes_file)
    return revision.number


@act("item.keep_conflict")
def keep_conflict(work: Work, uid: str, text: str, *, comment: str = "") -> int:
    """Keep a file's text that met another change, as a revision marked as conflicting."""
    item = work.get(Item, uid, Permission.EDIT)
    document = _rows.checked_document(work, text, item.path)
    number = _rows.next_number(work, item)
    _rows.add_revision(work, uid, number, document, comment, is_conflict=True)
    work.later("handbook.write", item=uid)
    return number


@act("item.move")
def move(
    work: Work,
    uid: str,
    parent: str,
    *,
    name: str = "",
    writes_file: bool = True,
    comment: str = "",
) -> str:
    """Put an item (and all below it) under another parent or name; old addresses lead on.

    Raises: item.into_itself, item.exists, path.wrong.
    """
    item = work.get(Item, uid, Permission.EDIT)
    above = work.get(Item, parent, Permission.ADD)
    if above.path == item.path or above.path.startswith(item.path + "/"):
        raise invalid("item.into_itself", path=item.path)
    path = paths.join(above.path, name or item.name)
    if path == item.path:
        return path
    paths.check(path)
    if work.session.scalar(select(Item.uid).where(Item.path == path)) is not None:
        raise conflict("item.exists", path=path)
    item.parent_uid, item.name = above.uid, name or item.name
    for one in _with_below(work, item):
        old = one.path
        one.path = path + old[len(item.path) :] if one is not item else old
        if one is not item:
            _rows.note_address(work, one, old)
            _rows.note_change(work, one, writes_file=writes_file)
    _rows.note_address(work, item, item.path)
    item.path = path
    _rows.note_change(work, item, writes_file=writes_file)
    return path


@act("item.trash")
def trash(work: Work, uid: str, *, comment: str = "", writes_file: bool = True) -> None:
    """Throw an item and all below it away; it can be brought back until it is emptied."""
    item = work.get(Item, uid, Permission.DELETE)
    if item.path == ROOT:
        raise invalid("item.root_stays")
    for one in _with_below(work, item):
        one.trashed_at = work.now
        one.trashed_path = one.path
        one.path = f"/@trash/{one.uid}"
        one.code = None
        _rows.note_change(work, one, writes_file=writes_file)


@act("item.untrash")
def untrash(work: Work, uid: str, *, comment: str = "") -> str:
    """Bring an item back to where it was, private. Raises: item.not_in_trash, item.exists."""
    item = work.get(Item, uid, Permission.DELETE)
    if item.trashed_at is None or item.trashed_path is None:
        raise conflict("item.not_in_trash", uid=uid)
    parent = work.session.get(Item, item.parent_uid) if item.parent_uid else None
    if parent is None or parent.trashed_at is not None:
        raise conflict("item.parent_in_trash", path=item.trashed_path)
    path = paths.join(parent.path, item.name)
    if work.session.scalar(select(Item.uid).where(Item.path == path)) is not None:
        raise conflict("item.exists", path=path)
    item.path, item.trashed_at, item.trashed_path = path, None, None
    item.state, item.live_uid, item.draft = State.PRIVATE, None, ""
    document = codec.decode(work.session.get_one(Revision, item.latest_uid).text)
    _rows.mirror(work, item, document.content)
    _rows.note_step(work, item, "restore", comment)
    _rows.note_change(work, item)
    return path


def _short_name(content: Content) -> str:
    if isinstance(content, File) and content.filename:
        return paths.slug_of_file(content.filename)
    return paths.slug(content.title)


def _new_item(
    work: Work,
    document: codec.Document,
    *,
    parent: Item | None,
    name: str,
    path: str,
    uid: str | None,
    comment: str = "",
) -> Item:
    key = uid or document.uid or new_uid()
    if work.session.get(Item, key) is not None:
        raise conflict("item.uid_taken", uid=key)
    item = Item(
        uid=key,
        parent_uid=parent.uid if parent else None,
        name=name,
        path=path,
        type=document.type,
        code=None,
        state=State.PRIVATE,
        draft="",
        audience="public",
        position=_rows.LAST_POSITION,
        owner="",
        title=document.content.title,
        review_by=None,
        effective=None,
        expires_at=None,
        live_uid=None,
        latest_uid="",
        creator=work.actor.login,
        created=work.now,
        modified=work.now,
        trashed_at=None,
        trashed_path=None,
    )
    # The item's row first: the revision names it.
    work.session.add(item)
    work.session.flush()
    revision = _rows.add_revision(work, key, 1, document, comment)
    work.session.flush()
    item.latest_uid = revision.uid
    work.about("item", key)
    return item


def _with_below(work: Work, item: Item) -> list[Item]:
    below = work.session.scalars(
        select(Item)
        .where(Item.path.startswith(item.path + "/", autoescape=True))
        .order_by(Item.path)
    ).all()
    return [item, *below]
