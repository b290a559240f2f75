"""Saved queries read into conditions: what is refused by its name, and what days mean."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kb_service.base.errors import KbError
from kb_service.handbook.rules.conditions import (
    INDEXES,
    KINDS,
    OPERATIONS,
    PREFIX,
    Condition,
    How,
    Reader,
    conditions_of,
    operations_of,
)

ZONE = ZoneInfo("Europe/Moscow")
READER = Reader("elena", "/meters/kto", datetime(2026, 11, 24, 12, 0, tzinfo=ZONE))


def read(index: str, operation: str, value: Any = None) -> Condition:
    return conditions_of([(index, PREFIX + operation, value)], READER)[0]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "query.empty"),
        ([("Title", PREFIX + "string.contains", "a")] * 31, "query.too_many"),
        ([("nothing", PREFIX + "string.is", "a")], "query.index_unknown"),
        ([("Title", PREFIX + "string.is", "a")], "query.operation_unknown"),
        ([("Title", "string.contains", "a")], "query.operation_unknown"),
        ([("created", PREFIX + "selection.any", ["a"])], "query.operation_unknown"),
    ],
)
def test_what_is_not_known_is_refused(rows: list[tuple[str, str, Any]], code: str) -> None:
    with pytest.raises(KbError) as caught:
        conditions_of(rows, READER)
    assert caught.value.code == code
    if code == "query.operation_unknown":
        assert caught.value.params["name"] == rows[0][1]
        assert set(caught.value.allowed) == set(operations_of(rows[0][0]))


@pytest.mark.parametrize(
    ("index", "operation", "value"),
    [
        ("Title", "string.contains", None),
        ("Title", "string.contains", ["a", 1]),
        ("Title", "string.contains", "a\0"),
        ("Title", "string.contains", "a" * 401),
        ("Subject", "selection.any", []),
        ("Subject", "selection.any", ["a"] * 101),
        ("created", "date.lessThan", "вчера"),
        ("created", "date.lessThan", 5),
        ("created", "date.between", ["2026-01-01"]),
        ("created", "date.between", ["2026-01-01", "9999-12-31"]),
        ("created", "date.lessThanRelativeDate", "a"),
        ("created", "date.lessThanRelativeDate", 10**9),
        ("path", "string.absolutePath", "/a::b"),
    ],
)
def test_a_value_that_cannot_be_is_refused(index: str, operation: str, value: Any) -> None:
    with pytest.raises(KbError) as caught:
        read(index, operation, value)
    assert (caught.value.code, caught.value.params["index"]) == ("query.value", index)


@pytest.mark.parametrize(
    ("operation", "value", "first", "last"),
    [
        ("lessThan", "2026-11-01", None, "2026-11-01"),
        ("lessThan", "2026/11/01", None, "2026-11-01"),
        ("largerThan", "2026-11-01T10:00", "2026-11-01T10:00", None),
        ("between", ["2026-11-01", "2026-11-02"], "2026-11-01", "2026-11-03"),
        ("today", None, "2026-11-24", "2026-11-25"),
        ("beforeToday", None, None, "2026-11-24"),
        ("afterToday", None, "2026-11-25", None),
        ("lessThanRelativeDate", 7, "2026-11-24", "2026-12-02"),
        ("largerThanRelativeDate", "7", "2026-11-17", "2026-11-25"),
        ("beforeRelativeDate", ["7"], None, "2026-11-17"),
        ("afterRelativeDate", 7, "2026-12-02", None),
    ],
)
def test_days_are_bounds_in_company_time(
    operation: str, value: Any, first: str | None, last: str | None
) -> None:
    condition = read("effective", f"date.{operation}", value)
    assert condition.how == How.BETWEEN
    assert condition.values == (first and day(first), last and day(last))


@pytest.mark.parametrize(
    ("operation", "value", "ways"),
    [
        ("absolutePath", "/meters", (("/meters", None),)),
        ("absolutePath", ["/a::1", "/b::-1"], (("/a", 1), ("/b", None))),
        ("relativePath", ".", (("/meters/kto", None),)),
        ("relativePath", "..", (("/meters", None),)),
        ("relativePath", "../../../..::1", (("/", 1),)),
        ("relativePath", "../x", (("/meters/x", None),)),
    ],
)
def test_ways_are_paths_with_a_depth(operation: str, value: Any, ways: object) -> None:
    assert read("path", f"string.{operation}", value).values == ways


def test_oneself_is_the_login_and_truth_has_no_value() -> None:
    assert read("Creator", "string.currentUser").values == ("elena",)
    assert read("checked", "boolean.isFalse").values == (False,)
    assert read("Subject", "selection.all", "a") == Condition("Subject", How.ALL, ("a",))


def test_every_operation_belongs_to_an_index() -> None:
    used = {name for kind in INDEXES.values() for name in KINDS[kind]}
    assert used == set(OPERATIONS)
    assert set(INDEXES.values()) == set(KINDS)
