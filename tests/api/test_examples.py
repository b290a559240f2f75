"""The examples of docs/api are what the service answers, and the list of calls is whole."""

import re
from pathlib import Path

import pytest

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


def test_the_list_of_calls_names_every_operation(reading: Service) -> None:
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    document = reading.client.get("/api/@openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in page, (method, path)


def test_the_tests_that_the_list_names_are_there() -> None:
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\b(test_\w+\.py)::(test_\w+)", page)
    assert named
    for file, name in named:
        source = (TESTS / file).read_text(encoding="utf-8")
        assert f"def {name}(" in source, (file, name)


def test_the_examples_that_the_list_names_are_there() -> None:
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"examples/([\w-]+\.json)", page))
    assert named == {f"{call.name}.json" for call in CALLS}
