"""One segment of the Whoosh index as documents and plain arrays, saved beside it.

A segment of Whoosh never changes (only the list of its deleted documents does), so its arrays are
made once, by the writer, and mapped by every process. What serves a question is read from here;
Whoosh itself is opened by the writer and for the advanced syntax only.
The postings `public` hold title, wordings, description and answer; `staff` also what only staff
may see. Grams and vectors are of public texts alone.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kb_service.handbook.schemas import IndexEntry, State
from kb_service.search.analysis import terms
from kb_service.search.arrays import (
    Counts,
    Floats,
    Ints,
    Postings,
    Shorts,
    gram_counts,
    term_key,
)
from kb_service.search.matrix import Counted, Mask
from kb_service.search.semantic import passages, text_key
from kb_service.search.vocabulary import SegmentLines, SegmentWords
from kb_service.text.lemmas import inflections

PUBLIC_WEIGHTS = {"title": 2.0, "wordings": 1.5, "description": 1.0, "answer": 1.0}
STAFF_WEIGHTS = {**PUBLIC_WEIGHTS, "staff": 0.5, "letter": 0.25, "grounds": 0.25}
_ANSWERS = ("StandardQuestion", "Page", "Regulation", "Announcement")
_CODE_WEIGHT = 3.0
_SUM = "sum"
_entries = msgspec.msgpack.Decoder(list[IndexEntry])
_entry = msgspec.json.Decoder(IndexEntry)


class Constants(msgspec.Struct):
    """What all segments of one index share: average lengths, and grams that say nothing."""

    public: float = 1.0
    staff: float = 1.0
    grams: float = 1.0


class Flags(msgspec.Struct, frozen=True):
    """What decides who may see each document, as arrays; moments in seconds."""

    public: Mask
    published: Mask
    answers: Mask
    effective: npt.NDArray[np.float64]
    expires: npt.NDArray[np.float64]

    @staticmethod
    def of(entries: list[IndexEntry]) -> "Flags":
        """Read the flags of entries; no moment is always."""
        return Flags(
            public=np.array([entry.public for entry in entries], dtype=bool),
            published=np.array([entry.state == State.PUBLISHED for entry in entries], dtype=bool),
            answers=np.array([_is_answer(entry) for entry in entries], dtype=bool),
            effective=np.array([_seconds(entry.effective, -np.inf) for entry in entries]),
            expires=np.array([_seconds(entry.expires, np.inf) for entry in entries]),
        )


def _is_answer(entry: IndexEntry) -> bool:
    """Say whether an item can answer a question; the first page only leads to answers."""
    return entry.type in _ANSWERS and entry.path != "/"


def _seconds(moment: datetime | None, always: float) -> float:
    return moment.timestamp() if moment is not None else always


class Segment(msgspec.Struct, frozen=True):
    """The documents of a segment in the order of their numbers, and its arrays.

    `entries` are without their long texts; `answer` gives the public one. The words go row by row
    with the postings. `vector_keys` of document d are those between `vector_starts[d]` and the
    next. `counted` keeps frequencies between snapshots.
    """

    name: str
    entries: list[IndexEntry]
    answers: bytes
    answer_starts: Ints
    public: Postings
    public_words: SegmentWords
    staff: Postings
    staff_words: SegmentWords
    grams: Postings
    vector_keys: Ints
    vector_starts: Ints
    lines: SegmentLines
    flags: Flags
    counted: dict[str, Counted]

    def answer(self, number: int) -> str:
        """Give the public answer of a document as plain text."""
        start, end = self.answer_starts[number : number + 2]
        return bytes(self.answers[start:end]).decode()

    def passages(self, number: int) -> list[str]:
        """Give the texts of a document that have vectors, in the order of their keys."""
        entry = self.entries[number]
        return passages(entry.title, entry.description, self.answer(number), entry.wordings)


class Raw(msgspec.Struct):
    """What was read of a segment, before lengths and common grams are known."""

    name: str
    entries: list[IndexEntry]
    public: Counts
    public_terms: dict[int, str]
    staff: Counts
    staff_terms: dict[int, str]
    grams: Counts

    @property
    def is_public(self) -> Mask:
        """Which documents are the public's: only they shape what visitors get."""
        return np.array([entry.public for entry in self.entries], dtype=bool)


def read_segment(reader: Any) -> Raw:
    """Read one segment through Whoosh: stored entries, and the postings of the text fields."""
    entries = [
        _entry.decode(reader.stored_fields(number)["entry"])
        for number in range(reader.doc_count_all())
    ]
    fields = {name: _field(reader, name) for name in STAFF_WEIGHTS}
    public, public_terms = _together(fields, PUBLIC_WEIGHTS, [])
    staff, staff_terms = _together(fields, STAFF_WEIGHTS, [entry.code for entry in entries])
    texts = [
        " ".join([entry.title, *entry.wordings, entry.description, entry.answer])
        for entry in entries
    ]
    name = str(reader.segment().segment_id())
    return Raw(name, entries, public, public_terms, staff, staff_terms, gram_counts(texts))


_Field = tuple[list[str], Ints, Shorts, Floats]


def _field(reader: Any, name: str) -> _Field:
    """Give the terms of a field, how many postings each has, and all postings in a row."""
    names: list[str] = []
    sizes: list[int] = []
    docs: list[int] = []
    counts: list[float] = []
    for term in reader.lexicon(name):
        matcher = reader.postings(name, term)
        before = len(docs)
        while matcher.is_active():
            docs.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
        names.append(term.decode())
        sizes.append(len(docs) - before)
    return (
        names,
        np.array(sizes, dtype=np.int64),
        np.array(docs, dtype=np.int32),
        np.array(counts, dtype=np.float32),
    )


