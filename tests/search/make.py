"""Entries and engines for tests of the search: made by hand, or read from the shipped content."""

import re
from datetime import UTC, date, datetime
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from kb_service.base.clock import SetClock
from kb_service.base.ids import Uid
from kb_service.handbook import codec, parts, sheets
from kb_service.handbook.plain import plain
from kb_service.handbook.schemas import IndexEntry
from kb_service.search.arrays import Floats
from kb_service.search.index import Index
from kb_service.search.live import Engine
from kb_service.search.schemas import SynonymGroup
from kb_service.search.semantic import Encoder, Kind, VectorFile
from kb_service.search.state import Words
from kb_service.search.vectors import encode_pending

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
_NAME = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def entry(title: str, **values: Any) -> IndexEntry:
    """Give a live public entry; its uid and code come from the title unless given."""
    uid = blake2b(title.encode(), digest_size=16).hexdigest()
    made: dict[str, Any] = {
        "uid": Uid(uid),
        "path": f"/topic/{uid[:8]}",
        "type": "StandardQuestion",
        "code": uid[:4].upper(),
        "title": title,
        "wordings": [],
        "description": "",
        "answer": "",
        "staff": "",
        "letter": "",
        "grounds": "",
        "topic": "/topic",
        "topic_title": "Тема",
        "state": "published",
        "public": True,
        "language": "ru",
        "tags": [],
        "modified": NOW,
    }
    return IndexEntry(**{**made, **values})


def shipped(content: Path = CONTENT) -> list[IndexEntry]:
    """Read the shipped handbook as the index would get it."""
    facts = sheets.facts_on(sheets.read_facts(_sheet(content, "facts")), TODAY)
    company = sheets.read_company(_sheet(content, "company"))

    def value(found: re.Match[str]) -> str:
        room, _, name = found[1].partition(".")
        known: dict[str, Any] = {"fact": facts, "company": company}.get(room, {})
        return str(known.get(name, ""))

    entries = []
    for path in sorted(content.rglob("*.md")):
        document = codec.decode(path.read_text(encoding="utf-8"), path=path.name)
        split = parts.split(document.body)
        one = document.content
        entries.append(
            entry(
                one.title,
                uid=document.uid,
                path="/" + str(path.relative_to(content).with_suffix("")),
                type=document.type,
                code=getattr(one, "code", ""),
                wordings=list(getattr(one, "wordings", [])),
                description=_NAME.sub(value, one.description),
                answer=plain(_NAME.sub(value, split.public)),
                staff=plain(_NAME.sub(value, split.staff)),
                letter=plain(_NAME.sub(value, split.letter)),
                topic="/" + str(path.parent.relative_to(content)),
            )
        )
    return entries


def synonyms(content: Path = CONTENT) -> list[SynonymGroup]:
    """Read the shipped synonyms."""
    return msgspec.convert(sheets.read(_sheet(content, "synonyms")), list[SynonymGroup])


def _sheet(content: Path, name: str) -> str:
    return (content / f"_{name}.yaml").read_text(encoding="utf-8")


def engine(
    folder: Path,
    entries: list[IndexEntry],
    *,
    encoder: Encoder | None = None,
    words: Words | None = None,
    now: datetime = NOW,
) -> Engine:
    """Build an index of entries and give its engine; with an encoder everything is encoded."""
    index = Index(folder)
    index.rebuild(entries, seq=1)
    if words is not None:
        index.set_words(words)
    if encoder is not None:
        while encode_pending(index, encoder, VectorFile(folder / "vectors", encoder)):
            pass
    return Engine(folder, encoder, clock=SetClock(now))


class Remembering:
    """A real encoder whose vectors are kept on disk between runs."""

    def __init__(self, inner: Encoder, folder: Path) -> None:
        self.inner = inner
        self.name = inner.name
        self.dimensions = inner.dimensions
        self.files = {kind: VectorFile(folder / kind, inner) for kind in ("query", "passage")}
        self.known: dict[tuple[str, int], Floats] = {}
        for kind, file in self.files.items():
            keys, vectors = file.load()
            self.known.update(
                {(kind, int(key)): row for key, row in zip(keys, vectors, strict=True)}
            )

    def encode(self, texts: Any, kind: Kind = "query") -> Floats:
        """Give remembered vectors; encode and remember the others."""
        keys = [_hash(text) for text in texts]
        for key, text in zip(keys, texts, strict=True):
            if (kind, key) not in self.known:
                vector = self.inner.encode([text], kind)
                self.files[kind].append([key], vector)
                self.known[kind, key] = vector[0]
        return np.stack([self.known[kind, key] for key in keys])


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


class ToyEncoder:
    """A small encoder for tests: near is what shares letters, in 64 dimensions, no model."""

    name = "toy"
    dimensions = 64

    def encode(self, texts: Any, kind: Kind = "query") -> Floats:
        """Give hashed letter pairs as a vector of unit length."""
        rows = np.full((len(texts), self.dimensions), 1e-6, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            small = text.lower()
            for pair in pairwise(small):
                row[(ord(pair[0]) * 31 + ord(pair[1])) % self.dimensions] += 1.0
        unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
