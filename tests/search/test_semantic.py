import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb_service.search.arrays import Floats
from kb_service.search.semantic import QueryVectors, VectorFile, VectorIndex, passages, text_key
from kb_service.search.vectors import drop_unused, encode_pending, pending
from tests.search import make
from tests.search.make import ToyEncoder, entry


class Slow(ToyEncoder):
    """An encoder that waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = 0

    def encode(self, texts: Any, kind: Any = "query") -> Floats:
        self.asked += 1
        self.go.wait(5)
        return super().encode(texts, kind)


class Broken(ToyEncoder):
    def encode(self, texts: Any, kind: Any = "query") -> Floats:
        raise OSError("the model is gone")


def test_entry_has_a_passage_for_each_way_to_ask_it() -> None:
    texts = passages("Вопрос", "Кратко.", "Ответ. " * 900, ["иначе", "совсем иначе"])
    assert texts[1:] == ["Вопрос", "Вопрос\nКратко.", "иначе", "совсем иначе"]
    assert len(texts[0].split()) == 400


def test_query_vector_is_remembered() -> None:
    encoder = Slow()
    encoder.go.set()
    queries = QueryVectors(encoder)
    first = queries.get("нет света", 5)
    assert first is not None
    assert queries.get("  Нет  света ", 0) is not None
    assert encoder.asked == 1
    queries.close()


def test_busy_encoder_is_not_waited_for_longer_than_the_budget() -> None:
    encoder = Slow()
    queries = QueryVectors(encoder)
    assert queries.get("нет света", 0.01) is None
    assert all(queries.get(f"вопрос {number}", 0) is None for number in range(9))
    encoder.go.set()
    assert queries.get("нет света", 5) is not None
    queries.close()


def test_failing_encoder_leaves_the_others_to_answer() -> None:
    queries = QueryVectors(Broken())
    assert queries.get("нет света", 5) is None
    queries.close()


def test_forgotten_are_the_oldest() -> None:
    queries = QueryVectors(ToyEncoder(), size=2)
    for text in ("а1", "б2", "в3"):
        queries.get(text, 5)
    assert queries.get("а1", 0) is None
    assert queries.get("в3", 0) is not None
    queries.close()


def unit(*values: float) -> Floats:
    row = np.zeros(64, dtype=np.float32)
    row[: len(values)] = values
    return row


def test_vectors_come_back_from_their_file(tmp_path: Path) -> None:
    file = VectorFile(tmp_path, ToyEncoder())
    assert len(file.load()[0]) == 0
    file.append([7, -9], np.stack([unit(1), unit(0, 1)]))
    file.append([11], np.stack([unit(0, 0, 1)]))
    keys, vectors = file.load()
    assert keys.tolist() == [7, -9, 11]
    assert np.array_equal(vectors[2], unit(0, 0, 1))


def test_half_written_vectors_are_not_counted(tmp_path: Path) -> None:
    file = VectorFile(tmp_path, ToyEncoder())
    file.append([7], np.stack([unit(1)]))
    with next(tmp_path.glob("*.f32")).open("ab") as torn:
        torn.write(b"\x01" * 300)
    assert file.load()[0].tolist() == [7]
    file.append([8], np.stack([unit(0, 1)]))
    keys, vectors = file.load()
    assert keys.tolist() == [7, 8]
    assert np.array_equal(vectors[1], unit(0, 1))


def test_nearness_is_maximum_and_mean_and_unknown_without_vectors() -> None:
    keys = np.array([5, 3, 4], dtype=np.int64)
    vectors = np.stack([unit(1), unit(0, 1), unit(0.6, 0.8)])
    wanted = np.array([3, 4, 5, 99], dtype=np.int64)
    owners = np.array([0, 0, 2, 1], dtype=np.int64)
    index = VectorIndex.of(keys, vectors, wanted, owners, 3)
    pooled, best = index.nearness(unit(1))
    assert pooled[0] == pytest.approx(0.6 + 0.3)
    assert best[2] == 1.0
    assert np.isnan(pooled[1])


def test_no_vectors_at_all_are_ordinary() -> None:
    none = np.empty(0, dtype=np.int64)
    rows = np.empty((0, 64), dtype=np.float32)
    index = VectorIndex.of(none, rows, np.array([1]), np.array([0]), 1)
    assert np.isnan(index.nearness(unit(1))[0]).all()


ENTRIES = [entry("Первый", wordings=["один"]), entry("Второй", description="Два.", answer="Ответ.")]


def test_only_texts_without_a_vector_are_encoded(tmp_path: Path) -> None:
    engine = make.engine(tmp_path, ENTRIES, encoder=ToyEncoder())
    assert engine.vectors is not None
    assert pending(engine.index, engine.vectors) == {}
    engine.index.update([entry("Первый", wordings=["один", "первейший"])], [], seq=2)
    assert list(pending(engine.index, engine.vectors).values()) == ["первейший"]


def test_known_vectors_are_taken_from_the_cache(tmp_path: Path) -> None:
    encoder = Broken()
    engine = make.engine(tmp_path, ENTRIES)
    file = VectorFile(tmp_path / "vectors", encoder)
    waiting = encode_pending(
        engine.index, encoder, file, lookup=lambda keys: {key: unit(1) for key in keys}
    )
    assert waiting == 0
    assert text_key("один") in file.load()[0]


def test_encoding_stops_when_its_time_is_over(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    engine = make.engine(tmp_path, ENTRIES)
    file = VectorFile(tmp_path / "vectors", encoder)
    total = len(pending(engine.index, file))
    assert encode_pending(engine.index, encoder, file, seconds=0) == total - 1


def test_vectors_of_texts_that_are_gone_are_dropped(tmp_path: Path) -> None:
    engine = make.engine(tmp_path, ENTRIES, encoder=ToyEncoder())
    assert engine.vectors is not None
    engine.index.rebuild(ENTRIES[1:], seq=2)
    drop_unused(engine.index, engine.vectors)
    keys = engine.vectors.load()[0]
    assert text_key("один") not in keys
    assert text_key("Второй") in keys


def test_what_is_begun_is_made_in_the_background_and_nobody_is_kept_waiting() -> None:
    encoder = Slow()
    queries = QueryVectors(encoder)
    queries.begin(["один", "два", "три", "один"])
    queries.begin(["два"])
    assert queries.get("один", 0) is None
    encoder.go.set()
    assert queries.get("четыре", 5) is not None
    assert all(queries.get(text, 5) is not None for text in ("один", "два", "три"))
    queries.close()


def test_a_failing_encoder_does_not_stop_what_was_begun_after() -> None:
    queries = QueryVectors(Broken())
    queries.begin(["один", "два"])
    assert queries.get("один", 5) is None
    queries.encoder = ToyEncoder()
    queries.begin(["три"])
    assert queries.get("три", 5) is not None
    queries.close()
