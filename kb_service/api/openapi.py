"""The OpenAPI document: Litestar's own, with what a generator and a property-based tester need.

Services of an item get their second form (`/api/{path}/@service`), every error body both media
types. Only the JSON: no page that would load scripts from elsewhere.
"""

from typing import Any

from litestar import Request
from litestar.enums import OpenAPIMediaType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.serialization import encode_json

from kb_service import __version__
from kb_service.api.problems import JSON, PROBLEM_JSON

PATH = "/api/@openapi.json"
_METHODS = frozenset({"get", "post", "patch", "delete", "put"})
_FIRST_ERROR = 400
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_WITH_PAUSE = ("429", "503")
_CONTENT_PATH = {
    "name": "path",
    "in": "path",
    "required": True,
    "description": "Path of the item, its names parted by `/` as they are.",
    "schema": {"type": "string"},
}


class Document(JsonRenderPlugin):
    """Serves the document at its one address."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=OpenAPIMediaType.OPENAPI_JSON)
        self._made: bytes | None = None

    def has_path(self, path: str) -> bool:
        """Say that this plugin stands for Litestar's own address too, so that it adds none."""
        return path in ("/", "/openapi.json")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Give the document; made at the first request."""
        if self._made is None:
            self._made = encode_json(completed(openapi_schema, contextual_routes(request.app)))
        return self._made


def completed(schema: dict[str, Any], contextual: set[str]) -> dict[str, Any]:
    """Give the document with item forms of services and both forms of errors."""
    paths: dict[str, Any] = {}
    for path, operations in schema["paths"].items():
        if not path.startswith("/api") or path.startswith(PATH):
            continue
        _complete_errors(operations)
        paths[path] = operations
        if path in contextual:
            paths["/api/{path}/" + path.removeprefix("/api/")] = _of_item(operations)
    return {**schema, "paths": dict(sorted(paths.items()))}


def _complete_errors(operations: dict[str, Any]) -> None:
    for method, operation in operations.items():
        if method not in _METHODS:
            continue
        for status, response in operation.get("responses", {}).items():
            if int(status) >= _FIRST_ERROR and response.get("content"):
                body = next(iter(response["content"].values()))
                response["content"] = _error_bodies(body)
            if status in _WITH_PAUSE:
                pause = {"Retry-After": {"schema": {"type": "string"}}}
                response["headers"] = {**response.get("headers", {}), **pause}


def _error_bodies(body: dict[str, Any]) -> dict[str, Any]:
    """Give both forms of an error; a body of a route's own only ever comes as plain JSON."""
    if body["schema"] == _PROBLEM:
        return {PROBLEM_JSON: body, JSON: body}
    own = {"schema": {"anyOf": [body["schema"], _PROBLEM]}}
    return {PROBLEM_JSON: {"schema": _PROBLEM}, JSON: own}


def _of_item(operations: dict[str, Any]) -> dict[str, Any]:
    copies: dict[str, Any] = {}
    for method, operation in operations.items():
        if method not in _METHODS:
            continue
        copies[method] = {
            **operation,
            "operationId": f"{operation['operationId']}OfItem",
            "parameters": [_CONTENT_PATH, *operation.get("parameters", [])],
        }
    return copies


def contextual_routes(app: Any) -> set[str]:
    """Give the routes that are services of an item as well as of the root."""
    return {
        route.path_format
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if handler.opt.get("x-contextual")
    }


openapi_config = OpenAPIConfig(
    title="kb_service",
    version=__version__,
    description=(
        "A handbook of standard questions and answers. Content speaks the protocol of"
        " plone.restapi; everything else is a service in the same style."
    ),
    path=PATH,
    render_plugins=[Document()],
    use_handler_docstrings=True,
    components=Components(
        security_schemes={
            "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
            "basic": SecurityScheme(type="http", scheme="basic"),
        }
    ),
    security=[{}, {"bearer": []}, {"basic": []}],
)
