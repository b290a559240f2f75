"""What the pages of the tree are filled with in tests: the tree, places of items, the trash."""

from typing import Any

import msgspec

from kb_service.base.ids import Uid
from kb_service.base.paging import Batch
from kb_service.handbook.queries import Choice, EditView, Level, Node, Thrown
from kb_service.handbook.queries.lists import ReviewCounts
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.schemas import Card, Crumb
from kb_service.web.edit.opened import Opened
from kb_service.web.edit.place import address_of
from kb_service.web.edit.start import Looked
from kb_service.web.frame import MenuItem
from tests.web import make

UID = Uid("a" * 32)
# Every page of the workplace is given its sections.
WORKPLACE: dict[str, Any] = {
    "sections": [MenuItem("Tree", "/edit", True)],
    "address_of": address_of,
    "bulk_steps": [("publish", "Опубликовать")],
    "unsaved": [],
    "review": ReviewCounts(5, 2, 3, 1),
}
LISTS: dict[str, Any] = {**WORKPLACE, "lists": [("due", "Due for a check", 3)], "show": None}


def tree(*cards: Card, word: str = "Счётчики") -> dict[str, Any]:
    """Give the tree with these lines, the first of them unfolded."""
    nodes = []
    for place, given in enumerate(cards):
        card = msgspec.structs.replace(given, uid=Uid(f"{place}" * 32))
        below = Node(make.card(uid=f"b{place}" * 16, title=word), 1, 0)
        inner = level("/t", [below], word, total=70)
        nodes.append(Node(card, place + 1, 0 if place else 70, None if place else inner))
    outer = level("/", nodes, word)
    return {
        **LISTS,
        "level": outer,
        "looked": Looked("/t", 0, ("/t",)),
        "way": [Crumb("/t", word)],
        "batch": Batch(outer.nodes, 120, 50, 50),
        "toggle": lambda path: f"/edit?open={path}",
        "alone": lambda path: f"/edit?in={path}",
    }


def level(path: str, nodes: list[Node], title: str, total: int = 0) -> Level:
    return Level(
        uid=UID,
        path=path,
        title=title,
        nodes=nodes,
        total=total or len(nodes),
        start=0,
        may_order=True,
        may_add=True,
    )


def found(*cards: Card) -> dict[str, Any]:
    """Give one of the lists."""
    return {**LISTS, "show": "due", "batch": Batch(cards, 3, 0, 2)}


def placing(word: str, problems: list[tuple[str, str]], path: str = "/t/u") -> dict[str, Any]:
    """Give the page of an item's place."""
    item = EditView(
        uid=UID,
        path=path,
        type="Topic",
        state="published",
        draft="",
        number=1,
        live=1,
        text="",
        author=word,
        modified=make.NOON,
        effective=None,
        expires=None,
        crumbs=[Crumb("/t", word)],
    )
    return {
        **WORKPLACE,
        "opened": Opened(Place(uid=UID), "Topic", "", 1, 1, item=item),
        "item": item,
        "title": word,
        "state_names": {"published": "Опубликовано"},
        "topics": [Choice(UID, "/", word), Choice(UID, "/t/u", word)],
        "parent": UID,
        "short": word,
        "comment": word,
        "below": 2,
        "sources": [make.card(title=word), make.card(title=word)],
        "most": 1,
        "saved": word,
        "problems": problems,
    }


def _thrown(word: str, *, has_place: bool) -> Thrown:
    return Thrown(
        uid=UID,
        path="/t/u",
        name="u",
        type="Topic",
        title=word,
        moment=make.NOON,
        login=word,
        comment=word,
        has_place=has_place,
        below=[word, word],
    )


def trash(word: str) -> dict[str, Any]:
    """Give the trash with a thing that has a place and one that has none."""
    rows = [_thrown(word, has_place=True), _thrown(word, has_place=False)]
    return {**WORKPLACE, "batch": Batch(rows, 120, 0, 50), "saved": word}


def untrash(word: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    """Give the page on which a thing is brought back to another place."""
    return {
        **WORKPLACE,
        "one": _thrown(word, has_place=False),
        "topics": [Choice(UID, "/", word)],
        "parent": "",
        "short": word,
        "problems": problems,
    }


def cases() -> list[tuple[str, str, bool, dict[str, Any]]]:
    """Give the states of these pages."""
    topic = make.card(type="Topic", path="/t")
    problems = [("name", "Занято."), ("", "Нет.")]
    empty = {**tree(), "level": level("/", [], "Т"), "way": [], "batch": Batch([], 0, 0, 50)}
    return [
        ("workplace", "edit/start.html", True, tree(topic, make.card(state="private"))),
        ("workplace, empty", "edit/start.html", True, empty),
        ("a list", "edit/start.html", True, found(make.card(), topic)),
        ("an empty list", "edit/start.html", True, {**found(), "batch": Batch([], 0, 0, 50)}),
        ("place", "edit/placing.html", True, placing("Тема", [])),
        ("place, refused", "edit/placing.html", True, placing("Тема", problems)),
        ("place of the root", "edit/placing.html", True, placing("Корень", [], "/")),
        ("trash", "edit/trash.html", True, trash("Тема")),
        ("trash, empty", "edit/trash.html", True, {**trash("Т"), "batch": Batch([], 0, 0, 50)}),
        ("bring back", "edit/untrash.html", True, untrash("Тема", [])),
        ("bring back, refused", "edit/untrash.html", True, untrash("Тема", problems)),
    ]


def hostile(bad: str, card: Card) -> list[tuple[str, str, bool, dict[str, Any]]]:
    """Give these pages with a hostile word wherever somebody's words stand."""
    problems = [("name", bad)]
    return [
        ("workplace", "edit/start.html", True, tree(card, card, word=bad)),
        ("a list", "edit/start.html", True, found(card)),
        ("place", "edit/placing.html", True, placing(bad, problems)),
        ("trash", "edit/trash.html", True, trash(bad)),
        ("bring back", "edit/untrash.html", True, untrash(bad, problems)),
    ]
