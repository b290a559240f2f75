"""The durable index: Whoosh under one writer, and beside it the arrays that serve questions.

It is a cache of the database: whatever cannot be read is built anew, into a fresh folder that then
takes the old one's place; it is never restored from outside. `state.json` is written last and says
which folder and segments make up the present generation and which change sequence they serve; a
reader needs it and the arrays, never Whoosh. Only names that Whoosh 2.7.4 has are used.
"""

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from whoosh import index as whoosh_index
from whoosh.filedb.filestore import FileStorage

from kb_service.base.errors import KbError, Kind
from kb_service.handbook.schemas import IndexEntry
from kb_service.search import segments
from kb_service.search.analysis import SCHEMA_VERSION
from kb_service.search.documents import document_of, schema, stored_form
from kb_service.search.schemas import SynonymGroup
from kb_service.search.segments import Constants

_STATE = "state.json"
_WORDS = "words.json"
_COMMON = "common.npy"
_MEMORY_MB = 256
_POLL_S = 0.02
# More changed documents than this share are cheaper to build anew.
_ANEW_SHARE = 0.3
_ANEW_FLOOR = 20


class SegmentState(msgspec.Struct):
    """A segment of the present generation and its documents that are gone."""

    name: str
    deleted: list[int] = []


class IndexState(msgspec.Struct, kw_only=True):
    """What the index is now. `stamp` grows with every change of anything that readers load."""

    schema: int
    folder: str
    generation: int
    seq: int
    stamp: int
    constants: Constants
    segments: list[SegmentState]
    built_size: int = 0


class Words(msgspec.Struct):
    """What editors say about words, as the index serves it."""

    synonyms: list[SynonymGroup] = []
    never_correct: list[str] = []


