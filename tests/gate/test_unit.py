"""A request is one unit: what went wrong after its commit is not its answer."""

from typing import Any

import msgspec
import pytest
from litestar.exceptions import HTTPException

from kb_service.base.errors import KbError, Kind, missing
from kb_service.gate import unit
from kb_service.gate.unit import innermost
from tests.service import Service
from tests.service_fixtures import renderer, service, template

__all__ = ["renderer", "service", "template"]
TOPIC = {"@type": "Topic", "title": "Новая"}
AWAY = KbError("database.unavailable", Kind.UNAVAILABLE)


@pytest.mark.parametrize("error", [AWAY, RuntimeError("a defect")])
@pytest.mark.parametrize("place", ["last change", "worker"])
def test_a_write_that_is_done_answers_so_whatever_follows(
    service: Service, monkeypatch: pytest.MonkeyPatch, place: str, error: Exception
) -> None:
    def fail(*_given: Any) -> int:
        raise error

    if place == "worker":
        service.front.site.wake = fail
    else:
        monkeypatch.setattr(unit, "_last_change", fail)
    answer = service.ask("POST", "/api", "rita", TOPIC)
    assert answer.status_code == 201
    assert service.get(answer.headers["location"], "rita").json()["title"] == "Новая"


def test_a_write_whose_commit_failed_is_not_done(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = unit.Unit._end

    def fail(self: unit.Unit, error: BaseException | None) -> None:
        end(self, error or AWAY)
        if error is None:
            raise AWAY

    with monkeypatch.context() as patch:
        patch.setattr(unit.Unit, "_end", fail)
        assert service.ask("POST", "/api", "rita", TOPIC).status_code == 503
    assert "Новая" not in service.get("/api", "rita").text


GONE = missing("item.missing")
DEFECT = ValueError("a defect")
UNREADABLE = msgspec.DecodeError("not JSON")


@pytest.mark.parametrize(
    ("error", "answered"),
    [
        pytest.param(GONE, GONE, id="bare"),
        pytest.param(ExceptionGroup("", [GONE]), GONE, id="wrapped"),
        pytest.param(ExceptionGroup("", [ExceptionGroup("", [GONE])]), GONE, id="wrapped twice"),
        pytest.param(ExceptionGroup("", [AWAY, GONE]), AWAY, id="the first of two"),
        pytest.param(ExceptionGroup("", [GONE, DEFECT]), DEFECT, id="a defect is not hidden"),
        pytest.param(ExceptionGroup("", [GONE, UNREADABLE]), GONE, id="an unreadable body"),
    ],
)
def test_which_of_several_errors_is_answered(error: Exception, answered: Exception) -> None:
    assert innermost(error) is answered


def test_litestars_own_refusals_are_no_defects() -> None:
    refusal = HTTPException(status_code=413)
    assert innermost(ExceptionGroup("", [refusal, GONE])) is refusal
