"""The ways of asking for JSON become routes; hostile paths become nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.gate.paths import MAX_PATH, NOWHERE, place, plain_query, split

PAGES = frozenset({"static", "desk", "en", "widget", "sign-in"})
JSON = "application/json"
BROWSER = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"


def placed(path: str, accept: str = "*/*", query: bytes = b"") -> tuple[str, str, bytes]:
    scope = {"type": "http", "path": path, "query_string": query, "headers": []}
    place(scope, accept, PAGES)
    state = scope["state"]
    assert isinstance(state, dict)
    return str(scope["path"]), state.get("kb_content_path", ""), scope["query_string"]  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("path", "accept", "route", "content"),
    [
        ("/api", "*/*", "/api", "/"),
        ("/api/", "*/*", "/api", "/"),
        ("/api/meters/m01", "*/*", "/api/meters/m01", "/meters/m01"),
        ("/api//meters//m01/", "*/*", "/api/meters/m01", "/meters/m01"),
        ("/++api++", "*/*", "/api", "/"),
        ("/++api++/meters", "*/*", "/api/meters", "/meters"),
        ("/++api++//meters/@history", "*/*", "/api/@history", "/meters"),
        ("/api/@search", "*/*", "/api/@search", "/"),
        ("/api/a/b/@workflow/publish", "*/*", "/api/@workflow/publish", "/a/b"),
        ("/api/a/@types/Document", "*/*", "/api/@types/Document", "/a"),
        ("/meters", JSON, "/api/meters", "/meters"),
        ("/", JSON, "/api", "/"),
        ("/@search", JSON, "/api/@search", "/"),
        ("/meters/@navigation", JSON, "/api/@navigation", "/meters"),
        ("/счётчики", JSON, "/api/счётчики", "/счётчики"),
    ],
)
def test_json_is_asked_for_in_three_ways(path: str, accept: str, route: str, content: str) -> None:
    assert placed(path, accept)[:2] == (route, content)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/", "*/*"),
        ("/meters", BROWSER),
        ("/static/look.js", JSON),
        ("/desk", JSON),
        ("/en/meters", JSON),
        ("/apiary", "*/*"),
    ],
)
def test_pages_stay_pages(path: str, accept: str) -> None:
    assert placed(path, accept)[0] == path


@pytest.mark.parametrize(
    "path",
    [
        "/api/../etc/passwd",
        "/api/a/../b",
        "/api/./a",
        "/api/a\0b",
        "/api/a\\b",
        "/api/a\nb",
        f"/api/a{chr(0xDC80)}b",
        "/api/a\ufffdb",
        "/api/" + "a" * MAX_PATH,
    ],
)
def test_hostile_paths_reach_no_handler(path: str) -> None:
    assert placed(path)[0] == f"/api/{NOWHERE}"
    assert placed(path.removeprefix("/api"))[0] == f"/{NOWHERE}"


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        (b"", b""),
        (
            b"metadata_fields:list=UID&metadata_fields:list=code",
            b"metadata_fields=UID&metadata_fields=code",
        ),
        (b"b_size:int=5", b"b_size=5"),
        (b"b_size%3Aint=5", b"b_size=5"),
        (b"fullobjects:boolean=1", b"fullobjects=1"),
        (b"path.depth:int=1&path.query=/a", b"path.depth=1&path.query=/a"),
        (b"tokens:list:int=1", b"tokens=1"),
        (b"q=a:list", b"q=a:list"),
        (b"q:other=1", b"q:other=1"),
        (b"flag:boolean", b"flag"),
    ],
)
def test_keys_lose_the_types_that_plone_writes_behind_them(query: bytes, plain: bytes) -> None:
    assert plain_query(query) == plain


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda name: "/" not in name), max_size=6))
def test_route_and_content_hold_all_names(names: list[str]) -> None:
    route, content = split(names)
    has_service = any(name.startswith("@") for name in names)
    whole = "/" + "/".join(names)
    assert (content.rstrip("/") + route if has_service else content) == whole
    assert route.startswith("/")


@given(st.text(max_size=60), st.sampled_from([JSON, "*/*", BROWSER]))
def test_any_path_has_a_place(path: str, accept: str) -> None:
    route, content, _query = placed("/" + path, accept)
    assert route.startswith("/")
    assert ".." not in content.split("/")
