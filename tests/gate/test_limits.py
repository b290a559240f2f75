"""What one caller may ask of us: how often, about which days; and that counting stays small."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.gate.limits import Limit, Limits, Pace, check_day, retry_after

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PACE = Pace(by_address=Limit(4, HOUR), by_both=Limit(2, HOUR), by_thing=Limit(5, HOUR))
A, B, C = "192.0.2.1", "192.0.2.2", "192.0.2.3"


def taken(limits: Limits, *deeds: tuple[str, str], now: datetime = NOON) -> list[bool]:
    """Do things one after the other; say which were free."""
    return [limits.take("rating", PACE, who, what, now) == 0 for who, what in deeds]


@pytest.mark.parametrize(
    ("deeds", "last_is_free"),
    [
        pytest.param([(A, "x")], True, id="once"),
        pytest.param([(A, "x")] * 2, True, id="as often as one may"),
        pytest.param([(A, "x")] * 3, False, id="the same thing too often"),
        pytest.param([(A, "x")] * 2 + [(A, "y")], True, id="another thing"),
        pytest.param([(A, "x"), (A, "y"), (A, "z"), (A, "u"), (A, "v")], False, id="an address"),
        pytest.param([(A, "x")] * 2 + [(B, "x")], True, id="another address"),
        pytest.param([(A, "x")] * 2 + [(B, "x")] * 2 + [(C, "x")] * 2, False, id="a thing"),
        pytest.param([("2001:db8::1", "x")] * 2 + [("2001:db8::2", "x")], False, id="a household"),
        pytest.param([("2001:db8::1", "x")] * 2 + [("2001:db8:1::1", "x")], True, id="neighbours"),
    ],
)
def test_how_often(deeds: list[tuple[str, str]], last_is_free: bool) -> None:
    *before, last = taken(Limits(), *deeds)
    assert all(before)
    assert last is last_is_free


def test_the_wait_is_told_and_then_it_is_free_again() -> None:
    limits = Limits()
    taken(limits, (A, "x"), (A, "x"))
    later = NOON + timedelta(minutes=20)
    assert limits.take("rating", PACE, A, "x", later) == 40 * 60
    assert limits.take("rating", PACE, A, "x", NOON + HOUR) == 0


def test_what_was_refused_does_not_count() -> None:
    limits = Limits()
    assert taken(limits, *[(A, "x")] * 9) == [True] * 2 + [False] * 7
    assert taken(limits, (A, "y"), (A, "y")) == [True, True]


def test_strangers_without_number_take_no_more_room() -> None:
    limits = Limits(max_keys=30)
    for number in range(500):
        limits.take("rating", PACE, f"10.0.{number // 250}.{number % 250}", "x", NOON)
        assert len(limits) <= 30


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2200, 1, 1), date.max])
def test_a_day_that_no_calendar_counts_from(day: date) -> None:
    with pytest.raises(KbError, match=r"date\.out_of_range"):
        check_day(day)


@pytest.mark.parametrize("day", [None, date(1900, 1, 1), date(2199, 12, 31)])
def test_a_day_that_may_be_asked_for(day: date | None) -> None:
    check_day(day)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (KbError("session.too_many", Kind.TOO_MANY, retry_after=17), 17),
        (KbError("session.too_many", Kind.TOO_MANY), 60),
        (KbError("database.unavailable", Kind.UNAVAILABLE), 5),
        (invalid("form.wrong"), None),
    ],
)
def test_when_to_come_again(error: KbError, seconds: int | None) -> None:
    assert retry_after(error) == seconds
