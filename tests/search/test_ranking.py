"""Ranking in the smallest handbooks: what fits is found, what does not is not given."""

from pathlib import Path

import numpy as np
import pytest

from kb_service.search.live import Engine
from kb_service.search.ranking import standard
from kb_service.search.rules import confidence, share_of_best
from kb_service.search.schemas import Calibration
from kb_service.search.semantic import Encoder
from tests.search import make
from tests.search.make import ToyEncoder, entry

LIGHT = entry("Когда включат свет?", code="O01", wordings=["долго нет света"])
METER = entry("Кто платит за замену счётчика?", code="M01")
BILL = entry("Где взять квитанцию?", code="P01")
TWIN = entry("Когда дадут свет?", code="O02")
HANDBOOKS = {
    "one": [LIGHT],
    "two": [LIGHT, METER],
    "three": [LIGHT, METER, BILL],
    "equal twice": [LIGHT, TWIN],
}
ENCODERS = {"no model": None, "model": ToyEncoder()}


@pytest.fixture(params=[(name, with_) for name in HANDBOOKS for with_ in ENCODERS], ids="-".join)
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    name, encoder = request.param
    return make.engine(tmp_path, HANDBOOKS[name], encoder=ENCODERS[encoder])


def found(engine: Engine, text: str) -> list[str]:
    snapshot = engine.snapshot()
    query = snapshot.understand(text)
    ranking = snapshot.rank(query, engine.query_vector(query.text, 5))
    return [snapshot.entries[place].code for place in ranking.order]


@pytest.mark.parametrize("text", ["когда включат свет", "нет света", "свет", "ckvtybnm cdtn"])
def test_a_question_is_found_however_small_the_handbook(small: Engine, text: str) -> None:
    assert found(small, text)[0] == "O01"


@pytest.mark.parametrize("handbook", [[LIGHT], [LIGHT, METER], [LIGHT, METER, BILL]])
@pytest.mark.parametrize("text", ["", "?!", "hjkl", "xyz pqr"])
def test_what_has_nothing_of_the_question_is_not_given(
    tmp_path: Path, handbook: list[make.IndexEntry], text: str
) -> None:
    assert found(make.engine(tmp_path, handbook), text) == []


def test_a_short_list_is_not_filled_up(tmp_path: Path) -> None:
    assert found(make.engine(tmp_path, [LIGHT, METER, BILL]), "квитанцию") == ["P01"]


@pytest.mark.parametrize("encoder", [None, ToyEncoder()], ids=["no model", "model"])
def test_the_only_answer_can_be_a_sure_one(tmp_path: Path, encoder: Encoder | None) -> None:
    engine = make.engine(tmp_path, [LIGHT], encoder=encoder)
    snapshot = engine.snapshot()

    def sureness(text: str) -> float:
        query = snapshot.understand(text)
        ranking = snapshot.rank(query, engine.query_vector(query.text, 5))
        return confidence(ranking.features, snapshot.calibrations.of(ranking.legs))

    assert sureness("когда включат свет") > sureness("какой сегодня свет луны над рекой")
    assert sureness("когда включат свет") > snapshot.calibrations.of([]).threshold


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([], None),
        ([0.0, 0.0], None),
        ([np.nan, np.nan], None),
        ([3.0], [0.0]),
        ([3.0, 3.0], [0.0, 0.0]),
        ([3.0, np.nan], [0.0, 0.0]),
        ([1.0, 3.0], [-1.0, 1.0]),
        ([1.0, 3.0, np.nan], [-1.0, 1.0, 0.0]),
    ],
)
def test_standard_scores(values: list[float], wanted: list[float] | None) -> None:
    given = standard(np.array(values, dtype=np.float32))
    assert wanted == (None if given is None else given.tolist())


@pytest.mark.parametrize(
    ("score", "best", "share"),
    [(2, 2, 1), (1, 2, 0.5), (-1, 2, 0), (0, 0, 1), (-1, 0, 0), (-1, -1, 1), (-2, -1, 0)],
)
def test_a_hit_has_its_share_of_the_best_ones_sureness(
    score: float, best: float, share: float
) -> None:
    assert share_of_best(score, best) == share


def test_what_is_not_known_of_a_question_counts_as_average() -> None:
    one = Calibration(
        features=["lexical", "margin"], weights=[1.0, 2.0], bias=0.0, means=[0.5, 3.0],
        scales=[1.0, 1.0], threshold=0.5,
    )  # fmt: skip
    assert confidence({"lexical": 0.5}, one) == confidence({"lexical": 0.5, "margin": 3.0}, one)
    assert confidence({"lexical": 0.5}, one) > confidence({"lexical": 0.5, "margin": 0.0}, one)
