"""How often one unit asks the database, and when it asks again for what it keeps."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import event

from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import sheets
from kb_service.handbook.render import Renderer
from tests.conftest import WorkAs
from tests.databases import KeptOpen
from tests.handbook import make
from tests.persons import ANNA, ELENA, RITA, VERA


@contextmanager
def counted(database: KeptOpen) -> Iterator[list[str]]:
    """Give the list of SELECTs that are sent meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            said.append(statement)

    event.listen(database.connection, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.connection, "before_cursor_execute", note)


@pytest.fixture
def paths(work_as: WorkAs) -> list[str]:
    with work_as(RITA) as work:
        topic = make.topic(work)
        make.question(work, topic, name="kto")
        make.question(work, topic, "Другой?", name="drugoy", related=["/meters/kto"])
    return ["/meters/kto", "/meters/drugoy"]


@pytest.mark.parametrize(("actor", "first"), [(VERA, [5, 9]), (ELENA, [6, 10])])
def test_an_item_costs_so_many_selects(
    work_as: WorkAs,
    database: KeptOpen,
    renderer: Renderer,
    paths: list[str],
    actor: Actor,
    first: list[int],
) -> None:
    costs = []
    with work_as(actor, write=False) as work:
        work.session.connection()
        for path in (*paths, *paths):
            with counted(database) as said:
                queries.by_path(work, renderer, path)
            costs.append(len(said))
    # Item, revision, crumbs and their revisions, stamp; related items with revisions and topics.
    # The first in a unit reads the sheets as well. Employees also read who is writing. Before, it
    # was 11 and 17 each.
    assert costs == [*first, first[0] - 1, first[1]]


def test_a_list_reads_the_sheets_once(
    work_as: WorkAs, database: KeptOpen, paths: list[str]
) -> None:
    with work_as(VERA, write=False) as work, counted(database) as said:
        for path in ("/", "/meters"):
            queries.children(work, path)
        assert len(paths) == 2
    assert sum("FROM sheet" in one for one in said) == 1


def short_name(work: Work) -> object:
    return queries.company(work)["short_name"]


def test_a_saved_sheet_is_seen_by_its_own_unit(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        before = short_name(work)
        sheets.save(work, "company", "short_name: Новое\n")
        assert (before == "Новое", short_name(work)) == (False, "Новое")


def test_what_was_taken_back_is_not_kept(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        sheets.save(work, "company", "short_name: Прежнее\n")
        with suppress(KbError), work.session.begin_nested():
            sheets.save(work, "company", "short_name: Новое\n")
            assert short_name(work) == "Новое"
            raise KbError("toy.failed")
        assert short_name(work) == "Прежнее"


def test_after_a_pause_a_sheet_is_read_anew(work_as: WorkAs, database: KeptOpen) -> None:
    with work_as(ANNA, write=False) as work:
        short_name(work)
        work.pause()
        with counted(database) as said:
            short_name(work)
    assert len(said) == 1
