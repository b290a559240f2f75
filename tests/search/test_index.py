"""The durable index: what is written is served, what is damaged is built anew."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kb_service.base.errors import KbError, Kind
from kb_service.handbook.schemas import IndexEntry
from kb_service.search.index import Changed, Index
from kb_service.search.live import Engine
from kb_service.search.schemas import SynonymGroup
from kb_service.search.state import Words
from tests.search.make import entry

ENTRIES = [
    entry("Когда включат свет?", code="O01", answer="Обычно в течение двух часов."),
    entry("Как передать показания?", code="R02", answer="Передайте показания счётчика до 25-го."),
    entry("За какой долг отключают?", code="L01", answer="За долг больше двух месяцев."),
]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    made = Index(tmp_path / "index")
    made.rebuild(ENTRIES, seq=3)
    return made


def found(index: Index, text: str) -> list[str]:
    snapshot = Engine(index.folder).snapshot()
    ranking = snapshot.rank(snapshot.understand(text), None)
    return [snapshot.entries[place].code for place in ranking.order if ranking.scores[0] > 0]


def changed(number: int, **values: object) -> IndexEntry:
    return msgspec.structs.replace(ENTRIES[number], **values)


def test_nothing_is_served_where_there_is_no_index(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "nothing")
    assert engine.needs_rebuild
    assert engine.seq == 0
    snapshot = engine.snapshot()
    assert snapshot.rank(snapshot.understand("свет"), None).order == []


def test_built_index_serves_its_entries_and_its_sequence(index: Index) -> None:
    assert found(index, "свет")[0] == "O01"
    assert Engine(index.folder).seq == 3


def test_empty_handbook_is_an_index_too(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild([], seq=1)
    assert found(index, "свет") == []
    assert index.update(ENTRIES, [], seq=2) is not None
    assert found(index, "свет")[0] == "O01"


def test_changed_entry_is_found_by_its_new_words_only(index: Index) -> None:
    index.update([changed(0, title="Почему искрит розетка?")], [], seq=4)
    assert found(index, "розетка")[0] == "O01"
    assert "свет" not in Engine(index.folder).snapshot().vocabulary


def test_removed_entry_is_gone(index: Index) -> None:
    index.update([], [ENTRIES[1].uid], seq=4)
    assert "R02" not in found(index, "показания")


def test_entry_as_it_stands_is_not_written_again(index: Index) -> None:
    before = index.state()
    after = index.update(ENTRIES[:2], [], seq=9)
    assert before is not None
    assert after is not None
    assert after.segments == before.segments
    assert after.seq == 9


def test_older_sequence_does_not_take_a_newer_one_back(index: Index) -> None:
    index.update([], [], seq=9)
    state = index.update([], [], seq=4)
    assert state is not None
    assert state.seq == 9


def test_sync_brings_exactly_the_given_entries(index: Index) -> None:
    index.sync([ENTRIES[0], changed(2, answer="За три рубля.")], seq=5)
    assert "R02" not in found(index, "показания")
    assert found(index, "рубля")[0] == "L01"
    assert index.differences([ENTRIES[0], changed(2, answer="За три рубля.")]) == []


def test_differences_name_what_is_other_missing_and_too_much(index: Index) -> None:
    other = [changed(0, title="Другой"), ENTRIES[1], entry("Новый")]
    wanted = {ENTRIES[0].uid, ENTRIES[2].uid, other[2].uid}
    assert set(index.differences(other)) == wanted


def test_many_changes_build_the_index_anew(index: Index) -> None:
    many = [entry(f"Вопрос номер {number}") for number in range(60)]
    state = index.sync(many, seq=6)
    assert state.folder == "main-000002"
    assert len(state.segments) == 1


def test_rebuilt_index_ranks_as_the_changed_one(index: Index, tmp_path: Path) -> None:
    new = [*ENTRIES[:2], changed(2, answer="Отключают за долги."), entry("Свет мигает", code="K1")]
    index.update(new[2:], [], seq=4)
    fresh = Index(tmp_path / "fresh")
    fresh.rebuild(new, seq=4)
    for text in ("свет", "долг", "показания счетчика", "когда мигает"):
        assert found(index, text) == found(fresh, text)


def damage_state(index: Index) -> None:
    (index.folder / "state.json").write_bytes(b"{")


def damage_whoosh(index: Index) -> None:
    state = index.state()
    assert state is not None
    for path in (index.folder / state.folder).glob("*.toc"):
        path.write_bytes(b"\x00" * 40)


def damage_arrays(index: Index) -> None:
    state = index.state()
    assert state is not None
    for path in index.arrays(state).rglob("public.docs.npy"):
        path.write_bytes(b"\x93NUMPY rubbish")


def lose_arrays(index: Index) -> None:
    state = index.state()
    assert state is not None
    shutil.rmtree(index.arrays(state))


def lose_everything(index: Index) -> None:
    shutil.rmtree(index.folder)


# Whoosh leaves a damaged file open behind itself; it is closed when the error is gone.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
DAMAGES = (damage_state, damage_whoosh, damage_arrays, lose_arrays, lose_everything)


@LEFT_OPEN
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_index_is_built_anew_by_the_next_sync(index: Index, damage: object) -> None:
    assert callable(damage)
    damage(index)
    index.sync([*ENTRIES, entry("Свет мигает", code="K01")], seq=7)
    assert found(index, "мигает")[0] == "K01"


@pytest.mark.parametrize("damage", [damage_state, damage_arrays, lose_arrays])
def test_engine_says_that_it_cannot_read_the_index(index: Index, damage: object) -> None:
    assert callable(damage)
    damage(index)
    assert Engine(index.folder).needs_rebuild


@LEFT_OPEN
def test_update_of_a_damaged_index_asks_for_a_rebuild(index: Index) -> None:
    damage_whoosh(index)
    assert index.update([entry("Новый")], [], seq=8) is None


def test_running_engine_serves_on_when_the_index_is_lost(index: Index) -> None:
    engine = Engine(index.folder)
    lose_everything(index)
    engine.refresh()
    assert engine.seq == 3
    assert engine.needs_rebuild


def test_other_schema_version_is_no_index(index: Index) -> None:
    state = index.state()
    assert state is not None
    state.schema += 1
    (index.folder / "state.json").write_bytes(msgspec.json.encode(state))
    assert index.state() is None


def test_second_writer_waits_and_gives_up(index: Index) -> None:
    index.lock_timeout_s = 0.05
    inside = threading.Event()
    done = threading.Event()

    def hold() -> None:
        with index.vectors_written():
            inside.set()
            done.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(5)
    try:
        with pytest.raises(KbError, match=r"index\.locked") as raised:
            index.update([], [], seq=5)
        assert raised.value.kind == Kind.UNAVAILABLE
    finally:
        done.set()
        holder.join()
    assert index.update([], [], seq=5) is not None


def written_meanwhile(index: Index, one: IndexEntry, seq: int) -> Iterator[IndexEntry]:
    """Give the entries; after the first another writer changes the index that is served."""
    yield ENTRIES[0]
    assert index.update([one], [ENTRIES[2].uid], seq) is not None
    yield from ENTRIES[1:]


@pytest.mark.parametrize("name", ["rebuild", "sync"])
def test_what_is_written_while_all_is_brought_in_is_neither_kept_waiting_nor_lost(
    index: Index, name: str
) -> None:
    index.lock_timeout_s = 0.5
    new = entry("Почему искрит розетка?", code="K01")
    asked = []

    def newer(seq: int) -> Changed:
        asked.append(seq)
        assert found(index, "розетка")[0] == "K01"
        return Changed(9, [new], frozenset({ENTRIES[2].uid}))

    state = getattr(index, name)(written_meanwhile(index, new, 9), 7, newer)
    assert asked == [7]
    assert (state.seq, state.whole) == (9, 7)
    assert found(index, "розетка")[0] == "K01"
    assert "L01" not in found(index, "долг")
    assert index.differences([*ENTRIES[:2], new]) == []


def test_changes_are_asked_for_since_the_sequence_that_is_served(index: Index) -> None:
    asked = []

    def newer(seq: int) -> Changed:
        asked.append(seq)
        return Changed(5, [changed(0, title="Почему искрит розетка?")])

    state = index.follow(newer)
    assert asked == [3]
    assert state is not None
    assert state.seq == 5
    assert found(index, "розетка")[0] == "O01"


def test_only_one_builds_at_a_time(index: Index) -> None:
    index.lock_timeout_s = 0.05
    second = Index(index.folder, lock_timeout_s=0.05)

    def entries() -> Iterator[IndexEntry]:
        with pytest.raises(KbError, match=r"index\.locked"):
            second.rebuild(ENTRIES, seq=8)
        yield from ENTRIES

    assert index.rebuild(entries(), seq=7).seq == 7


def test_words_are_served_and_survive_a_rebuild(index: Index) -> None:
    words = Words([SynonymGroup(words=["лампочка", "свет"])], ["счеттчик"])
    index.set_words(words)
    index.rebuild(ENTRIES, seq=4)
    snapshot = Engine(index.folder).snapshot()
    assert snapshot.understand("лампочка").added == {"свет": 0.5}
    assert snapshot.never_correct == {"счеттчик"}


def test_old_folders_are_cleared_away(index: Index) -> None:
    for seq in range(4, 8):
        index.rebuild(ENTRIES, seq=seq)
    assert len(list(index.folder.glob("main-*"))) == 2
