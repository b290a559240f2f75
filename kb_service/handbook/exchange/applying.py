"""A plan carried out: every step through the acts that a person's own hand would use.

A step that the acts refuse is told and changes nothing; the others go on. Who calls this says how
many steps one unit of work takes: the command line takes a batch, a page one for each request.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.db import HELD
from kb_service.base.errors import KbError
from kb_service.base.work import Work
from kb_service.handbook import bringing, files
from kb_service.handbook.acts import edit, sheets
from kb_service.handbook.exchange.archive import problem_of
from kb_service.handbook.exchange.schemas import Done, Remark, Step
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item

BATCH = 50
_CONTENT = ("new", "changed")


def carry_out(
    work: Work, blobs: Blobs, steps: Sequence[Step], comment: str = "", *, most: int | None = None
) -> Done:
    """Do steps of a plan, each whole or not at all, `most` of them; give what was done."""
    done = Done()
    _hold(work, steps)
    for step in steps:
        if step.outcome not in _CONTENT:
            continue
        if most is not None and len(done.created) + len(done.changed) >= most:
            break
        try:
            with work.session.begin_nested():
                _do(work, blobs, step, comment)
                work.session.flush()
        except KbError as error:
            code, params = problem_of(error)
            done.refused.append(Remark(step.where, code, params))
            continue
        (done.created if step.outcome == "new" else done.changed).append(step.path)
    return done


def _hold(work: Work, steps: Sequence[Step]) -> None:
    """Hold what the steps are about before the first of their acts: the tree, then rows."""
    work.database.lock_tree(work.session)
    above = {_above(step.path) for step in steps if not step.is_sheet}
    wanted = Item.uid.in_([step.uid for step in steps if step.uid]) | Item.path.in_(above)
    rows = select(Item).where(wanted).order_by(Item.uid).with_for_update(**HELD)
    work.session.scalars(rows.execution_options(populate_existing=True)).all()


def _above(path: str) -> str:
    return path.rsplit("/", 1)[0] or edit.ROOT


def batched(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Cut steps into what one unit of work takes."""
    for start in range(0, len(steps), BATCH):
        yield steps[start : start + BATCH]


def _do(work: Work, blobs: Blobs, step: Step, comment: str) -> None:
    if step.is_sheet:
        sheets.save(work, step.uid, step.after, comment=comment, based_on=step.based_on)
        return
    if step.data is not None:
        blobs.put(step.data)
    if step.outcome == "new":
        _create(work, step, comment)
    else:
        _change(work, step, comment)


def _create(work: Work, step: Step, comment: str) -> None:
    if step.path == edit.ROOT:
        uid = edit.plant(work, uid=step.uid or None)
        edit.save(work, uid, step.after, comment=comment, goes_live=True, names_place=True)
        return
    parent, name = _place(work, step.path)
    uid = edit.create(work, parent, step.after, name=name, uid=step.uid or None, comment=comment)
    if step.state is not None:
        bringing.bring(work, uid, State.PRIVATE, step.state, writes_file=True, comment=comment)


def _change(work: Work, step: Step, comment: str) -> None:
    item = work.session.get_one(Item, step.uid)
    if item.trashed_at is not None:
        parent, name = _place(work, step.path)
        edit.untrash(work, step.uid, parent=parent, name=name, comment=comment)
    elif item.path != step.path:
        parent, name = _place(work, step.path)
        edit.move(work, step.uid, parent, name=name, comment=comment)
    before = files.state_in(item)
    if item.scheduled_at is not None and step.state is not None:
        # What was held back is the text to come, not the live one that nobody changed.
        bringing.bring(work, step.uid, before, step.state, writes_file=True, comment=comment)
        before = step.state
    goes_live = step.state == State.PUBLISHED
    # A plan's text has the place too: that of the item where the source says nothing of it.
    edit.save(
        work,
        step.uid,
        step.after,
        comment=comment,
        based_on=step.based_on,
        goes_live=goes_live,
        keeps_draft=step.state is None,
        names_place=True,
    )
    if step.state is not None:
        bringing.bring(work, step.uid, before, step.state, writes_file=True, comment=comment)


def _place(work: Work, path: str) -> tuple[str, str]:
    return _uid_at(work, _above(path)), path.rsplit("/", 1)[1]


def _uid_at(work: Work, path: str) -> str:
    """Give the uid of the item at a path; the root is made where there is none."""
    uid = work.session.scalar(select(Item.uid).where(Item.path == path))
    if uid is not None:
        return uid
    if path == edit.ROOT:
        return edit.plant(work)
    raise KbError("item.parent_not_folder", path=path)
