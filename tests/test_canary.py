"""No second door: whatever a stranger asks, no word of what is hidden comes back.

The walk takes every GET route of the OpenAPI and every page, with every hidden address, and every
search with the beginnings of canary words. The same walk as a reviewer finds them: it would see.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kb_service.base.clock import SetClock
from kb_service.handbook.render import Renderer
from tests import canary
from tests.canary import KINDS, NOON, STEM
from tests.service import Service, Template, make_template, running
from tests.service_fixtures import renderer

__all__ = ["renderer"]
JSON, PAGE, ANY = "application/json", "text/html", "*/*"
Address = tuple[str, str]
PLAIN = [f"/weather/{kind}" for kind in KINDS] + [
    "/hidden",
    "/hidden/below",
    "/weather/old-address",
]
OPEN = ["/", "/weather"]
QUERIES = [
    "",
    "?as_of=2026-11-24",
    "?as_of=2026-11-10",
    "?as_of=2027-01-01",
    "?fullobjects=1",
    "?metadata_fields=_all",
    "?expand=workflow,navigation,breadcrumbs,actions,types,aliases,navroot",
    "?expand=contextnavigation&expand.contextnavigation.topLevel=0",
    "?expand=navigation&expand.navigation.depth=5",
    "?expand=lock,comments,relations,workingcopy,linkintegrity,sharing,history",
]
SERVICES = [
    "@workflow",
    "@breadcrumbs",
    "@navigation?expand.navigation.depth=5",
    "@search",
    "@history",
    "@@download/file",
    "@types",
    "@actions",
    "@contextnavigation?expand.contextnavigation.topLevel=0",
    "@contextnavigation?expand.contextnavigation.currentFolderOnly=1",
    "@navroot",
    "@aliases",
    "@comments",
    "@lock",
    "@relations",
    "@relations?relation=relatedItems",
    "@relations?target=/weather/private",
    "@relations?source=/weather/private",
    "@relations?onlyBroken=1",
    "@relations?relation=isReferencing",
    "@linkintegrity",
    "@workingcopy",
    "@sharing",
    "@sharing?search=z",
    "@history/1",
    "@history/2",
    "@querystring",
    "@sources/related",
    "@vocabularies/plone.app.vocabularies.Users",
    "@vocabularies/plone.app.vocabularies.Keywords",
    "@vocabularies/plone.app.vocabularies.Catalog",
    "@principals?search=z",
    "@export?form=csv",
]
WORD = re.compile("|".join(rf"{stem}\w*" for stem in STEM.values()), re.IGNORECASE)


@pytest.fixture(scope="module")
def template(
    sqlite_template: Path, renderer: Renderer, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    clock = SetClock(NOON)
    folder = tmp_path_factory.mktemp("canary")
    return make_template(
        folder, sqlite_template, renderer, clock, lambda work: canary.fill(work, clock)
    )


@pytest.fixture
def service(template: Template, renderer: Renderer, tmp_path: Path) -> Iterator[Service]:
    with running(template, tmp_path / "service", renderer, SetClock(NOON)) as one:
        yield one


def finds(answer: Any) -> set[str]:
    """Give the canary words in the body and the headers of an answer."""
    text = answer.text + repr(answer.headers.multi_items())
    known = canary.all_words()
    return {known[word] for word in WORD.findall(text.lower()) if word in known}


def reading_addresses(service: Service) -> Iterator[Address]:
    """Give every address that may show content by its path or its uid, and the form asked for."""
    for path in [*OPEN, *PLAIN]:
        yield from ((f"/api{path}{query}", JSON) for query in QUERIES)
        yield from ((f"/api{path.rstrip('/')}/{name}", JSON) for name in SERVICES)
        yield from ((f"{prefix}{path}", ANY) for prefix in ("/++api++", "/api"))
        yield path, JSON
        for prefix, query in product(("", "/en"), QUERIES[:3]):
            yield f"{prefix}{path}{query}", PAGE
    uids = hidden_uids(service)
    for route in service.litestar.routes:
        if "GET" not in route.methods or "{path:path}" in route.path:
            continue
        for value in uids if "{uid" in route.path else ["x"]:
            yield re.sub(r"\{\w+:\w+\}", value, route.path), ANY


def hidden_uids(service: Service) -> list[str]:
    body = service.get("/api/weather?metadata_fields=UID&b_size=1000", "rita").json()
    return [one["UID"] for one in body["items"]]


def beginnings(kinds: tuple[str, ...]) -> Iterator[str]:
    """Give parts of canary words, never a whole one: a page repeats what was asked."""
    yield from (stem[:5] for stem in STEM.values())
    for kind, field, script in product(kinds, ("title", "body", "staff"), STEM):
        yield canary.canary(kind, field, script)[:-2]


def searching_addresses(kinds: tuple[str, ...] = KINDS) -> Iterator[Address]:
    """Give every search that might find what is hidden, or count it, or complete it."""
    for text in beginnings(kinds):
        q = quote(text)
        yield f"/api/@answers?q={q}&limit=50", JSON
        yield f"/api/@suggest?q={q}", JSON
        yield f"/api/@search?SearchableText={q}*&metadata_fields=_all", JSON
        yield f"/search?q={q}", PAGE
    for query in (
        "sort_on=modified&b_size=1000", "sort_on=path&b_size=1000&fullobjects=1",
        "review_state=private", "review_state=pending&review_state=archived",
        "portal_type=Topic&b_size=1000", "path.query=/hidden", "path.query=/weather&b_size=1000",
        "sort_on=effective&sort_order=reverse&metadata_fields=_all&b_size=1000",
    ):  # fmt: skip
        yield f"/api/@search?{query}", JSON
    for rows in (
        [("path", "string.absolutePath", "/")],
        [("Title", "string.contains", STEM["latin"][:4])],
        [("Description", "string.contains", STEM["latin"][:4])],
        [("SearchableText", "string.contains", STEM["latin"][:4] + "*")],
        [("review_state", "selection.none", ["published"])],
        [("audience", "selection.any", ["staff"])],
        [("modified", "date.today", None), ("path", "string.absolutePath", "/")],
    ):
        for more in ({"b_size": 1000, "metadata_fields": "_all"}, {"fullobjects": True}):
            yield "/api/@querystring-search?query=" + quote(saved(rows, more)), JSON
    weather = quote("погода")
    yield f"/api/@answers?q={weather}&limit=50", JSON
    yield f"/search?q={weather}", PAGE


def saved(rows: list[tuple[str, str, Any]], more: dict[str, Any]) -> str:
    """Give a saved query as its JSON."""
    prefix = "plone.app.querystring.operation."
    return json.dumps({"query": [{"i": i, "o": prefix + o, "v": v} for i, o, v in rows], **more})


def walk(service: Service, addresses: Iterable[Address], who: str = "") -> dict[str, set[str]]:
    """Ask for every address; give what was found where."""
    found: dict[str, set[str]] = {}
    for address, accept in addresses:
        answer = service.get(address, who, accept=accept)
        assert answer.status_code < 500, (address, answer.text)
        if words := finds(answer):
            found.setdefault(address, set()).update(words)
    return found


def test_no_hidden_word_comes_out_by_any_address(service: Service) -> None:
    assert walk(service, reading_addresses(service)) == {}


def test_no_hidden_word_comes_out_by_searching(service: Service) -> None:
    assert walk(service, searching_addresses()) == {}


def test_no_hidden_word_comes_out_by_changing(service: Service) -> None:
    for path, (method, name) in product(
        PLAIN, [("PATCH", ""), ("DELETE", ""), ("POST", ""), ("POST", "/@workflow/publish")]
    ):
        body = {"@type": "Document", "title": "x", "id": "private"}
        answer = service.ask(method, f"/api{path}{name}", "", body if method != "DELETE" else None)
        assert answer.status_code in (401, 404)
        assert finds(answer) == set(), (method, path)
    for uid in hidden_uids(service):
        data = {"uid": uid, "helped": "yes", "value": "yes"}
        assert finds(service.client.post("/helped", data=data)) == set()


def test_hidden_items_do_not_shape_counts(service: Service) -> None:
    visible = service.get("/api/weather").json()["items_total"]
    found = service.get("/api/@search?path.query=/weather&portal_type=StandardQuestion").json()
    assert visible == found["items_total"] == len(canary.OPEN_KINDS)


def test_a_walk_by_a_reviewer_would_see_them(service: Service) -> None:
    found = set().union(*walk(service, reading_addresses(service), "rita").values())
    expected = {f"{kind}.title" for kind in KINDS if kind not in ("trashed", "parts", "once-staff")}
    assert expected <= found
    assert {"parts.staff", "parts.letter", "parts.comment", "private.name"} <= found
    # What stands beside items has doors of its own; an unsaved text is its writer's alone.
    assert {"remark.body", "remark.comment", "lock.name", "alias.name"} <= found
    assert not {one for one in found if one.startswith("unsaved.")}
    asked = set().union(*walk(service, searching_addresses(), "rita").values())
    assert {"private.title", "pending.tag", "archived.description"} <= asked


def test_employees_see_staff_parts_but_no_drafts(service: Service) -> None:
    found = set().union(*walk(service, reading_addresses(service), "olga").values())
    assert {"parts.staff", "parts.letter", "staff.title"} <= found
    hidden = (
        "private.",
        "pending.",
        "retracted.",
        "trashed.",
        "archived.",
        "draft-beside.title",
        "expired.",
        "coming.",
        "unsaved.",
        "alias.",
    )
    assert [word for word in sorted(found) if word.startswith(hidden)] == []


@pytest.mark.parametrize("how", ["retract", "trash", "archive", "move", "expire"])
def test_what_was_open_is_gone_at_once(service: Service, how: str) -> None:
    text = canary.whole("private").replace("C00H", "C00Z")
    made = service.ask("POST", "/api/weather", "rita", {"source": text, "id": "news"})
    assert made.status_code == 201
    service.ask("POST", "/api/weather/news/@workflow/publish", "rita")
    addresses = [
        *(
            (path, PAGE)
            for path in ("/weather/news", "/weather", "/", "/topics", "/search?q=погода")
        ),
        *((path, ANY) for path in ("/rss.xml", "/sitemap.xml")),
        ("/api/weather/news", JSON),
        ("/api/weather", JSON),
        ("/api/@navigation?expand.navigation.depth=3", JSON),
        *searching_addresses(("private",)),
    ]
    for _ in range(2):
        assert len(walk(service, addresses)) > 10
    take_back(service, how)
    assert walk(service, addresses) == {}


def take_back(service: Service, how: str) -> None:
    path = "/api/weather/news"
    if how == "trash":
        service.ask("DELETE", path, "rita")
    elif how == "move":
        hidden = service.get(path, "rita").json()["UID"]
        service.ask("POST", f"{path}/@workflow/retract", "rita")
        service.ask("PATCH", path, "rita", {"id": canary.canary("retracted", "moved")})
        assert hidden
    elif how == "expire":
        service.ask("PATCH", path, "rita", {"expires": (NOON + timedelta(hours=1)).isoformat()})
        clock = service.house.clock
        assert isinstance(clock, SetClock)
        clock.moment = NOON + timedelta(hours=2)
        service.settle()
        service.forget()
    else:
        service.ask("POST", f"{path}/@workflow/{how}", "rita")
