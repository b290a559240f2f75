"""Vectors of the index's passages: which are missing, and how they are made.

Encoding is slow and needs no database; what was encoded once is taken from the cache that the
caller offers. It is done for a short time at once, so that other work is never kept waiting.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kb_service.base.errors import KbError
from kb_service.search import segments
from kb_service.search.arrays import Floats, Ints
from kb_service.search.index import Index
from kb_service.search.semantic import Encoder, VectorFile, text_key

# Given keys, what is known of them already; given keys and vectors, keep them.
Lookup = Callable[[Sequence[int]], Mapping[int, Floats]]
Keep = Callable[[Mapping[int, Floats]], None]


def pending(index: Index, file: VectorFile) -> dict[int, str]:
    """Give the texts of the index that have no vector yet, by key."""
    state = index.state()
    if state is None:
        return {}
    have = file.load()[0]
    missing: dict[int, str] = {}
    for one in state.segments:
        segment = segments.load(index.arrays(state) / one.name)
        gone = set(one.deleted)
        lacking = ~np.isin(segment.vector_keys, have)
        owners = np.repeat(np.arange(len(segment.entries)), np.diff(segment.vector_starts))
        for number in np.unique(owners[lacking]).tolist():
            if number not in gone:
                texts = {text_key(text): text for text in segment.passages(number)}
                missing.update((key, text) for key, text in texts.items() if key not in missing)
    known = set(have.tolist())
    return {key: text for key, text in missing.items() if key not in known}


def encode_pending(
    index: Index,
    encoder: Encoder,
    file: VectorFile,
    *,
    lookup: Lookup | None = None,
    keep: Keep | None = None,
    seconds: float = 60.0,
) -> int:
    """Give vectors to texts that lack one: all that the cache knows, and new ones for a time.

    Gives how many texts still wait. Raises: encoder.away, where it gave nothing at all.
    """
    texts = pending(index, file)
    if not texts:
        return 0
    found = dict(lookup(list(texts))) if lookup else {}
    new: dict[int, Floats] = {}
    end = time.monotonic() + seconds
    for key in texts:
        if key not in found:
            try:
                new[key] = encoder.encode([texts[key]], kind="passage")[0]
            except KbError:
                # The encoder went away: what it has given so far is kept.
                if not new:
                    raise
                break
            if time.monotonic() >= end:
                break
    if new and keep:
        keep(new)
    found |= new
    with index.vectors_written():
        file.append(list(found), np.stack(list(found.values())))
    return len(texts) - len(found)


def drop_unused(index: Index, file: VectorFile) -> None:
    """Forget vectors that no text of the index needs."""
    state = index.state()
    if state is None:
        return
    wanted: list[Ints] = [
        segments.load(index.arrays(state) / one.name).vector_keys for one in state.segments
    ]
    if wanted:
        with index.vectors_written():
            file.keep_only(np.concatenate(wanted))
