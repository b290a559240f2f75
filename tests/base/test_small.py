"""The small things of the ground floor: names, hashes, batches, the clock, the log."""

import io
import json
from datetime import UTC, datetime

import pytest
import structlog

from kb_service.base import crypto, ids, log
from kb_service.base.clock import Clock, SetClock
from kb_service.base.errors import KbError
from kb_service.base.paging import MAX_SIZE, Batch, checked_batch


def test_uids_are_uuid7_and_unlike() -> None:
    made = {ids.new_uid() for _ in range(1000)}
    assert len(made) == 1000
    assert all(ids.is_uid(uid) and uid[12] == "7" and uid[16] in "89ab" for uid in made)


@pytest.mark.parametrize("text", ["", "x" * 32, "A" * 32, "0" * 31, "0" * 33, "0" * 31 + "\n"])
def test_what_is_no_uid(text: str) -> None:
    assert not ids.is_uid(text)


def test_secrets_are_long_and_unlike() -> None:
    assert len({ids.new_secret() for _ in range(1000)}) == 1000
    assert len(ids.new_secret()) == 43


def test_a_password_fits_its_hash_alone() -> None:
    kept = crypto.hash_password("верная лошадь скоба")
    assert crypto.password_fits(kept, "верная лошадь скоба")
    assert not crypto.password_fits(kept, "верная лошадь скоба ")
    assert not crypto.needs_rehash(kept)
    assert kept.startswith("$argon2id$")


@pytest.mark.parametrize("kept", [None, "", "no hash at all"])
def test_no_password_fits_where_there_is_no_hash(kept: str | None) -> None:
    assert not crypto.password_fits(kept, "nobody has this password")
    assert not crypto.password_fits(kept, "")


def test_a_weaker_hash_is_made_anew() -> None:
    weaker = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21l$" + "A" * 43
    assert crypto.needs_rehash(weaker)


def test_secrets_are_compared_whole() -> None:
    assert crypto.same("ё", "ё")
    assert not crypto.same("ё", "е")


@pytest.mark.parametrize(
    ("start", "size", "total", "previous", "following", "last"),
    [
        pytest.param(0, 25, 0, None, None, 0, id="empty"),
        pytest.param(0, 25, 25, None, None, 0, id="just full"),
        pytest.param(0, 25, 26, None, 25, 25, id="one more"),
        pytest.param(25, 25, 60, 0, 50, 50, id="in the middle"),
        pytest.param(10, 25, 60, 0, 35, 50, id="off the grid"),
        pytest.param(50, 25, 60, 25, None, 50, id="on the last"),
        pytest.param(0, 0, 60, None, None, 0, id="no size"),
    ],
)
def test_neighbours_of_a_batch(
    start: int, size: int, total: int, previous: int | None, following: int | None, last: int
) -> None:
    batch: Batch[int] = Batch([], total, start, size)
    assert (batch.previous_start, batch.next_start, batch.last_start) == (previous, following, last)


@pytest.mark.parametrize(("start", "size"), [(-1, 25), (0, -1)])
def test_a_batch_that_no_list_has(start: int, size: int) -> None:
    with pytest.raises(KbError, match=r"batch\.wrong"):
        checked_batch(start, size)


def test_a_batch_has_a_largest_size() -> None:
    assert checked_batch(5, 10**9) == (5, MAX_SIZE)


def test_the_clock_is_aware_and_knows_the_company_s_day() -> None:
    assert Clock().now().tzinfo is UTC
    assert SetClock(datetime(2026, 11, 24, 21, 0, tzinfo=UTC)).today().isoformat() == "2026-11-25"


def test_a_careless_log_line_cannot_leak() -> None:
    stream = io.StringIO()
    try:
        log.configure(stream=stream)
        log.logger().info("request", status=200, query="мой телефон 0000", password="x", uid="1")
    finally:
        structlog.reset_defaults()
    line = json.loads(stream.getvalue())
    assert line.keys() == {"event", "level", "timestamp", "status", "uid"}
