"""The durable index: Whoosh under one writer, and beside it the arrays that serve questions.

It is a cache of the database: whatever cannot be read is built anew, into a fresh folder that then
takes the old one's place; it is never restored from outside. A reader needs the state and the
arrays (`state`), never Whoosh. Only names that Whoosh 2.7.4 has are used.
Two locks: one of who builds, which may take long, and one of who writes the present index, which
must not. What changed while something was built is taken along under the second.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
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
from kb_service.search.segments import Constants
from kb_service.search.state import (
    COMMON,
    STATE,
    WORDS,
    IndexFolder,
    IndexState,
    SegmentState,
    Words,
)

_MEMORY_MB = 256
_POLL_S = 0.02
_TRIES = 3
# More changed documents than this share are cheaper to build anew.
_ANEW_SHARE = 0.3
_ANEW_FLOOR = 20


class Changed(msgspec.Struct, frozen=True):
    """What has changed up to a sequence: entries as they are now, and the items that are gone."""

    seq: int
    entries: Sequence[IndexEntry] = ()
    removed: frozenset[str] = frozenset()


# Given a sequence: what has changed since.
Newer = Callable[[int], Changed]


class Index(IndexFolder):
    """The folder of the index, for writing."""

    def __init__(self, folder: Path, lock_timeout_s: float = 30.0) -> None:
        super().__init__(folder)
        self.lock_timeout_s = lock_timeout_s

    def rebuild(
        self, entries: Iterable[IndexEntry], seq: int = 0, newer: Newer = Changed
    ) -> IndexState:
        """Build everything anew beside the old index, then put it in its place.

        The old one is served and written meanwhile; `newer` tells what was written.
        """
        with self._locked("build.lock"):
            return self._build(entries, seq, newer)

    def update(
        self, entries: Sequence[IndexEntry], removed: Iterable[str], seq: int
    ) -> IndexState | None:
        """Write changed entries and drop removed ones; none where the index must be built anew.

        Entries that stand in the index already as they are cost nothing.
        """
        return self.follow(lambda _seq: Changed(seq, entries, frozenset(removed)))

    def follow(self, newer: Newer) -> IndexState | None:
        """Take in what has changed since the index's sequence; none where it must be built anew.

        It is asked for under the lock: nobody can write something older after it.
        """
        with self._writing():
            state = self.state()
            return self._attempt(state, newer(state.seq)) if state is not None else None

    def sync(self, entries: Iterable[IndexEntry], seq: int, newer: Newer = Changed) -> IndexState:
        """Bring the index to exactly these entries: the changed ones, or all where many changed.

        What changed while they were compared is told by `newer`.
        """
        wanted: dict[str, IndexEntry] = {entry.uid: entry for entry in entries}
        with self._locked("build.lock"):
            state = self._compared(wanted, seq, newer)
            return self._build(wanted.values(), seq, newer) if state is None else state

    def _compared(
        self, wanted: Mapping[str, IndexEntry], seq: int, newer: Newer
    ) -> IndexState | None:
        """Write what differs from the wanted entries; none where that is much, or unreadable."""
        found = self._other_than(wanted)
        if found is None:
            return None
        other = set(found)
        with self._writing():
            state, more = self.state(), newer(seq)
            if state is None:
                return None
            now = {uid: wanted[uid] for uid in other if uid in wanted}
            now |= {entry.uid: entry for entry in more.entries}
            state.whole = max(state.whole, seq)
            removed = (other - set(wanted) | more.removed) - {e.uid for e in more.entries}
            chosen = [entry for uid, entry in now.items() if uid not in removed]
            return self._attempt(state, Changed(max(seq, more.seq), chosen, frozenset(removed)))

    def _build(self, entries: Iterable[IndexEntry], seq: int, newer: Newer) -> IndexState:
        fresh = self._fresh_folder()
        opened = whoosh_index.create_in(str(fresh), schema())
        state = IndexState(
            schema=SCHEMA_VERSION,
            folder=fresh.name,
            generation=0,
            seq=seq,
            whole=seq,
            stamp=0,
            constants=Constants(),
            segments=[],
        )
        try:
            writer = opened.writer(limitmb=_MEMORY_MB)
            for entry in entries:
                writer.add_document(**document_of(entry))
            writer.commit()
            self._write_arrays(opened, state, is_new=True)
        finally:
            opened.close()
        with self._writing():
            before = self.state()
            state.stamp = before.stamp if before else 0
            more = newer(seq)
            if more.entries or more.removed:
                self._change(state, more)
            state.seq = max(state.seq, more.seq)
            self._put(state)
        # The one before stays for readers that are just opening it.
        for path in self.folder.glob("main-*"):
            if path.name not in (fresh.name, before.folder if before else ""):
                shutil.rmtree(path, ignore_errors=True)
        return state

    def _attempt(self, state: IndexState, changed: Changed) -> IndexState | None:
        try:
            if self._change(state, changed, limit=max(_ANEW_FLOOR, _ANEW_SHARE * state.built_size)):
                self._put(state)
                return state
        except Exception:
            # A damaged index raises anything at all; the way out is the same: it is built anew.
            return None
        return None

    def _change(self, state: IndexState, changed: Changed, limit: float = float("inf")) -> bool:
        """Write what differs into the state's folder, unless that is more than the limit."""
        opened = whoosh_index.open_dir(str(self.folder / state.folder))
        try:
            wanted = {entry.uid for entry in changed.entries}
            present = _present(opened, wanted | changed.removed)
            other = [e for e in changed.entries if present.get(e.uid) != stored_form(e)]
            gone = [uid for uid in present if uid not in wanted]
            if len(other) + len(gone) > limit:
                return False
            if other or gone:
                writer = opened.writer(limitmb=_MEMORY_MB)
                for uid in gone:
                    writer.delete_by_term("uid", uid)
                for entry in other:
                    writer.update_document(**document_of(entry))
                writer.commit()
            state.seq = max(state.seq, changed.seq)
            self._write_arrays(opened, state)
        finally:
            opened.close()
        return True

    def differences(self, entries: Iterable[IndexEntry]) -> list[str]:
        """Give the items in which the index differs from these entries; all where it is broken."""
        wanted: dict[str, IndexEntry] = {entry.uid: entry for entry in entries}
        found = self._other_than(wanted)
        return sorted(wanted) if found is None else found

    def _other_than(self, wanted: Mapping[str, IndexEntry]) -> list[str] | None:
        """Give the items in which the index differs; none where it cannot be read."""
        forms = {uid: stored_form(entry) for uid, entry in wanted.items()}
        for _ in range(_TRIES):
            state = self.state()
            if state is None:
                return None
            try:
                for one in state.segments:
                    segments.load(self.arrays(state) / one.name)
                with closing(whoosh_index.open_dir(str(self.folder / state.folder))) as opened:
                    present = _present(opened, None)
            except Exception:
                # A damaged file raises anything at all, and so does one that was just replaced.
                if self.generation == state.stamp:
                    return None
                continue
            return sorted(u for u in forms | present if forms.get(u) != present.get(u))
        return None

    def set_words(self, words: Words) -> None:
        """Put synonyms and never-corrected words beside the index; readers load them next."""
        with self._writing():
            if words == self.words() and (self.folder / WORDS).exists():
                return
            _replace(self.folder / WORDS, msgspec.json.encode(words))
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
            _replace(self.folder / STATE, msgspec.json.encode(state))

    def _write_arrays(self, opened: Any, state: IndexState, *, is_new: bool = False) -> None:
        """Make the arrays of new segments, and say in the state which ones there are now."""
        arrays = self.arrays(state)
        common = arrays / COMMON
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
        grams = self.common(state)
        for raw in raws:
            segments.save(raw, arrays / raw.name, state.constants, grams)
        state.segments = present

    def _put(self, state: IndexState) -> None:
        """Let readers see a state, then clear away arrays that it does not name."""
        state.stamp += 1
        _replace(self.state_file, msgspec.json.encode(state))
        for folder in list(segments.folders(self.arrays(state))):
            if folder.name not in {one.name for one in state.segments}:
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

    def _writing(self) -> AbstractContextManager[None]:
        return self._locked("write.lock")

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold a lock across threads and processes. Raises: index.locked."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(str(self.folder)).lock(name)
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
