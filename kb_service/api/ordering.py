"""The order of a topic's children, as a PATCH of the topic asks for it: Plone's `ordering`."""

from msgspec import UNSET, UnsetType

from kb_service.api.schemas.content import OrderingBody
from kb_service.api.serialize import name_of
from kb_service.base.errors import FieldError, KbError, Kind, invalid
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import ordering
from kb_service.handbook.rules.order import before_shifted
from kb_service.handbook.schemas import ItemView


def arrange(work: Work, topic: ItemView, wanted: OrderingBody | UnsetType | None) -> None:
    """Put a child of a topic where a writer wants it; nothing where none was sent.

    Raises: ordering.missing, ordering.delta, ordering.stale, act.forbidden.
    """
    if wanted is UNSET or wanted is None or isinstance(wanted, UnsetType):
        return
    present = {name_of(path): uid for uid, path in queries.neighbours(work, topic.uid)}
    if wanted.obj_id not in present:
        fault = FieldError("ordering", "ordering.missing", {"name": wanted.obj_id[:200]})
        raise invalid("ordering.missing", fault, name=wanted.obj_id[:200])
    names = _among(wanted, list(present))
    by = _places(wanted.delta, len(names))
    before = before_shifted(names, wanted.obj_id, by)
    uid = present[wanted.obj_id]
    if wanted.subset_ids and not before:
        # Behind the last of these, not behind all the others.
        last = [one for one in names if one != wanted.obj_id][-1:]
        following = list(present)[list(present).index(last[0]) + 1 :] if last else []
        before = next((one for one in following if one != wanted.obj_id), "")
    ordering.order(work, uid, before=present.get(before, ""))


def _among(wanted: OrderingBody, present: list[str]) -> list[str]:
    """Give the children among which places are counted. Raises: ordering.stale."""
    if not wanted.subset_ids:
        return present
    asked = wanted.subset_ids
    if wanted.obj_id not in asked or asked != [one for one in present if one in set(asked)]:
        fault = FieldError("ordering", "ordering.stale")
        raise KbError("ordering.stale", Kind.INVALID, fields=(fault,))
    return asked


def _places(delta: int | str, count: int) -> int:
    if delta in ("top", "bottom"):
        return -count if delta == "top" else count
    try:
        return max(-count, min(count, int(delta)))
    except ValueError as error:
        raise invalid("ordering.delta", FieldError("ordering", "ordering.delta")) from error
