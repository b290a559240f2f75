"""Deny by default: every route refuses a stranger, unless it stands in a list with the reason.

The routes are read from the application itself, so a new one is refused here until its place is
known. Refused means 401, 403, 404 or the way to the sign-in; never 200, never a defect.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from litestar import Litestar

from tests.service import Service
from tests.service_fixtures import reading, renderer, template

__all__ = ["reading", "renderer", "template"]
CONTENT = "content that everybody may read; each item is asked for on its own"
PAGE = "a page for visitors"
# method and route -> why a stranger may
PUBLIC: dict[tuple[str, str], str] = {
    ("GET", "/"): PAGE,
    ("GET", "/search"): PAGE,
    ("GET", "/topics"): PAGE,
    ("GET", "/ask"): PAGE,
    ("GET", "/widget"): PAGE,
    ("GET", "/widget/search.js"): "the widget of the company's own site",
    ("GET", "/robots.txt"): "for search engines",
    ("GET", "/sitemap.xml"): "for search engines, of what they may read",
    ("GET", "/rss.xml"): "what changed, of what everybody may read",
    ("GET", "/opensearch.xml"): "how a browser searches here",
    ("GET", "/desk/sign-in"): "by which strangers become employees",
    ("POST", "/desk/sign-out"): "ends nothing for whom nothing has begun",
    ("GET", "/api"): CONTENT,
    ("GET", "/api/@search"): CONTENT,
    ("GET", "/api/@querystring"): "by what items can be found: words of the program",
    ("GET", "/api/@querystring-search"): CONTENT,
    ("POST", "/api/@querystring-search"): CONTENT,
    ("GET", "/api/@answers"): CONTENT,
    ("GET", "/api/@suggest"): CONTENT,
    ("GET", "/api/@facts"): "values of today that public texts show; proposals are for staff",
    ("GET", "/api/@navigation"): CONTENT,
    ("GET", "/api/@breadcrumbs"): CONTENT,
    ("GET", "/api/@contextnavigation"): CONTENT,
    ("GET", "/api/@navroot"): CONTENT,
    ("GET", "/api/@actions"): "what a stranger may do: to read and to sign in",
    ("GET", "/api/@site"): "the title, languages and time zone of the site, as on every page",
    ("GET", "/api/@health"): "for watchers; says that the service lives, not what is in it",
    ("GET", "/api/@metrics"): "for watchers; templates of routes and counts, no text and no name",
    ("GET", "/api/@openapi.json"): "the form of the service, not its content",
}
QUERY = {"i": "path", "o": "plone.app.querystring.operation.string.absolutePath", "v": "/"}
ANY = "0" * 32
# What a route must be sent so that the permission is what refuses.
BODIES: dict[str, Any] = {
    "/api/@import": {"file": {"filename": "q.csv", "data": "dGl0bGUKQT8K"}},
    "/api": {"@type": "Document", "title": "x"},
    "/api/{path:path}": {"@type": "Document", "title": "x"},
    "/api/@render": {"text": "x"},
    "/api/@analyse": {"text": "x"},
    "/api/@history": {"version": 1},
    "/api/@querystring-search": {"query": [QUERY]},
    "/api/@copy": {"source": "/meters"},
    "/api/@move": {"source": "/meters"},
    "/api/@aliases": {"items": [{"path": "/x"}]},
    "/api/@facts/{key:str}": {"value": "1", "valid_from": "2027-01-01", "source": "x"},
    "/api/@hooks": {"url": "https://hooks.example.org/in", "events": ["item.published"]},
    "/api/@drafts/{uid:str}/fragments": {"item": ANY},
    "/api/@suggestions": {"item": ANY, "kind": "wording", "text": "x"},
    "/api/@login": {"login": "anna", "password": "wrong"},
}
# What a reading route must be asked, if anything.
ASKED = {"/api/@querystring-search": "?query=" + quote(json.dumps({"query": [QUERY]}))}
FORM = {"login": "anna", "password": "wrong", "uid": "x", "helped": "yes", "do": "again"}


def routes_of(service: Service) -> Iterator[tuple[str, str]]:
    """Give method and template of every route; English pages are the same handlers."""
    app: Litestar = service.litestar
    for route in app.routes:
        for method in sorted(route.methods - {"OPTIONS", "HEAD"}):
            yield method, route.path


def filled(template: str) -> str:
    """Give an address of a route that leads to what is hidden."""
    for part, value in {
        "{path:path}": "meters/draft",
        "{path:str}": "x",
        "{uid:str}": ANY,
        "{remark:str}": ANY,
        "{secret:str}": "x",
        "{transition:str}": "publish",
        "{name:str}": "x",
        "{key:str}": "x",
        "{step:str}": "approve",
        "{version:int}": "1",
        "{number:int}": "1",
        "{form:str}": "zip",
    }.items():
        template = template.replace(part, value)
    assert "{" not in template, f"say how {template} is filled"
    return template + ASKED.get(template, "")


def ask(service: Service, method: str, route: str, who: str = "") -> Any:
    headers = {"accept": "application/json" if route.startswith("/api") else "text/html"}
    if who:
        headers["authorization"] = f"Bearer {service.tokens[who]}"
    body: dict[str, Any] = {}
    if method in ("POST", "PATCH", "PUT") or (method == "DELETE" and route == "/api/@aliases"):
        is_api = route.startswith("/api")
        body = {"json": BODIES.get(route, {})} if is_api else {"data": FORM}
    return service.client.request(
        method, filled(route), headers=headers, follow_redirects=False, **body
    )


def is_refused(answer: Any) -> bool:
    to_sign_in = answer.status_code == 303 and "sign-in" in answer.headers["location"]
    return to_sign_in or answer.status_code in (401, 403, 404, 410)


def test_every_route_refuses_a_stranger(reading: Service) -> None:
    open_routes = {}
    for method, route in routes_of(reading):
        bare = route.removeprefix("/en") or "/"
        if (method, bare) in PUBLIC:
            continue
        answer = ask(reading, method, route)
        if not is_refused(answer):
            open_routes[f"{method} {route}"] = (answer.status_code, answer.text[:200])
    assert sorted(open_routes) == [], open_routes


def test_the_public_list_holds_nothing_that_is_not_there(reading: Service) -> None:
    assert set(PUBLIC) <= set(routes_of(reading))


@pytest.mark.parametrize(("method", "route"), sorted(PUBLIC))
def test_what_is_public_works_for_a_stranger(reading: Service, method: str, route: str) -> None:
    assert ask(reading, method, route).status_code < 400


@pytest.mark.parametrize("who", ["olga", "elena", "rita"])
def test_the_administrators_pages_refuse_other_employees(reading: Service, who: str) -> None:
    for method, route in routes_of(reading):
        if "/admin" in route:
            answer = ask(reading, method, route, who)
            assert is_refused(answer), (method, route, answer.status_code)


@pytest.mark.parametrize("secret", ["nonsense", "x" * 43, "a.b.c", ""])
@pytest.mark.parametrize("scheme", ["Bearer", "Basic", "Digest", "bearer"])
def test_no_made_up_credential_opens_anything(reading: Service, scheme: str, secret: str) -> None:
    answer = reading.get("/api/meters/draft", authorization=f"{scheme} {secret}")
    assert answer.status_code == 401


def test_a_made_up_session_is_a_stranger(reading: Service) -> None:
    answer = reading.get("/api/meters/draft", cookie="kb_session=" + "x" * 43)
    assert answer.status_code == 401
