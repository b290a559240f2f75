"""Topics: which can be put into one another."""

from typing import Protocol

from kb_service.base.errors import invalid


class Placed(Protocol):
    """What lies somewhere in the tree."""

    type: str
    path: str


def check_merge(item: Placed, target: Placed) -> None:
    """Refuse what cannot be put together.

    Raises: item.root_stays, topic.same, topic.not_topic, item.into_itself.
    """
    if item.path == "/":
        raise invalid("item.root_stays")
    if item.path == target.path:
        raise invalid("topic.same")
    if item.type != "Topic" or target.type != "Topic":
        raise invalid("topic.not_topic", path=(target if item.type == "Topic" else item).path)
    if target.path.startswith(f"{item.path}/"):
        raise invalid("item.into_itself", path=item.path)
