"""The bench and the calibration: counted by hand on small examples."""

from datetime import UTC, datetime

import numpy as np
import pytest

from kb_service.base.errors import KbError
from kb_service.search.calibrate import calibrate
from kb_service.search.calibration import PLAIN, Example, Origin, auc, fit, shipped
from kb_service.search.evaluate import Question, evaluate, read_questions
from kb_service.search.packaged import off_topic, synonyms
from kb_service.search.rules import confidence, is_confident, kept_hits
from kb_service.search.schemas import Leg
from kb_service.search.state import Words
from tests.search.make import ToyEncoder, entry

ANSWERS = {
    "первый": (["A", "B"], True),
    "второй": (["B", "A"], True),
    "третий": (["X", "Y", "A"], False),
    "чужой": (["A"], False),
    "другой": (["A"], True),
}
QUESTIONS = [
    Question("первый", ["A"]),
    Question("второй", ["A"]),
    Question("третий", ["Z"]),
    Question("чужой", []),
    Question("другой", []),
]


def test_bench_counts() -> None:
    report = evaluate(ANSWERS.__getitem__, QUESTIONS)
    assert (report.questions, report.unanswerable) == (3, 2)
    assert (report.top1, report.top5) == pytest.approx((1 / 3, 2 / 3))
    assert report.mrr == pytest.approx((1 + 1 / 2) / 3)
    assert report.refused == 0.5
    assert report.wrongly_refused == pytest.approx(1 / 3)
    assert [(miss.text, miss.rank) for miss in report.misses] == [("второй", 2), ("третий", 0)]


def test_acceptable_code_counts_as_right() -> None:
    assert evaluate(ANSWERS.__getitem__, QUESTIONS, {"A": ["B"]}).top1 == pytest.approx(2 / 3)


def test_questions_are_read_in_either_form() -> None:
    lines = [
        '{"text": "а", "ids": ["M01", "M02"]}',
        "",
        '{"query": "б", "standard_question_id": null}',
    ]
    assert read_questions(lines) == [Question("а", ["M01", "M02"]), Question("б", [])]


@pytest.mark.parametrize("line", ["{", "[]", '{"ids": []}'])
def test_unreadable_question_names_its_line(line: str) -> None:
    with pytest.raises(KbError) as raised:
        read_questions(["", line])
    assert raised.value.params["line"] == 2


def examples() -> list[Example]:
    made = []
    for number in range(40):
        value = number / 40
        features = {"lexical": 0.4 + value / 2, "known": 0.9, "characters": 0.2, "margin": 2.0}
        made.append(Example(features, Origin.KEPT, f"topic {number % 4}"))
        features = {"lexical": 0.1 + value / 3, "known": 0.4, "characters": 0.1, "margin": 1.0}
        origin = Origin.LEFT_OUT if number % 2 else Origin.ELSEWHERE
        made.append(Example(features, origin, f"topic {number % 4}"))
    return made


def test_fit_tells_the_answerable_from_the_others() -> None:
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    made = fit(examples(), PLAIN, now=moment, source="bench")
    assert made.auc > 0.95
    assert (made.fitted_at, made.source, made.questions) == (moment, "bench", 80)
    good, bad = examples()[30].features, examples()[3].features
    assert is_confident(confidence(good, made), made)
    assert not is_confident(confidence(bad, made), made)


def test_auc_of_a_coin_is_a_half() -> None:
    assert auc(np.array([1.0, 1.0]), np.array([1.0, 0.0])) == 0.5


def test_shipped_calibration_says_when_it_was_fitted() -> None:
    for one in (shipped().full, shipped().plain):
        assert one.fitted_at is not None
        assert 0 < one.threshold < 1
        assert one.source == "shipped"


def test_legs_that_spoke_choose_the_calibration() -> None:
    assert shipped().of([Leg.LEXICAL, Leg.SEMANTIC]) is not None
    calibrations = shipped()
    assert calibrations.of([Leg.LEXICAL, Leg.SEMANTIC]) is calibrations.full
    assert calibrations.of([Leg.LEXICAL]) is calibrations.plain


def test_calibration_runs_on_a_small_handbook() -> None:
    words = ["свет", "счётчик", "показания", "тариф", "долг", "договор", "пломба", "жалоба"]
    entries = [
        entry(
            f"Вопрос про {word}",
            topic=f"/{number % 3}",
            wordings=[f"{word} не работает", f"что делать если {word}", f"мой {word} сломался"],
            answer=f"Ответ: {word} проверят.",
        )
        for number, word in enumerate(words)
    ]
    made = calibrate(entries, Words(), ToyEncoder(), ["рецепт борща", "погода завтра"])
    assert made.full.features[-1] == "semantic"
    assert made.plain.questions > 24


def test_packaged_data_can_be_read() -> None:
    assert len(off_topic()) >= 60
    assert all("words" in group for group in synonyms())


def test_list_keeps_ten_and_what_comes_near_the_best() -> None:
    scores = [10.0, 9.0, 8.0, 7.0, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    assert kept_hits(list(range(12)), scores) == list(range(10))
    assert len(kept_hits(list(range(12)), [10.0] * 12)) == 12
    assert kept_hits([], []) == []
