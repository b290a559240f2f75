"""Writing content: plant the root, create, save, move, order, throw away, bring back."""

from sqlalchemy import select

from kb_service.base.errors import KbError, Kind, conflict, invalid
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec
from kb_service.handbook.acts import _locks, _rows, _tree
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules import order, paths
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.schemas import Content, File, Page, State
from kb_service.handbook.tables import Item, Revision

ROOT = _tree.ROOT


@act("item.plant")
def plant(work: Work, *, uid: str | None = None) -> Uid:
    """Make the root of an empty handbook, a published page, unless there is one."""
    work.allow(Permission.ADD)
    _tree.hold(work)
    known = work.session.scalar(select(Item.uid).where(Item.path == ROOT))
    if known is not None:
        return Uid(known)
    document = codec.new("Page", Page(title="Вопрос об электричестве?"), "")
    item = _new_item(work, document, parent=None, name="", path=ROOT, uid=uid)
    _rows.go_live(work, item)
    _rows.note_step(work, item, Action.PUBLISH, "")
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
    Raises: document.*, part.*, item.parent_not_folder, item.parent_in_trash, path.wrong,
    path.reserved, item.exists, item.code_taken, item.uid_taken.
    """
    _tree.hold(work)
    above = work.get(Item, parent, Permission.ADD)
    short = name or paths.unique(
        _short_name(codec.decode(text).content), _tree.names_below(work, above)
    )
    path = _tree.place_for(work, above, short)
    document = _rows.checked_document(work, text, path)
    _rows.check_code(work, document.content, uid or document.uid)
    item = _new_item(work, document, parent=above, name=short, path=path, uid=uid, comment=comment)
    item.position = order.position_of(document.content.order)
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
    keeps_draft: bool = False,
    names_place: bool = False,
    writes_file: bool = True,
) -> int:
    """Append a revision and give its number; the live one stays until it is published.

    `goes_live` makes it live in the same act where the item is live and the actor may publish
    (a changed file, a Plone PATCH), or at its time if that is still to come; with four eyes it
    waits for the second pair. `based_on` is the number that the writer started from. A revision
    that waited for its time is overtaken: the new text is not published unseen.
    With `keeps_draft` a draft that is there stays what it is: nothing of it is published unseen.
    An `order` that the text names becomes the item's place and no part of the revision; without one
    the item keeps its place, unless `names_place` says that the text (a file) tells all of it.
    Raises: document.*, part.*, item.in_trash, item.stale, item.type_fixed, item.code_taken,
    item.locked.
    """
    item = _rows.present(work, uid, Permission.EDIT)
    _locks.refuse_others(work, item)
    latest = work.session.get_one(Revision, item.latest_uid)
    if based_on is not None and based_on != latest.number:
        raise KbError("item.stale", Kind.STALE, latest=latest.number, author=latest.author)
    document = _rows.checked_document(work, text, item.path)
    if document.type != item.type:
        raise invalid("item.type_fixed", type=item.type)
    has_moved = _follows_order(item, document, latest, names_place=names_place)
    if codec.revision_text(document) == codec.with_order(latest.text, None):
        _rows.note_order(work, [item] if has_moved else [], writes_file=writes_file)
        return latest.number
    if item.live_uid is None or goes_live:
        _rows.check_code(work, document.content, uid)
    revision = _rows.add_revision(work, uid, _rows.next_number(work, item), document, comment)
    item.latest_uid, item.scheduled_at = revision.uid, None
    stays = keeps_draft and bool(item.draft)
    if item.live_uid is None:
        _rows.mirror(work, item, document.content)
    elif stays:
        pass
    elif goes_live and work.may(Permission.PUBLISH, item) and not needs_four_eyes(work):
        work.session.flush()
        _rows.let_out(work, item, comment)
    else:
        item.draft = State.PENDING if goes_live else State.PRIVATE
    _rows.note_change(work, item, writes_file=writes_file)
    return revision.number


@act("item.keep_conflict")
def keep_conflict(work: Work, uid: str, text: str, *, comment: str = "") -> int:
    """Keep a file's text that met another change, as a revision marked as conflicting.

    Raises: document.*, part.*, item.in_trash.
    """
    item = _rows.present(work, uid, Permission.EDIT)
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

    Raises: item.root_stays, item.in_trash, item.parent_not_folder, item.parent_in_trash,
    item.into_itself, item.exists, item.locked, path.wrong, path.reserved, tree.too_many,
    tree.closed_below.
    """
    _tree.hold(work)
    item = _rows.present(work, uid, Permission.EDIT)
    if item.path == ROOT:
        raise invalid("item.root_stays")
    _locks.refuse_others(work, item)
    above = work.get(Item, parent, Permission.ADD)
    short = name or item.name
    if (above.uid, short) == (item.parent_uid, item.name):
        return item.path
    start, path = item.path, _tree.place_for(work, above, short, moved=item)
    moved = _tree.with_below(work, item, Permission.EDIT)
    for one in moved:
        paths.check(path + one.path[len(start) :])
    for one in moved:
        _rows.note_address(work, one, one.path)
        one.path = path + one.path[len(start) :]
    if item.parent_uid != above.uid:
        item.position = _tree.last_place(work, above, item)
    item.parent_uid, item.name = above.uid, short
    _tree.note_changes(work, moved, writes_file=writes_file)
    return path


