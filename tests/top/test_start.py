"""What a start does beside the folder: index mended, link kept, begun jobs taken over."""

import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kb_service import start
from kb_service.base import outbox
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import open_work
from kb_service.handbook import queries
from kb_service.handbook.acts import workflow
from kb_service.search import jobs as search_jobs
from kb_service.settings import Settings
from kb_service.wiring import House


@pytest.fixture
def house(tmp_path: Path, clock: SetClock) -> Iterator[House]:
    settings = Settings(
        data_dir=tmp_path / "data",
        content_dir=tmp_path / "content",
        index_dir=tmp_path / "index",
        encoder="off",
    )
    made = House(settings, clock)
    start.lay_out(made)
    start.take_in(made)
    yield made
    made.close()


def last_change(house: House) -> int:
    with open_work(house.database, SYSTEM, house.clock, write=False) as work:
        return queries.last_change(work)


@pytest.mark.parametrize("step", [-1, 1000])
def test_an_index_that_stands_elsewhere_than_its_database_is_mended(
    house: House, step: int
) -> None:
    state = house.engine.index.state()
    assert state is not None
    last = last_change(house)
    assert state.seq == last
    state.seq += step
    house.engine.index.state_file.write_bytes(msgspec.json.encode(state))
    start.mend_index(house)
    after = house.engine.index.state()
    assert after is not None
    assert (after.seq, house.engine.seq) == (last, last)


def test_an_index_that_missed_a_change_of_everything_is_mended(house: House) -> None:
    with open_work(house.database, SYSTEM, house.clock) as work:
        workflow.turn_day(work)
    last = last_change(house)
    house.engine.index.update([], [], last)
    start.mend_index(house)
    state = house.engine.index.state()
    assert state is not None
    assert (state.seq, state.whole) == (last, last)


def test_an_index_in_step_is_left_alone(house: House) -> None:
    before = house.engine.index.state_file.read_bytes()
    start.settle(house)
    assert house.engine.index.state_file.read_bytes() == before


def test_what_a_killed_worker_had_begun_is_done_at_the_next_start(house: House) -> None:
    with open_work(house.database, SYSTEM, house.clock) as work:
        work.later("search.rebuild")
    with open_work(house.database, SYSTEM, house.clock) as work:
        assert len(outbox.claim(work.session, work.now)) == 1
    start.settle(house)
    with open_work(house.database, SYSTEM, house.clock, write=False) as work:
        assert outbox.counts(work.session) == {}
        assert search_jobs.differences(work, house.engine) == []


def test_only_the_services_own_account_reads_the_one_time_link(house: House) -> None:
    start.keep_link(house, "https://help.example/welcome/one")
    start.keep_link(house, "https://help.example/welcome/two")
    file = house.settings.data_dir / start.LINK_FILE
    assert file.read_text(encoding="utf-8") == "https://help.example/welcome/two\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, house: House) -> None:
    house.content_dir = tmp_path / "file" / "content"
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(KbError, match=r"settings\.folder") as caught:
        start.lay_out(house)
    assert caught.value.params["path"] == str(house.content_dir)


@pytest.mark.parametrize(
    ("path", "is_shown"),
    [
        ("/srv/.hidden/content/a.md", True),
        ("/srv/.hidden/content/meters/a.md", True),
        ("/srv/.hidden/content/meters/.a.md.0198", False),
        ("/srv/.hidden/content/.git/index", False),
    ],
)
def test_the_watch_wakes_for_what_editors_see(path: str, *, is_shown: bool) -> None:
    assert start._is_shown(Path("/srv/.hidden/content"), path) is is_shown
