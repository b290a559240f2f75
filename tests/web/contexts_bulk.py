"""What the pages of many items are filled with in tests: one row a state of a page."""

from typing import Any

from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.paging import Batch
from kb_service.base.permissions import Role
from kb_service.handbook.queries.bulk import BulkView, Forecast, TagCount
from kb_service.handbook.queries.merging import MergePlan, Moved, TopicView
from kb_service.handbook.queries.sharing import Entry
from kb_service.handbook.rules.bulk import BulkStep, Outcome
from kb_service.handbook.schemas import Crumb
from kb_service.web.edit.bulk import Asked, Field
from kb_service.web.edit.place import address_of
from kb_service.web.frame import MenuItem
from tests.web import make

Case = tuple[str, str, bool, dict[str, Any]]
_SECTIONS: dict[str, Any] = {"sections": [MenuItem("Tree", "/edit", True)]}


def forecast(word: str, *, is_told: bool = True, refused: int = 1) -> dict[str, Any]:
    """Give what would happen to some items."""
    row = Forecast(Uid("a" * 32), "/t/a", word, Outcome.DONE)
    no = Forecast(Uid("b" * 32), "/t/b", word, Outcome.REFUSED, KbError("act.forbidden"))
    return {
        **_SECTIONS,
        "asked": Asked(step=BulkStep.OWNER, uids=["a" * 32], wanted={}, is_deep=True, comment=word),
        "title": "Назначить владельца",
        "fields": [
            Field("owner", "Отдел", word, "text", known=[word]),
            Field("parent", "Куда", "", "choice", choices=[("a" * 32, word)]),
        ],
        "ready": [row] * 30 if is_told else [],
        "same": [row] if is_told else [],
        "refused": [(no, word)] * refused if is_told else [],
        "is_told": is_told,
        "shown": 20,
        "address_of": address_of,
        "problems": [] if is_told else [("owner", word)],
    }


def view(**changes: Any) -> BulkView:
    """Give a step for many that goes on."""
    values: dict[str, Any] = {
        "uid": "a" * 32, "step": BulkStep.PUBLISH, "wanted": {}, "comment": "", "author": "rita",
        "created": make.NOON, "stopped_at": None, "stopped_by": "", "total": 9, "done": 3,
        "same": 1, "refused": 2,
    }  # fmt: skip
    return BulkView(**{**values, **changes})


def run(word: str, **changes: Any) -> dict[str, Any]:
    """Give how far it is."""
    refused = [("/edit/t/a", word, word), ("", word, word)]
    one = view(comment=word, author=word, **changes)
    return {**_SECTIONS, "run": one, "title": word, "refused": refused}


def runs(word: str) -> dict[str, Any]:
    """Give a list of them, in every state."""
    three = [view(), view(stopped_at=make.NOON, stopped_by="rita"), view(done=6)]
    titles = {one.uid: word for one in three}
    return {**_SECTIONS, "batch": Batch(three, 3, 0, 25), "titles": titles}


def tags(word: str, *, tag: str = "") -> dict[str, Any]:
    """Give the tags of the handbook, or the texts of one."""
    return {
        **_SECTIONS,
        "tags": [] if tag else [TagCount(word, 3, 2), TagCount("б", 1, 1)],
        "tag": tag,
        "cards": [make.card(title=word)] if tag else [],
        "address_of": address_of,
        "bulk_steps": [("publish", word)],
    }


def topic(word: str, *, has_plan: bool = True, **changes: Any) -> dict[str, Any]:
    """Give a topic as a whole, and what a merge would do."""
    card = make.card(title=word)
    of_topic: dict[str, Any] = {
        "uid": "a" * 32, "path": "/t", "title": word, "type": "Topic", "owner": word,
        "state": "published", "children": [card], "count": 2, "may_merge": True,
    }  # fmt: skip
    moved = [Moved(word, "/t/a", "/u/a-1", is_renamed=True)]
    plan = MergePlan(
        into="b" * 32, title=word, path="/u", moved=moved, count=2, addresses=1, role_count=1,
        roles=[Entry("user", word, frozenset({Role.EDITOR}), frozenset())], may_share=True,
    )  # fmt: skip
    return {
        **_SECTIONS,
        "topic": TopicView(**{**of_topic, **changes}),
        "crumbs": [Crumb("/up", word)],
        "address": "/edit/t",
        "address_of": address_of,
        "targets": [("b" * 32, word)],
        "owners": [word],
        "plan": plan if has_plan else None,
        "into": "b" * 32,
        "typed": {"title": word, "child": [card.uid], "place": "inside"},
        "problems": [("title", word), ("child", word)],
        "saved": word,
    }


def pages(word: str) -> list[Case]:
    """Give all of them with a word."""
    stopped = {"stopped_at": make.NOON, "stopped_by": word}
    return [
        ("bulk", "edit/bulk.html", True, forecast(word)),
        ("bulk, asked first", "edit/bulk.html", True, forecast(word, is_told=False)),
        ("bulk, much refused", "edit/bulk.html", True, forecast(word, refused=30)),
        ("bulk under way", "edit/bulk_run.html", True, run(word)),
        ("bulk at its end", "edit/bulk_run.html", True, run(word, done=6)),
        ("bulk stopped", "edit/bulk_run.html", True, run(word, **stopped)),
        ("bulks", "edit/bulks.html", True, runs(word)),
        ("tags", "edit/tags.html", True, tags(word)),
        ("no tags", "edit/tags.html", True, {**tags(word), "tags": []}),
        ("texts of a tag", "edit/tags.html", True, tags(word, tag=word)),
        ("topic as a whole", "edit/topic.html", True, topic(word)),
        ("an empty topic", "edit/topic.html", True, topic(word, has_plan=False, children=[])),
    ]
