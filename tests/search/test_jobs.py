"""What the worker does: index, rebuild, encode; each may run twice."""

import pytest
from sqlalchemy import func, select

from kb_service.base import outbox
from kb_service.base.permissions import SYSTEM
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.search import jobs
from kb_service.search.live import Engine
from kb_service.search.semantic import VectorFile
from kb_service.search.tables import Vector
from tests.conftest import WorkAs
from tests.handbook import make as content
from tests.persons import RITA
from tests.search.conftest import Library


def found(library: Library, text: str, *, staff: bool = False) -> list[str]:
    snapshot = library.engine.snapshot(staff)
    ranking = snapshot.rank(snapshot.understand(text), None)
    return [snapshot.entries[place].uid for place in ranking.order]


def test_published_item_is_served_with_its_sequence(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        uid = content.question(work, library.topic, "Почему мигает лампа?", name="lamp")
        seq = handbook.last_change(work)
    library.settle(uid)
    assert found(library, "лампа")[0] == uid
    assert library.engine.seq == seq


def test_job_of_one_item_takes_all_changes_along(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        one = content.question(work, library.topic, "Почему мигает лампа?", name="lamp")
        other = content.question(work, library.topic, "Где розетка?", name="socket")
    library.settle(one)
    assert found(library, "розетка")[0] == other


def test_deleted_item_leaves_the_index(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        edit.trash(work, library.light)
    library.settle(library.light)
    assert library.light not in found(library, "свет", staff=True)


def test_retracted_item_stays_for_editors_only(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        workflow.retract(work, library.light)
    library.settle(library.light)
    assert "свет" not in library.engine.snapshot().vocabulary
    assert library.engine.snapshot(staff=True).match("включат").any()


def test_rebuild_and_index_agree_with_the_database(work_as: WorkAs, library: Library) -> None:
    with work_as(SYSTEM, write=False) as work:
        assert jobs.differences(work, library.engine) == []
    with work_as(SYSTEM) as work:
        jobs.rebuild(work, engine=library.engine, anew=True)
    with work_as(SYSTEM, write=False) as work:
        assert jobs.differences(work, library.engine) == []


def test_difference_is_found_and_mended(work_as: WorkAs, library: Library) -> None:
    library.engine.index.update([], [library.light], library.engine.seq)
    with work_as(SYSTEM, write=False) as work:
        assert library.light in jobs.differences(work, library.engine)
    with work_as(SYSTEM) as work:
        jobs.rebuild(work, engine=library.engine)
    assert library.light in found(library, "свет")


# Whoosh leaves a damaged file open until it is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_comparing_job_mends_what_differs_and_leaves_the_rest_alone(
    work_as: WorkAs, library: Library
) -> None:
    index = library.engine.index
    before = index.generation
    with work_as(SYSTEM) as work:
        jobs.verify(work, engine=library.engine)
    assert index.generation == before
    state = index.state()
    assert state is not None
    for stored in (index.folder / state.folder).glob("*.seg"):
        stored.write_bytes(bytes(stored.stat().st_size))
    with work_as(SYSTEM) as work:
        jobs.verify(work, engine=library.engine)
        assert jobs.differences(work, library.engine) == []
    assert library.light in found(library, "свет")


def test_an_array_that_lost_a_bit_is_not_served(library: Library) -> None:
    index = library.engine.index
    state = index.state()
    assert state is not None
    array = index.arrays(state) / state.segments[0].name / "public.docs.npy"
    data = bytearray(array.read_bytes())
    data[-1] ^= 1
    array.write_bytes(data)
    assert Engine(index.folder).needs_rebuild


def test_changed_sheet_brings_everything_anew(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        sheets.save(work, "synonyms", "- {words: [лампочка, свет]}\n")
    library.settle()
    assert "свет" in library.engine.snapshot().understand("лампочка").added


def test_publication_does_not_wait_for_what_a_changed_sheet_asks_for(
    work_as: WorkAs, library: Library
) -> None:
    with work_as(RITA) as work:
        sheets.save(work, "synonyms", "- {words: [лампочка, свет]}\n")
        uid = content.question(work, library.topic, "Почему мигает лампа?", name="lamp")
        seq = handbook.last_change(work)
    with work_as(RITA) as work:
        jobs.index(work, engine=library.engine, items=[uid])
    assert found(library, "лампа")[0] == uid
    assert library.engine.seq == seq
    state = library.engine.index.state()
    assert state is not None
    assert state.whole < seq
    assert "свет" not in library.engine.snapshot().understand("лампочка").added
    library.settle()
    assert "свет" in library.engine.snapshot().understand("лампочка").added


def test_what_cannot_be_done_at_once_is_left_to_a_rebuild(
    work_as: WorkAs, library: Library
) -> None:
    library.engine.index.state_file.unlink()
    with work_as(RITA) as work:
        jobs.index(work, engine=library.engine, items=[library.light])
        kinds = set(work.session.scalars(select(outbox.Job.kind)))
    assert "search.rebuild" in kinds
    assert library.engine.needs_rebuild


def test_packaged_synonyms_stand_in(library: Library) -> None:
    assert library.engine.snapshot().understand("электроэнергия").added


def test_vectors_are_kept_in_the_database(work_as: WorkAs, library: Library) -> None:
    engine = library.engine
    assert engine.encoder is not None
    assert engine.vectors is not None
    keys = set(engine.vectors.load()[0].tolist())
    with work_as(RITA, write=False) as work:
        rows = set(work.session.scalars(select(Vector.key)))
    assert rows == keys
    for path in (engine.index.folder / "vectors").iterdir():
        path.unlink()
    engine.encoder.encode = None  # type: ignore[method-assign,assignment]  # must not be asked
    with work_as(RITA) as work:
        jobs.encode(work, engine=engine)
    again = VectorFile(engine.index.folder / "vectors", engine.encoder)
    assert set(again.load()[0].tolist()) == keys


def test_encoding_twice_writes_nothing_twice(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        jobs.encode(work, engine=library.engine)
        before = work.session.scalar(select(func.count()).select_from(Vector))
    library.settle(library.light)
    with work_as(RITA) as work:
        jobs.encode(work, engine=library.engine)
        assert work.session.scalar(select(func.count()).select_from(Vector)) == before


def test_index_leaves_the_encoding_to_a_job(work_as: WorkAs, library: Library) -> None:
    with work_as(RITA) as work:
        jobs.index(work, engine=library.engine, items=[library.light])
        kinds = set(work.session.scalars(select(outbox.Job.kind)))
    assert "search.encode" in kinds


def test_own_calibration_is_served_at_once(work_as: WorkAs, library: Library) -> None:
    shipped = library.engine.snapshot().calibrations
    with work_as(RITA) as work:
        fitted = jobs.calibrate(work, engine=library.engine, fewest=2)
    assert library.engine.snapshot().calibrations == fitted != shipped
    assert fitted.full.source == "bench"
