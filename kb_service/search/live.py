"""The engine of a process: the present snapshot of each audience, and the encoder.

`refresh` makes new snapshots when the index on disk has changed, when an item's time has come or
gone, or when something was taken back that the index still has, and puts them in place in one step;
who asks meanwhile is answered from the old ones.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kb_service.base.clock import Clock
from kb_service.search import segments
from kb_service.search.arrays import Floats
from kb_service.search.calibration import Calibrations, shipped
from kb_service.search.changes import NOTHING_WITHDRAWN, Looker, Withdrawn
from kb_service.search.index import Index
from kb_service.search.journal import Journal
from kb_service.search.segments import Segment
from kb_service.search.semantic import Encoder, QueryVectors, VectorFile
from kb_service.search.snapshot import Loaded, Snapshot
from kb_service.search.state import IndexState, Words

_TRIES = 3
# How often the sequence of changes is looked at, at most.
_LOOK_S = 0.1


class _Stand(msgspec.Struct, frozen=True):
    """Both snapshots of one moment, swapped together."""

    public: Snapshot
    staff: Snapshot
    next_turn: float
    withdrawn: tuple[Withdrawn, Withdrawn]


class Engine:
    """The search of one process. Safe to ask from many threads."""

    def __init__(
        self,
        index_dir: Path,
        encoder: Encoder | None = None,
        clock: Clock | None = None,
        changes: Looker | None = None,
        look_s: float = _LOOK_S,
    ) -> None:
        self.index = Index(index_dir)
        self.encoder = encoder
        self.clock = clock or Clock()
        self.journal = Journal()
        self.is_broken = False
        self._queries = QueryVectors(encoder) if encoder is not None else None
        self.vectors = VectorFile(index_dir / "vectors", encoder) if encoder is not None else None
        # Of texts that are only supposed: what was asked a moment ago is often asked again.
        self.supposed_vectors: OrderedDict[int, Floats] = OrderedDict()
        self._cache: dict[str, Segment] = {}
        self._seen: tuple[int, int, int] | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None
        self._changes: Looker | None = None
        self._look_s = look_s
        self._looking = threading.Lock()
        self._looked_at = 0.0
        self._withdrawn = (NOTHING_WITHDRAWN, NOTHING_WITHDRAWN)
        self._current = Loaded(None, [], Words(), shipped())
        self._stand = self._snapshots()
        self.refresh()
        # Only now: an engine can be made where the database is not laid out yet.
        self._changes = changes

    @property
    def seq(self) -> int:
        """The change sequence that this process serves."""
        return self._stand.public.seq

    @property
    def next_turn(self) -> float:
        """The next moment, in seconds, at which an item comes or goes by itself."""
        return self._stand.next_turn

    @property
    def needs_rebuild(self) -> bool:
        """Whether there is no index that can be read."""
        return self.is_broken or self.index.state() is None

    def snapshot(self, staff: bool = False) -> Snapshot:
        """Give what an audience may find now."""
        return self._stand.staff if staff else self._stand.public

    def refresh(self) -> bool:
        """Make new snapshots where the index, the time or the content moved on; cheap where not."""
        self._look_at_changes()
        if self._look() == self._seen and not self._is_turned():
            return False
        with self._lock:
            seen = self._look()
            if seen != self._seen:
                loaded = self._load()
                if loaded is None:
                    self.is_broken = True
                    return False
                self._current = loaded
                self._seen = seen
                self._look_at_changes(anew=True)
            elif not self._is_turned():
                return False
            self._stand = self._snapshots()
            self.is_broken = False
        return True

    def _is_turned(self) -> bool:
        is_past = self.clock.now().timestamp() >= self._stand.next_turn
        return is_past or self._withdrawn != self._stand.withdrawn

    def _look_at_changes(self, *, anew: bool = False) -> None:
        """See what has changed since the index was written; one thread looks, now and then."""
        if self._changes is None:
            return
        is_due = time.monotonic() - self._looked_at >= self._look_s
        if not (anew or is_due) or not self._looking.acquire(blocking=anew):
            return
        try:
            self._looked_at = time.monotonic()
            loaded = self._current
            since = self._changes.since(loaded.state.seq if loaded.state else 0)
            self._withdrawn = (
                loaded.withdrawn(since, staff=False),
                loaded.withdrawn(since, staff=True),
            )
        finally:
            self._looking.release()

    def _look(self) -> tuple[int, int, int] | None:
        try:
            stat = self.index.state_file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    def _load(self) -> Loaded | None:
        for _ in range(_TRIES):
            state = self.index.state()
            if state is None:
                return None
            try:
                loaded = self._loaded(state)
            except Exception:  # noqa: S112 - a file gone or damaged raises anything
                # The writer may have moved on between the state and its files: look again.
                continue
            return loaded
        return None

    def _loaded(self, state: IndexState) -> Loaded:
        folder = self.index.arrays(state)
        kept: dict[str, Segment] = {}
        for one in state.segments:
            key = f"{state.folder}/{one.name}"
            kept[key] = self._cache.get(key) or segments.load(folder / one.name)
        loaded = Loaded(state, list(kept.values()), self.index.words(), self._calibrations())
        if self.vectors is not None:
            loaded.take_vectors(*self.vectors.load())
        self._cache = kept
        return loaded

    def _calibrations(self) -> Calibrations:
        try:
            data = self.index.calibration_file.read_bytes()
            return msgspec.json.decode(data, type=Calibrations)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return shipped()

    def _snapshots(self) -> _Stand:
        now, loaded, gone = self.clock.now(), self._current, self._withdrawn
        public = Snapshot(loaded, now, staff=False, withdrawn=gone[0])
        public.prepare()
        staff = Snapshot(loaded, now, staff=True, withdrawn=gone[1])
        return _Stand(public, staff, public.next_turn(now), gone)

    def query_vector(self, text: str, wait_s: float) -> Floats | None:
        """Give the vector of a query; none without an encoder or where it would take too long."""
        if self._queries is None or not text:
            return None
        return self._queries.get(text, wait_s)

    def begin_vectors(self, texts: Iterable[str]) -> None:
        """Have the vectors of queries made in the background, for whoever asks a little later."""
        if self._queries is not None:
            self._queries.begin(text for text in texts if text)

    def watch(self, every_s: float = 0.05) -> None:
        """Refresh in a thread of its own: for processes beside the one that writes."""
        self._watcher = threading.Thread(
            target=self._keep_watch, args=(every_s,), name="kb-index-watch", daemon=True
        )
        self._watcher.start()

    def _keep_watch(self, every_s: float) -> None:
        while not self._stop.wait(every_s):
            self.refresh()

    def close(self) -> None:
        """Let the threads go."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join()
        if self._queries is not None:
            self._queries.close()
