"""Steps that are taken with many items at once: which there are, what each is told and changes.

Steps of the workflow, moving and throwing away are acts of their own; the others change keys of a
document, in its live text and in a newer one beside it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from kb_service.base.errors import FieldError, invalid
from kb_service.base.ids import is_uid
from kb_service.base.permissions import Permission
from kb_service.handbook.rules.workflow import STEPS, Action
from kb_service.handbook.schemas import Content

MOST = 2000
MAX_OWNER = 80
MAX_TAG = 80


class BulkStep(StrEnum):
    """What can be done with many items."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    REJECT = "reject"
    RETRACT = "retract"
    ARCHIVE = "archive"
    RESTORE = "restore"
    OWNER = "owner"
    REVIEW = "review"
    TAG = "tag"
    UNTAG = "untag"
    RETAG = "retag"
    MOVE = "move"
    TRASH = "trash"


class Outcome(StrEnum):
    """What became of one item; `same` was so before."""

    WAITS = "waits"
    DONE = "done"
    SAME = "same"
    REFUSED = "refused"


ACTIONS: Mapping[BulkStep, Action] = {BulkStep(str(action)): action for action in Action}
FILING = frozenset({BulkStep.OWNER, BulkStep.TAG, BulkStep.UNTAG, BulkStep.RETAG})
AMENDING = FILING | {BulkStep.REVIEW}
# What takes all below along; of items that lie in one another the upper one is enough.
WHOLE = frozenset({BulkStep.MOVE, BulkStep.TRASH})
# What must be said with a step.
NEEDS: Mapping[BulkStep, tuple[str, ...]] = {
    BulkStep.OWNER: ("owner",),
    BulkStep.REVIEW: ("day",),
    BulkStep.TAG: ("tag",),
    BulkStep.UNTAG: ("tag",),
    BulkStep.RETAG: ("tag", "to"),
    BulkStep.MOVE: ("parent",),
}


def step_named(name: str) -> BulkStep:
    """Give a step by its name. Raises: bulk.unknown."""
    if name not in tuple(BulkStep):
        raise invalid("bulk.unknown", allowed=tuple(str(step) for step in BulkStep), step=name[:40])
    return BulkStep(name)


def checked(step: BulkStep, wanted: Mapping[str, str]) -> dict[str, str]:
    """Give what a step needs, without spaces around. Raises: bulk.wrong, with what is wrong."""
    values = {name: " ".join(wanted.get(name, "").split()) for name in NEEDS.get(step, ())}
    faults = [
        FieldError(name, code) for name, value in values.items() if (code := _fault(name, value))
    ]
    if faults:
        raise invalid("bulk.wrong", *faults)
    return values


def permission_for(step: BulkStep) -> Permission:
    """Give what one must be allowed with an item for a step."""
    if step in ACTIONS:
        return STEPS[ACTIONS[step]].permission
    return Permission.DELETE if step == BulkStep.TRASH else Permission.EDIT


def changes(step: BulkStep, wanted: Mapping[str, str], content: Content) -> dict[str, Any]:
    """Give the keys of a document that a step gives other values; none where it is so already."""
    after: dict[str, Any]
    if step == BulkStep.OWNER:
        after = {"owner": wanted["owner"]}
    elif step == BulkStep.REVIEW:
        after = {"review_by": day_of(wanted["day"])}
    else:
        after = {"tags": _tags(step, wanted, content.tags)}
    return {key: value for key, value in after.items() if getattr(content, key) != value}


def is_day(text: str) -> bool:
    """Say whether a text is a day, as a date field sends it."""
    try:
        day_of(text)
    except ValueError:
        return False
    return True


def day_of(text: str) -> date:
    """Give the day that a text names."""
    return date.fromisoformat(text)


def uppermost(paths: Sequence[str]) -> set[str]:
    """Give those of the paths that lie below no other of them."""
    found: set[str] = set()
    last = ""
    for path in sorted(paths, key=lambda one: one.split("/")):
        if last and path.startswith(f"{last}/"):
            continue
        found.add(path)
        last = path
    return found


def _tags(step: BulkStep, wanted: Mapping[str, str], tags: list[str]) -> list[str]:
    tag = wanted["tag"]
    if step == BulkStep.TAG:
        return tags if tag in tags else [*tags, tag]
    if step == BulkStep.UNTAG:
        return [one for one in tags if one != tag]
    # Two names that become one stand once, where the first of them stood.
    return list(dict.fromkeys(wanted["to"] if one == tag else one for one in tags))


def _fault(name: str, value: str) -> str:
    if not value:
        return "bulk.value_missing"
    if name == "day":
        return "" if is_day(value) else "bulk.day_wrong"
    if name == "parent":
        return "" if is_uid(value) else "bulk.value_missing"
    if name == "owner":
        return "bulk.value_long" if len(value) > MAX_OWNER else ""
    return "bulk.tag_wrong" if len(value) > MAX_TAG or "," in value else ""
