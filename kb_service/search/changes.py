"""What has changed since the index was written: seen before the index job has done its work.

Suggestions, completions and corrections are given from memory. What was taken back a moment ago
must leave them even where the job is slow: the sequence of changes is looked at beside the index.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec
from sqlalchemy.exc import DBAPIError

from kb_service.base.clock import Clock
from kb_service.base.db import Database
from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM, VISITOR
from kb_service.base.work import open_work
from kb_service.handbook import queries as handbook
from kb_service.handbook.schemas import IndexEntry, Signpost, State


class Since(msgspec.Struct, frozen=True):
    """The items changed after a sequence, and where they stand now for visitors and for the house.

    What a reader may not see has no signpost.
    """

    changed: frozenset[str] = frozenset()
    public: Mapping[str, Signpost] = {}
    house: Mapping[str, Signpost] = {}


class Withdrawn(msgspec.Struct, frozen=True):
    """Documents of an index, by their places, that one audience must not be served as they stand.

    `hidden` not at all, `closed` not as answers, `renamed` not by their titles.
    """

    hidden: list[int] = []
    closed: list[int] = []
    renamed: list[int] = []


NOTHING_WITHDRAWN = Withdrawn()


class Looker(Protocol):
    """Whoever can say what has changed since a sequence."""

    def since(self, seq: int) -> Since:
        """Give what has changed after this number."""
        ...


class Changes:
    """Looks at the sequence of changes; one small query where nothing is new."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: tuple[int, int, Since] = (-1, -1, Since())

    def since(self, seq: int) -> Since:
        """Give what has changed after this number; what was known last where nobody can say."""
        known_seq, known_last, known = self._known
        try:
            with open_work(self._database, VISITOR, self._clock, write=False) as work:
                last = handbook.last_change(work)
                if (seq, last) == (known_seq, known_last):
                    return known
                changed = handbook.changes_after(work, seq) - {""} if last > seq else set()
                public = handbook.signposts(work, changed) if changed else {}
            house: dict[str, Signpost] = {}
            if changed:
                with open_work(self._database, SYSTEM, self._clock, write=False) as work:
                    house = handbook.signposts(work, changed)
        except (KbError, DBAPIError):
            # The database is away, or has no tables yet: the index is all there is to go by.
            return known
        found = Since(frozenset(changed), public, house)
        self._known = (seq, last, found)
        return found


def withdrawn(
    since: Since, entries: Sequence[IndexEntry], changed: Sequence[int], *, staff: bool
) -> Withdrawn:
    """Say which of the changed documents of an index are no longer what they were."""
    seen = since.house if staff else since.public
    signs = [(place, entries[place], seen.get(entries[place].uid)) for place in changed]
    still = [(place, entry, sign) for place, entry, sign in signs if sign is not None]
    return Withdrawn(
        hidden=[place for place, _, sign in signs if sign is None],
        closed=[place for place, _, sign in still if sign.state != State.PUBLISHED],
        renamed=[
            place
            for place, entry, sign in still
            if (sign.path, sign.title) != (entry.path, entry.title)
        ],
    )
