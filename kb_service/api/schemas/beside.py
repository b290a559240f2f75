"""What stands beside an item: who is writing it, and a working copy."""

from msgspec import Struct, field

from kb_service.api.schemas.content import WorkingCopyLink, WorkingCopyOf
from kb_service.api.schemas.lists import AT_ID


class LockBody(Struct, kw_only=True):
    """How a lock is taken; `stealable` is always so here, `force` takes it from another."""

    stealable: bool | None = None
    timeout: int | None = None
    force: bool | None = None


class UnlockBody(Struct, kw_only=True):
    """`force` ends another's lock; the other is told."""

    force: bool | None = None


class WorkingCopy(Struct, kw_only=True):
    """Whether a newer text stands beside the live one."""

    working_copy: WorkingCopyLink | None
    working_copy_of: WorkingCopyOf | None


class WorkingCopyMade(Struct, kw_only=True):
    """Where the working copy is: at the item's own address."""

    id_: str = field(name=AT_ID)
