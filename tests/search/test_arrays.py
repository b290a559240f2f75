from pathlib import Path

import numpy as np
import pytest

from kb_service.search.arrays import Counts, Postings, gram_counts, gram_keys, term_key
from kb_service.search.matrix import Counted, Matrix, Part, frequencies


def counts_of(texts: list[str]) -> Counts:
    keys, docs, counts = [], [], []
    for number, text in enumerate(texts):
        for word in text.split():
            keys.append(term_key(word))
            docs.append(number)
            counts.append(1.0)
    return Counts.of(
        np.array(keys, dtype=np.int64),
        np.array(docs, dtype=np.int32),
        np.array(counts, dtype=np.float32),
    )


def postings_of(texts: list[str]) -> Postings:
    return counts_of(texts).postings(len(texts), average=3.0)


def keys_of(*words: str) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([term_key(word) for word in words], dtype=np.int64)


def scored(matrix: Matrix, *words: str) -> list[float]:
    found = matrix.find(keys_of(*words))
    return [round(float(score), 4) for score in matrix.scores(found, found.idf)]


TEXTS = ["свет нет свет", "долг за свет", "счет пришел", "долг долг долг"]


def whole(texts: list[str], visible: list[bool] | None = None) -> Matrix:
    mask = np.array(visible or [True] * len(texts))
    postings = postings_of(texts)
    return Matrix([Part(postings, 0, frequencies(postings, mask))], mask)


def split(at: int) -> Matrix:
    mask = np.ones(len(TEXTS), dtype=bool)
    parts = [
        Part(own, offset, frequencies(own, mask[: len(own.docs)]))
        for own, offset in ((postings_of(TEXTS[:at]), 0), (postings_of(TEXTS[at:]), at))
    ]
    return Matrix(parts, mask)


def test_counts_of_one_document_are_added_up() -> None:
    counts = counts_of(["свет свет", "свет"])
    assert counts.counts.tolist() == [2.0, 1.0]
    assert counts.docs.tolist() == [0, 1]


def test_document_with_the_word_more_often_scores_more() -> None:
    scores = scored(whole(TEXTS), "свет")
    assert scores[0] > scores[1] > 0
    assert scores[2:] == [0.0, 0.0]


def test_rare_word_tells_more_than_a_common_one() -> None:
    found = whole(TEXTS).find(keys_of("свет", "счет", "нигде"))
    assert found.idf[0] < found.idf[1] < found.idf[2]
    assert found.is_known.tolist() == [True, True, False]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_parts_score_as_the_whole(at: int) -> None:
    assert scored(split(at), "свет", "долг") == scored(whole(TEXTS), "свет", "долг")


def test_hidden_document_neither_scores_nor_counts() -> None:
    hidden = whole(TEXTS, [True, False, True, True])
    without = whole([TEXTS[0], TEXTS[2], TEXTS[3]])
    scores = scored(hidden, "свет", "долг")
    assert scores[1] == 0.0
    assert [scores[0], *scores[2:]] == scored(without, "свет", "долг")


def test_frequencies_follow_documents_that_come_and_go() -> None:
    postings = postings_of(TEXTS)
    counted = Counted()
    for visible in ([1, 1, 1, 1], [1, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 1]):
        mask = np.array(visible, dtype=bool)
        wanted = frequencies(postings, mask).tolist()
        assert counted.counts(postings, mask).tolist() == wanted


def test_postings_come_back_from_their_files(tmp_path: Path) -> None:
    postings = postings_of(TEXTS)
    postings.save(tmp_path, "public")
    again = Postings.load(tmp_path, "public")
    assert again.keys.tolist() == postings.keys.tolist()
    assert again.impacts.tolist() == postings.impacts.tolist()


def test_empty_postings_are_ordinary(tmp_path: Path) -> None:
    postings = postings_of([])
    postings.save(tmp_path, "none")
    assert scored(Matrix([], np.ones(0, dtype=bool)), "свет") == []
    assert len(Postings.load(tmp_path, "none").docs) == 0


def test_grams_stay_within_words() -> None:
    together = set(gram_keys("нет света").tolist())
    apart = set(gram_keys("нет").tolist()) | set(gram_keys("света").tolist())
    assert together == apart


def test_grams_see_through_case_and_signs() -> None:
    assert gram_keys("Счётчик!").tolist() == gram_keys("счетчик").tolist()


@pytest.mark.parametrize("text", ["", "я", "💡", "№ 354", "ǆ\udcff"])
def test_any_text_has_grams_or_none(text: str) -> None:
    assert (gram_keys(text) >= 0).all()


def test_grams_that_nearly_all_documents_have_are_left_out() -> None:
    counts = gram_counts([f"показание {number:03}" for number in range(100)])
    everybody = np.ones(100, dtype=bool)
    common = counts.common(everybody)
    kept = counts.rounded(100, counts.average(everybody), common)
    assert set(gram_keys("показание").tolist()) <= set(common.tolist())
    assert set(common.tolist()).isdisjoint(kept.keys.tolist())
    assert kept.impacts.dtype == np.uint8