class Index:
    """The folder of the index. Writing takes its lock; reading the state takes none."""

    def __init__(self, folder: Path, lock_timeout_s: float = 30.0) -> None:
        self.folder = folder
        self.lock_timeout_s = lock_timeout_s

    @property
    def state_file(self) -> Path:
        """The file that changes with every change of what readers load."""
        return self.folder / _STATE

    @property
    def calibration_file(self) -> Path:
        """Where a handbook keeps the confidence that it has fitted itself."""
        return self.folder / "calibration.json"

    @property
    def generation(self) -> int:
        """The number of the present generation; 0 where there is none."""
        state = self.state()
        return state.stamp if state else 0

    def state(self) -> IndexState | None:
        """Give what the index is now; none where it must be built (anew)."""
        try:
            state = msgspec.json.decode((self.folder / _STATE).read_bytes(), type=IndexState)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return state if state.schema == SCHEMA_VERSION else None

    def words(self) -> Words:
        """Give the synonyms and the words that are never corrected."""
        try:
            return msgspec.json.decode((self.folder / _WORDS).read_bytes(), type=Words)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return Words()

    def arrays(self, state: IndexState) -> Path:
        """Give the folder of the segments' arrays."""
        return self.folder / state.folder / "arrays"

    def rebuild(self, entries: Iterable[IndexEntry], seq: int = 0) -> IndexState:
        """Build everything anew beside the old index, then put it in its place."""
        with self._writing():
            return self._build(entries, seq)

    def update(
        self, entries: Sequence[IndexEntry], removed: Iterable[str], seq: int
    ) -> IndexState | None:
        """Write changed entries and drop removed ones; none where the index must be built anew.

        Entries that stand in the index already as they are cost nothing.
        """
        with self._writing():
            return self._attempt(entries, set(removed), seq)

    def sync(self, entries: Iterable[IndexEntry], seq: int) -> IndexState:
        """Bring the index to exactly these entries: the changed ones, or all where many changed."""
        wanted = list(entries)
        with self._writing():
            if not self._is_readable():
                return self._build(wanted, seq)
            return self._attempt(wanted, None, seq) or self._build(wanted, seq)

    def _build(self, entries: Iterable[IndexEntry], seq: int) -> IndexState:
        before = self.state()
        fresh = self._fresh_folder()
        opened = whoosh_index.create_in(str(fresh), schema())
        try:
            writer = opened.writer(limitmb=_MEMORY_MB)
            for entry in entries:
                writer.add_document(**document_of(entry))
            writer.commit()
            state = IndexState(
                schema=SCHEMA_VERSION,
                folder=fresh.name,
                generation=0,
                seq=seq,
                stamp=before.stamp if before else 0,
                constants=Constants(),
                segments=[],
            )
            self._publish(opened, state, is_new=True)
        finally:
            opened.close()
        # The one before stays for readers that are just opening it.
        for path in self.folder.glob("main-*"):
            if path.name not in (fresh.name, before.folder if before else ""):
                shutil.rmtree(path, ignore_errors=True)
        return state

    def _is_readable(self) -> bool:
        state = self.state()
        if state is None:
            return False
        try:
            for one in state.segments:
                segments.load(self.arrays(state) / one.name)
        except Exception:
            # A damaged file raises anything at all.
            return False
        return True

    def _attempt(
        self, entries: Sequence[IndexEntry], removed: set[str] | None, seq: int
    ) -> IndexState | None:
        state = self.state()
        if state is None:
            return None
        try:
            return self._change(state, entries, removed, seq)
        except Exception:
            # A damaged index raises anything at all; the way out is the same: it is built anew.
            return None

    def _change(
        self, state: IndexState, entries: Sequence[IndexEntry], removed: set[str] | None, seq: int
    ) -> IndexState | None:
        """Write what differs; `removed` None means everything that is not among the entries."""
        opened = whoosh_index.open_dir(str(self.folder / state.folder))
        try:
            wanted = {entry.uid for entry in entries}
            asked = None if removed is None else wanted | removed
            present = _present(opened, asked)
            changed = [entry for entry in entries if present.get(entry.uid) != stored_form(entry)]
            gone = [uid for uid in present if uid not in wanted]
            if len(changed) + len(gone) > max(_ANEW_FLOOR, _ANEW_SHARE * state.built_size):
                return None
            if changed or gone:
                writer = opened.writer(limitmb=_MEMORY_MB)
                for uid in gone:
                    writer.delete_by_term("uid", uid)
                for entry in changed:
                    writer.update_document(**document_of(entry))
                writer.commit()
            state.seq = max(state.seq, seq)
            self._publish(opened, state)
        finally:
            opened.close()
        return state

    def differences(self, entries: Iterable[IndexEntry]) -> list[str]:
        """Give the items in which the index differs from these entries; all where it is broken."""
        wanted: dict[str, bytes] = {entry.uid: stored_form(entry) for entry in entries}
        state = self.state()
        if state is None or not self._is_readable():
            return sorted(wanted)
        try:
            with closing(whoosh_index.open_dir(str(self.folder / state.folder))) as opened:
                present = _present(opened, None)
        except Exception:
            # A damaged file raises anything at all.
            return sorted(wanted)
        return sorted(u for u in wanted | present if wanted.get(u) != present.get(u))

    def set_words(self, words: Words) -> None:
        """Put synonyms and never-corrected words beside the index; readers load them next."""
        with self._writing():
            if words == self.words() and (self.folder / _WORDS).exists():
                return
            _replace(self.folder / _WORDS, msgspec.json.encode(words))
            self._touch()

    def set_calibration(self, data: bytes) -> None:
        """Put a handbook's own calibration beside the index; readers load it next."""
        with self._writing():
            _replace(self.calibration_file, data)
            self._touch()

    @contextmanager
    def vectors_written(self) -> Iterator[None]:
        """Hold the lock while vectors are added, then tell the readers."""
        with self._writing():
            yield
            self._touch()

    def _touch(self) -> None:
        state = self.state()
        if state is not None:
            state.stamp += 1
            _replace(self.folder / _STATE, msgspec.json.encode(state))

    def _publish(self, opened: Any, state: IndexState, *, is_new: bool = False) -> None:
        """Make the arrays of new segments, then the state that names them."""
        arrays = self.arrays(state)
        common = arrays / _COMMON
        with opened.reader() as reader:
            leaves = [leaf for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()]
            present = [SegmentState(_name(leaf), _deleted(leaf)) for leaf in leaves]
            missing = [leaf for leaf in leaves if is_new or not (arrays / _name(leaf)).is_dir()]
            raws = [segments.read_segment(leaf) for leaf in missing]
            state.generation = opened.latest_generation()
        if is_new:
            arrays.mkdir(parents=True, exist_ok=True)
            state.constants, grams = segments.measure(raws)
            state.built_size = sum(len(raw.entries) for raw in raws)
            np.save(common, grams, allow_pickle=False)
        grams = np.load(common, allow_pickle=False)
        for raw in raws:
            segments.save(raw, arrays / raw.name, state.constants, grams)
        state.segments = present
        state.stamp += 1
        _replace(self.folder / _STATE, msgspec.json.encode(state))
        for folder in list(segments.folders(arrays)):
            if folder.name not in {one.name for one in present}:
                shutil.rmtree(folder, ignore_errors=True)

    def _fresh_folder(self) -> Path:
        numbers = [
            int(path.name.removeprefix("main-"))
            for path in self.folder.glob("main-*")
            if path.name.removeprefix("main-").isdigit()
        ]
        fresh = self.folder / f"main-{max(numbers, default=0) + 1:06}"
        fresh.mkdir(parents=True)
        return fresh

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the one lock of writers, across threads and processes. Raises: index.locked."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(str(self.folder)).lock("write.lock")
        deadline = time.monotonic() + self.lock_timeout_s
        while not lock.acquire():
            if time.monotonic() >= deadline:
                raise KbError("index.locked", Kind.UNAVAILABLE)
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            lock.release()


def _present(opened: Any, uids: set[str] | None) -> dict[str, bytes]:
    """Give what the index holds of these items, or of all."""
    with opened.searcher() as searcher:
        if uids is None:
            reader = searcher.reader()
            rows = [reader.stored_fields(number) for number in reader.all_doc_ids()]
        else:
            found = [searcher.document(uid=uid) for uid in sorted(uids)]
            rows = [row for row in found if row is not None]
    return {row["uid"]: row["entry"] for row in rows}


def _name(leaf: Any) -> str:
    return str(leaf.segment().segment_id())


def _deleted(leaf: Any) -> list[int]:
    return [number for number in range(leaf.doc_count_all()) if leaf.is_deleted(number)]


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(path.name + ".new")
    draft.write_bytes(data)
    draft.replace(path)
