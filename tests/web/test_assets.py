"""Static files: kept for ever under their hash, asked for again under any other name."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar, Response
from litestar.testing import TestClient

from kb_service.base.errors import KbError
from kb_service.web.assets import ASK_AGAIN, ASSETS, FOREVER, static_file, static_url

VISITOR_FILES = ("tokens.css", "look.js", "site.js")
STAFF_FILES = ("tokens.css", "desk.css", "look.js", "desk.js")
VISITOR_BUDGET, STAFF_BUDGET, WIDGET_BUDGET = 15_000, 25_000, 6_000


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Any]]:
    def told(_request: object, error: KbError) -> Response[str]:
        return Response(error.code, status_code=404)

    app = Litestar([static_file], exception_handlers={KbError: told}, openapi_config=None)
    with TestClient(app) as made:
        yield made


def test_address_holds_the_hash_of_the_content(client: TestClient[Any]) -> None:
    answer = client.get(static_url("tokens.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == FOREVER
    assert answer.headers["etag"].strip('"') in static_url("tokens.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/tokens.css", "/static/tokens.0123456789.css"])
def test_other_names_give_the_present_file_and_are_asked_again(
    client: TestClient[Any], path: str
) -> None:
    answer = client.get(path)
    assert answer.headers["cache-control"] == ASK_AGAIN
    assert answer.content == client.get(static_url("tokens.css")).content


@pytest.mark.parametrize("tag", ["{0}", "W/{0}", '"other", {0}', "*"])
def test_who_has_the_file_gets_no_body(client: TestClient[Any], tag: str) -> None:
    known = client.get("/static/tokens.css").headers["etag"]
    answer = client.get("/static/tokens.css", headers={"if-none-match": tag.format(known)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == known


def test_a_changed_file_is_sent_again(client: TestClient[Any]) -> None:
    answer = client.get("/static/tokens.css", headers={"if-none-match": '"old"'})
    assert answer.status_code == 200


def test_packed_only_for_who_takes_it(client: TestClient[Any]) -> None:
    packed = client.get(static_url("site.js"), headers={"accept-encoding": "gzip"})
    plain = client.get(static_url("site.js"), headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/static/no.css",
        "/static/../assets.py",
        "/static/%2e%2e/assets.py",
        "/static/..%2fassets.py",
        "/static/vendor/VENDOR.md",
        "/static//etc/passwd",
        "/static/tokens.css/",
        "/static/tokens.css%00.js",
    ],
)
def test_nothing_outside_the_list_is_given(client: TestClient[Any], path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404) or answer.headers["content-type"].startswith("text/css")


def test_an_unknown_name_in_a_template_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        static_url("no.css")


@pytest.mark.parametrize("asset", list(ASSETS), ids=lambda asset: asset.name)
def test_packed_bytes_are_the_file(asset: Any) -> None:
    if asset.packed is not None:
        assert gzip.decompress(asset.packed) == asset.body
        assert len(asset.packed) < len(asset.body)


@pytest.mark.parametrize(
    ("names", "budget"),
    [(VISITOR_FILES, VISITOR_BUDGET), (STAFF_FILES, STAFF_BUDGET), (("widget.js",), WIDGET_BUDGET)],
    ids=["visitor", "staff", "widget"],
)
def test_pages_are_light(names: tuple[str, ...], budget: int) -> None:
    sizes = {asset.name: len(asset.packed or asset.body) for asset in ASSETS}
    assert sum(sizes[name] for name in names) <= budget
