"""How good the search is, on questions that nothing was fitted on. Run with -s to see the figures.

The thresholds are promises; what is measured stands in docs/search.md.
"""

from pathlib import Path

import pytest

from kb_service.search.evaluate import Report, evaluate
from kb_service.search.live import Engine
from kb_service.search.schemas import Leg
from kb_service.search.state import Words
from tests.search import bench, make

pytestmark = [pytest.mark.quality, pytest.mark.timeout(900), pytest.mark.xdist_group("quality")]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    encoder = bench.encoder()
    if encoder is None:
        pytest.skip("The encoder has no wheel for this machine.")
    folder = tmp_path_factory.mktemp("quality")
    return make.engine(folder, make.shipped(), encoder=encoder, words=Words(make.synonyms()))


def measured(engine: Engine, name: str, legs: frozenset[Leg] = bench.ALL) -> Report:
    report = evaluate(bench.asker(engine, legs), bench.questions(name), bench.acceptable())
    print(
        f"\n{name}, {len(legs)} legs: top1 {report.top1:.3f}, top5 {report.top5:.3f}, "
        f"MRR {report.mrr:.3f}, refused {report.refused:.2f} of {report.unanswerable}, "
        f"wrongly refused {report.wrongly_refused:.3f} of {report.questions}"
    )
    return report


def test_questions_find_their_answers(engine: Engine) -> None:
    report = measured(engine, "questions_open.jsonl")
    assert report.top5 >= 0.93
    assert report.top1 >= 0.75
    assert report.mrr >= 0.82


def test_questions_find_their_answers_without_a_model(engine: Engine) -> None:
    report = measured(engine, "questions_open.jsonl", bench.NO_MODEL)
    assert report.top5 >= 0.93
    assert report.top1 >= 0.72


def test_misspelt_questions_find_their_answers(engine: Engine) -> None:
    assert measured(engine, "search_robust_open.jsonl").top5 >= 0.90
    assert measured(engine, "search_robust_open.jsonl", bench.NO_MODEL).top5 >= 0.88


@pytest.mark.parametrize("legs", [bench.ALL, bench.NO_MODEL], ids=["model", "no model"])
def test_what_is_not_answered_is_mostly_refused(engine: Engine, legs: frozenset[Leg]) -> None:
    report = measured(engine, "questions_open.jsonl", legs)
    assert report.unanswerable == 15
    assert report.refused * 15 >= 9 - 1e-9
    assert report.wrongly_refused <= 0.10


def test_results_do_not_change_from_run_to_run(engine: Engine, tmp_path: Path) -> None:
    again = make.engine(
        tmp_path, make.shipped()[::-1], encoder=engine.encoder, words=Words(make.synonyms())
    )
    for question in bench.questions("questions_open.jsonl")[:40]:
        first, second = (bench.asker(one)(question.text) for one in (engine, again))
        assert first == second
