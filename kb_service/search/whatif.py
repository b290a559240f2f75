"""What visitors would find if a change were published, without writing anything.

The documents that would change are made into a segment as the index's writer would make them, with
the index's own constants, and stand beside the present segments, in which the old ones are gone. So
the ranks are those that publishing gives; only an index that is built anew takes new constants.
Of texts that are not encoded yet those of the changed documents alone are encoded.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
from whoosh.filedb.filestore import RamStorage

from kb_service.base.errors import KbError
from kb_service.handbook.schemas import IndexEntry
from kb_service.search import segments
from kb_service.search.arrays import Floats, Ints
from kb_service.search.documents import document_of, schema
from kb_service.search.live import Engine
from kb_service.search.schemas import SynonymGroup
from kb_service.search.segments import Segment
from kb_service.search.semantic import VectorFile
from kb_service.search.snapshot import Loaded, Snapshot
from kb_service.search.state import IndexState, SegmentState, Words

_MAX_REMEMBERED = 500


class Supposed(msgspec.Struct, frozen=True, kw_only=True):
    """A change that nobody has made: entries as they would be, items gone, other synonyms."""

    entries: Sequence[IndexEntry] = ()
    removed: frozenset[str] = frozenset()
    synonyms: Sequence[SynonymGroup] | None = None


class Imagined(msgspec.Struct, frozen=True):
    """What could be found then. Without `has_vectors` meaning is not known of all that changed."""

    snapshot: Snapshot
    has_vectors: bool = True


def imagine(engine: Engine, before: Snapshot, supposed: Supposed) -> Imagined:
    """Give a snapshot as `before` would be with a change. Of an absent index nothing can be said.

    Raises: OSError where the index was built anew since `before`; ask again.
    """
    state = before.loaded.state
    if state is None:
        return Imagined(before)
    entries = {entry.uid: entry for entry in supposed.entries}
    kept = [msgspec.structs.replace(one, counted={}) for one in before.loaded.segments]
    state = _without(state, kept, entries.keys() | supposed.removed)
    if entries:
        kept.append(_segment(engine, state, list(entries.values())))
        state.segments.append(SegmentState(kept[-1].name, []))
    words = before.loaded.words
    if supposed.synonyms is not None:
        words = Words(list(supposed.synonyms), words.never_correct)
    loaded = Loaded(state, kept, words, before.calibrations)
    has_vectors = True
    if engine.vectors is not None:
        has_vectors = _take_vectors(engine, engine.vectors, loaded, kept[-1] if entries else None)
    return Imagined(
        Snapshot(loaded, engine.clock.now(), staff=before.staff, withdrawn=before.withdrawn),
        has_vectors,
    )


def _without(state: IndexState, parts: Sequence[Segment], uids: set[str]) -> IndexState:
    """Give the state in which these items are gone from every segment."""
    left = [
        SegmentState(
            one.name,
            sorted({*one.deleted, *(n for n, e in enumerate(part.entries) if e.uid in uids)}),
        )
        for one, part in zip(state.segments, parts, strict=True)
    ]
    return msgspec.structs.replace(state, segments=left)


def _segment(engine: Engine, state: IndexState, entries: Sequence[IndexEntry]) -> Segment:
    """Give entries as a segment, made by the steps by which the index makes its own."""
    common = engine.index.common(state)
    index = RamStorage().create_index(schema())
    with index.writer() as writer:
        for entry in entries:
            writer.add_document(**document_of(entry))
    with index.reader() as reader, TemporaryDirectory() as folder:
        ((leaf, _),) = reader.leaf_readers()
        raw = segments.read_segment(leaf)
        segments.save(raw, Path(folder) / raw.name, state.constants, common)
        return segments.load(Path(folder) / raw.name)


class _Beside(msgspec.Struct, frozen=True):
    """Vectors of the file with further ones behind them, not copied together."""

    kept: Any
    further: Floats

    def __matmul__(self, query: Floats) -> Floats:
        return np.concatenate((self.kept @ query, self.further @ query))


def _take_vectors(
    engine: Engine, file: VectorFile, loaded: Loaded, changed: Segment | None
) -> bool:
    """Give the documents their vectors; say whether all of the changed ones have theirs."""
    keys, vectors = file.load()
    found = _encoded(engine, keys, changed) if changed is not None else {}
    if found is None:
        loaded.take_vectors(keys, vectors)
        return False
    further = np.fromiter(found, dtype=np.int64, count=len(found))
    rows = np.stack(list(found.values())) if found else np.empty((0, file.dimensions), np.float32)
    loaded.take_vectors(np.concatenate((keys, further)), _Beside(vectors, rows))
    return True


def _encoded(engine: Engine, known: Ints, changed: Segment) -> dict[int, Floats] | None:
    """Encode what has no vector yet; none where the encoder is away."""
    texts = {
        key: text
        for number in range(len(changed.entries))
        for key, text in zip(_keys(changed, number), changed.passages(number), strict=True)
    }
    lacking = set(texts) - set(known.tolist())
    remembered = engine.supposed_vectors
    try:
        for key in sorted(lacking - remembered.keys()):
            if engine.encoder is not None:
                remembered[key] = engine.encoder.encode([texts[key]], kind="passage")[0]
    except KbError:
        return None
    found = {key: remembered[key] for key in sorted(lacking) if key in remembered}
    while len(remembered) > _MAX_REMEMBERED:
        remembered.popitem(last=False)
    return found


def _keys(segment: Segment, number: int) -> list[int]:
    start, end = segment.vector_starts[number : number + 2]
    return [int(key) for key in segment.vector_keys[start:end]]