def _together(
    fields: dict[str, _Field], weights: dict[str, float], codes: list[str]
) -> tuple[Counts, dict[int, str]]:
    """Add fields up with their weights; codes count as terms of their documents."""
    keys, docs, counts = [], [], []
    names: dict[int, str] = {}
    for field, weight in weights.items():
        field_terms, sizes, field_docs, field_counts = fields[field]
        own = [term_key(term) for term in field_terms]
        names.update(zip(own, field_terms, strict=True))
        keys.append(np.repeat(np.array(own, dtype=np.int64), sizes))
        docs.append(field_docs)
        counts.append(field_counts * np.float32(weight))
    for number, code in enumerate(codes):
        for term in terms(code):
            names[term_key(term)] = term
            keys.append(np.array([term_key(term)], dtype=np.int64))
            docs.append(np.array([number], dtype=np.int32))
            counts.append(np.array([_CODE_WEIGHT], dtype=np.float32))
    return Counts.of(np.concatenate(keys), np.concatenate(docs), np.concatenate(counts)), names


def measure(raws: list[Raw]) -> tuple[Constants, Ints]:
    """Give the constants of an index and its common grams from everything that is in it."""
    if not raws:
        return Constants(), np.empty(0, dtype=np.int64)
    # An index is built in one segment; where Whoosh made more, the largest speaks for all.
    raw = max(raws, key=lambda one: len(one.entries))
    everybody = np.ones(len(raw.entries), dtype=bool)
    constants = Constants(
        public=raw.public.average(raw.is_public),
        staff=raw.staff.average(everybody),
        grams=raw.grams.average(raw.is_public),
    )
    return constants, raw.grams.common(raw.is_public)


def save(raw: Raw, folder: Path, constants: Constants, common: Ints) -> None:
    """Write the arrays of a segment; the folder appears whole or not at all."""
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    size = len(raw.entries)
    public = raw.public.postings(size, constants.public)
    public.save(draft, "public")
    staff = raw.staff.postings(size, constants.staff)
    staff.save(draft, "staff")
    raw.grams.rounded(size, constants.grams, common).save(draft, "grams")
    for name, rows, names in (
        ("public", public, raw.public_terms),
        ("staff", staff, raw.staff_terms),
    ):
        text = "\n".join(_with_forms(names[key]) for key in rows.keys.tolist())
        (draft / f"{name}.terms").write_text(text, encoding="utf-8")
    _save_texts(raw.entries, draft)
    (draft / _SUM).write_bytes(_sum_of(draft))
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def _sum_of(folder: Path) -> bytes:
    """Give the digest of a segment's files: an array that lost a bit still looks like one."""
    digest = blake2b(digest_size=16)
    for path in sorted(folder.iterdir()):
        if path.name != _SUM:
            with path.open("rb") as file:
                digest.update(path.name.encode() + file_digest(file, blake2b).digest())
    return digest.digest()


def _with_forms(term: str) -> str:
    return " ".join([term, *(form for form in inflections(term) if form != term)])


def _save_texts(entries: list[IndexEntry], folder: Path) -> None:
    answers = [entry.answer.encode() for entry in entries]
    (folder / "answers.txt").write_bytes(b"".join(answers))
    np.save(folder / "answers.npy", _starts([len(answer) for answer in answers]))
    keys = [
        [text_key(text) for text in passages(e.title, e.description, e.answer, e.wordings)]
        for e in entries
    ]
    flat = np.array([key for own in keys for key in own], dtype=np.int64)
    np.save(folder / "vectors.npy", flat)
    np.save(folder / "vector_starts.npy", _starts([len(own) for own in keys]))
    short = [msgspec.structs.replace(e, answer="", staff="", letter="") for e in entries]
    (folder / "entries.msgpack").write_bytes(msgspec.msgpack.encode(short))


def _starts(sizes: list[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64)


def load(folder: Path) -> Segment:
    """Map a segment's arrays. Raises: whatever a damaged or missing file raises."""
    if (folder / _SUM).read_bytes() != _sum_of(folder):
        raise ValueError(f"damaged: {folder.name}")
    entries = _entries.decode((folder / "entries.msgpack").read_bytes())
    return Segment(
        name=folder.name,
        entries=entries,
        answers=(folder / "answers.txt").read_bytes(),
        answer_starts=np.load(folder / "answers.npy", allow_pickle=False),
        public=Postings.load(folder, "public"),
        public_words=SegmentWords(_lines(folder / "public.terms")),
        staff=Postings.load(folder, "staff"),
        staff_words=SegmentWords(_lines(folder / "staff.terms")),
        grams=Postings.load(folder, "grams"),
        vector_keys=np.load(folder / "vectors.npy", allow_pickle=False),
        vector_starts=np.load(folder / "vector_starts.npy", allow_pickle=False),
        lines=SegmentLines([[entry.title, *entry.wordings] for entry in entries]),
        flags=Flags.of(entries),
        counted={},
    )


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return text.split("\n") if text else []


def folders(root: Path) -> Iterator[Path]:
    """Give the saved segments below a folder."""
    if root.is_dir():
        yield from (path for path in root.iterdir() if path.is_dir())
