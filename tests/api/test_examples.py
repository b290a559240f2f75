"""The examples of docs/api are what the service answers, and the list of calls is whole."""

import re
from pathlib import Path

import pytest

from tests.api.endpoints import ENDPOINTS, endpoints_page, operations
from tests.api.examples import CALLS, Call, record
from tests.service import Service

DOCS = Path(__file__).parent.parent.parent / "docs" / "api"
TESTS = Path(__file__).parent


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_an_example_is_what_the_service_answers(service: Service, call: Call) -> None:
    path = DOCS / "examples" / f"{call.name}.json"
    said = record(service, call)
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    if said != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    assert said == known, f"{path.name} was written anew: look at it and keep it"


def test_there_is_no_example_that_nobody_makes() -> None:
    made = {f"{call.name}.json" for call in CALLS}
    assert {path.name for path in (DOCS / "examples").glob("*")} == made


def test_every_endpoint_stands_in_the_list_with_its_test() -> None:
    calls = [call for call, _operation in operations()]
    assert sorted(calls) == sorted(ENDPOINTS)
    assert len(calls) == len(set(calls))


def test_the_page_of_endpoints_is_up_to_date() -> None:
    page = (DOCS / "endpoints.md").read_text(encoding="utf-8")
    assert page == endpoints_page(), "run: make docs"


def test_the_page_names_every_operation_of_the_service(reading: Service) -> None:
    page = (DOCS / "endpoints.md").read_text(encoding="utf-8")
    document = reading.client.get("/api/@openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in page, (method, path)


@pytest.mark.parametrize("call", ENDPOINTS)
def test_the_test_of_an_endpoint_is_there_and_asks_it(call: str) -> None:
    file, name = ENDPOINTS[call].test.split("::")
    source = (TESTS / file).read_text(encoding="utf-8")
    assert f"def {name}(" in source, (file, name)
    service = re.search(r"@[\w-]+", call)
    assert service is None or service[0] in source, call


def test_every_example_is_shown_and_every_shown_one_is_there() -> None:
    named = {name for driven in ENDPOINTS.values() for name in driven.examples}
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    named |= set(re.findall(r"examples/([\w-]+)\.json", page))
    assert named == {call.name for call in CALLS}
