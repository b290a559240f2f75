"""Postings as plain arrays: which documents hold a key, and how much it counts there (BM25).

Keys are whole numbers, a hash of a term or a packed character gram, sorted; the documents of one
key lie together. Arrays are saved as .npy files (no pickle) and mapped into memory, so that a start
reads nothing and processes share the pages. An impact holds all of BM25 but the idf, which depends
on what the reader may see; the average length is a constant of the index, fixed at its building,
so that an impact never changes while its document stays.
"""

from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kb_service.text.normalise import words

Ints = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Impacts = npt.NDArray[Any]

K1 = 1.2
B = 0.75
# A gram in more than this share of the documents says nothing about any of them (measured: no loss
# at 0.3 to 0.5) and is a third of all postings.
COMMON_SHARE = 0.3
COMMON_FLOOR = 50
TOP_IMPACT = K1 + 1
_SMALL_FILE = 65_536
_NAMES = ("keys", "starts", "docs", "impacts")

_BITS = 7
_SPACE = 1
_OTHER = 2
_ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789"
_CODES = np.full(0x500, _OTHER, dtype=np.int64)
_CODES[[ord(letter) for letter in _ALPHABET]] = np.arange(len(_ALPHABET)) + _OTHER + 1
_CODES[ord(" ")] = _SPACE
GRAM_SIZES = (3, 4, 5)


class Postings(msgspec.Struct, frozen=True):
    """A sparse matrix, key by key: row r is `docs[starts[r]:starts[r + 1]]` and its impacts.

    Impacts are float32, or whole numbers of 1/255 of the greatest impact; `step` is what one
    counts.
    """

    keys: Ints
    starts: Ints
    docs: Shorts
    impacts: Impacts

    @property
    def step(self) -> float:
        """What one unit of an impact counts."""
        return TOP_IMPACT / 255 if self.impacts.dtype == np.uint8 else 1.0

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as `<name>.<array>.npy`."""
        for part in _NAMES:
            np.save(folder / f"{name}.{part}.npy", getattr(self, part), allow_pickle=False)

    @staticmethod
    def load(folder: Path, name: str) -> "Postings":
        """Map the arrays into memory. Raises: whatever numpy finds wrong with a damaged file."""
        return Postings(*(_mapped(folder / f"{name}.{part}.npy") for part in _NAMES))


def _mapped(path: Path) -> Any:
    # An empty array cannot be mapped, and a small one is cheaper read.
    mode: Any = "r" if path.stat().st_size > _SMALL_FILE else None
    return np.load(path, mmap_mode=mode, allow_pickle=False)


def term_key(term: str) -> int:
    """Give the key of a term."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), signed=True)


def gram_keys(text: str) -> Ints:
    """Give the keys of the character grams of a text, within words, repeated as they stand there.

    A word counts with the space before and after it, so that beginnings and ends are grams too.
    """
    line = f" {' '.join(words(text))} "
    letters = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = _CODES[np.minimum(letters, len(_CODES) - 1)]
    return np.concatenate([_windows(codes, size) for size in GRAM_SIZES])


def _windows(codes: Ints, size: int) -> Ints:
    count = len(codes) - size + 1
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    keys = np.zeros(count, dtype=np.int64)
    is_within = np.ones(count, dtype=bool)
    for place in range(size):
        letters = codes[place : place + count]
        keys = (keys << _BITS) | letters
        if 0 < place < size - 1:
            is_within &= letters != _SPACE
    return keys[is_within]


def saturated(counts: Floats, lengths: Floats, average: float) -> Floats:
    """Give BM25 without idf for counts in documents of these lengths."""
    norm = K1 * (1 - B + B * lengths / max(average, 1.0))
    impacts: Floats = (counts * (K1 + 1) / (counts + norm)).astype(np.float32)
    return impacts


def grouped(keys: Ints) -> tuple[Ints, Ints]:
    """Give the distinct keys of a sorted array and where each begins (with the end)."""
    if not len(keys):
        return keys, np.zeros(1, dtype=np.int64)
    begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[begins], np.append(begins, len(keys)).astype(np.int64)


def lengths_of(docs: Shorts, counts: Floats, size: int) -> Floats:
    """Give the length of each document: the sum of what its keys count."""
    return np.bincount(docs, weights=counts, minlength=size).astype(np.float32)


class Counts(msgspec.Struct):
    """How often each key stands in each document, sorted by key and document: no lengths yet."""

    keys: Ints
    docs: Shorts
    counts: Floats

    @staticmethod
    def of(keys: Ints, docs: Shorts, counts: Floats) -> "Counts":
        """Sort, and add up what one document has of a key in several fields."""
        order = np.lexsort((docs, keys))
        keys, docs, counts = keys[order], docs[order], counts[order]
        if not len(keys):
            return Counts(keys, docs, counts)
        is_new = (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])
        begins = np.flatnonzero(np.concatenate(([True], is_new)))
        summed = np.add.reduceat(counts, begins).astype(np.float32)
        return Counts(keys[begins], docs[begins], summed)

    def average(self, is_counted: npt.NDArray[np.bool_]) -> float:
        """Give the average length of the documents that count, three digits of it."""
        lengths = lengths_of(self.docs, self.counts, len(is_counted))[is_counted]
        return float(f"{lengths.mean():.3g}") if len(lengths) else 1.0

    def postings(self, size: int, average: float) -> Postings:
        """Give exact impacts: the terms."""
        lengths = lengths_of(self.docs, self.counts, size)
        impacts = saturated(self.counts, lengths[self.docs], average)
        keys, starts = grouped(self.keys)
        return Postings(keys, starts, self.docs, impacts)

    def common(self, is_counted: npt.NDArray[np.bool_]) -> Ints:
        """Give the keys that too many of the documents that count have."""
        chosen = is_counted[self.docs]
        keys, starts = grouped(self.keys[chosen])
        limit = max(COMMON_FLOOR, COMMON_SHARE * float(is_counted.sum()))
        return keys[np.flatnonzero(np.diff(starts) > limit)]

    def rounded(self, size: int, average: float, common: Ints) -> Postings:
        """Give impacts in one byte, without the common keys: the grams."""
        lengths = lengths_of(self.docs, self.counts, size)
        is_kept = ~np.isin(self.keys, common)
        keys, starts = grouped(self.keys[is_kept])
        docs = self.docs[is_kept]
        impacts = saturated(self.counts[is_kept], lengths[docs], average)
        scaled = np.clip(np.rint(impacts * (255 / TOP_IMPACT)), 1, 255)
        return Postings(keys, starts, docs, scaled.astype(np.uint8))


def gram_counts(texts: list[str]) -> Counts:
    """Count the character grams of documents.

    One whole number holds key (35 bits), document (20) and count (8), so that one sort in place
    does, size by size: memory is what a large handbook lacks here.
    """
    packed: list[Ints] = []
    for place, text in enumerate(texts):
        keys, counts = np.unique(gram_keys(text), return_counts=True)
        packed.append((keys << 28) | (place << 8) | np.minimum(counts, 255))
    everything = np.concatenate(packed) if packed else np.empty(0, dtype=np.int64)
    packed.clear()
    everything.sort()
    docs = ((everything >> 8) & 0xFFFFF).astype(np.int32)
    return Counts(everything >> 28, docs, (everything & 0xFF).astype(np.float32))
