from pathlib import Path

import pytest

from tests.search.speed import measure

pytestmark = pytest.mark.quality


def test_own_ranking_is_far_faster_than_the_index_it_stands_on(tmp_path: Path) -> None:
    speeds = measure(tmp_path, 400)
    assert speeds.answer * 2 < speeds.whoosh
    assert speeds.lexical * 4 < speeds.whoosh
