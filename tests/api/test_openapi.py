"""The OpenAPI document drives the service: whatever is sent, what comes back is declared."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.schema import NASTY, TEXT, Reader
from tests.service import Service

# The name of another service is another operation: it is driven under its own name.
PATHS = st.sampled_from(
    [
        "meters",
        "meters/kto-meniaet",
        "meters/draft",
        "meters/staff-only",
        "outage/old-place",
        "nowhere",
        "",
        "a/../b",
        "%2e%2e",
        "@nothing",
    ]
) | TEXT.map(lambda text: text[:200]).filter(lambda text: "@" not in unquote(text))
# Without a name, or with steps up, another operation is asked: the list.
NAMES = TEXT.filter(lambda text: bool(unquote(text).strip("/.")))
WHO = st.sampled_from(["", "", "olga", "elena", "rita", "anna"])
OPERATIONS = [
    ("get", "/api"),
    ("get", "/api/{path}"),
    ("post", "/api/{path}"),
    ("patch", "/api/{path}"),
    ("get", "/api/@answers"),
    ("get", "/api/@suggest"),
    ("get", "/api/@search"),
    ("get", "/api/{path}/@search"),
    ("get", "/api/@navigation"),
    ("get", "/api/{path}/@workflow"),
    ("get", "/api/{path}/@navigation"),
    ("get", "/api/{path}/@breadcrumbs"),
    ("post", "/api/{path}/@workflow/{transition}"),
    ("get", "/api/{path}/@contextnavigation"),
    ("get", "/api/{path}/@actions"),
    ("get", "/api/{path}/@navroot"),
    ("get", "/api/@site"),
    ("get", "/api/{path}/@history"),
    ("get", "/api/{path}/@history/{version}"),
    ("patch", "/api/{path}/@history"),
    ("get", "/api/@querystring"),
    ("post", "/api/{path}/@querystring-search"),
    ("get", "/api/@querystring-search"),
    ("post", "/api/{path}/@copy"),
    ("post", "/api/{path}/@move"),
    ("get", "/api/{path}/@aliases"),
    ("post", "/api/{path}/@aliases"),
    ("get", "/api/@facts"),
    ("get", "/api/@facts/{key}"),
    ("get", "/api/@facts/{key}/impact"),
    ("post", "/api/@facts/{key}"),
    ("post", "/api/@facts/{key}/changes/{uid}/{step}"),
    ("get", "/api/{path}/@types"),
    ("get", "/api/@types/{name}"),
    ("get", "/api/@vocabularies/{name}"),
    ("get", "/api/{path}/@querysources/{name}"),
    ("get", "/api/@users"),
    ("post", "/api/@users"),
    ("patch", "/api/@users/{name}"),
    ("post", "/api/@users/{name}/reset-password"),
    ("post", "/api/@groups"),
    ("patch", "/api/@groups/{name}"),
    ("get", "/api/@principals"),
    ("get", "/api/{path}/@lock"),
    ("post", "/api/{path}/@lock"),
    ("patch", "/api/{path}/@lock"),
    ("delete", "/api/{path}/@lock"),
    ("post", "/api/{path}/@workingcopy"),
    ("patch", "/api/{path}/@workingcopy"),
    ("delete", "/api/{path}/@workingcopy"),
    ("get", "/api/{path}/@comments"),
    ("post", "/api/{path}/@comments"),
    ("patch", "/api/{path}/@comments/{remark}"),
    ("get", "/api/resolveuid/{uid}"),
    ("get", "/api/@linkintegrity"),
    ("get", "/api/{path}/@sharing"),
    ("post", "/api/{path}/@sharing"),
    ("get", "/api/@relations"),
    ("post", "/api/@relations"),
    ("delete", "/api/@relations"),
    ("post", "/api/@render"),
    ("post", "/api/@login"),
    ("get", "/api/@health"),
    ("get", "/api/@metrics"),
    ("delete", "/api/{path}"),
    ("post", "/api/@logout"),
    ("post", "/api/@login-renew"),
]
# 405 and 404 may come wherever a made-up path leads elsewhere.
ELSEWHERE = {404, 405}


@pytest.fixture(scope="module")
def document(reading: Service) -> dict[str, Any]:
    answer = reading.client.get("/api/@openapi.json")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_document_is_openapi_and_holds_the_json_face_alone(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert all(path.startswith("/api") for path in document["paths"])
    named = [operation["operationId"] for _m, _p, operation in operations(document)]
    assert len(named) == len(set(named))


def test_every_operation_declares_its_errors(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"], path
        assert "503" in operation["responses"], path
        for status, response in operation["responses"].items():
            assert response["description"], (path, status)
            if int(status) >= 400:
                assert set(response["content"]) == {"application/problem+json", "application/json"}
        if method in ("post", "patch", "delete") and path != "/api/@render":
            assert {"401", "403"} <= set(operation["responses"]), path


def test_services_of_items_have_their_path(document: dict[str, Any]) -> None:
    for name in ("@search", "@navigation", "@breadcrumbs", "@workflow"):
        operation = document["paths"][f"/api/{{path}}/{name}"]["get"]
        assert operation["parameters"][0]["name"] == "path"


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    known = set(document["components"]["schemas"])
    asked = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert asked <= known


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_declared(
    service: Service, document: dict[str, Any], method: str, path: str
) -> None:
    reader = Reader(document)
    operation = document["paths"][path][method]

    @settings(
        max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def drive(data: st.DataObject) -> None:
        answer = call(service, reader, operation, method, path, data)
        declared = operation["responses"].get(str(answer.status_code))
        assert answer.status_code < 500, answer.text
        assert declared or answer.status_code in ELSEWHERE, (answer.status_code, answer.text)
        content = (declared or {}).get("content")
        kind = answer.headers.get("content-type", "").split(";")[0]
        if content and kind.endswith("json"):
            assert reader.faults(answer.json(), content[kind]["schema"]) == []

    drive()


def call(
    service: Service,
    reader: Reader,
    operation: dict[str, Any],
    method: str,
    path: str,
    data: st.DataObject,
) -> Any:
    query: list[tuple[str, str]] = []
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            chosen = data.draw(PATHS if parameter["name"] == "path" else NAMES)
            path = path.replace(f"{{{parameter['name']}}}", quote(chosen, safe="/%"))
        elif data.draw(st.booleans()):
            value = data.draw(reader.values(parameter["schema"]) | NASTY)
            values = value if isinstance(value, list) else [value]
            query += [(parameter["name"], str(one)) for one in values]
    who = data.draw(WHO)
    headers = {"accept": data.draw(st.sampled_from(["*/*", "application/json"]))}
    if who:
        headers["authorization"] = f"Bearer {service.tokens[who]}"
    body = None
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body = json.dumps(data.draw(reader.values(schema))).encode()
        headers["content-type"] = "application/json"
    return service.client.request(
        method, path, params=query, content=body, headers=headers, follow_redirects=False
    )
