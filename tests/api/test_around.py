"""What stands around an item: the tree beside it, actions, the root, and all of it embedded."""

from typing import Any

import pytest

from kb_service import __version__
from kb_service.api.serialize import COMPONENTS
from tests.service import BASE, Service

TREE = "expand.contextnavigation"


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [one["@id"].removeprefix(BASE) for one in items]


@pytest.mark.parametrize("name", ["@contextnavigation", "@actions", "@navroot", "@breadcrumbs"])
def test_around_what_is_hidden_there_is_nothing(reading: Service, name: str) -> None:
    assert reading.get(f"/api/meters/draft/{name}").status_code == 401
    assert reading.get(f"/api/meters/draft/{name}", "olga").status_code == 403
    assert reading.get(f"/api/nowhere/{name}", "rita").status_code == 404
    assert reading.get(f"/api/meters/draft/{name}", "rita").status_code == 200


def test_the_tree_beside_a_page_unfolds_on_the_way_to_it(reading: Service) -> None:
    body = reading.get(f"/api/meters/pokazaniia/@contextnavigation?{TREE}.topLevel=0").json()
    assert set(body) == {"@id", "available", "has_custom_name", "items", "title", "url"}
    assert (body["available"], body["title"]) == (True, "Навигация")
    assert sorted(ids(body["items"])) == ["/about", "/meters", "/outage"]
    meters = next(one for one in body["items"] if one["@id"].endswith("/meters"))
    assert meters["is_in_path"]
    assert not meters["is_current"]
    assert ids(meters["items"]) == [
        "/meters/kto-meniaet",
        "/meters/pokazaniia",
        "/meters/new-place",
    ]
    outage = next(one for one in body["items"] if one["@id"].endswith("/outage"))
    assert (outage["items"], outage["is_folderish"], outage["type"]) == ([], True, "folder")
    here = meters["items"][1]
    assert here == {
        "@id": f"{BASE}/meters/pokazaniia",
        "title": "Как передать показания?",
        "description": "",
        "href": f"{BASE}/meters/pokazaniia",
        "icon": "",
        "is_current": True,
        "is_folderish": False,
        "is_in_path": True,
        "items": [],
        "normalized_id": "pokazaniia",
        "review_state": "published",
        "thumb": "",
        "type": "standardquestion",
    }


@pytest.mark.parametrize(
    ("place", "query", "paths"),
    [
        ("", "", []),
        ("/meters", "", ["/meters/kto-meniaet", "/meters/pokazaniia", "/meters/new-place"]),
        ("/about", f"{TREE}.topLevel=2", []),
        ("/about", f"{TREE}.topLevel=0&{TREE}.bottomLevel=-1", []),
        ("/about", f"{TREE}.root_path=outage&{TREE}.bottomLevel=1", 30),
        ("/about", f"{TREE}.root_path=nowhere", []),
        ("/about", f"{TREE}.currentFolderOnly=1", 3),
        ("/meters/draft/x", f"{TREE}.topLevel=0", None),
    ],
)
def test_the_tree_begins_where_it_is_asked_to(
    reading: Service, place: str, query: str, paths: Any
) -> None:
    answer = reading.get(f"/api{place}/@contextnavigation?{query}")
    if paths is None:
        assert answer.status_code == 404
        return
    found = ids(answer.json()["items"])
    assert (len(found) if isinstance(paths, int) else found) == paths
    assert answer.json()["available"] == bool(found)


def test_the_tree_has_a_name_and_shows_its_beginning(reading: Service) -> None:
    query = f"{TREE}.name=Меню&{TREE}.includeTop=true&{TREE}.topLevel=0"
    body = reading.get(f"/api/about/@contextnavigation?{query}").json()
    assert (body["title"], body["has_custom_name"], body["url"]) == ("Меню", True, f"{BASE}/")
    assert ids(body["items"])[0] == "/"
    assert body["items"][0]["type"] == "plone-site"


