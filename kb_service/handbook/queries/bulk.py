"""Reading steps for many items: what would happen to each, and how far one that runs is.

What would happen is a forecast by the same rules; the acts decide when the turn of an item comes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, and_, func, not_, or_, select

from kb_service.base.errors import KbError, conflict, forbidden, invalid, missing
from kb_service.base.ids import Uid
from kb_service.base.paging import Batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable, reads
from kb_service.handbook.queries._rows import document_of, is_within, standing
from kb_service.handbook.queries._writers import writers
from kb_service.handbook.queries.sheets import needs_four_eyes
from kb_service.handbook.rules import bulk, locks, paths, workflow
from kb_service.handbook.rules.bulk import BulkStep, Outcome
from kb_service.handbook.rules.workflow import Action
from kb_service.handbook.tables import Bulk, BulkRow, Item, Lock, Revision

_PIECE = 400


class Forecast(msgspec.Struct, frozen=True):
    """What would become of one item: done, the same as before, or refused with an error."""

    uid: Uid
    path: str
    title: str
    outcome: Outcome
    error: KbError | None = None


class Refused(msgspec.Struct, frozen=True):
    """An item that was not done, and why."""

    uid: Uid
    path: str
    title: str
    error: KbError


class TagCount(msgspec.Struct, frozen=True):
    """A tag, how many items have it in their live or newest text, and how many of them are live."""

    tag: str
    items: int
    live: int


class BulkView(msgspec.Struct, frozen=True, kw_only=True):
    """A step for many items: what it is, and how many have had their turn."""

    uid: str
    step: BulkStep
    wanted: dict[str, str]
    comment: str
    author: str
    created: datetime
    stopped_at: datetime | None
    stopped_by: str
    total: int
    done: int = 0
    same: int = 0
    refused: int = 0

    @property
    def tried(self) -> int:
        """How many have had their turn."""
        return self.done + self.same + self.refused

    @property
    def left(self) -> int:
        """How many wait; of what was stopped they wait for nothing."""
        return self.total - self.tried

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.stopped_at is not None or not self.left


@reads(Bulk)
def own(work: Work, statement: Select[Any]) -> Select[Any]:
    """Narrow steps for many to those of this actor; who looks after jobs sees all."""
    if work.may(Permission.MANAGE_JOBS):
        return statement
    return statement.where(Bulk.author_uid == work.actor.uid, Bulk.author_uid != "")


def chosen(work: Work, step: BulkStep, uids: Sequence[str], *, is_deep: bool = False) -> list[Item]:
    """Give the items that a step would be taken with, parents first; `is_deep` adds all below.

    Of what is moved or thrown away the upper of two is enough: the lower one goes along.
    Raises: bulk.empty, bulk.too_many.
    """
    found = _by_uid(work, uids)
    if is_deep and step not in bulk.WHOLE:
        tops = bulk.uppermost([item.path for item in found])
        for start in range(0, len(tops), _PIECE):
            inside = or_(*(is_within(path) for path in sorted(tops)[start : start + _PIECE]))
            found += work.session.scalars(readable(work, Item).where(inside))
    # SQLite's LIKE sees no difference between `/meters/` and `/Meters/`; here it does no harm.
    items = {item.uid: item for item in found}.values()
    if step in bulk.WHOLE:
        kept = bulk.uppermost([item.path for item in items])
        items = [item for item in items if item.path in kept]  # type: ignore[assignment]
    if not items:
        raise invalid("bulk.empty")
    if len(items) > bulk.MOST:
        raise invalid("bulk.too_many", count=len(items), max=bulk.MOST)
    return sorted(items, key=lambda item: item.path.split("/"))


def tagged(work: Work, tag: str) -> list[str]:
    """Give the items that this actor may edit and whose live or newest text has a tag, by uid."""
    return [item.uid for item, tags in tags_of_items(work) if tag in tags]


def tag_counts(work: Work) -> list[TagCount]:
    """Give the tags of what this actor may edit, in order, with how many texts have each."""
    found: dict[str, list[bool]] = {}
    for item, tags in tags_of_items(work):
        for tag in tags:
            found.setdefault(tag, []).append(item.live_uid is not None)
    return [
        TagCount(tag, len(live), sum(live))
        for tag, live in sorted(found.items(), key=lambda pair: (pair[0].casefold(), pair[0]))
    ]


def tags_of_items(work: Work) -> list[tuple[Item, set[str]]]:
    """Give the items that this actor may edit, each with the tags of its live and newest text."""
    items = [
        one for one in work.session.scalars(readable(work, Item)) if work.may(Permission.EDIT, one)
    ]
    wanted = sorted({uid for item in items for uid in (item.live_uid, item.latest_uid) if uid})
    found: dict[str, set[str]] = {}
    for start in range(0, len(wanted), _PIECE):
        piece = select(Revision).where(Revision.uid.in_(wanted[start : start + _PIECE]))
        for row in work.session.scalars(piece):
            found.setdefault(row.item_uid, set()).update(document_of(row.text).content.tags)
    return [(item, found.get(item.uid, set())) for item in items]


def forecast(
    work: Work,
    step: BulkStep,
    uids: Sequence[str],
    wanted: Mapping[str, str],
    *,
    is_deep: bool = False,
) -> list[Forecast]:
    """Say what would become of each item, in the order in which they have their turn.

    Raises: bulk.empty, bulk.too_many, item.missing of a place to move to.
    """
    items = chosen(work, step, uids, is_deep=is_deep)
    above = _above(work, wanted) if step == BulkStep.MOVE else None
    taken = _names_below(work, above) if above is not None else set()
    four_eyes = step == BulkStep.PUBLISH and needs_four_eyes(work)
    found = []
    for item in items:
        outcome, error = Outcome.DONE, None
        try:
            _refuse(work, step, item, four_eyes=four_eyes)
            if above is not None:
                _refuse_place(work, above, item, taken)
            if _is_so(work, step, item, wanted):
                outcome = Outcome.SAME
            elif item.scheduled_at is not None and _would_wait(work, step, item):
                raise conflict("item.scheduled", path=item.path)
        except KbError as refusal:
            outcome, error = Outcome.REFUSED, refusal
        found.append(Forecast(Uid(item.uid), item.path, item.title, outcome, error))
    return found


def bulk_view(work: Work, uid: str) -> BulkView:
    """Give how far a step for many is. Raises: bulk.missing."""
    row = work.session.scalar(readable(work, Bulk).where(Bulk.uid == uid))
    if row is None:
        raise missing("bulk.missing", uid=uid)
    return _views(work, [row])[0]


def bulks(work: Work, *, start: int = 0, size: int = 25) -> Batch[BulkView]:
    """Give the steps for many that this actor began, the latest first."""
    statement = readable(work, Bulk)
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    ordered = statement.order_by(Bulk.created.desc(), Bulk.uid.desc())
    rows = work.session.scalars(ordered.offset(start).limit(size)).all()
    return Batch(_views(work, rows), total, start, size)


def bulk_refused(work: Work, uid: str, *, limit: int = 200) -> list[Refused]:
    """Give what a step for many did not do, with the reasons. Raises: bulk.missing."""
    bulk_view(work, uid)
    rows = work.session.scalars(
        select(BulkRow)
        .where(BulkRow.bulk_uid == uid, BulkRow.outcome == Outcome.REFUSED)
        .order_by(BulkRow.number)
        .limit(limit)
    ).all()
    items = {item.uid: item for item in _by_uid(work, [row.item_uid for row in rows])}
    return [
        Refused(
            Uid(row.item_uid),
            items[row.item_uid].path if row.item_uid in items else "",
            items[row.item_uid].title if row.item_uid in items else "",
            KbError(row.code, **row.params),
        )
        for row in rows
    ]


def _views(work: Work, rows: Sequence[Bulk]) -> list[BulkView]:
    counted = (
        select(BulkRow.bulk_uid, BulkRow.outcome, func.count())
        .where(BulkRow.bulk_uid.in_([row.uid for row in rows]))
        .group_by(BulkRow.bulk_uid, BulkRow.outcome)
    )
    counts: dict[str, dict[str, int]] = {}
    for uid, outcome, count in work.session.execute(counted):
        counts.setdefault(uid, {})[outcome] = count
    return [
        BulkView(
            uid=row.uid,
            step=BulkStep(row.step),
            wanted=row.wanted,
            comment=row.comment,
            author=row.author,
            created=row.created,
            stopped_at=row.stopped_at,
            stopped_by=row.stopped_by,
            total=sum(of_row.values()),
            done=of_row.get(Outcome.DONE, 0),
            same=of_row.get(Outcome.SAME, 0),
            refused=of_row.get(Outcome.REFUSED, 0),
        )
        for row in rows
        for of_row in [counts.get(row.uid, {})]
    ]


def _by_uid(work: Work, uids: Sequence[str]) -> list[Item]:
    wanted = sorted(set(uids))
    found: list[Item] = []
    for start in range(0, len(wanted), _PIECE):
        piece = readable(work, Item).where(Item.uid.in_(wanted[start : start + _PIECE]))
        found += work.session.scalars(piece)
    return found


def _refuse(work: Work, step: BulkStep, item: Item, *, four_eyes: bool) -> None:
    asked = bulk.permission_for(step)
    if not work.may(asked, item):
        raise forbidden("act.forbidden", permission=str(asked))
    if step in bulk.WHOLE and item.path == "/":
        raise invalid("item.root_stays")
    if step in bulk.ACTIONS:
        action = bulk.ACTIONS[step]
        workflow.target(action, standing(item))
        if action == Action.PUBLISH and four_eyes:
            workflow.check_four_eyes(writers(work, item), work.actor.login, is_on=True)
        return
    _refuse_locked(work, step, item)


def _would_wait(work: Work, step: BulkStep, item: Item) -> bool:
    """Say whether what a step changes would stand in a newer text beside the live one."""
    if step not in bulk.AMENDING:
        return False
    is_free = step in bulk.FILING or not needs_four_eyes(work)
    return item.live_uid is not None and not (work.may(Permission.PUBLISH, item) and is_free)


def _refuse_locked(work: Work, step: BulkStep, item: Item) -> None:
    held = select(Lock, Item.path).join(Item, Item.uid == Lock.item_uid)
    # Who throws a topic away meets the locks of all below it.
    where = is_within(item.path) if step == BulkStep.TRASH else Item.uid == item.uid
    others = and_(Lock.holder_uid.not_in(["", work.actor.uid]), not_(Item.trashed_at.is_not(None)))
    for lock, path in work.session.execute(held.where(where, others)):
        if locks.is_held(lock.holder_uid, lock.confirmed_at, lock.timeout_s, work.now):
            zone = work.clock.zone
            raise locks.refusal(path, lock.holder, lock.holder_name, lock.taken_at, zone)


def _above(work: Work, wanted: Mapping[str, str]) -> Item:
    found = _by_uid(work, [wanted["parent"]])
    if not found:
        raise missing("item.missing", uid=wanted["parent"])
    return found[0]


def _names_below(work: Work, above: Item) -> set[str]:
    rows = select(Item.name).where(Item.parent_uid == above.uid, Item.trashed_at.is_(None))
    return {name.casefold() for name in work.session.scalars(rows)}


def _refuse_place(work: Work, above: Item, item: Item, taken: set[str]) -> None:
    """Refuse a place as moving does; a name that is taken now is so for the next item too."""
    if not work.may(Permission.ADD, above):
        raise forbidden("act.forbidden", permission=str(Permission.ADD))
    if item.parent_uid == above.uid:
        return
    if f"{above.path}/".startswith(f"{item.path}/"):
        raise invalid("item.into_itself", path=item.path)
    if above.type != "Topic" and above.path != "/":
        raise invalid("item.parent_not_folder", path=above.path)
    path = paths.join(above.path, item.name)
    paths.check(path)
    if item.name.casefold() in taken:
        raise conflict("item.exists", path=path)
    taken.add(item.name.casefold())


def _is_so(work: Work, step: BulkStep, item: Item, wanted: Mapping[str, str]) -> bool:
    if step == BulkStep.MOVE:
        return item.parent_uid == wanted["parent"]
    if step not in bulk.AMENDING:
        return False
    texts = {item.latest_uid}
    if item.live_uid and not _would_wait(work, step, item):
        texts.add(item.live_uid)
    return not any(
        bulk.changes(step, wanted, document_of(work.session.get_one(Revision, uid).text).content)
        for uid in texts
    )