@act("item.trash")
def trash(work: Work, uid: str, *, comment: str = "", writes_file: bool = True) -> None:
    """Throw an item and all below it away; it can be brought back until it is emptied.

    What was to become live later does not, not even when it is back.
    Raises: item.root_stays, item.in_trash, item.locked, tree.too_many, tree.closed_below.
    """
    _tree.hold(work)
    item = _rows.present(work, uid, Permission.DELETE)
    if item.path == ROOT:
        raise invalid("item.root_stays")
    thrown = _tree.with_below(work, item, Permission.DELETE)
    _locks.refuse_others(work, *thrown)
    for one in thrown:
        one.trashed_at, one.trashed_path, one.trashed_with = work.now, one.path, item.uid
        one.path = f"/@trash/{one.uid}"
        one.code, one.scheduled_at = None, None
        _rows.note_step(work, one, "trash", comment, state=State.PRIVATE)
    _tree.note_changes(work, thrown, writes_file=writes_file)


@act("item.untrash")
def untrash(work: Work, uid: str, *, parent: str = "", name: str = "", comment: str = "") -> str:
    """Bring an item back, and all that was thrown away together with it; each is private.

    It comes to where it was, or under another parent and name; what lay below it, to its place
    there. What had been thrown away before stays away.
    Raises: item.not_in_trash, item.parent_in_trash, item.parent_not_folder, item.exists,
    path.wrong, tree.closed_below.
    """
    _tree.hold(work)
    item = work.get(Item, uid, Permission.DELETE)
    if item.trashed_at is None or item.trashed_path is None or item.parent_uid is None:
        raise conflict("item.not_in_trash", uid=uid)
    above = work.get(Item, parent or item.parent_uid, Permission.ADD)
    short = name or item.name
    path = _tree.place_for(work, above, short, moved=item)
    back = _tree.thrown_away_with(work, item, Permission.DELETE)
    for _, rest in back:
        paths.check(path + rest)
    for one, rest in back:
        if one.trashed_path and one.trashed_path != path + rest:
            _rows.note_address(work, one, one.trashed_path)
        one.path = path + rest
        one.trashed_at, one.trashed_path, one.trashed_with = None, None, None
        one.state, one.live_uid, one.draft = State.PRIVATE, None, ""
        _rows.fall_back(work, one)
        _rows.note_step(work, one, "restore", comment)
    if item.parent_uid != above.uid:
        item.position = _tree.last_place(work, above, item)
    item.parent_uid, item.name = above.uid, short
    _tree.note_changes(work, [one for one, _ in back])
    return path


def _follows_order(
    item: Item, document: codec.Document, latest: Revision, *, names_place: bool
) -> bool:
    """Let the item's place follow what a text says of it; say whether it is another one now.

    A text of an earlier release still names the place that it had then: that is no wish.
    """
    wanted = document.content.order
    is_said = wanted is not None and wanted != document_of(latest.text).content.order
    position = order.position_of(wanted)
    if not (is_said or names_place) or position == item.position:
        return False
    item.position = position
    return True


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
        position=order.LAST,
        owner="",
        title=document.content.title,
        checked=None,
        review_by=None,
        effective=None,
        scheduled_at=None,
        expires_at=None,
        live_uid=None,
        latest_uid="",
        creator=work.actor.login,
        created=work.now,
        modified=work.now,
        trashed_at=None,
        trashed_path=None,
        trashed_with=None,
    )
    # The item's row first: the revision names it.
    work.session.add(item)
    work.session.flush()
    revision = _rows.add_revision(work, key, 1, document, comment)
    work.session.flush()
    item.latest_uid = revision.uid
    work.about("item", key)
    return item
