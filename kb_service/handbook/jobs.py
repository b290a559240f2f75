"""What the worker does for the handbook: write files, look at the folder, let time turn."""

from pathlib import Path

import msgspec
from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.errors import KbError
from kb_service.base.outbox import Refused
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work
from kb_service.handbook import bulk as carrying
from kb_service.handbook import files, queries
from kb_service.handbook.acts import _links, drafts, publishing, workflow
from kb_service.handbook.tables import Item


class HandbookPlace(msgspec.Struct, frozen=True):
    """Where the handbook lies on disk; handed down by the top floor."""

    content_dir: Path
    blobs: Blobs


def write(work: Work, place: HandbookPlace, item: str) -> None:
    """Write an item's file; running it twice writes nothing the second time."""
    files.write_item(work, place.content_dir, place.blobs, item)


def write_sheet(work: Work, place: HandbookPlace, name: str) -> None:
    """Write a sheet's file."""
    files.write_sheet(work, place.content_dir, name)


def turn(work: Work, place: HandbookPlace, item: str) -> None:
    """Tell readers that an item's time has come or gone.

    A text whose code another item has taken meanwhile waits for its editors.
    """
    work.as_actor(SYSTEM)
    try:
        workflow.turn(work, item)
    except KbError as error:
        if error.code == "item.code_taken":
            raise Refused(error.code) from error
        raise


def bulk(work: Work, bulk: str) -> None:
    """Go on with a step for many items; the rest is left to a next job.

    Each item has a unit of its own, so this one is let go while they have their turn.
    """
    work.pause()
    if carrying.portion(work.database, work.clock, bulk):
        work.later("handbook.bulk", bulk=bulk)


def release(work: Work, place: HandbookPlace, item: str, files: list[list[str]]) -> None:
    """Let out the files of a text whose time has come, with the text itself."""
    work.as_actor(SYSTEM)
    publishing.release(work, item, files)


def read_links(work: Work) -> None:
    """Read where all texts lead: once, for a database of an earlier release."""
    for item in work.session.scalars(select(Item).order_by(Item.uid)).all():
        _links.keep(work, item)


def new_day(work: Work) -> None:
    """At the first look of a day on which a fact changes, let everything be shown anew."""
    if queries.facts_changed_since(work):
        workflow.turn_day(work)


def expire(work: Work) -> None:
    """Forget unsaved texts that nobody came back to."""
    drafts.expire(work)
