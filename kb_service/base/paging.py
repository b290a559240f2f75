"""Batches of a list: what stands on this page, how much there is, where the neighbours are."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from kb_service.base.errors import invalid

T = TypeVar("T")
DEFAULT_SIZE = 25
MAX_SIZE = 1000
# No list is as long, and no database counts much further.
_MAX_START = 10**12


class Batch(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list: `start` counts from 0, `total` is of the whole list."""

    items: Sequence[T]
    total: int
    start: int = 0
    size: int = DEFAULT_SIZE

    @property
    def next_start(self) -> int | None:
        """Where the next page begins; None on the last."""
        after = self.start + self.size
        return after if self.start < after < self.total else None

    @property
    def previous_start(self) -> int | None:
        """Where the page before begins; None on the first."""
        return max(0, self.start - self.size) if self.start > 0 else None

    @property
    def last_start(self) -> int:
        """Where the last page begins."""
        return max(0, (self.total - 1) // self.size * self.size) if self.size else 0


def checked_batch(start: int, size: int) -> tuple[int, int]:
    """Refuse a batch that no list has. Raises: batch.wrong."""
    if not 0 <= start <= _MAX_START or size < 0:
        raise invalid("batch.wrong", start=start, size=size)
    return start, min(size, MAX_SIZE)