@pytest.mark.parametrize(
    ("who", "place", "group", "actions"),
    [
        ("", "/meters", "object", ["view"]),
        ("", "/meters", "object_buttons", []),
        ("", "/meters", "user", ["login"]),
        ("olga", "/meters/pokazaniia", "object", ["view", "history"]),
        ("olga", "/meters/pokazaniia", "user", ["preferences", "logout"]),
        ("elena", "/meters", "object", ["view", "edit", "folderContents", "history"]),
        ("elena", "/meters", "object_buttons", ["cut", "copy", "delete", "rename"]),
        ("elena", "", "object_buttons", []),
        ("anna", "", "user", ["preferences", "plone_setup", "logout"]),
        ("", "", "site_actions", ["sitemap", "contact", "rss"]),
        ("", "", "portal_tabs", ["index_html"]),
        ("", "", "document_actions", []),
    ],
)
def test_actions_are_what_this_reader_may_do_here(
    reading: Service, who: str, place: str, group: str, actions: list[str]
) -> None:
    body = reading.get(f"/api{place}/@actions", who).json()
    assert [one["id"] for one in body[group]] == actions
    assert all(set(one) == {"id", "title", "url", "icon"} for one in body[group])
    only = reading.get(f"/api{place}/@actions?categories:list={group}", who).json()
    assert only == {group: body[group]}


def test_actions_speak_the_readers_language(reading: Service) -> None:
    titles = {}
    for language in ("ru", "en"):
        body = reading.get("/api/meters/@actions", "elena", accept_language=language).json()
        titles[language] = [one["title"] for one in body["object_buttons"]]
    assert titles["ru"] == ["Переместить", "Скопировать", "Убрать в корзину", "Переименовать"]
    assert titles["en"] == ["Move", "Copy", "Throw away", "Rename"]


def test_the_root_of_the_navigation(reading: Service) -> None:
    body = reading.get("/api/meters/@navroot").json()
    assert body["@id"] == f"{BASE}/api/meters/@navroot"
    assert (body["navroot"]["@id"], body["navroot"]["@type"]) == (f"{BASE}/", "Plone Site")


def test_the_site_says_its_title_and_languages(reading: Service) -> None:
    body = reading.get("/api/@site").json()
    assert body["plone.site_title"]
    assert body["plone.default_language"] == "ru"
    assert body["plone.available_languages"] == ["ru", "en"]
    assert body["plone.portal_timezone"] == "Europe/Moscow"
    assert body["features"]["multilingual"] is False


@pytest.mark.parametrize(("who", "status"), [("", 401), ("rita", 403), ("anna", 200)])
def test_the_release_is_told_to_administrators(reading: Service, who: str, status: int) -> None:
    answer = reading.get("/api/@system", who)
    assert answer.status_code == status
    assert (__version__ in answer.text) == (status == 200)


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_embedded_as_it_is_served(reading: Service, name: str) -> None:
    path = "/api/meters/pokazaniia"
    link = {"@id": f"{BASE}{path}/@{name}"}
    assert reading.get(path, "rita").json()["@components"][name] == link
    whole = reading.get(f"{path}?expand={name}", "rita").json()["@components"]
    assert whole[name] == reading.get(f"{path}/@{name}", "rita").json() != link
    assert all(set(part) == {"@id"} for other, part in whole.items() if other != name)


def test_embedded_navigations_go_as_deep_as_asked(reading: Service) -> None:
    query = f"expand:list=navigation&expand:list=contextnavigation&{TREE}.topLevel=0"
    flat = reading.get(f"/api/about?{query}").json()["@components"]
    assert len(flat["contextnavigation"]["items"]) == 3
    deep = reading.get("/api?expand=navigation&expand.navigation.depth=2").json()["@components"]
    assert [len(one["items"]) for one in deep["navigation"]["items"]] == [0, 3, 30]


def test_a_visitor_gets_no_component_that_is_for_staff(reading: Service) -> None:
    parts = reading.get("/api/meters?expand=types,aliases,actions").json()["@components"]
    assert set(parts["types"]) == set(parts["aliases"]) == {"@id"}
    assert "object" in parts["actions"]
