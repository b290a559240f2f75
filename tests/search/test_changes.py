"""What was taken back is gone from memory before the index job has done its work."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.work import Work
from kb_service.handbook.acts import edit, workflow
from kb_service.search import queries
from kb_service.search.changes import Changes
from kb_service.search.live import Engine
from kb_service.search.schemas import Ask
from kb_service.search.suggest import suggest
from tests.conftest import WorkAs
from tests.handbook import make as content
from tests.persons import RITA, VERA
from tests.search.conftest import Library

OLD = "Когда включат свет?"
Change = Callable[[Work, Library], object]


@pytest.fixture
def engine(library: Library, database: Database, clock: SetClock) -> Iterator[Engine]:
    """An engine that looks at the changes, over an index that nobody brings up to date."""
    made = Engine(library.engine.index.folder, None, clock, Changes(database, clock), look_s=0)
    yield made
    made.close()


def titles(engine: Engine, typed: str = "когда включат", *, staff: bool = False) -> list[str]:
    engine.refresh()
    return [item.title for item in suggest(engine, typed, staff).items]


def expire(work: Work, library: Library) -> None:
    past = datetime(2026, 11, 20, tzinfo=UTC)
    edit.save(work, library.light, content.question_text(OLD, expires_at=past))
    workflow.publish(work, library.light)


def go_inside(work: Work, library: Library) -> None:
    edit.save(work, library.light, content.question_text(OLD, audience="staff"))
    workflow.publish(work, library.light)


HIDING: dict[str, Change] = {
    "retracted": lambda work, library: workflow.retract(work, library.light),
    "archived": lambda work, library: workflow.archive(work, library.light),
    "thrown away": lambda work, library: edit.trash(work, library.light),
    "expired": expire,
    "for staff alone": go_inside,
}


@pytest.mark.parametrize("name", HIDING)
def test_what_was_hidden_leaves_memory_though_the_index_has_it(
    name: str, work_as: WorkAs, library: Library, engine: Engine
) -> None:
    assert OLD in titles(engine)
    assert suggest(engine, "когда вкл").completions
    with work_as(RITA) as work:
        HIDING[name](work, library)
    assert OLD not in titles(engine)
    assert suggest(engine, "когда вкл").completions == []
    snapshot = engine.snapshot()
    assert "включить" not in snapshot.vocabulary
    assert snapshot.understand("включатт").guesses == {}
    assert engine.seq == library.engine.seq


def rename(work: Work, library: Library) -> None:
    edit.save(work, library.light, content.question_text("Скоро ли включат электричество?"))
    workflow.publish(work, library.light)


def move(work: Work, library: Library) -> None:
    edit.move(work, library.light, content.topic(work, "Прочее", "other"))


@pytest.mark.parametrize("change", [rename, move])
def test_what_is_called_otherwise_is_found_but_not_offered_by_its_old_name(
    change: Change, work_as: WorkAs, library: Library, engine: Engine
) -> None:
    with work_as(RITA) as work:
        change(work, library)
    assert OLD not in titles(engine)
    assert "когда включат свет" not in suggest(engine, "когда вкл").completions
    with work_as(VERA, write=False) as work:
        hits = queries.answer(work, engine, Ask(text="когда включат")).hits
    assert library.light in [hit.card.uid for hit in hits]


def test_changed_text_under_its_old_name_goes_on_being_offered(
    work_as: WorkAs, library: Library, engine: Engine
) -> None:
    with work_as(RITA) as work:
        edit.save(work, library.light, content.question_text(OLD, word="лампа"))
        workflow.publish(work, library.light)
    before = engine.snapshot()
    assert OLD in titles(engine)
    assert engine.snapshot() is before


def test_what_came_back_is_offered_again(work_as: WorkAs, library: Library, engine: Engine) -> None:
    with work_as(RITA) as work:
        workflow.retract(work, library.light)
    assert OLD not in titles(engine)
    with work_as(RITA) as work:
        workflow.publish(work, library.light)
    assert titles(engine)[0] == OLD


def test_index_that_caught_up_is_served_as_it_is(
    work_as: WorkAs, library: Library, engine: Engine
) -> None:
    with work_as(RITA) as work:
        rename(work, library)
    assert titles(engine, "скоро ли") == []
    library.settle(library.light)
    assert titles(engine, "скоро ли") == ["Скоро ли включат электричество?"]


def test_staff_keep_what_is_inside_and_lose_what_was_thrown_away(
    work_as: WorkAs, library: Library, engine: Engine
) -> None:
    with work_as(RITA) as work:
        go_inside(work, library)
    assert OLD in titles(engine, staff=True)
    with work_as(RITA) as work:
        edit.trash(work, library.light)
    assert OLD not in titles(engine, staff=True)


def test_database_that_is_away_changes_nothing(clock: SetClock, library: Library) -> None:
    looked = Changes(Database("postgresql+psycopg://nobody@127.0.0.1:1/none"), clock)
    engine = Engine(library.engine.index.folder, None, clock, looked, look_s=0)
    assert titles(engine)[0] == OLD


def test_changes_are_looked_at_now_and_then(
    work_as: WorkAs, library: Library, database: Database, clock: SetClock
) -> None:
    rare = Engine(library.engine.index.folder, None, clock, Changes(database, clock), look_s=60)
    assert titles(rare)[0] == OLD
    with work_as(RITA) as work:
        workflow.retract(work, library.light)
    assert titles(rare)[0] == OLD
    often = Engine(rare.index.folder, None, clock, Changes(database, clock), look_s=0)
    assert OLD not in titles(often)
